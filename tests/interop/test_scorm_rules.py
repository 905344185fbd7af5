"""Which values a package may write, and what they come to: pure functions, by edition."""

from __future__ import annotations

from typing import Any

import pytest

from courses.interop.scorm import cmi, rules
from courses.interop.scorm.rules import Result


def check(edition: str, standing: dict[str, str] | None = None, /, **given: Any) -> cmi.Checked:
    """`core__score__raw="80"` is cmi.core.score.raw."""
    return cmi.check(edition, {"cmi." + key.replace("__", "."): value for key, value in given.items()}, standing or {})


GOOD = {
    "1.2": {
        "core__lesson_status": ["passed", "completed", "failed", "incomplete", "browsed"],
        "core__lesson_location": ["", "page 4", "x" * 1000],
        "core__exit": ["", "suspend", "time-out", "logout"],
        "core__session_time": ["00:00:00", "0012:05:07.25"],
        "core__score__raw": ["0", "100", "79.5"],
        "suspend_data": ["", "x" * 64_000],
        "comments": ["<1>" + "x" * 4000],
        "student_preference__audio": ["-1", "100"],
        "student_preference__text": ["-1", "0", "1"],
        "objectives__0__status": ["not attempted", "passed"],
        "interactions__0__type": ["choice", "true-false", "numeric"],
        "interactions__0__time": ["23:59:59"],
        "interactions__0__result": ["correct", "wrong", "neutral", "unanticipated", "0.5", "-3"],
        "interactions__0__latency": ["00:00:05"],
        "interactions__12__correct_responses__0__pattern": ["a,b"],
        "interactions__0__objectives__0__id": ["ob 1"],
    },
    "2004": {
        "completion_status": ["completed", "incomplete", "not attempted", "unknown"],
        "success_status": ["passed", "failed", "unknown"],
        "progress_measure": ["0", "0.5", "1"],
        "score__scaled": ["-1", "1", "0.333333"],
        "score__raw": ["-5", "250"],
        "exit": ["", "normal", "suspend", "time-out", "logout"],
        "location": ["x" * 1000],
        "session_time": ["PT5M", "PT1H2M3.5S", "P1DT0S", "P1Y2M3D"],
        "suspend_data": ["x" * 64_000],
        "learner_preference__audio_captioning": ["-1", "0", "1"],
        "comments_from_learner__0__comment": ["Thank you"],
        "comments_from_learner__0__timestamp": ["2026-11-03", "2026-11-03T10:15:00.5+01:00"],
    },
}
BAD = {
    "1.2": {
        "core__lesson_status": ["banana", "Passed", "not  attempted", "unknown"],
        "core__score__raw": ["999999", "-1", "100.1", "1e2", "NaN", "Infinity", "ten", " 5"],
        "core__exit": ["normal", "bye"],
        "core__session_time": ["5 minutes", "PT5M", "1:2:3", "-00:00:01"],
        "core__lesson_location": ["x" * 1001],
        "suspend_data": ["x" * 64_001],
        "student_preference__audio": ["101", "-2"],
        "interactions__0__type": ["essay"],
        "interactions__0__result": ["incorrect", "yes"],
        "interactions__0__id": ["", "x" * 256, "ü"],
        "interactions__500__id": ["a"],
        "interactions__99999__id": ["a"],
    },
    "2004": {
        "completion_status": ["banana", "passed"],
        "success_status": ["completed", "true"],
        "progress_measure": ["1.1", "-0.1"],
        "score__scaled": ["1.01", "80"],
        "score__raw": ["eighty"],
        "session_time": ["00:05:00", "P", "PT", "P5S"],
        "exit": ["bye"],
        "comments_from_learner__0__timestamp": ["yesterday"],
        "learner_preference__audio_captioning": ["2"],
    },
}


@pytest.mark.parametrize("edition", ["1.2", "2004"])
def test_every_value_that_is_allowed(edition: str) -> None:
    for element, values in GOOD[edition].items():
        for value in values:
            found = check(edition, **{element: value})
            assert not found.refused, (element, value[:40])
            assert list(found.values.values()) == [value]


@pytest.mark.parametrize("edition", ["1.2", "2004"])
def test_every_value_that_is_not(edition: str) -> None:
    for element, values in BAD[edition].items():
        for value in values:
            found = check(edition, **{element: value})
            assert found.refused, (element, value[:40])
            assert not found.values


