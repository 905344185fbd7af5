"""What SCORM packages report: attempts, results, resuming, and everything that broke in peers. Budget of a commit: 8
queries with BEGIN and COMMIT; a sitting of 113 API calls makes twelve at most."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import packages as measured
from courses.content.models import PackageKind
from courses.interop.calls import Call
from courses.interop.calls.receiving import EndedError, Received
from courses.interop.scorm import wrapper
from courses.learner.player.parts import parts_of
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityCall, ActivityProgress, Completion, ItemResponse
from tests.factories import UserFactory
from tests.interop.hosting import Opened
from tests.interop.reporting import goes, one_lesson, opened_in, sent
from tests.packages import add_version, make_package, sco, scorm_files, scorm_manifest, version_of, with_activity
from tests.people import signed_in

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)
LEARNER = {"id": "abc", "name": "Learner"}


def package(*items: dict[str, Any], edition: str = "1.2") -> Any:
    manifest = scorm_manifest(*items, edition=edition)
    kind = PackageKind.SCORM_12 if edition == "1.2" else PackageKind.SCORM_2004
    return make_package(kind=kind, manifest=manifest, files=scorm_files(len(manifest["items"])))


def begun(user: User, *items: dict[str, Any], edition: str = "1.2", **block: Any) -> Opened:
    """She has opened the activity of a module that is done with it."""
    return opened_in(user.person, with_activity(one_lesson(), package=package(*items, edition=edition), **block))


def commit(
    opened: Opened, session: str = "s1", part: str = "item-1", *, end: bool = False, age_ms: int = 0, **values: Any
) -> Received:
    """One commit; `core__lesson_status="passed"` is cmi.core.lesson_status. A session is one loading of the page."""
    cmi = {"cmi." + name.replace("__", "."): value for name, value in values.items()}
    body: dict[str, Any] = {"session": session, "cmi": cmi}
    if end:
        body["terminated"] = True
    return sent(opened, Call(next(NUMBERS), "commit", part, body, age_ms), client=f"tab-{session}")


def outcome(received: Received) -> tuple[str, str]:
    return received.results[0].outcome, received.results[0].reason


def state(opened: Opened, part: str = "item-1") -> dict[str, Any]:
    found: dict[str, Any] = ActivityProgress.objects.get(pk=opened.progress.pk).state[part]
    return {key: value for key, value in found.items() if key != "_"}


def starts(opened: Opened, part: str = "item-1", mode: str = "normal") -> dict[str, str]:
    """The values with which the next loading of the page begins."""
    kept = ActivityProgress.objects.get(pk=opened.progress.pk).state
    manifest = opened.version.manifest
    item = next(item for item in manifest["items"] if item["id"] == part)
    return wrapper.start_values(manifest=manifest, state=kept, item=item, mode=mode, learner=LEARNER)


def said(go: ActivityAttempt) -> tuple[Any, ...]:
    return (go.raw, go.success, go.completion, go.finished_at is not None)


def test_a_passed_quiz_completes_the_module(amara: User) -> None:
    hers = begun(amara, rule="passed")
    received = commit(
        hers, end=True, core__lesson_status="passed", core__score__raw="90", core__score__max="100",
        core__session_time="00:05:00",
    )  # fmt: skip
    assert outcome(received) == ("accepted", "")
    assert received.completion == Completion.objects.get(person=amara.person)
    (go,) = goes(hers)
    assert said(go) == (90, True, "completed", True)
    assert (go.maximum, go.scaled, go.seconds) == (100, 0.9, 300)


# What broke in peers ------------------------------------------------------------------------------------------------


def test_a_commit_that_was_answered_with_true_is_kept(amara: User) -> None:
    hers = begun(amara)
    commit(hers, suspend_data="page=3;é漢", core__lesson_location="3")
    assert state(hers) == {"cmi.suspend_data": "page=3;é漢", "cmi.core.lesson_location": "3"}


def test_a_package_that_never_finishes_is_resumed_with_its_time(amara: User) -> None:
    hers = begun(amara)
    commit(hers, "s1", suspend_data="half", core__session_time="00:10:00")
    begins = starts(hers)
    assert (begins["cmi.core.entry"], begins["cmi.suspend_data"]) == ("resume", "half")
    assert begins["cmi.core.total_time"] == "0000:10:00"
    commit(hers, "s2", core__session_time="00:05:00")
    assert starts(hers)["cmi.core.total_time"] == "0000:15:00"
    assert [go.seconds for go in goes(hers)] == [900]


def test_total_time_grows_and_session_time_is_never_given_back(amara: User) -> None:
    hers = begun(amara)
    for session in ("s1", "s2", "s3"):
        commit(hers, session, core__session_time="00:00:30")
        commit(hers, session, end=True, core__session_time="00:01:00", core__exit="suspend", suspend_data=session)
    begins = starts(hers)
    assert begins["cmi.core.total_time"] == "0000:03:00"
    assert "cmi.core.session_time" not in begins
    assert "cmi.core.exit" not in begins


def test_exit_suspend_is_resumed_and_anything_else_begins_anew(amara: User) -> None:
    hers = begun(amara)
    assert starts(hers)["cmi.core.entry"] == "ab-initio"
    commit(hers, "s1", end=True, core__exit="suspend", suspend_data="page 2", core__lesson_status="incomplete")
    assert (starts(hers)["cmi.core.entry"], starts(hers)["cmi.suspend_data"]) == ("resume", "page 2")
    commit(hers, "s2", end=True, core__exit="", core__lesson_status="incomplete")
    assert starts(hers)["cmi.core.entry"] == "ab-initio"
    assert "cmi.suspend_data" not in starts(hers)
    assert "cmi.core.lesson_status" not in starts(hers)
    commit(hers, "s3", suspend_data="anew")
    assert [go.number for go in goes(hers)] == [1, 2]


def test_a_failed_quiz_completes_nothing(amara: User) -> None:
    hers = begun(amara, rule="completed")
    received = commit(hers, end=True, core__lesson_status="failed", core__score__raw="20")
    assert not received.satisfied
    assert said(goes(hers)[0]) == (20, False, "incomplete", True)


def test_opening_again_takes_no_pass_away(amara: User) -> None:
    hers = begun(amara, rule="score", score=95)
    commit(hers, "s1", end=True, core__exit="suspend", core__lesson_status="passed", core__score__raw="90")
    commit(hers, "s2", core__lesson_status="incomplete", core__score__raw="0")
    assert said(goes(hers)[0]) == (90, True, "completed", False)
    commit(hers, "s2", end=True, core__lesson_status="failed", core__score__raw="10")
    commit(hers, "s3", core__lesson_status="incomplete")
    first, second = goes(hers)
    assert said(first) == (90, True, "completed", True)
    assert said(second) == (None, None, "incomplete", False)


def test_banana_and_a_million_marks_are_refused_and_written_down(amara: User) -> None:
    hers = begun(amara, rule="opened")
    received = commit(hers, core__lesson_status="banana", core__score__raw="999999")
    kind, reason = outcome(received)
    assert kind == "refused"
    assert "cmi.core.lesson_status: not one of its words" in reason
    row = ActivityCall.objects.get()
    assert (row.outcome, row.reason) == ("refused", reason)
    assert goes(hers) == []
    assert not Completion.objects.exists()


def test_a_bad_value_beside_good_ones_is_left_out_and_written_down(amara: User) -> None:
    hers = begun(amara)
    received = commit(hers, core__lesson_status="banana", suspend_data="page 3")
    assert outcome(received)[0] == "accepted"
    assert state(hers) == {"cmi.suspend_data": "page 3"}
    body = ActivityCall.objects.get().body
    assert body is not None
    assert body["left_out"] == {"cmi.core.lesson_status": "not one of its words"}
    assert body["changed"] == {"cmi.suspend_data": {"bytes": 6}}


def test_read_only_elements_cannot_be_set(amara: User) -> None:
    hers = begun(amara, sco(mastery=80), rule="passed")
    received = commit(hers, student_data__mastery_score="1", core__credit="no-credit", core__total_time="99:00:00")
    assert outcome(received)[0] == "refused"
    commit(hers, end=True, student_data__mastery_score="1", core__lesson_status="passed", core__score__raw="50")
    assert said(goes(hers)[0])[:2] == (50, False)


def test_nobody_posts_for_another_learner_or_another_activity(amara: User) -> None:
    hers = begun(amara, rule="passed")
    other = UserFactory()
    call = (1, "commit", {"session": "s", "cmi": {"cmi.core.lesson_status": "passed"}, "terminated": True})
    with pytest.raises(EndedError):
        sent(hers, call, person_id=other.person.pk)
    for wrong in ({"block_id": "another"}, {"version_id": version_of(make_package()).pk}):
        with pytest.raises(Exception, match="does not belong"):
            sent(hers, call, **wrong)
    for mode in ("review", "browse", "trial"):
        with pytest.raises(EndedError):
            sent(hers, call, mode=mode)
    assert not ActivityAttempt.objects.exists()


def test_a_new_file_leaves_open_attempts_with_theirs(amara: User) -> None:
    hers = begun(amara)
    commit(hers, suspend_data="of the old")
    changed = scorm_manifest(sco(7), edition="1.2")
    add_version(hers.package, kind=PackageKind.SCORM_12, files=scorm_files(7), manifest=changed)
    commit(hers, suspend_data="still the old")
    assert state(hers)["cmi.suspend_data"] == "still the old"


def test_the_same_package_in_a_second_module_is_its_own(amara: User) -> None:
    own = package()
    first = opened_in(amara.person, with_activity(one_lesson("First"), package=own))
    second = opened_in(amara.person, with_activity(one_lesson("Second"), package=own))
    commit(first, end=True, core__lesson_status="completed")
    assert goes(second) == []
    assert starts(second)["cmi.core.entry"] == "ab-initio"


# Statuses -----------------------------------------------------------------------------------------------------------


def test_a_mastery_score_decides(amara: User) -> None:
    hers = begun(amara, sco(mastery=80), rule="passed")
    assert starts(hers)["cmi.student_data.mastery_score"] == "80"
    assert not commit(hers, "s1", end=True, core__lesson_status="completed", core__score__raw="79").satisfied
    assert commit(hers, "s2", end=True, core__lesson_status="completed", core__score__raw="80").satisfied


def test_a_package_that_sets_nothing_is_completed_when_it_finishes(amara: User) -> None:
    hers = begun(amara)
    assert not commit(hers, core__session_time="00:01:00").satisfied
    assert commit(hers, end=True, core__session_time="00:02:00").satisfied


def test_interrupting_is_not_finishing(amara: User) -> None:
    hers = begun(amara)
    assert not commit(hers, end=True, core__exit="suspend").satisfied


def test_2004_completion_and_success_are_apart(amara: User) -> None:
    hers = begun(amara, sco(threshold=0.5, min_measure=0.8), edition="2004 4th", rule="passed")
    begins = starts(hers)
    assert (begins["cmi.completion_threshold"], begins["cmi.scaled_passing_score"]) == ("0.5", "0.8")
    received = commit(hers, progress_measure="0.6", score__scaled="0.7", success_status="passed")
    assert not received.satisfied
    assert said(goes(hers)[0])[1:3] == (False, "completed")
    assert commit(hers, score__scaled="0.9").satisfied
    assert starts(hers)["cmi.success_status"] == "passed"


def test_2004_objectives_are_given_and_kept(amara: User) -> None:
    item = {**sco(), "objectives": ["know", "ask"]}
    hers = begun(amara, item, edition="2004 3rd")
    assert starts(hers)["cmi.objectives.1.id"] == "ask"
    commit(hers, objectives__0__id="know", objectives__0__success_status="passed", exit="suspend", end=True)
    commit(hers, "s2", objectives__0__id="other", location="4")
    begins = starts(hers)
    assert (begins["cmi.objectives.0.id"], begins["cmi.objectives.0.success_status"]) == ("know", "passed")
    assert (begins["cmi.entry"], begins["cmi.location"]) == ("resume", "4")


def test_browse_and_review_begin_without_credit(amara: User) -> None:
    hers = begun(amara)
    commit(hers, end=True, core__lesson_status="passed", suspend_data="all")
    browse, review = starts(hers, mode="browse"), starts(hers, mode="review")
    assert (browse["cmi.core.lesson_mode"], browse["cmi.core.credit"]) == ("browse", "no-credit")
    assert "cmi.suspend_data" not in browse
    assert (review["cmi.core.lesson_mode"], review["cmi.core.credit"]) == ("review", "no-credit")
    assert (review["cmi.suspend_data"], review["cmi.core.lesson_status"]) == ("all", "passed")


# Answers, order, size -----------------------------------------------------------------------------------------------


def test_interactions_become_answers_once(amara: User) -> None:
    hers = begun(amara)
    answers: dict[str, Any] = {
        "interactions__0__id": "q1", "interactions__0__type": "choice", "interactions__0__student_response": "b",
        "interactions__0__result": "wrong", "interactions__0__latency": "00:00:12",
        "interactions__1__id": "q1", "interactions__1__type": "choice", "interactions__1__student_response": "a",
        "interactions__1__result": "correct",
    }  # fmt: skip
    commit(hers, **answers)
    commit(hers, **answers)
    rows = list(ItemResponse.objects.order_by("position"))
    assert [(row.item, row.kind, row.answer, row.correct) for row in rows] == [
        ("q1", "choice", "b", False), ("q1", "choice", "a", True),
    ]  # fmt: skip
    assert rows[0].seconds == 12


def test_the_answers_of_a_second_attempt_stand_beside_the_first(amara: User) -> None:
    hers = begun(amara)
    for session in ("s1", "s2"):
        commit(
            hers, session, end=True, core__lesson_status="incomplete", interactions__0__id="q",
            interactions__0__student_response=session,
        )  # fmt: skip
    assert set(ItemResponse.objects.values_list("attempt__number", "answer")) == {(1, "s1"), (2, "s2")}


def test_a_2004_interaction(amara: User) -> None:
    hers = begun(amara, edition="2004 4th")
    commit(
        hers, interactions__0__id="urn:q:1", interactions__0__type="numeric", interactions__0__learner_response="7",
        interactions__0__result="0.5", interactions__0__latency="PT8S", interactions__0__description="How many?",
    )  # fmt: skip
    row = ItemResponse.objects.get()
    assert (row.item, row.asked, row.answer, row.score, row.correct, row.seconds) == (
        "urn:q:1", "How many?", "7", 0.5, None, 8,
    )  # fmt: skip


def test_a_commit_of_another_opening_that_was_made_earlier_changes_nothing(amara: User) -> None:
    hers = begun(amara)
    commit(hers, "s2", suspend_data="new")
    assert outcome(commit(hers, "s1", suspend_data="old", age_ms=60_000))[0] == "stale"
    assert state(hers)["cmi.suspend_data"] == "new"


def test_after_the_end_of_a_session_it_says_nothing_more(amara: User) -> None:
    hers = begun(amara)
    commit(hers, end=True, core__lesson_status="incomplete")
    assert outcome(commit(hers, core__lesson_status="passed"))[0] == "refused"
    assert len(goes(hers)) == 1


def test_64000_characters_and_no_more(amara: User) -> None:
    hers = begun(amara)
    assert outcome(commit(hers, suspend_data="é" * 64_000))[0] == "accepted"
    assert outcome(commit(hers, suspend_data="x" * 64_001))[0] == "refused"
    assert len(starts(hers)["cmi.suspend_data"]) == 64_000


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"cmi": []}, {"cmi": {}, "session": 5}, {"cmi": {}, "session": "s", "terminated": "yes"}],
)
def test_a_commit_that_is_none(amara: User, body: Any) -> None:
    hers = begun(amara)
    assert sent(hers, (1, "commit", body)).results[0].outcome == "refused"
    assert sent(hers, (2, "statement", {})).results[0].outcome == "refused"
    assert goes(hers) == []


def test_a_nul_in_suspend_data_is_left_out(amara: User) -> None:
    hers = begun(amara)
    commit(hers, suspend_data="a\x00b")
    assert state(hers)["cmi.suspend_data"] == "ab"


# Several parts ------------------------------------------------------------------------------------------------------


def test_two_parts_are_rolled_up(amara: User) -> None:
    hers = begun(amara, sco(1), sco(2, mastery=80), rule="passed")
    assert not commit(hers, "s1", "item-1", end=True, core__lesson_status="completed").satisfied
    (go,) = goes(hers)
    assert said(go) == (None, None, "incomplete", False)
    assert not commit(hers, "s2", "item-2", end=True, core__score__raw="40").satisfied
    assert said(goes(hers)[0]) == (40, False, "incomplete", False)
    # The failed part is tried again, in the same run: the other one stays done.
    assert starts(hers, "item-2")["cmi.core.entry"] == "ab-initio"
    assert commit(hers, "s3", "item-2", end=True, core__score__raw="90").satisfied
    (go,) = goes(hers)
    assert said(go) == (90, True, "completed", True)


def test_a_part_that_is_opened_again_stays_done(amara: User) -> None:
    hers = begun(amara, sco(1), sco(2))
    commit(hers, "s1", "item-1", end=True, core__lesson_status="completed")
    commit(hers, "s2", "item-1", core__lesson_status="incomplete")
    assert commit(hers, "s3", "item-2", end=True, core__lesson_status="completed").satisfied


def test_the_menu_says_what_each_part_came_to(amara: User) -> None:
    hers = begun(amara, sco(1, type="asset"), sco(2, mastery=80), sco(3))

    def menu() -> list[str]:
        kept = ActivityProgress.objects.get(pk=hers.progress.pk).state
        return [part.words for part in parts_of(hers.version.manifest, kept, "")]

    assert menu() == ["To read", "Not begun", "Not begun"]
    commit(hers, "s1", "item-1", end=True)
    commit(hers, "s2", "item-2", end=True, core__score__raw="40")
    commit(hers, "s3", "item-3", core__lesson_location="2")
    assert menu() == ["Done", "Not passed yet", "Begun"]
    commit(hers, "s4", "item-2", end=True, core__score__raw="90")
    commit(hers, "s5", "item-2", core__lesson_status="incomplete")
    assert menu() == ["Done", "Passed", "Begun"]


def test_after_the_whole_a_new_run_begins(amara: User) -> None:
    hers = begun(amara, sco(1), sco(2), rule="score", score=100)
    for part in ("item-1", "item-2"):
        commit(hers, f"a{part}", part, end=True, core__lesson_status="completed", core__score__raw="50")
    commit(hers, "b", "item-1", core__lesson_status="incomplete")
    first, second = goes(hers)
    assert said(first) == (50, None, "completed", True)
    assert said(second) == (None, None, "incomplete", False)
    assert starts(hers, "item-2")["cmi.core.entry"] == "ab-initio"


def test_a_page_that_reports_nothing_is_done_with_being_opened(amara: User) -> None:
    hers = begun(amara, sco(1, type="asset"), sco(2))
    assert not commit(hers, "s1", "item-1", end=True).satisfied
    assert commit(hers, "s2", "item-2", end=True, core__lesson_status="completed").satisfied


def test_an_unknown_part_is_refused(amara: User) -> None:
    hers = begun(amara)
    assert outcome(commit(hers, part="item-9", core__lesson_status="passed"))[0] == "refused"


# Cost ---------------------------------------------------------------------------------------------------------------


def test_a_commit_costs_eight_queries(amara: User) -> None:
    hers = begun(amara)
    commit(hers, interactions__0__id="q0")
    with CaptureQueriesContext(connection) as queries:
        commit(hers, interactions__0__id="q0", interactions__1__id="q1", suspend_data="x" * 500)
    assert len(queries) <= 8, "\n".join(query["sql"][:160] for query in queries.captured_queries)


def test_a_sitting_of_113_calls_costs_120_queries_in_12_requests(amara: User) -> None:
    sit, requests = measured.sittings([amara], signed_in)
    with CaptureQueriesContext(connection) as queries:
        sit(0)
    assert requests <= 15
    assert len(queries) <= 120
    assert Completion.objects.filter(person=amara.person).exists()
