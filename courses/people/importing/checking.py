"""The dry run: every row of the file compared with what stands, and written down with what it would do. Nothing of the
organisation changes. A job in steps of a thousand rows; killed, it goes on after the last finished step."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection, transaction
from django.db.models import Count, Q

from courses.people.jobs import CalledOff, Fault, Work
from courses.people.models import Employment, ImportRow, ImportStatus, PeopleImport, Role, RowKind

from .parsing import parse
from .places import SEPARATOR, Places, note_new
from .planning import Planner, day
from .reading import Table, open_table
from .rules import DATES, fold, order_of, tidy
from .standing import standing

STEP = 1_000
MOST_SHOWN = 300
"""Names of new units and job roles that are kept to be shown; all are counted."""


@dataclass
class Survey:
    """What has to be known of the whole file before its first row can be judged."""

    rows: int = 0
    references: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)
    matched: dict[int, int] = field(default_factory=dict)
    """{person: the row that is about her}."""
    day_first: int = 0
    month_first: int = 0

    @property
    def order(self) -> str:
        """How dates are read where they could be read two ways: day first, unless the file itself says otherwise."""
        return "month" if self.month_first and not self.day_first else "day"


def check(work: Work) -> str:
    """The job `people-import-check`."""
    found = PeopleImport.objects.select_related("organisation").get(pk=work.job.params["import"])
    try:
        return _check(found, work)
    except Fault as fault:
        _failed(found, str(fault))
        raise
    except CalledOff:
        raise
    except Exception:
        _failed(found, "The file could not be checked. Nothing was changed.")
        raise


def _failed(found: PeopleImport, words: str) -> None:
    PeopleImport.objects.filter(pk=found.pk, status=ImportStatus.CHECKING).update(
        status=ImportStatus.FAILED, said=words[:500]
    )


def _check(found: PeopleImport, work: Work) -> str:
    on = datetime.date.fromisoformat(work.job.params["on"])
    survey = _survey(found, work)
    order = work.job.params.get("order") or survey.order
    places = Places(found.organisation, on)
    planner = Planner(places, on, coming=survey.references)
    done, last = work.cursor.get("done", 0), work.cursor.get("row", 0)
    _replay(found, planner, survey)
    with found.file.open("rb") as file:
        rows = _cells(open_table(file, found.file.size), found.mapping)
        rows = (row for row in rows if row[0] > last)
        while batch := list(islice(rows, STEP)):
            with transaction.atomic():
                ImportRow.objects.bulk_create(_judged(found, batch, survey, planner, order))
                done, last = done + len(batch), batch[-1][0]
                work.reached(done=done, total=survey.rows, row=last, stage="rows")
    if found.whole:
        _leavers(found, survey, on, work, done, last)
    return _finish(found, survey, places, order, on)


def _survey(found: PeopleImport, work: Work) -> Survey:
    survey = Survey()
    with found.file.open("rb") as file:
        for number, cells in _cells(open_table(file, found.file.size), found.mapping):
            survey.rows += 1
            survey.references.setdefault(tidy(cells.get("reference", "")), number)
            survey.addresses.setdefault(tidy(cells.get("email", "")).lower(), number)
            for key in DATES:
                order = order_of(cells.get(key, ""))
                survey.day_first += order == "day"
                survey.month_first += order == "month"
            if not survey.rows % (5 * STEP):
                work.reached(done=work.job.done, total=0, **work.cursor)
    survey.references.pop("", None)
    survey.addresses.pop("", None)
    return survey


def _cells(table: Table, mapping: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    places = {key: table.headings.index(heading) for key, heading in mapping.items() if heading in table.headings}
    for number, row in table.rows():
        yield number, {key: row[place] for key, place in places.items()}


def _judged(
    found: PeopleImport, batch: list[tuple[int, dict[str, str]]], survey: Survey, planner: Planner, order: str
) -> list[ImportRow]:
    parsed = [(number, *parse(cells, order=order)) for number, cells in batch]
    known = standing((values for _, values, _ in parsed), organisation=found.organisation, on=planner.on)
    rows = []
    for number, values, faults in parsed:
        for key, first, words in (
            ("reference", survey.references.get(values.get("reference", "")), "employee number"),
            ("email", survey.addresses.get(values.get("email", "")), "e-mail address"),
        ):
            if first is not None and first < number:
                faults[key] = f"Row {first} has the same {words}."
        plan = None if faults else planner.plan(values, known)
        if plan and plan.held:
            first = survey.matched.setdefault(plan.held.person.pk, number)
            if first != number:
                faults["reference"] = f"Row {first} is about the same person."
                plan = None
        rows.append(
            ImportRow(
                of=found,
                number=number,
                kind=RowKind.FAULT if plan is None else plan.kind,
                values=values,
                faults=faults if plan is None else plan.faults,
                changes={} if plan is None else plan.changes,
                person=plan.held.person if plan and plan.held else None,
            )
        )
    return rows


def _replay(found: PeopleImport, planner: Planner, survey: Survey) -> None:
    """After a worker died: whom the rows that it had judged are about, and which units and job roles they make new."""
    for row in found.rows.exclude(kind=RowKind.FAULT).order_by("number").iterator(STEP):
        note_new(planner.places, row.values)
        if row.person_id:
            survey.matched[row.person_id] = row.number


def _leavers(found: PeopleImport, survey: Survey, on: datetime.date, work: Work, done: int, last: int) -> None:
    """Who has an employment here and is in no row, not even in one that cannot be read, has left today."""
    matched = found.rows.exclude(person=None).values("person_id")
    leads = Q(person__memberships__role=Role.TRAINING_LEAD) & Q(person__memberships__organisation=found.organisation)
    leads &= Q(person__memberships__ends_on=None) | Q(person__memberships__ends_on__gte=on)
    open_ones = Employment.objects.filter(organisation=found.organisation, ends_on=None, starts_on__lte=on)
    missing = open_ones.exclude(person__in=matched).exclude(pk__in=open_ones.filter(leads).values("pk"))
    folded = {fold(reference) for reference in survey.references}
    rows = (
        employment
        for employment in missing.select_related("person").order_by("pk").iterator(STEP)
        if fold(employment.reference) not in folded - {""} and employment.email not in survey.addresses
    )
    with transaction.atomic():
        number = last
        while batch := list(islice(rows, STEP)):
            made = []
            for employment in batch:
                number += 1
                values = {"reference": employment.reference, "email": employment.email, "leaves_on": on.isoformat()}
                values |= {"name": employment.person.name, "missing": "yes"}
                made.append(
                    ImportRow(
                        of=found,
                        number=number,
                        kind=RowKind.LEAVE,
                        values={key: value for key, value in values.items() if value},
                        changes={"leaves_on": ["", day(on)]},
                        person=employment.person,
                    )
                )
            ImportRow.objects.bulk_create(made)
        work.reached(done=done, total=done, row=last, stage="leavers")


def _finish(found: PeopleImport, survey: Survey, places: Places, order: str, on: datetime.date) -> str:
    counts: dict[str, int] = dict(
        found.rows.order_by().values_list("kind").annotate(number=Count("pk")).values_list("kind", "number")
    )
    missing = found.rows.filter(kind=RowKind.LEAVE, values__has_key="missing")
    employed = Employment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), organisation=found.organisation)
    units = [SEPARATOR.join(way) for way, _ in places.new_units.values()]
    roles = list(places.new_roles.values())
    faults: Counter[str] = Counter()
    for one in found.rows.filter(kind=RowKind.FAULT).values_list("faults", flat=True).iterator(STEP):
        faults.update(one.keys())
    facts = {
        "order": order,
        "told": "both" if survey.day_first and survey.month_first else bool(survey.day_first or survey.month_first),
        "on": on.isoformat(),
        "rows": survey.rows,
        "new_units": len(units),
        "units": units[:MOST_SHOWN],
        "new_roles": len(roles),
        "roles": roles[:MOST_SHOWN],
        "missing": missing.count() if found.whole else 0,
        "employed": employed.count(),
        "fault_fields": dict(faults.most_common()),
    }
    with transaction.atomic():
        PeopleImport.objects.filter(pk=found.pk).update(
            status=ImportStatus.CHECKED, counts=counts, facts={**found.facts, **facts}, said=""
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{ImportRow._meta.db_table}"')
    return f"Checked {survey.rows:,} {'row' if survey.rows == 1 else 'rows'}. Nothing has been written yet."
