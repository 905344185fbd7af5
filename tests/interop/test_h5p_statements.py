"""What is believed of an H5P statement, and what it makes of the attempts: pure rules, and their effect on records."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest

from courses.interop.calls import RefusedCallError
from courses.interop.calls.json_values import clean
from courses.interop.h5p import statements
from courses.interop.h5p.statements import Score, duration, passed, plain, read, right
from courses.people.models import User
from courses.records.models import ItemResponse
from tests.interop.hosting import Opened
from tests.interop.reporting import PART, begun, goes, sent, statement

LIBRARIES = [
    {"name": "H5P.Crossword", "version": "0.5.12"},
    {"name": "H5P.MultiChoice", "version": "1.16.5"},
    {"name": "H5P.Multi", "version": "1.2.0"},
]


def test_a_single_question_is_read() -> None:
    found = read(statement("answered", 1, 2, success=False))
    assert (found.verb, found.root, found.ends) == ("answered", True, True)
    assert found.score == Score(raw=1, maximum=2, scaled=0.5), "reckoned here, not believed"
    assert (found.success, found.completion, found.seconds) == (False, True, 12.5)
    assert (found.interaction, found.asked) == ("choice", "Who is a carer?")
    assert found.answer == "Anybody who looks after somebody, unpaid"


@pytest.mark.parametrize(
    "verb", ["answered", "attempted", "completed", "progressed", "interacted", "passed", "mastered"]
)
def test_verbs_of_the_core_are_taken(verb: str) -> None:
    assert read(statement(verb)).verb == verb


@pytest.mark.parametrize(
    "verb",
    [
        "http://adlnet.gov/expapi/verbs/voided",
        "http://adlnet.gov/expapi/verbs/downloaded",
        "https://elsewhere.example/verbs/answered",
        "answered",
        "",
        None,
        7,
        ["answered"],
    ],
)
def test_other_verbs_are_refused(verb: Any) -> None:
    with pytest.raises(RefusedCallError, match="verb"):
        read({**statement(), "verb": {"id": verb}})


@pytest.mark.parametrize(
    "score",
    [
        {"raw": "1", "max": 2},
        {"raw": True, "max": 2},
        {"raw": 1, "max": [2]},
        {"raw": 3, "max": 2},
        {"raw": -1, "min": 0, "max": 2},
        {"raw": 1, "min": 5, "max": 2},
        {"raw": 10**7, "max": 10**7},
        {"scaled": 1.5},
        {"scaled": -2},
        [],
        "full marks",
    ],
)
def test_marks_that_cannot_be_are_refused(score: Any) -> None:
    with pytest.raises(RefusedCallError):
        read({**statement(), "result": {"score": score}})


@pytest.mark.parametrize("name", ["success", "completion"])
@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_yes_and_no_are_nothing_else(name: str, value: Any) -> None:
    with pytest.raises(RefusedCallError, match=name):
        read({**statement(), "result": {name: value}})


def test_marks_of_nothing_are_no_marks() -> None:
    found = read(statement("completed", 0, 0))
    assert found.score == Score(raw=0, maximum=0, scaled=None)
    assert passed(found, 80) is None


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("PT12.34S", 12.34),
        ("PT1M", 60),
        ("PT1H2M3S", 3723),
        ("P1DT1S", 86401),
        ("PT0S", 0),
        ("PT99999999S", 604_800),
        ("PT", None),
        ("P", None),
        ("-PT5S", None),
        ("12", None),
        ("PT1e9S", None),
        ("PT" + "9" * 5000 + "S", None),
        (12, None),
        (None, None),
    ],
)
def test_durations(given: Any, seconds: float | None) -> None:
    assert duration(given) == seconds


@pytest.mark.parametrize(
    ("raw", "mark", "is_passed"), [(8, 80, True), (7.9999, 80, False), (2, 3, True), (0, 80, False), (1, 10, True)]
)
def test_success_is_derived_where_the_type_gives_none(raw: float, mark: float, is_passed: bool) -> None:
    assert passed(read(statement("completed", raw, 10)), mark) is is_passed


def test_what_the_type_says_itself_stands() -> None:
    assert passed(read(statement("completed", 5, 10, success=True)), 80) is True
    assert passed(read(statement("completed", 9, 10, success=False)), 80) is False
    assert passed(read(statement("failed")), 80) is False
    assert passed(read(statement("passed")), 80) is True


def test_a_question_is_right_with_all_its_marks() -> None:
    assert right(read(statement("answered", 2, 2))) is True
    assert right(read(statement("answered", 1, 2))) is False
    assert right(read(statement("answered"))) is None


def test_parts_are_told_from_the_whole() -> None:
    assert read(statement("completed", part=PART)).sub_id == PART
    assert not read(statement("completed", part=PART)).ends
    only_parent = statement("completed")
    only_parent["context"]["contextActivities"]["parent"] = [{"id": "x"}]
    assert not read(only_parent).root
    by_extension = statement("answered")
    by_extension["object"]["definition"]["extensions"] = {statements.SUB_CONTENT: PART}
    assert read(by_extension).sub_id == PART
    for odd in ("a b", "x" * 200, "<script>", ["x"]):
        by_extension["object"]["definition"]["extensions"] = {statements.SUB_CONTENT: odd}
        with pytest.raises(RefusedCallError):
            read(by_extension)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("http://h5p.org/libraries/H5P.MultiChoice-1.16", "H5P.MultiChoice 1.16"),
        ("http://h5p.org/libraries/H5P.Crossword-.5", "H5P.Crossword 0.5"),
        ("http://h5p.org/libraries/H5P.Crossword-0.5", "H5P.Crossword 0.5"),
        ("http://h5p.org/libraries/H5P.Multi-1.2", "H5P.Multi 1.2"),
        ("http://h5p.org/libraries/H5P.Elsewhere-1.0", ""),
        ("https://elsewhere.example/", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_categories_are_those_of_the_stored_package(said: Any, kept: str) -> None:
    body = statement()
    body["context"]["contextActivities"]["category"] = [{"id": said}]
    assert read(body, LIBRARIES).category == kept


def test_answers_are_told_in_the_package_s_words() -> None:
    assert read(statement("answered", 1, 2, response="0[,]1")).answer == (
        "Anybody who looks after somebody, unpaid; A care worker"
    )
    assert read(statement("answered", 1, 2, response="0[,]9")).answer == "Anybody who looks after somebody, unpaid; 9"
    free = statement("answered", 1, 2, response="Her own words")
    del free["object"]["definition"]["choices"]
    assert read(free).answer == "Her own words"


def test_words_lose_their_markup() -> None:
    assert plain("<p>Who &amp; <b>what</b>?</p>\n<script>x</script>") == "Who & what ? x"
    assert plain("x" * 10_000) == "x" * 2000
    assert plain("<" * 9000) == "<" * 2000


def test_absurd_statements_are_read_or_refused_and_nothing_else() -> None:
    """Statements with odd values in odd places: no other error than a refusal, and what is kept is JSON."""
    chance = random.Random(1)
    odd: list[Any] = [None, "", "x", -1, 0, 1.5, 2**53, True, [], {}, [[]], {"id": {}}, ["x"], "\u0000", {"": None}]

    def spoil(value: Any) -> Any:
        if chance.random() < 0.08:
            return copy.deepcopy(chance.choice(odd))
        if isinstance(value, dict):
            return {
                (chance.choice(["", "id", "raw"]) if chance.random() < 0.02 else key): spoil(one)
                for key, one in value.items()
            }
        return [spoil(one) for one in value] if isinstance(value, list) else value

    refused = 0
    for _ in range(2000):
        body = spoil(statement("answered", 1, 2, part=PART if chance.random() < 0.5 else "", success=True))
        try:
            found = read(clean(body), LIBRARIES)
        except RefusedCallError:
            refused += 1
            continue
        assert found.score.scaled is None or -1 <= found.score.scaled <= 1
        json.dumps(statements.kept(found, iri="x", library="", at=""), allow_nan=False)
    assert 200 < refused < 1900


# What becomes of the attempts


@pytest.fixture
def activity(amara: User) -> Opened:
    return begun(amara.person, rule="score", score=80)


@pytest.mark.django_db
def test_each_answer_to_a_single_question_is_an_attempt(activity: Opened) -> None:
    sent(activity, (1, "opened", None), (2, "statement", statement("attempted")))
    assert [go.finished_at for go in goes(activity)] == [None]
    sent(activity, (3, "statement", statement("answered", 1, 10)))
    sent(activity, (4, "statement", statement("interacted")), (5, "statement", statement("answered", 7, 10)))
    assert [(go.number, go.raw, go.success, go.completion) for go in goes(activity)] == [
        (1, 1, False, "completed"),
        (2, 7, False, "completed"),
    ]
    assert [item.item for item in ItemResponse.objects.order_by("pk")] == ["root", "root"]


@pytest.mark.django_db
def test_questions_of_a_container_are_kept_one_by_one(activity: Opened) -> None:
    sent(
        activity,
        (1, "statement", statement("attempted")),
        (2, "statement", statement("answered", 0, 1, part="one", response="1")),
        (3, "statement", statement("answered", 1, 1, part="one", response="0")),
        (4, "statement", statement("answered", 1, 1, part="two")),
    )
    sent(activity, (5, "statement", statement("answered", 0, 1, part="two")))
    assert not sent(activity, (6, "statement", statement("completed", 2, 4))).satisfied
    (go,) = goes(activity)
    assert (go.raw, go.maximum, go.scaled, go.success) == (2, 4, 0.5, False)
    kept = go.items.order_by("item", "position").values_list("item", "position", "correct", "answer")
    whom = "Anybody who looks after somebody, unpaid"
    assert list(kept) == [
        ("one", 0, False, "A care worker"),
        ("one", 1, True, whom),
        ("two", 0, True, whom),
        ("two", 1, False, whom),
    ]


@pytest.mark.django_db
def test_the_last_question_may_be_told_after_the_whole(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("completed", 1, 2)))
    sent(activity, (2, "statement", statement("answered", 1, 1, part="last")))
    (go,) = goes(activity)
    assert go.items.get().item == "last"


@pytest.mark.django_db
def test_answered_and_completed_of_one_end_are_one_attempt(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("answered", 1, 2)))
    sent(activity, (2, "statement", statement("completed", 1, 2, success=True)))
    (go,) = goes(activity)
    assert (go.raw, go.success) == (1, True)
    sent(activity, (3, "statement", statement("completed", 2, 2)))
    assert len(goes(activity)) == 2


@pytest.mark.django_db
def test_something_to_look_at_is_completed_once(amara: User) -> None:
    activity = begun(amara.person, rule="completed")
    looked = {
        **statement(),
        "verb": {"id": "http://activitystrea.ms/schema/1.0/consume"},
        "result": {"completion": True},
    }
    assert sent(activity, (1, "opened", None), (2, "statement", looked), (3, "statement", looked)).satisfied
    assert [go.completion for go in goes(activity)] == ["completed"]


@pytest.mark.django_db
def test_when_an_attempt_began_is_known_from_its_duration(activity: Opened) -> None:
    sent(activity, (1, "statement", statement("completed", 1, 2, duration="PT1H")))
    (go,) = goes(activity)
    assert go.finished_at is not None
    assert (go.finished_at - go.started_at).total_seconds() == 3600
    assert go.seconds == 3600
