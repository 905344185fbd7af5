"""`manage.py rebuild_enrolments`: the mutable summary equals what the append-only rows and the progress say."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records import services
from courses.records.models import Enrolment
from tests.factories import ModuleFactory, PersonFactory
from tests.records.quick import quick_module
from tests.records.trips import begin, complete, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return ModuleFactory(published=True)


def rebuild(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rebuild_enrolments", *arguments, stdout=out)
    return out.getvalue()


def state() -> list[dict[str, Any]]:
    return [dict(row) for row in Enrolment.objects.order_by("pk").values()]


def every_kind(module: ModulePage) -> None:
    """People at each point of the trip."""
    begin(PersonFactory(), module, lessons=0)
    begin(PersonFactory(), module, lessons=1)
    sit(begin(PersonFactory(), module), right=False)
    complete(PersonFactory(), module)
    used_up = begin(PersonFactory(), module)
    for _ in range(3):
        sit(used_up, right=False)
    given_one = begin(PersonFactory(), module)
    for _ in range(3):
        sit(given_one, right=False)
    services.allow_another_try(enrolment=given_one.enrolment, by=PersonFactory(), client_id="1")
    used_again = begin(PersonFactory(), module)
    for _ in range(3):
        sit(used_again, right=False)
    services.allow_another_try(enrolment=used_again.enrolment, by=PersonFactory(), client_id="1")
    sit(used_again, right=False)
    Enrolment.objects.create(person=PersonFactory(), module=module, enrolled_at=timezone.now())


def test_what_the_services_write_is_right(module: ModulePage) -> None:
    every_kind(module)
    begin(PersonFactory(), quick_module("Without assessment", question_counts={}))
    before = state()
    assert "all of them" in rebuild("--check")
    assert "all of them" in rebuild()
    assert state() == before


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("completed_at", None),
        ("valid_until", None),
        ("valid_until", timezone.localdate()),
        ("lessons_done", 7),
        ("tries_used_up", True),
        ("started_at", None),
    ],
)
def test_a_wrong_summary_is_named_and_restored(amara: User, module: ModulePage, field: str, wrong: object) -> None:
    enrolment = complete(amara.person, module).enrolment
    before = state()
    Enrolment.objects.update(**{field: wrong})
    spoilt = state()
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 enrolment differ"):
        call_command("rebuild_enrolments", "--check", stdout=out)
    assert f"enrolment {enrolment.pk}: {field} is" in out.getvalue()
    assert "Amara" not in out.getvalue()
    assert state() == spoilt, "--check changes nothing"
    assert "1 restored" in rebuild()
    assert state() == before
    rebuild("--check")


def test_used_up_tries_are_found_again(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    Enrolment.objects.update(tries_used_up=False)
    rebuild()
    assert Enrolment.objects.get().tries_used_up


def test_a_completion_nobody_earned_is_taken_from_the_summary(amara: User, module: ModulePage) -> None:
    begin(amara.person, module, lessons=1)
    Enrolment.objects.update(completed_at=timezone.now(), valid_until=timezone.localdate())
    rebuild()
    enrolment = Enrolment.objects.get()
    assert (enrolment.completed_at, enrolment.valid_until) == (None, None)


def test_works_in_batches(module: ModulePage) -> None:
    every_kind(module)
    Enrolment.objects.update(lessons_done=99)
    assert rebuild("--batch", "2").count("lessons_done is 99") == Enrolment.objects.count()
    rebuild("--check", "--batch", "3")
    with pytest.raises(CommandError, match="1 or more"):
        rebuild("--batch", "0")


def test_the_number_of_queries_grows_with_batches_not_rows(module: ModulePage) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            rebuild("--check")
        return len(captured)

    begin(PersonFactory(), module)
    one = cost()
    every_kind(module)
    assert cost() == one
