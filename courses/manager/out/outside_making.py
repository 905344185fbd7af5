"""Making a file for another system as long work: checked from end to end before there is a file to download."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.files.base import File
from django.db import transaction

from courses.manager.models import ExportFormat, FileKind, ModuleInFormat
from courses.people import jobs
from courses.people.models import Action, Job, Organisation, Person, Unit
from courses.people.pieces import Pieces
from courses.people.services.auditing import note
from courses.records.team import Team
from courses.spreadsheets import write_csv

from .making import NOT_HERS, team_of, tops
from .outside import WRONG, Wrong, faults_of, head_of, line_of
from .records import PART, Reading, of_organisation, people_of

Checked = tuple[list[str], list[Wrong]]
"""A line, and what must be mended before it can stand in the file."""

KIND = "outside"
LISTED = 200
"""Faults that the page lists; of more it says how many."""
NOT_SET = "The settings of this file say of no module what it is called there. The training lead sets them."


@transaction.atomic
def ask_for_file(*, person: Person, team: Team, layout: ExportFormat) -> Job:
    """Puts a file for another system into the queue, and says so in the audit log."""
    hers = of_organisation(team, layout.organisation)
    whose = layout.organisation
    job = jobs.ask(kind=KIND, by=person, organisation=whose, layout=layout.pk, file=layout.kind, units=tops(hers))
    note(action=Action.EXPORTED, what=layout.kind, by=person, organisation=whose, key=job.public_id)
    return job


def make(work: jobs.Work) -> str:
    """Checks every line; the file is kept only when there is nothing to mend."""
    layout = ExportFormat.objects.select_related("organisation").filter(pk=work.job.params["layout"]).first()
    team = team_of(work.job.by)
    if team is None or layout is None or layout.organisation_id not in team.organisations:
        raise jobs.Fault(NOT_HERS)
    team = of_organisation(team, layout.organisation)
    mapped = mapped_modules(layout, team)
    modules = [module for module in team.modules if module.id in mapped]
    if not modules:
        raise jobs.Fault(NOT_SET)
    reading = Reading(team, layout.organisation, modules)

    def step(some: Sequence[int]) -> list[Checked]:
        found = [(record, mapped[record.module.id]) for record in reading.records(some)]
        return [(line_of(layout, *each), faults_of(layout, *each)) for each in found]

    sign = [team.on, tops(team), layout.changed_at, [module.id for module in modules]]
    pieces = Pieces(work, sign=sign, people=lambda: people_of(team))
    pieces.fill(step, PART)
    wrong: dict[Wrong, None] = {}

    def lines() -> Iterator[list[str]]:
        yield head_of(layout)
        for line, faults in pieces.lines():
            wrong.update(dict.fromkeys(Wrong(*fault) for fault in faults))
            yield line

    with tempfile.TemporaryFile() as file:
        write_csv(file, lines(), mark=False)
        if wrong:
            pieces.say(wrong=list(wrong)[:LISTED], all=len(wrong))
            raise jobs.Fault(summary(len(wrong)))
        if not pieces.rows:
            raise jobs.Fault("Nobody in your units holds any of the modules of this file yet, so it would be empty.")
        file.seek(0)
        work.keep(File(file), f"{layout.kind}-{team.on.isoformat()}.csv")
    return f"Checked, and nothing to mend: {pieces.rows:,} {'line' if pieces.rows == 1 else 'lines'}."


def summary(number: int) -> str:
    things = "One thing has" if number == 1 else f"{number:,} things have"
    return f"There is no file yet. {things} to be mended first; then ask again."


def mapped_modules(layout: ExportFormat, team: Team) -> dict[int, ModuleInFormat]:
    """The modules that go into the file, by id: those that are set, and that a manager may know of."""
    seen = {module.id for module in team.modules}
    found = layout.modules.all()
    if layout.kind == FileKind.ASC_WDS:
        found = found.exclude(category="")
    return {module.module_id: module for module in found if module.module_id in seen}


def about(job: Job, team: Team) -> Mapping[str, Any]:
    """What must be mended, in words, of the people and units that she may see. 3 queries."""
    wrong = [Wrong(*each) for each in job.cursor.get("wrong", [])]
    if not wrong or job.status != "failed":
        return {}
    found = team.people.filter(pk__in={each.person for each in wrong}).values_list("pk", "name", "public_id")
    people = {pk: (name, key) for pk, name, key in found}
    units = dict(team.visible.filter(pk__in={each.unit for each in wrong}).values_list("pk", "name"))
    modules = {module.id: module.title for module in team.modules}
    lines = []
    for each in wrong:
        said, mend = WRONG[each.what]
        named = {
            "person": people.get(each.person, ("Somebody", None))[0],
            "unit": units.get(each.unit, "A unit"),
            "module": modules.get(each.module, "A module"),
        }
        lines.append({"said": said.format(**named), "mend": mend, "person": people.get(each.person, ("", None))[1]})
    return {"wrong": lines, "more": job.cursor.get("all", 0) - len(lines)}


def organisations_of(team: Team) -> dict[int, Organisation]:
    tops: tuple[Unit, ...] = team.tops
    return {top.organisation_id: top.organisation for top in tops}
