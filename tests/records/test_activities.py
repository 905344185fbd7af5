"""Activities in the records: when one counts, what hangs on it, and the same in words."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.people.models import User
from courses.records import rules, services
from courses.records.errors import AlreadyCompleted, BadAnswer, Unanswered
from courses.records.models import (
    ActivityAttempt,
    ActivityProgress,
    Completion,
    Enrolment,
    Event,
    ItemResponse,
    LessonProgress,
)
from courses.records.models.event import EventKind
from courses.records.rebuilding import differences
from courses.records.rules import ActivityFacts, activity_satisfied, counted
from tests.factories import ModuleFactory
from tests.interop.hosting import Opened
from tests.interop.reporting import begun, goes, one_lesson, opened_in, sent, statement
from tests.packages import activity_of, with_activity
from tests.records import trips


def go(scaled: float | None = None, *, passed: bool | None = None, completed: bool = False) -> dict[str, Any]:
    return {"scaled": scaled, "passed": passed, "completed": completed}


# When it counts


@pytest.mark.parametrize(
    ("rule", "facts", "met"),
    [
        ("opened", ActivityFacts(opened=True), True),
        ("opened", ActivityFacts(), False),
        ("completed", ActivityFacts(opened=True), False),
        ("completed", ActivityFacts(completed=True), True),
        ("passed", ActivityFacts(completed=True, scaled=1.0), False),
        ("passed", ActivityFacts(passed=True), True),
        ("score", ActivityFacts(scaled=0.8), True),
        ("score", ActivityFacts(scaled=0.7999), False),
        ("score", ActivityFacts(completed=True, passed=True), False),
        ("score", ActivityFacts(scaled=-1.0), False),
    ],
)
def test_rules(rule: str, facts: ActivityFacts, met: bool) -> None:
    assert activity_satisfied({"kind": rule, "score": 80 if rule == "score" else 0}, facts) is met


def test_three_tenths_are_thirty_per_cent_whatever_the_machine_thinks() -> None:
    for most in (3, 7, 10, 11, 30):
        for raw, score in itertools.product(range(most + 1), range(1, 101)):
            exact = raw * 100 >= score * most
            assert activity_satisfied({"kind": "score", "score": score}, ActivityFacts(scaled=raw / most)) is exact


def test_a_score_of_nothing_is_met_by_nobody() -> None:
    assert not activity_satisfied({"kind": "score", "score": 0}, ActivityFacts(scaled=1.0))


@pytest.mark.parametrize(
    ("counts", "scaled", "passed"), [("best", 0.9, True), ("last", 0.5, False), ("first", 0.2, False)]
)
def test_which_attempt_counts(counts: str, scaled: float, passed: bool) -> None:
    attempts = [go(0.2, passed=False), go(0.9, passed=True), go(0.5, passed=False)]
    found = counted(attempts, counts)
    assert (found.scaled, found.passed) == (scaled, passed)


@pytest.mark.parametrize("counts", ["best", "last", "first"])
def test_an_attempt_that_says_nothing_hides_no_other(counts: str) -> None:
    assert counted([go(), go(0.9, passed=True, completed=True), go()], counts) == ActivityFacts(
        opened=True, completed=True, passed=True, scaled=0.9
    )
    assert counted([go()], counts) == ActivityFacts(opened=True)
    assert counted([], counts) == ActivityFacts()


# What hangs on it

db = pytest.mark.django_db


@db
@pytest.mark.parametrize(
    ("counts", "marks", "met"),
    [
        ("best", [2, 9, 3], True),
        ("last", [2, 3, 9], True),
        ("first", [9, 2, 3], True),
        ("first", [2, 9, 9], False),
        ("best", [2, 3, 4], False),
    ],
)
def test_the_setting_decides_which_attempt_meets_the_rule(
    amara: User, counts: str, marks: list[int], met: bool
) -> None:
    module = ModuleFactory(title="Carer awareness")  # its assessment keeps it open
    activity = begun(amara.person, module, rule="score", score=80, counts=counts)
    for seq, raw in enumerate(marks, 1):
        received = sent(activity, (seq, "statement", statement("completed", raw, 10)))
    assert received.satisfied is met
    assert [one.raw for one in goes(activity)] == marks, "every attempt is kept"


@db
def test_a_later_attempt_takes_no_pass_away(amara: User) -> None:
    activity = begun(amara.person, ModuleFactory(title="Carer awareness"), rule="passed", counts="last")
    sent(activity, (1, "statement", statement("completed", 9, 10)))
    first = ActivityProgress.objects.get().satisfied_at
    worse = sent(activity, (2, "statement", statement("completed", 0, 10, success=False, completion=False)))
    assert worse.satisfied
    assert ActivityProgress.objects.get().satisfied_at == first
    assert [one.success for one in goes(activity)] == [True, False]
    assert LessonProgress.objects.count() == 1


@db
@pytest.mark.parametrize(
    ("rule", "call"),
    [
        ("opened", ("opened", None)),
        ("completed", ("statement", statement("completed"))),
        ("passed", ("statement", statement("completed", 8, 10))),
    ],
)
def test_each_rule_completes_a_module_that_asks_no_more(amara: User, rule: str, call: tuple[str, Any]) -> None:
    activity = begun(amara.person, rule=rule)
    if rule != "opened":
        assert not sent(activity, (1, "opened", None)).satisfied
    assert sent(activity, (2, *call)).completion == Completion.objects.get()
    assert Certificate.objects.count() == 1
    assert not list(differences())


@db
def test_a_lesson_waits_for_all_its_activities(amara: User) -> None:
    page = with_activity(with_activity(one_lesson()))
    first, second = opened_in(amara.person, page), opened_in(amara.person, page, place=1)
    assert not sent(first, (1, "statement", statement("completed"))).completion
    assert not LessonProgress.objects.exists()
    assert sent(second, (1, "statement", statement("completed"))).completion
    assert Enrolment.objects.get().lessons_done == 1
    assert not list(differences())


@db
def test_going_on_does_not_do_a_lesson_whose_activity_is_open(amara: User) -> None:
    activity = begun(amara.person)
    lesson = activity.attempt.version.outline["lessons"][0]["id"]
    assert services.finish_lesson(attempt=activity.attempt, lesson_id=lesson) is None
    assert not LessonProgress.objects.exists()
    sent(activity, (1, "statement", statement("completed")))
    assert LessonProgress.objects.count() == 1


@db
def test_the_assessment_is_still_asked_for(amara: User) -> None:
    page = with_activity(ModuleFactory(title="Carer awareness"), rule="passed")
    activity = opened_in(amara.person, page)
    received = sent(activity, (1, "statement", statement("completed", 10, 10)))
    assert received.satisfied
    assert received.completion is None, "a certificate that needs a pass needs the server's own marks too"
    assert Enrolment.objects.get().lessons_done == 1
    assert trips.sit(trips.begin(amara.person, page)).completion


@db
def test_private_modules_are_no_different(amara: User) -> None:
    activity = begun(amara.person, one_lesson(private=True))
    assert sent(activity, (1, "statement", statement("completed"))).completion


# The same in words


@pytest.fixture
def scored(amara: User) -> Opened:
    return begun(amara.person, rule="score", score=60, questions=3)


def checks(activity: Opened) -> list[str]:
    return [block["id"] for block in activity.block["words"] if block["type"] == "knowledge_check"]


def answer(activity: Opened, *keys: str) -> services.InWords:
    activity.attempt.refresh_from_db()
    chosen = {check: [key] for check, key in zip(checks(activity), keys, strict=False)}
    return services.answer_in_words(attempt=activity.attempt, block=activity.block, chosen=chosen)


@db
def test_enough_right_answers_in_words_complete_the_module(scored: Opened) -> None:
    found = answer(scored, "a", "a", "b")
    assert (found.satisfied, found.right, found.total, found.percent, found.needed) == (True, 2, 3, 66, 60)
    assert found.completion == Completion.objects.get()
    assert Certificate.objects.count() == 1
    assert ActivityProgress.objects.get().satisfied_by == "words"
    (one,) = goes(scored)
    assert (one.by, one.raw, one.maximum, one.success, one.completion) == ("words", 2, 3, True, "completed")
    kept = ItemResponse.objects.order_by("position").values_list("position", "correct", "answer")
    assert list(kept) == [(0, True, "This one"), (1, True, "This one"), (2, False, "Not this one")]
    assert not list(differences())


@db
def test_every_go_in_words_is_kept_and_there_may_be_many(scored: Opened) -> None:
    for keys in (("b", "b", "b"), ("a", "b", "b"), ("b", "a", "b"), ("a", "b", "c")):
        assert not answer(scored, *keys).satisfied
    assert answer(scored, "a", "a", "a").satisfied
    assert [one.raw for one in goes(scored)] == [0, 1, 1, 1, 3]
    assert ItemResponse.objects.count() == 15


@db
def test_the_button_pressed_twice_is_one_go(scored: Opened) -> None:
    first, again = answer(scored, "a", "b", "b"), answer(scored, "a", "b", "b")
    assert (first.right, again.right) == (1, 1)
    assert len(goes(scored)) == 1


@db
def test_goes_in_words_do_not_count_among_the_package_s(amara: User) -> None:
    activity = begun(amara.person, ModuleFactory(title="Carer awareness"), rule="score", score=80, counts="first")
    assert not answer(activity, "b", "b").satisfied
    assert sent(activity, (1, "statement", statement("completed", 9, 10))).satisfied
    assert [(one.number, one.by) for one in goes(activity)] == [(1, "words"), (2, "package")]


@db
@pytest.mark.parametrize("rule", ["opened", "completed"])
def test_where_no_marks_are_needed_her_word_is_enough(amara: User, rule: str) -> None:
    activity = begun(amara.person, rule=rule)
    found = answer(activity)
    assert found.satisfied
    assert found.completion
    assert found.needed == 0
    assert ActivityAttempt.objects.get().completion == "completed"


@db
def test_a_pass_in_words_is_four_fifths(amara: User) -> None:
    activity = begun(amara.person, rule="passed", questions=5)
    assert not answer(activity, "a", "a", "a", "b", "b").satisfied
    assert answer(activity, "a", "a", "a", "a", "b").satisfied


@db
def test_what_is_not_answered_or_not_asked_is_refused(scored: Opened) -> None:
    with pytest.raises(Unanswered):
        answer(scored, "a", "a")
    with pytest.raises(BadAnswer):
        answer(scored, "a", "a", "no such option")
    two = {check: ["a", "b"] for check in checks(scored)}
    with pytest.raises(BadAnswer):
        services.answer_in_words(attempt=scored.attempt, block=scored.block, chosen=two)
    assert not goes(scored)


@db
def test_after_the_completion_words_change_nothing(scored: Opened) -> None:
    answer(scored, "a", "a", "a")
    with pytest.raises(AlreadyCompleted):
        answer(scored, "b", "b", "b")
    stale = trips.begin(scored.attempt.enrolment.person, scored.attempt.enrolment.module, lessons=0)
    stale.finished_at = None  # another tab has not heard of it
    with pytest.raises(AlreadyCompleted):
        services.answer_in_words(attempt=stale, block=scored.block, chosen={check: ["a"] for check in checks(scored)})
    assert len(goes(scored)) == 1


@db
def test_the_timeline_tells_that_it_was_done_in_words_and_no_answer(scored: Opened) -> None:
    answer(scored, "a", "a", "a")
    told = Event.objects.filter(enrolment=scored.attempt.enrolment)
    done = told.get(kind=EventKind.ACTIVITY_DONE)
    assert done.data == {"block": scored.block["id"], "by": "words"}
    assert "This one" not in str(list(told.values_list("data", flat=True)))


@db
def test_where_no_lesson_has_it_nothing_hangs_on_it(amara: User) -> None:
    page: ModulePage = with_activity(one_lesson())
    activity = opened_in(amara.person, page)
    assert rules.lesson_of_activity(activity.attempt.version.outline, "no-such-block") is None
    assert rules.activities_done({"id": "plain"}, ())
    assert activity_of(page)["id"] == activity.block["id"]
