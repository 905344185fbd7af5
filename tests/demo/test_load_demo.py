"""`manage.py load_demo`: an empty installation becomes the demo, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.demo.people import ACCOUNTS
from courses.people.models import Person, User
from courses.records.models import Completion, Enrolment, Event
from courses.records.team import Team
from tests.manager.reading import said
from tests.people import signed_in

SHOWN = {
    "/manage/people/?gone=left": "Walter Finch",
    "/manage/assignments/": "Young carers",
    "/manage/paths/": "First year in adult social care",
    "/manage/views/": "Next dates first",
    "/manage/exports/": "Every Monday",
    "/manage/imports/": "people-january.csv",
    "/manage/reminders/": "Rhys Morgan",
    "/manage/units/": "Hospital Discharge",
    "/manage/job-roles/": "Occupational therapist",
    "/manage/leavers/": "Vera Lomax",
    "/manage/audit/": "a learning path",
}
"""What the demo's lead finds on her screens."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True
    call_command("load_demo")


def test_the_demo_has_its_people_and_their_history(demo: None) -> None:
    for account in ACCOUNTS:
        assert Client().login(username=account.email, password="carers-demo"), account.email
    learner = Person.objects.get(logins__email="learner@example.org")
    started = Enrolment.objects.get(person=learner, module__slug="carers-assessments-getting-it-right")
    assert (started.lessons_done, started.completed_at) == (2, None)
    assert not Enrolment.objects.filter(person__logins__email="newcomer@example.org").exists()
    assert Enrolment.objects.filter(tries_used_up=True).exists()
    assert Completion.objects.count() == Certificate.objects.count() >= 15
    oldest = Completion.objects.earliest("completed_at")
    assert oldest.version.published_at < oldest.completed_at

    # Every screen of the lead has something to show, and the manager sees her own unit alone.
    for address, words in SHOWN.items():
        assert words in said(signed_in(User.objects.get(email="lead@example.org")), address), address
    team = Team.of(User.objects.get(email="manager@example.org"))
    assert team is not None
    assert [unit.name for unit in team.units] == ["Adult Assessments"]
    assert team.people.count() == 13

    # A second start keeps what people did.
    before = [Event.objects.count(), User.objects.count(), ModulePage.objects.count()]
    User.objects.get(email="learner@example.org").person.memberships.update(job_title="Senior social worker")
    call_command("load_demo")
    assert [Event.objects.count(), User.objects.count(), ModulePage.objects.count()] == before
    assert learner.memberships.get().job_title == "Senior social worker"


def test_the_demo_is_refused_outside_its_settings() -> None:
    with pytest.raises(CommandError, match="demo's settings only"):
        call_command("load_demo")