READ_ONLY = {
    "1.2": """core__student_id core__student_name core__credit core__entry core__lesson_mode core__total_time
        launch_data student_data__mastery_score student_data__max_time_allowed
        comments_from_lms interactions___count""",
    "2004": """learner_id learner_name credit entry mode total_time launch_data scaled_passing_score _version
        completion_threshold max_time_allowed comments_from_lms__0__comment objectives___count score___children""",
}


@pytest.mark.parametrize("edition", ["1.2", "2004"])
def test_what_is_read_only(edition: str) -> None:
    for element in READ_ONLY[edition].split():
        found = check(edition, **{element: "x"})
        assert list(found.refused.values()) == [cmi.READ_ONLY], element


def test_elements_that_do_not_exist() -> None:
    for element in ("core__lessons", "interactions__n__id", "interactions__x__id", "__proto__", "score__scaled"):
        assert check("1.2", **{element: "1"}).refused
    assert cmi.check("2004", {"__proto__": "1", "cmi." + "x" * 9000: "1", "window.top": "1"}, {}).values == {}


@pytest.mark.parametrize("value", [None, True, ["passed"], {"a": 1}])
def test_a_value_that_is_no_text(value: Any) -> None:
    assert check("1.2", core__lesson_status=value).refused


def test_numbers_are_taken_as_text() -> None:
    assert check("1.2", core__score__raw=80).values == {"cmi.core.score.raw": "80"}


def test_one_bad_value_is_left_out_and_the_rest_stands() -> None:
    found = check("1.2", core__lesson_status="banana", core__score__raw="999999", suspend_data="page 3")
    assert found.values == {"cmi.suspend_data": "page 3"}
    assert found.reason().startswith("Left out: cmi.core.lesson_status: not one of its words; cmi.core.score.raw: out")
    assert len(found.reason()) <= 200


def test_a_score_lies_within_its_own_range() -> None:
    assert not check("1.2", core__score__raw="8", core__score__min="0", core__score__max="10").refused
    found = check("1.2", core__score__raw="11", core__score__max="10")
    assert set(found.refused) == {"cmi.core.score.raw", "cmi.core.score.max"}
    assert check("1.2", {"cmi.core.score.max": "10"}, core__score__raw="11").refused
    assert check("2004", score__raw="-3", score__min="0").refused


def test_an_objective_keeps_its_id_and_no_two_have_the_same() -> None:
    stands = {"cmi.objectives.0.id": "know", "cmi.objectives.1.id": "ask"}
    assert not check("2004", stands, objectives__0__id="know", objectives__0__success_status="passed").refused
    changed = check("2004", stands, objectives__0__id="other", objectives__0__success_status="passed")
    assert changed.values == {}
    assert check("2004", stands, objectives__2__id="know").refused
    assert check("2004", objectives__0__id="a", objectives__1__id="a").values == {"cmi.objectives.0.id": "a"}


def test_in_2004_nothing_is_said_of_what_has_no_id() -> None:
    assert check("2004", interactions__0__type="choice").refused
    assert check("2004", objectives__3__success_status="passed").refused
    assert not check("1.2", interactions__0__type="choice").refused


def test_not_attempted_is_the_sites_own_word() -> None:
    found = check("1.2", core__lesson_status="not attempted")
    assert (found.values, found.refused) == ({}, {})


@pytest.mark.parametrize(
    ("edition", "said", "seconds"),
    [
        ("1.2", "0001:02:03.5", 3723.5),
        ("1.2", "nonsense", 0),
        ("2004", "PT1H2M3.5S", 3723.5),
        ("2004", "P1DT1S", 86401),
        ("2004", "", 0),
        ("1.2", "99999:00:00", rules.LONGEST),
    ],
)
def test_time(edition: str, said: str, seconds: float) -> None:
    assert rules.seconds(edition, said) == seconds


def test_time_is_written_as_it_is_read() -> None:
    for edition in ("1.2", "2004"):
        assert rules.seconds(edition, rules.timespan(edition, 3723.9)) == 3723
    assert rules.timespan("1.2", 65) == "0000:01:05"


