"""Beginning a try: drawn by outcome from the bank of her version, another set each time, only when it is her turn."""

from __future__ import annotations

import pytest

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records import rules, services
from courses.records.errors import AlreadyCompleted, LessonsMissing, TriesUsedUp
from courses.records.models import Event, Try
from tests.records.quick import quick_module, quick_version
from tests.records.trips import begin, complete, sit

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return quick_module("Carer awareness")


def test_draws_two_questions_an_outcome(amara: User, module: ModulePage) -> None:
    sitting = services.begin_try(attempt=begin(amara.person, module))
    keys = [item["question"] for item in sitting.drawn]
    assert sorted(key[:2] for key in keys) == ["O1", "O1", "O2", "O2"]
    assert (sitting.number, sitting.submitted_at, sitting.passed) == (1, None, None)
    assert Event.objects.filter(kind="try-started").count() == 1


def test_never_the_same_set_twice_in_a_row(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    sets = [{item["question"] for item in sit(attempt, right=False).sitting.drawn} for _ in range(3)]
    assert not sets[0] & sets[1], "four questions an outcome: the second try sees none of the first"
    assert sets[1] != sets[2]


def test_what_is_drawn_follows_from_the_stored_seed(amara: User, module: ModulePage) -> None:
    sitting = services.begin_try(attempt=begin(amara.person, module))
    bank = [
        {"key": q.key, "outcome": q.outcome, "kind": q.body["kind"], "options": [o["key"] for o in q.body["options"]]}
        for q in sitting.attempt.version.questions.order_by("key")
    ]
    assert rules.draw(sitting.attempt.version.outline, bank, sitting.seed, []) == sitting.drawn


def test_true_stands_before_false(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    drawn = [item for _ in range(2) for item in sit(attempt, right=False).sitting.drawn]
    asked = [item["options"] for item in drawn if item["question"].endswith("-4")]
    assert asked == [["true", "false"]] * 2


def test_an_open_try_is_gone_on_with(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    first = services.begin_try(attempt=attempt)
    assert services.begin_try(attempt=attempt) == first
    assert Try.objects.count() == Event.objects.filter(kind="try-started").count() == 1


def test_lessons_come_first(amara: User, module: ModulePage) -> None:
    with pytest.raises(LessonsMissing):
        services.begin_try(attempt=begin(amara.person, module, lessons=1))
    assert not Try.objects.exists()


def test_not_after_the_last_try(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    with pytest.raises(TriesUsedUp):
        services.begin_try(attempt=attempt)


def test_as_often_as_she_likes_where_tries_are_not_limited(amara: User) -> None:
    attempt = begin(amara.person, quick_module("Leading change", tries=0))
    for _ in range(5):
        sit(attempt, right=False)
    assert services.begin_try(attempt=attempt).number == 6


def test_not_after_completion(amara: User, module: ModulePage) -> None:
    with pytest.raises(AlreadyCompleted):
        services.begin_try(attempt=complete(amara.person, module).attempt)


def test_questions_are_those_of_her_version(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    newer = quick_version(module)
    newer_keys = set(newer.questions.values_list("pk", flat=True))
    sitting = services.begin_try(attempt=attempt)
    assert not newer_keys & set(attempt.version.questions.values_list("pk", flat=True))
    assert {item["question"] for item in sitting.drawn} <= set(attempt.version.questions.values_list("key", flat=True))
