"""Files made as long work: the same lines as on the screen, step by step, for who asked and may see them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import chain
from typing import IO

from django.core.files.base import File
from django.db import transaction
from django.http import QueryDict

from courses.people import jobs
from courses.people.models import Action, Job, Organisation, Person, User
from courses.people.pieces import Pieces
from courses.people.services.auditing import note
from courses.records.team import Team
from courses.spreadsheets import Line, TooManyRows, write_csv, write_xlsx

from . import sheets
from .sheets import Refused, Sheet, sheet_of

KIND = "export"
ENDINGS = {"csv": "CSV", "xlsx": "Excel (XLSX)"}
NOT_HERS = "You no longer see anybody's training, so there is nothing to put into the file."
CHOICE = "The filter holds a choice that is no longer there. Choose again on the screen, and ask for the file again."
TOO_MANY = "A worksheet holds 1,048,576 rows and this list has more. Ask for it as CSV, or choose one unit."


def team_of(person: Person | None) -> Team | None:
    """What the person may see at this moment; None for who manages nobody or can no longer sign in."""
    login = User.objects.filter(person=person, is_active=True).first() if person else None
    return Team.of(login) if login else None


def tops(team: Team) -> list[int]:
    """The topmost of her units: who still sees these sees everything that was in the file."""
    return [top.pk for top in team.tops]


def kept_choice(data: QueryDict) -> str:
    """The choice as it is kept with the work: never a name that was searched for, nor which page was looked at."""
    kept = data.copy()
    for name in ("q", "page", "after", "before", "print", "csrfmiddlewaretoken", "ending"):
        kept.pop(name, None)
    return kept.urlencode()


def organisation_of(team: Team) -> Organisation | None:
    """The organisation that a file is of; none where it is of several."""
    return team.tops[0].organisation if len(team.organisations) == 1 else None


@transaction.atomic
def ask_for_sheet(*, person: Person, team: Team, sheet: Sheet, ending: str, choice: str, slug: str = "") -> Job:
    """Puts a file into the queue, and says so in the audit log."""
    organisation = organisation_of(team)
    asked = {"what": sheet.what, "ending": ending, "choice": choice, "slug": slug, "units": tops(team)}
    job = jobs.ask(kind=KIND, by=person, organisation=organisation, **asked)
    noted(person=person, team=team, sheet=sheet, ending=ending, action=Action.EXPORTED, key=job.public_id)
    return job


def noted(*, person: Person, team: Team, sheet: Sheet, ending: str, action: Action, key: object = "") -> None:
    """Who took which list away, and of how many, where somebody can wait for that."""
    note(
        action=action,
        what=sheet.what,
        by=person,
        organisation=organisation_of(team),
        key=key,
        ending=ending,
        people=None if sheet.too_many else sheet.total,
        on=sheet.team.on.isoformat(),
    )


def make(work: jobs.Work) -> str:
    """Makes the lines in pieces that the next worker goes on from, and then the file out of them."""
    sheet = sheet_for(work.job)
    ending = work.job.params["ending"]
    pieces = Pieces(work, sign=[sheet.team.on, sheet.head, tops(sheet.team)], people=sheet.people)
    pieces.fill(sheet.lines_of, sheets.PART)
    with tempfile.TemporaryFile() as file:
        write(file, chain([sheet.head], pieces.lines()), ending, sheet.title)
        file.seek(0)
        work.keep(File(file), f"{sheet.stem}.{ending}")
    return f"The file is ready: {pieces.rows:,} {'row' if pieces.rows == 1 else 'rows'} below the headings."


def sheet_for(job: Job) -> Sheet:
    """What was asked for, as far as who asked may see it now. Raises a Fault that says why not."""
    team = team_of(job.by)
    if team is None:
        raise jobs.Fault(NOT_HERS)
    try:
        sheet = sheet_of(job.params["what"], team, QueryDict(job.params["choice"]), job.params["slug"])
    except Refused:
        sheet = None
    if sheet is None:
        raise jobs.Fault(CHOICE)
    return sheet


def write(file: IO[bytes], lines: Iterator[Line], ending: str, title: str) -> None:
    """The lines in one of the ENDINGS."""
    if ending == "csv":
        write_csv(file, lines)
        return
    try:
        write_xlsx(file, lines, title)
    except TooManyRows:
        raise jobs.Fault(TOO_MANY) from None
