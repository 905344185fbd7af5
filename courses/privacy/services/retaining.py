"""What has come due in an organisation: a list, and if somebody asks for it, what is done about it.

A person's name is taken off when she has left and the time of every training record of hers is over, here and wherever
else she worked; while she uses her account, only what is this organisation's goes. A dry run writes the same list and
does nothing. One transaction a person; a worker that dies is followed by one that goes on there.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.people import jobs
from courses.people.models import Action, Job, Membership, Organisation, Person, User
from courses.people.permissions import led_organisations
from courses.people.rules import ERASED
from courses.people.services.auditing import note
from courses.privacy import clocks
from courses.privacy.clocks import Record
from courses.privacy.models import Outcome, RetentionAction, RetentionClass, RetentionLine, RetentionRun, Tombstone, Why
from courses.privacy.queries import held, organisations_of, people_of

from . import erasing, holding
from .forgetting import forget_details, with_details

RETAIN = "retention"
"""The kind of job."""
STEP = 200
STILL_USED = datetime.timedelta(days=365)
"""Who has signed in within this time uses her account: her name stays hers."""


@transaction.atomic
def ask(*, organisation: Organisation, by: User, dry: bool = True) -> RetentionRun:
    """A list of what has come due, or the work itself, as a job."""
    if not led_organisations(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied("Retention is the training lead's.")
    run = begin(organisation=organisation, by=by.person, dry=dry)
    note(
        action=Action.EXPORTED if dry else Action.CHANGED, what="due-records", by=by.person, organisation=organisation,
        key=run.public_id,
    )  # fmt: skip
    return run


@transaction.atomic
def begin(
    *, organisation: Organisation, by: Person | None, dry: bool, only_by_itself: bool = False, queue: bool = True
) -> RetentionRun:
    """The run and its job; `queue`: not to be worked on here and now. One that has not ended yet is gone on with."""
    holding.stop([organisation.pk])
    same = RetentionRun.objects.filter(
        organisation=organisation, dry=dry, only_by_itself=only_by_itself, ended_at=None, day=timezone.localdate(),
        job__status__in=["waiting", "running"],
    ).first()  # fmt: skip
    if same is not None:
        return same
    run = RetentionRun.objects.create(
        organisation=organisation, by=by, day=timezone.localdate(), dry=dry, only_by_itself=only_by_itself,
        made_at=timezone.now(),
    )  # fmt: skip
    if queue:
        run.job = jobs.ask(kind=RETAIN, by=by, organisation=organisation, run=run.pk)
    else:
        run.job = Job.objects.create(kind=RETAIN, by=by, organisation=organisation, params={"run": run.pk})
    run.save(update_fields=["job"])
    return run


def carry_out(work: jobs.Work) -> str:
    """What `people.jobs` runs."""
    run = RetentionRun.objects.select_related("organisation", "by").get(pk=work.job.params["run"])
    people = people_of([run.organisation]).exclude(name=ERASED)
    total, done = people.count(), work.job.done
    modules = clocks.class_of_modules(run.organisation)
    for ids in _batches(run, work.cursor.get("person", 0)):
        due = _due(run, ids, modules)
        for person_id in sorted(due) if not run.dry else ():
            with transaction.atomic():
                _do(run, person_id, modules)
                work.reached(done=done, total=max(total, done), person=person_id)
        with transaction.atomic():
            if run.dry:
                RetentionLine.objects.bulk_create(_lines(run, due))
            done += len(ids)
            work.reached(done=done, total=max(total, done), person=ids[-1])
    RetentionRun.objects.filter(pk=run.pk).update(ended_at=timezone.now())
    found = run.lines.values_list("person", flat=True)
    return f"{len(found)} records of {len(set(found))} people are due." if run.dry else f"Done: {len(found)} records."


def _batches(run: RetentionRun, after: int) -> Iterator[list[int]]:
    while True:
        people = people_of([run.organisation]).exclude(name=ERASED).filter(pk__gt=after)
        ids = list(people.order_by("pk").values_list("pk", flat=True)[:STEP])
        if not ids:
            return
        yield ids
        after = ids[-1]


Due = dict[int, list[tuple[Record, Outcome]]]


def _due(run: RetentionRun, ids: list[int], modules: dict[int, RetentionClass]) -> Due:
    """What has come due of these people, and what would come of it."""
    organisation, today = run.organisation, run.day
    records = clocks.records_of(organisation, ids, today=today, modules=modules)
    over = {pk: [one for one in found if one.is_over(today) and _asked_of(run, one)] for pk, found in records.items()}
    over = {pk: found for pk, found in over.items() if found}
    if not over:
        return {}
    details = with_details(
        [one.enrolment_id for found in over.values() for one in found if one.enrolment_id and _is(one, "details")]
    )
    left = clocks.left_on(organisation, list(over), today)
    stopped = held(over, [organisation.pk])
    done = set(
        RetentionLine.objects.filter(
            run__organisation=organisation, run__dry=False, outcome=Outcome.OURS_OFF, person__in=over
        ).values_list("person", flat=True)
    )
    found: Due = {}
    for pk, due in over.items():
        gone = left.get(pk) != clocks.PRESENT
        every = records[pk]
        name = gone and all(_is(one, "anonymise") and one.is_over(today) and _asked_of(run, one) for one in every)
        whole = Outcome.WAITS
        if name and pk not in stopped:
            whole = Outcome.OURS_OFF if _is_needed_elsewhere(pk, organisation, today) else Outcome.NAME_OFF
        lines = []
        for one in due:
            if _is(one, "details") and one.enrolment_id not in details:
                continue
            outcome = whole if _is(one, "anonymise") else Outcome(one.kept_as.action)
            if outcome == Outcome.OURS_OFF and pk in done:
                continue
            lines.append((one, Outcome.HELD if pk in stopped else outcome))
        if lines:
            found[pk] = lines
    return found


def _is(record: Record, action: str) -> bool:
    return record.kept_as.action == RetentionAction(action)


def _asked_of(run: RetentionRun, record: Record) -> bool:
    return record.kept_as.by_itself or not run.only_by_itself


def _is_needed_elsewhere(person_id: int, organisation: Organisation, today: datetime.date) -> bool:
    """Whether she still works or learns anywhere, another organisation must keep a record of hers, or she uses her
    account. Looked at for few people only."""
    person = Person.objects.get(pk=person_id)
    if Membership.objects.current(today).filter(person=person).exists():
        return True
    if person.logins.filter(is_active=True, last_login__gte=timezone.now() - STILL_USED).exists():
        return True
    for other in organisations_of(person):
        if other.pk != organisation.pk:
            modules = clocks.class_of_modules(other)
            records = clocks.records_of(other, [person_id], today=today, modules=modules)[person_id]
            if held([person_id], [other.pk]) or not all(one.is_over(today) for one in records):
                return True
    return False


def _lines(run: RetentionRun, due: Due) -> list[RetentionLine]:
    return [
        RetentionLine(
            run=run, person_id=pk, module_id=one.module_id, kept_as=one.kept_as, completed_on=one.completed_on,
            until=one.until or run.day, outcome=outcome,
        )
        for pk, lines in due.items()
        for one, outcome in lines
    ]  # fmt: skip


def _do(run: RetentionRun, person_id: int, modules: dict[int, RetentionClass]) -> None:
    """One person: looked at again, now that nobody can place a hold, and then done."""
    person = Person.objects.select_for_update().get(pk=person_id)
    holding.stop(one.pk for one in organisations_of(person))
    due = _due(run, [person_id], modules)
    if not due:
        return
    lines = due[person_id]
    RetentionLine.objects.bulk_create(_lines(run, due))
    details = [one.enrolment_id for one, outcome in lines if outcome == Outcome.DETAILS and one.enrolment_id]
    if details:
        forget_details(person=person, enrolments=details, organisation=run.organisation, by=run.by)
    outcomes = {outcome for _, outcome in lines}
    if outcomes & {Outcome.NAME_OFF, Outcome.OURS_OFF}:
        steps = (
            erasing.steps_of_all(erasing.EVERYTHING)
            if Outcome.NAME_OFF in outcomes
            else erasing.steps_for(run.organisation, erasing.EVERYTHING)
        )
        changed = Counter[str]()
        for step in steps:
            changed.update(erasing.take(step, person))
        Tombstone.objects.create(
            why=Why.KEPT_LONG_ENOUGH, at=timezone.now(), by=run.by, person=person, organisation=run.organisation,
            changed=dict(changed), data={"run": run.pk},
        )  # fmt: skip