def judged_12(status: str = "", raw: str = "", mastery: float | None = 80, *, ended: bool = True) -> str | None:
    values = {"cmi.core.lesson_status": status, "cmi.core.score.raw": raw}
    changed = rules.judged("1.2", {"mastery": mastery}, {k: v for k, v in values.items() if v}, ended=ended)
    return changed.get("cmi.core.lesson_status")


def test_mastery_decides_over_what_the_package_said() -> None:
    assert judged_12("completed", "80") == "passed"
    assert judged_12("passed", "79.9") == "failed"
    assert judged_12("failed", "95") == "passed"
    assert judged_12("passed", "", 80) is None
    assert judged_12("passed", "10", None) is None


def test_before_the_end_mastery_decides_only_what_the_package_calls_decided() -> None:
    assert judged_12("incomplete", "10", ended=False) is None
    assert judged_12("passed", "10", ended=False) == "failed"


def test_a_package_that_never_set_a_status_is_completed_when_it_ends() -> None:
    assert judged_12(mastery=None) == "completed"
    assert judged_12(mastery=None, ended=False) is None
    assert judged_12("incomplete", mastery=None) is None


def judged_2004(ended: bool = False, **values: str) -> dict[str, str]:
    item = {"threshold": 0.5, "min_measure": 0.8}
    given = {"cmi." + key.replace("__", "."): value for key, value in values.items()}
    return rules.judged("2004", item, given, ended=ended)


def test_threshold_and_passing_score_decide_over_what_the_package_said() -> None:
    assert judged_2004(progress_measure="0.5") == {"cmi.completion_status": "completed"}
    assert judged_2004(progress_measure="0.4", completion_status="completed") == {"cmi.completion_status": "incomplete"}
    assert judged_2004(score__scaled="0.8", success_status="failed") == {"cmi.success_status": "passed"}
    assert judged_2004(score__scaled="0.79", success_status="passed") == {"cmi.success_status": "failed"}
    assert judged_2004(completion_status="completed", success_status="passed") == {}


def test_a_2004_part_that_ends_silently_is_complete_but_not_passed() -> None:
    assert judged_2004(ended=True) == {"cmi.completion_status": "completed"}
    assert rules.judged("2004", {"set_by_content": True}, {}, ended=True) == {}


def test_completion_and_success_are_apart() -> None:
    found = rules.result("2004", {"cmi.completion_status": "completed", "cmi.success_status": "failed"})
    assert (found.completed, found.success) == (True, False)
    assert rules.result("2004", {"cmi.success_status": "passed"}) == Result(False, True)


def test_a_failed_quiz_of_1_2_is_not_completed() -> None:
    found = rules.result("1.2", {"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "40"})
    assert (found.completed, found.success, found.scaled) == (False, False, 0.4)
    found = rules.result("1.2", {"cmi.core.score.raw": "9", "cmi.core.score.max": "10"})
    assert (found.raw, found.maximum, found.scaled) == (9, 10, 0.9)


def test_a_pass_stays_a_pass() -> None:
    passed = Result(True, True, 90, 100, 0.9)
    assert rules.better(passed, Result(False, None)) == passed
    assert rules.better(passed, Result(False, False, 10, 100, 0.1)) == passed
    assert rules.better(passed, Result(True, True, 85, 100, 0.85)) == passed
    assert rules.better(passed, Result(True, True, 95, 100, 0.95)).scaled == 0.95
    assert rules.better(Result(False, False, 10, 100, 0.1), passed) == passed
    assert rules.better(Result(True), Result(False)).completed


def test_several_parts_together() -> None:
    passed, read, failed = Result(True, True, 90, 100, 0.9), Result(True), Result(False, False, 30, 100, 0.3)
    assert rules.rolled_up([passed, read]) == Result(True, True, 90, 100, 0.9)
    assert rules.rolled_up([passed, None]).success is None
    assert not rules.rolled_up([passed, None]).completed
    assert rules.rolled_up([passed, Result(False)]).success is None
    whole = rules.rolled_up([passed, failed])
    assert (whole.completed, whole.success) == (False, False)
    assert whole.scaled == pytest.approx(0.6)
    assert rules.rolled_up([read, read]) == Result(completed=True)
    assert rules.rolled_up([None]) == Result()
