"""What packages report, through the one door: taken once, in order, in one transaction up to the certificate. Budget:
19 queries with BEGIN and COMMIT for the statement that completes the module, 7 for a state."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.credentials.models import Certificate
from courses.interop.calls import Call
from courses.interop.calls.receiving import EndedError, FloodError, NotHereError, NotTakenError, receive
from courses.people.models import User
from courses.records.models import (
    ActivityAttempt,
    ActivityCall,
    ActivityProgress,
    Completion,
    Event,
    ItemResponse,
    LessonProgress,
)
from courses.records.models.event import EventKind
from courses.records.rebuilding import differences
from tests.interop.hosting import Opened
from tests.interop.reporting import begun, goes, sent, state, statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(amara: User) -> Opened:
    """Amara has opened the activity, which is all that her module asks; it needs four fifths of the marks."""
    return begun(amara.person, rule="score", score=80)


def test_a_statement_with_enough_marks_completes_the_module_with_its_certificate(activity: Opened, amara: User) -> None:
    sent(activity, (1, "opened", None), (2, "state", state()))
    received = sent(activity, (3, "statement", statement("answered", 9, 10, success=True)))
    assert [result.outcome for result in received.results] == ["accepted"]
    assert received.satisfied
    completion = Completion.objects.get(person=amara.person)
    assert received.completion == completion
    assert Certificate.objects.get().completion == completion
    (go,) = goes(activity)
    assert (go.raw, go.maximum, go.scaled, go.success, go.completion) == (9, 10, 0.9, True, "completed")
    assert go.seconds == 12
    progress = ActivityProgress.objects.get()
    assert (progress.state, progress.satisfied_by) == (state(), "package")
    assert LessonProgress.objects.count() == 1
    assert not list(differences())
    kinds = list(
        Event.objects.filter(enrolment=activity.attempt.enrolment).order_by("pk").values_list("kind", flat=True)
    )
    assert kinds[-6:] == ["activity-calls", "activity-calls", "activity-done", "lesson-done", "completed", "certified"]


def test_the_statement_that_completes_the_module_costs_nineteen_queries(activity: Opened) -> None:
    sent(activity, (1, "opened", None), (2, "state", state()))
    with CaptureQueriesContext(connection) as queries:
        assert sent(activity, (3, "statement", statement("answered", 9, 10, success=True))).completion
    said = "\n".join(query["sql"][:160] for query in queries.captured_queries)
    assert len(queries) <= 19, said


def test_a_state_costs_seven_queries(activity: Opened) -> None:
    sent(activity, (1, "opened", None))
    with CaptureQueriesContext(connection) as queries:
        sent(activity, (2, "state", state()))
    assert len(queries) <= 7, "\n".join(query["sql"][:160] for query in queries.captured_queries)


def test_the_same_request_again_changes_nothing(activity: Opened) -> None:
    calls = [(1, "opened", None), (2, "state", state()), (3, "statement", statement("answered", 1, 10))]
    first = sent(activity, *calls)
    events, again = Event.objects.count(), sent(activity, *calls)
    assert [result.outcome for result in first.results] == ["accepted"] * 3
    assert [result.outcome for result in again.results] == ["repeat"] * 3
    assert (first.upto, again.upto) == (3, 3)
    assert ActivityCall.objects.count() == 3
    assert Event.objects.count() == events
    assert len(goes(activity)) == 1


def test_half_of_a_request_that_came_before_is_left_out(activity: Opened) -> None:
    sent(activity, (2, "statement", statement("answered", 1, 10)))
    received = sent(
        activity, (1, "opened", None), (2, "statement", statement("answered", 9, 10)), (3, "state", state())
    )
    assert [result.outcome for result in received.results] == ["accepted", "repeat", "accepted"]
    assert [go.raw for go in goes(activity)] == [1]
    assert not received.satisfied
    late = sent(activity, (2, "statement", statement("answered", 9, 10)))
    assert [result.outcome for result in late.results] == ["repeat"], "also after newer ones"


def test_a_number_twice_in_one_request_counts_once(activity: Opened) -> None:
    received = sent(
        activity, (1, "statement", statement("answered", 1, 10)), (1, "statement", statement("answered", 9, 10))
    )
    assert [result.outcome for result in received.results] == ["accepted", "repeat"]
    assert len(goes(activity)) == ActivityCall.objects.count() == 1


def test_another_opening_counts_for_itself(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("answered", 1, 10)), client="morning")
    sent(activity, (1, "statement", statement("answered", 2, 10)), client="evening")
    late = sent(activity, (1, "statement", statement("answered", 9, 10)), client="morning")
    assert [result.outcome for result in late.results] == ["repeat"]
    sent(activity, (2, "statement", statement("answered", 3, 10)), client="morning")
    assert [go.raw for go in goes(activity)] == [1, 2, 3]


def test_a_late_state_of_one_opening_is_stale_and_written_down(activity: Opened) -> None:
    sent(activity, (5, "state", state("new")))
    late = sent(activity, (4, "state", state("old")))
    assert [(result.outcome, result.reason) for result in late.results] == [("stale", "Something newer stood already.")]
    assert ActivityProgress.objects.get().state == state("new")
    assert ActivityCall.objects.get(sequence=4).outcome == "stale"
    told = Event.objects.filter(kind=EventKind.ACTIVITY_CALLS).order_by("-pk")[0]
    assert told.data["calls"] == [[4, "state", "stale"]]


def test_between_two_openings_the_time_of_giving_decides(activity: Opened) -> None:
    sent(activity, Call(1, "state", body=state("at noon"), age_ms=0), client="phone")
    old = sent(activity, Call(9, "state", body=state("on the train"), age_ms=3_600_000), client="laptop")
    assert old.results[0].outcome == "stale"
    new = sent(activity, Call(10, "state", body=state("in the evening")), client="laptop")
    assert new.results[0].outcome == "accepted"
    assert ActivityProgress.objects.get().state == state("in the evening")


def test_statements_count_in_any_order(activity: Opened) -> None:
    sent(activity, (7, "statement", statement("completed", 5, 10)))
    assert sent(activity, (6, "statement", statement("answered", 8, 10))).satisfied


def test_the_end_of_the_unbroken_row_is_told(activity: Opened) -> None:
    received = sent(activity, (4, "opened", None), (5, "state", state()), (8, "state", state()))
    assert received.upto == 5
    assert [result.seq for result in received.results] == [4, 5, 8]
    assert sent(activity).upto == 0


def test_calls_of_another_attempt_block_or_person_are_refused_and_write_nothing(
    activity: Opened, omar: User, amara: User
) -> None:
    events = Event.objects.count()
    call = (1, "statement", statement("answered", 10, 10))
    for error, changed in (
        (EndedError, {"person_id": omar.person.pk}),
        (EndedError, {"attempt_id": activity.attempt.pk + 1000}),
        (EndedError, {"attempt_id": None}),
        (NotHereError, {"block_id": "no-such-block"}),
        (NotHereError, {"version_id": activity.version.pk + 1000}),
    ):
        with pytest.raises(error):
            sent(activity, call, **changed)
    assert not ActivityCall.objects.exists()
    assert Event.objects.count() == events
    assert not Completion.objects.exists()


@pytest.mark.parametrize("mode", ["review", "browse", "trial"])
def test_looking_back_and_trying_out_write_nothing(activity: Opened, mode: str) -> None:
    with pytest.raises(EndedError):
        sent(activity, (1, "statement", statement("answered", 10, 10)), mode=mode)
    assert not ActivityCall.objects.exists()


def test_after_the_completion_nothing_more_is_taken(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("answered", 10, 10)))
    with pytest.raises(EndedError) as caught:
        sent(activity, (2, "statement", statement("answered", 0, 10)))
    assert "Your record is safe" in caught.value.message
    assert len(goes(activity)) == 1


def test_the_completing_call_sent_again_is_told_of_the_completion(activity: Opened) -> None:
    """Its answer was lost on the way: she must not be told that it was not saved."""
    end = (1, "statement", statement("answered", 10, 10))
    completion = sent(activity, end).completion
    again = sent(activity, end, (2, "state", state()))
    assert [(result.seq, result.outcome) for result in again.results] == [(1, "repeat"), (2, "refused")]
    assert again.satisfied
    assert again.completion == completion
    assert ActivityCall.objects.count() == 1


def test_somebody_whose_sign_in_was_taken_away_reports_nothing(activity: Opened, amara: User) -> None:
    amara.is_active = False
    amara.save()
    with pytest.raises(EndedError):
        sent(activity, (1, "statement", statement("answered", 10, 10)))
    assert not ActivityCall.objects.exists()


def test_a_lost_beginning_is_made_good(activity: Opened) -> None:
    ActivityProgress.objects.all().delete()
    assert sent(activity, (1, "statement", statement("answered", 9, 10))).satisfied
    assert ActivityProgress.objects.get().version == activity.version


def test_a_flood_is_stopped_and_says_when_to_go_on(activity: Opened) -> None:
    for request in range(6):
        sent(activity, *((request * 100 + number, "opened", None) for number in range(1, 101)))
    with pytest.raises(FloodError) as caught:
        sent(activity, (601, "opened", None))
    assert 0 < caught.value.seconds <= 300
    assert ActivityCall.objects.count() == 600
    assert len(goes(activity)) == 1
    assert issubclass(FloodError, NotTakenError)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("statement", None, "It is no statement."),
        ("statement", [], "It is no statement."),
        ("statement", {}, "Its verb is none of those that are recorded."),
        ("statement", statement("voided"), "Its verb is none of those that are recorded."),
        ("statement", statement("answered", 11, 10), "Its score is more than there is to have."),
        ("statement", statement("answered", float("inf"), 10), "It has a number that cannot be read."),
        ("statement", statement("answered", float("nan"), 10), "It has a number that cannot be read."),
        ("statement", statement("answered", 10**400, 10**400), "It has a number that cannot be read."),
        ("statement", statement("answered", 1, 10, response="x" * 70_000), "It is too large: 7"),
        ("state", {"0": {"state": "x" * 160_000}}, "It is too large: 160"),
        ("state", {"0": {"state": {"not": "text"}}}, "Its state has not the form of one."),
        ("state", {"0": "text"}, "Its state has not the form of one."),
        ("state", [1], "Its state has not the form of one."),
        ("state", {str(part): {} for part in range(600)}, "Its state has not the form of one."),
        ("commit", {"cmi.core.score.raw": "100"}, "H5P packages send no such calls."),
        ("finish", {"passed": True}, "There are no such calls."),
    ],
)
def test_what_cannot_be_taken_is_written_down_with_its_reason(
    activity: Opened, kind: str, body: object, reason: str
) -> None:
    received = sent(activity, (1, kind, body), (2, "state", state()))
    refused, kept = received.results
    assert refused.outcome == "refused"
    assert refused.reason.startswith(reason)
    assert kept.outcome == "accepted", "one bad call spoils no other"
    row = ActivityCall.objects.get(sequence=1)
    assert (row.outcome, row.reason) == ("refused", refused.reason)
    told = Event.objects.filter(kind=EventKind.ACTIVITY_CALLS).get()
    assert told.data["calls"][0] == [1, kind if kind != "finish" else "unknown", "refused"]
    assert reason not in str(told.data)
    assert not goes(activity)
    assert not received.satisfied


def test_characters_that_no_database_keeps_are_left_out(activity: Opened) -> None:
    said = statement("answered", 1, 10, response="a\u0000b\ud800c 👩🏽‍🦽", part="")
    sent(activity, (1, "statement", said), (2, "state", {"0\u0000": {"state": "\udfff{}"}}))
    assert ItemResponse.objects.get().answer == "abc 👩🏽‍🦽"
    assert ActivityProgress.objects.get().state == {"0": {"state": "{}"}}


def test_bottomless_nesting_is_refused(activity: Opened) -> None:
    deep: object = "x"
    for _ in range(900):
        deep = [deep]
    assert sent(activity, (1, "statement", {"verb": deep})).results[0].reason == "It is nested too deeply."


def test_a_thousand_attempts_are_enough(activity: Opened) -> None:
    ActivityAttempt.objects.bulk_create(
        ActivityAttempt(
            progress=activity.progress, number=number, started_at=activity.version.stored_at,
            finished_at=activity.version.stored_at,
        )
        for number in range(1, 1001)
    )  # fmt: skip
    received = sent(activity, (1, "statement", statement("answered", 10, 10)))
    assert received.results[0].reason == "There are too many attempts at this activity."


def test_nothing_of_what_she_answered_is_on_the_timeline(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("answered", 1, 10, response="My secret words")))
    assert "secret" in ItemResponse.objects.get().answer
    assert "secret" not in str(list(Event.objects.values_list("data", flat=True)))


def test_what_the_package_says_of_actor_id_and_time_is_not_kept(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("answered", 1, 10)))
    kept = str(ActivityCall.objects.get().body)
    for lie in ("Somebody else", "mailto:", "1999", "00000000-0000", "elsewhere.example"):
        assert lie not in kept
    assert f"/activities/{activity.package.public_id}/{activity.block['id']}" in kept


def test_twenty_statements_of_parts_cost_few_queries(activity: Opened) -> None:
    sent(activity, (1, "opened", None))
    calls = [(number, "statement", statement("answered", 1, 1, part=f"part-{number}")) for number in range(2, 22)]
    with CaptureQueriesContext(connection) as queries:
        sent(activity, *calls)
    assert len(queries) <= 9, "\n".join(query["sql"][:160] for query in queries.captured_queries)
    assert ItemResponse.objects.count() == 20


def test_a_token_is_not_kept_in_any_row(activity: Opened) -> None:
    launch = activity.launch(client="tab")
    receive(launch=launch, calls=[Call(1, "opened")])
    assert set(ActivityCall.objects.values_list("client", "part", "body")) == {("tab", "", None)}
