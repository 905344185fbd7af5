"""Making a file for another system as long work: checked from end to end before there is a file to download."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction

from courses.manager.models import ExportFormat, FileKind, ModuleInFormat
from courses.people import jobs
from courses.people.models import Action, Job, Organisation, Person, Unit
from courses.people.services.auditing import note
from courses.records.team import Team
from courses.spreadsheets import write_csv

from .making import NOT_HERS, team_of, tops
from .outside import WRONG, Wrong, faults_of, head_of, line_of
from .records import of_organisation, people_of, records

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
    writing = Writing(work, of_organisation(team, layout.organisation), layout)
    with tempfile.TemporaryFile() as file:
        write_csv(file, writing.lines(), mark=False)
        if writing.wrong:
            raise jobs.Fault(writing.summary())
        if not writing.rows:
            raise jobs.Fault("Nobody in your units holds any of the modules of this file yet, so it would be empty.")
        file.seek(0)
        work.keep(File(file), f"{layout.kind}-{team.on.isoformat()}.csv")
    return f"Checked, and nothing to mend: {writing.rows:,} {'line' if writing.rows == 1 else 'lines'}."


class Writing:
    """The lines, counted and checked as they are written."""

    def __init__(self, work: jobs.Work, team: Team, layout: ExportFormat) -> None:
        self.work, self.team, self.layout = work, team, layout
        mapped = mapped_modules(layout, team)
        self.modules = [module for module in team.modules if module.id in mapped]
        self.mapped = mapped
        self.rows = 0
        self.wrong: dict[Wrong, None] = {}
        if not self.modules:
            raise jobs.Fault(NOT_SET)

    def lines(self) -> Iterator[list[str]]:
        yield head_of(self.layout)
        ids = people_of(self.team)
        self.work.reached(done=0, total=len(ids))
        for done, found in records(self.team, self.layout.organisation, self.modules, ids):
            for record in found:
                module = self.mapped[record.module.id]
                self.wrong.update(dict.fromkeys(faults_of(self.layout, record, module)))
                yield line_of(self.layout, record, module)
            self.rows += len(found)
            first = [list(wrong) for wrong in list(self.wrong)[:LISTED]]
            self.work.reached(done=done, total=len(ids), **({"wrong": first, "all": len(self.wrong)} if first else {}))

    def summary(self) -> str:
        number = len(self.wrong)
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
