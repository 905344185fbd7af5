"""Kept answers: within a tab its counter decides, between tabs the time of choosing; a late save harms nothing."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.people.models import User
from courses.records import queries, services
from courses.records.errors import BadAnswer, NotOpen
from courses.records.models import AnswerDraft, Attempt, Enrolment, Reflection
from courses.records.saving import MAX_REFLECTION, OLDEST
from tests.records.quick import quick_module
from tests.records.trips import complete

pytestmark = pytest.mark.django_db
SLOT = "q:1:O1-1"
NOW = datetime.datetime(2026, 11, 22, 10, 42, tzinfo=datetime.UTC)


@pytest.fixture
def attempt(amara: User) -> Attempt:
    return services.start(person=amara.person, module=quick_module("Carer awareness"))


def save(
    attempt: Attempt, value: str, *, tab: str = "one", counter: int = 1, age: float = 0, now: float = 0
) -> services.Saved:
    """Saves an option that was chosen `age` seconds before `now` (seconds after 10:42)."""
    return services.save_answer(
        attempt=attempt,
        slot=SLOT,
        value=[value],
        client=tab,
        counter=counter,
        age_ms=round(age * 1000),
        now=NOW + datetime.timedelta(seconds=now),
    )


def kept(attempt: Attempt) -> list[str]:
    value: list[str] = queries.drafts(attempt, SLOT)[SLOT].value
    return value


def test_an_answer_is_kept_with_its_time(attempt: Attempt) -> None:
    saved = save(attempt, "a")
    assert saved == services.Saved(NOW, ["a"], stale=False)
    assert kept(attempt) == ["a"]
    assert Enrolment.objects.get().last_active_at == NOW


def test_a_later_choice_replaces(attempt: Attempt) -> None:
    save(attempt, "a", counter=1)
    assert not save(attempt, "b", counter=2, now=1).stale
    assert kept(attempt) == ["b"]
    assert AnswerDraft.objects.count() == 1


def test_repeated_saves_are_harmless(attempt: Attempt) -> None:
    first = save(attempt, "a", counter=1)
    assert save(attempt, "a", counter=1, now=30) == first, "a replay does not even move the time"


def test_within_a_tab_the_counter_decides_however_late_it_comes(attempt: Attempt) -> None:
    save(attempt, "b", counter=2)
    late = save(attempt, "a", counter=1, now=60)
    assert (late.stale, late.value) == (True, ["b"])
    assert kept(attempt) == ["b"]


def test_between_tabs_the_time_of_choosing_decides(attempt: Attempt) -> None:
    save(attempt, "a", tab="phone", counter=7, now=10)
    late = save(attempt, "b", tab="desk", counter=1, age=60, now=20)
    assert late.stale
    assert kept(attempt) == ["a"]
    assert not save(attempt, "c", tab="desk", counter=2, age=1, now=30).stale
    assert kept(attempt) == ["c"]


def test_a_clock_that_is_wrong_does_no_harm(attempt: Attempt) -> None:
    """Only an age is told, never a time: negative is now, and nothing is older than two months."""
    save(attempt, "a", age=-1_000_000)
    assert AnswerDraft.objects.get().given_at == NOW
    save(attempt, "b", tab="two", age=10**9, now=1)
    assert kept(attempt) == ["a"]
    services.save_answer(attempt=attempt, slot="l:other", value=["x"], age_ms=10**15, now=NOW)
    assert AnswerDraft.objects.get(slot="l:other").given_at == NOW - OLDEST


@pytest.mark.parametrize(
    "changes",
    [{"slot": "q" * 81}, {"client": "c" * 41}, {"value": ["x"] * 21}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_too_big_is_refused(attempt: Attempt, changes: dict[str, object]) -> None:
    values: dict[str, Any] = {"slot": SLOT, "value": ["a"], **changes}
    with pytest.raises(BadAnswer):
        services.save_answer(attempt=attempt, **values)
    assert not AnswerDraft.objects.exists()


def test_not_after_completion(amara: User, attempt: Attempt) -> None:
    done = complete(amara.person, attempt.enrolment.module).attempt
    done.refresh_from_db()
    with pytest.raises(NotOpen):
        save(done, "a")


@dataclass(frozen=True)
class Choice:
    """One choice in a tab, and when the server hears of it."""

    tab: str
    counter: int
    chosen: int
    heard: tuple[int, ...]


@st.composite
def histories(draw: st.DrawFn) -> list[Choice]:
    """Choices in up to three tabs at distinct moments, each heard once or more, late, in any order."""
    moments = draw(st.lists(st.integers(0, 500), min_size=1, max_size=7, unique=True).map(sorted))
    counters: dict[str, int] = {}
    choices = []
    for moment in moments:
        tab = draw(st.sampled_from(["one", "two", "three"]))
        counters[tab] = counters.get(tab, 0) + 1
        delays = draw(st.lists(st.integers(0, 500), min_size=1, max_size=3))
        choices.append(Choice(tab, counters[tab], moment, tuple(moment + delay for delay in delays)))
    return choices


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.randoms(use_true_random=False))
def test_whatever_the_network_does_the_last_choice_stands(
    attempt: Attempt, history: list[Choice], chance: random.Random
) -> None:
    heard = [(moment, choice) for choice in history for moment in choice.heard]
    chance.shuffle(heard)
    heard.sort(key=lambda pair: pair[0])
    with transaction.atomic():
        AnswerDraft.objects.all().delete()
        for moment, choice in heard:
            saved = save(
                attempt,
                f"option {choice.chosen}",
                tab=choice.tab,
                counter=choice.counter,
                age=moment - choice.chosen,
                now=moment,
            )
            assert saved.value == kept(attempt), "what is told is what stands"
        assert kept(attempt) == [f"option {history[-1].chosen}"]


def test_a_reflection_is_kept_and_deleted(attempt: Attempt) -> None:
    services.save_reflection(attempt=attempt, block_id="b1", text="I looked after my gran.", client="one", counter=1)
    late = services.save_reflection(attempt=attempt, block_id="b1", text="", client="one", counter=0)
    assert (late.stale, late.value) == (True, ["I looked after my gran."])
    services.delete_reflection(attempt=attempt, block_id="b1")
    assert not Reflection.objects.exists()


def test_a_reflection_that_is_too_long_says_so_and_loses_nothing(attempt: Attempt) -> None:
    services.save_reflection(attempt=attempt, block_id="b1", text="Short.", client="one", counter=1)
    with pytest.raises(BadAnswer, match="10,000 characters; nothing was saved"):
        services.save_reflection(
            attempt=attempt, block_id="b1", text="x" * (MAX_REFLECTION + 1), client="one", counter=2
        )
    assert Reflection.objects.get().text == "Short."


def test_each_attempt_its_own(attempt: Attempt, chidi: User) -> None:
    other = services.start(person=chidi.person, module=attempt.enrolment.module)
    save(attempt, "a")
    save(other, "b")
    assert (kept(attempt), kept(other)) == (["a"], ["b"])


def test_the_budget(attempt: Attempt) -> None:
    """A save is at most 7 statements with its savepoint; session, person and attempt come on top of it (10)."""
    timezone.now()
    with CaptureQueriesContext(connection) as captured:
        save(attempt, "a")
    assert len(captured) <= 7
