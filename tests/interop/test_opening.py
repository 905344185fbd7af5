"""Opening an activity: a token for one person, one attempt and one activity, and a line on the timeline."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.interop import launches
from courses.interop.opening import open_activity, renew
from courses.people.models import User
from courses.records.models import ActivityProgress, Completion, Event
from courses.records.models.event import EventKind
from tests.interop.hosting import Opened
from tests.interop.reporting import begun, sent, statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(amara: User) -> Opened:
    found = begun(amara.person, rule="opened")
    ActivityProgress.objects.all().delete()
    return found


def openings() -> int:
    return Event.objects.filter(kind=EventKind.ACTIVITY_OPENED).count()


def test_an_opening_has_a_token_an_address_and_a_line_on_the_timeline(amara: User, activity: Opened) -> None:
    launch, token, address = open_activity(person=amara.person, attempt=activity.attempt, block=activity.block)
    assert launches.read(token) == launch
    assert (launch.mode, launch.person_id, launch.attempt_id) == ("normal", amara.person.pk, activity.attempt.pk)
    assert (launch.block_id, launch.version_id) == (activity.block["id"], activity.version.pk)
    assert address == f"http://{activity.package.public_id}.localhost:8000/launch/{token}/"
    assert ActivityProgress.objects.get().version == activity.version
    assert openings() == 1
    other = open_activity(person=amara.person, attempt=activity.attempt, block=activity.block)
    assert other.launch.client != launch.client
    assert openings() == 2
    assert ActivityProgress.objects.count() == 1


def test_opening_costs_five_queries(amara: User, activity: Opened) -> None:
    open_activity(person=amara.person, attempt=activity.attempt, block=activity.block)
    with CaptureQueriesContext(connection) as queries:
        open_activity(person=amara.person, attempt=activity.attempt, block=activity.block)
    assert len(queries) <= 5


def test_what_was_sent_but_did_not_start_was_not_opened(amara: User, activity: Opened) -> None:
    open_activity(person=amara.person, attempt=activity.attempt, block=activity.block)
    assert not Completion.objects.exists()
    assert sent(activity, (1, "opened", None)).completion


def test_after_the_completion_it_is_looked_back_at_and_nothing_is_written(amara: User, activity: Opened) -> None:
    sent(activity, (1, "opened", None))
    activity.attempt.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        launch = open_activity(person=amara.person, attempt=activity.attempt, block=activity.block).launch
    assert launch.mode == "review"
    assert len(queries) == 0
    assert openings() == 0


def test_a_token_is_renewed_for_the_same_opening_only(amara: User, omar: User, activity: Opened) -> None:
    attempt, block = activity.attempt, activity.block
    launch, token, _ = open_activity(person=amara.person, attempt=attempt, block=block)
    assert launches.read(renew(token=token, person=amara.person, attempt=attempt, block=block)) == launch
    with pytest.raises(launches.ForgedError):
        renew(token=token, person=omar.person, attempt=attempt, block=block)
    with pytest.raises(launches.ForgedError):
        renew(token=token, person=amara.person, attempt=attempt, block={**block, "id": "another"})
    with pytest.raises(launches.ForgedError):
        renew(token=token, person=amara.person, attempt=attempt, block={**block, "version_id": 0})
    with pytest.raises(launches.ForgedError):
        renew(token=token[:-1], person=amara.person, attempt=attempt, block=block)


def test_statements_of_two_openings_go_to_one_progress(amara: User, activity: Opened) -> None:
    for client in ("morning", "evening"):
        launch = open_activity(
            person=amara.person, attempt=activity.attempt, block=activity.block, client=client
        ).launch
        assert launch.client == client
    sent(activity, (1, "statement", statement("completed")), client="morning")
    assert ActivityProgress.objects.count() == 1
