"""What has happened to people, written straight into the records: the manager's screens only read."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from courses.content.models import ChangeKind, ModulePage, ModuleVersion
from courses.people.models import Organisation, Person, Unit
from courses.records.models import Attempt, Completion, Enrolment, Event, Exemption, Requirement
from tests.factories import catalogue


def today(offset: int = 0) -> datetime.date:
    """Today, or so many days later."""
    return timezone.localdate() + datetime.timedelta(days=offset)


def at(day: datetime.date) -> datetime.datetime:
    """Ten in the morning of a day."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))


def analysed() -> None:
    """What autovacuum does after many new rows; it cannot see inside a test's transaction, and a plan that was made for
    ten people takes hours for a thousand."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def make_module(title: str = "Carer awareness", *, private: bool = False) -> ModulePage:
    """A published module, written straight into the tables: what it teaches does not matter here."""
    page = ModulePage(title=title, slug=slugify(title), summary=title, private=private, live=True)
    catalogue().add_child(instance=page)
    return republished(page, private=private)


def republished(page: ModulePage, *, private: bool) -> ModulePage:
    """The module with a further version, private or not."""
    version = ModuleVersion.objects.create(
        module=page,
        number=page.versions.count() + 1,
        sha256="0" * 64,
        slug=page.slug,
        title=page.title,
        minutes=20,
        private=private,
        outline={},
        change_kind=ChangeKind.CORRECTION,
        published_at=timezone.now(),
    )
    ModulePage.objects.filter(pk=page.pk).update(private=private, current_version=version)
    page.refresh_from_db()
    return page


def version_of(module: ModulePage) -> ModuleVersion:
    """What learners read of the module today."""
    version = module.current_version
    assert isinstance(version, ModuleVersion)
    return version


def require(
    module: ModulePage,
    where: Unit | Organisation,
    *,
    due: int | None = None,
    after_joining: int | None = None,
    **more: Any,
) -> Requirement:
    """The people of `where` must hold `module`, due in so many days from now or after they joined."""
    organisation = where.organisation if isinstance(where, Unit) else where
    if due is None and after_joining is None:
        due = 200
    fields: dict[str, Any] = {"starts_on": datetime.date(2024, 1, 1), **more}
    return Requirement.objects.create(
        organisation=organisation,
        unit=where if isinstance(where, Unit) else None,
        module=module,
        due_on=None if due is None else today(due),
        days_after_joining=after_joining,
        **fields,
    )


def started(
    person: Person, module: ModulePage, *, days_ago: int = 5, period: int = 1, failed: bool = False
) -> Enrolment:
    """The person has begun the module and not finished it; `failed`: with no try left."""
    then = at(today(-days_ago))
    enrolment = Enrolment.objects.create(
        person=person,
        module=module,
        period=period,
        enrolled_at=then,
        started_at=then,
        last_active_at=then,
        tries_used_up=failed,
    )
    Attempt.objects.create(enrolment=enrolment, version=version_of(module), started_at=then)
    return enrolment


def completed(
    person: Person,
    module: ModulePage,
    *,
    days_ago: int = 100,
    valid: int | None = 400,
    period: int = 1,
    score: int = 90,
) -> Completion:
    """The person completed the module so many days ago; valid for so many days from today, or for ever (None)."""
    then = at(today(-days_ago))
    until = None if valid is None else today(valid)
    enrolment = Enrolment.objects.create(
        person=person,
        module=module,
        period=period,
        enrolled_at=then,
        started_at=then,
        completed_at=then,
        valid_until=until,
    )
    attempt = Attempt.objects.create(enrolment=enrolment, version=version_of(module), started_at=then, finished_at=then)
    return Completion.objects.create(
        enrolment=enrolment,
        attempt=attempt,
        person=person,
        module=module,
        version=version_of(module),
        completed_at=then,
        valid_until=until,
        score=score,
        minutes=module.minutes,
        snapshot={},
    )


def revoked(completion: Completion) -> Event:
    """The certificate of the completion was revoked, as the timeline tells."""
    return Event.objects.create(
        person=completion.person,
        enrolment=completion.enrolment,
        kind="revoked",
        at=at(today(-1)),
        client_id=f"revoked:{completion.pk}",
    )


def exempted(person: Person, module: ModulePage, *, until: int | None = 30, since: int = -30) -> Exemption:
    """The person need not hold the module just now."""
    return Exemption.objects.create(
        person=person,
        module=module,
        kind="equivalent",
        starts_on=today(since),
        ends_on=None if until is None else today(until),
        entered_by=person,
        entered_at=at(today(since)),
    )
