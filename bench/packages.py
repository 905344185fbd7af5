"""Interactive packages under measurement: a sitting of 113 SCORM API calls, and the H5P statement that completes.

The sitting is the same for both systems: ten questions, each with its values and a commit, then score, status and the
end. A system that keeps the values in the page sends its commits; one that does not sends every call. Ours sends the
commits one by one here; a browser sends several together when they come fast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Api = tuple[str, list[str]]
QUESTIONS = 10
SITTING, STATEMENT = "SCORM sitting of 113 calls", "H5P root statement that completes"


def api_calls() -> list[Api]:
    """What the SCO asks of its API, without the prefix of SCORM 1.2."""
    calls: list[Api] = [("Initialize", [""]), ("GetValue", ["cmi.core.entry"]), ("GetValue", ["cmi.suspend_data"])]
    for number in range(QUESTIONS):
        at = f"cmi.interactions.{number}"
        values = {
            f"{at}.id": f"q{number}", f"{at}.type": "choice", f"{at}.student_response": "a", f"{at}.result": "correct",
            f"{at}.latency": "00:00:12", "cmi.suspend_data": "answered " * (number + 1),
            "cmi.core.lesson_location": str(number),
        }  # fmt: skip
        calls += [("SetValue", [element, value]) for element, value in values.items()]
        calls += [("GetValue", ["cmi.core.lesson_location"]), ("GetLastError", []), ("Commit", [""])]
    end = {
        "cmi.core.score.raw": "100", "cmi.core.score.min": "0", "cmi.core.score.max": "100",
        "cmi.core.lesson_status": "passed", "cmi.core.session_time": "00:05:00",
    }  # fmt: skip
    calls += [("SetValue", [element, value]) for element, value in end.items()]
    calls += [("GetValue", ["cmi.core.lesson_status"]), ("GetLastError", []), ("GetErrorString", ["0"])]
    calls += [("SetValue", ["cmi.core.exit", ""]), ("Terminate", [""])]
    assert len(calls) == 113
    return calls


def page_calls() -> Iterator[tuple[str, Any]]:
    """What our page sends for the same: that it plays, and each commit with every value written so far."""
    yield "opened", None
    values: dict[str, str] = {}
    for method, given in api_calls():
        if method == "SetValue":
            values[given[0]] = given[1]
        elif method in {"Commit", "Terminate"}:
            end = {"terminated": True} if method == "Terminate" else {}
            yield "commit", {"session": "1", "cmi": dict(values), **end}


def sittings(people: list[Any], client_of: Callable[[Any], Any]) -> tuple[Callable[[int], Any], int]:
    """Our sitting as a function of the round, and how many requests it makes. It completes the module."""
    from courses.content.models import PackageKind
    from tests.interop.reporting import one_lesson, opened_in
    from tests.packages import make_package, with_activity

    page = with_activity(one_lesson("Measured SCORM"), package=make_package(kind=PackageKind.SCORM_12), rule="passed")
    opened = [(client_of(user), opened_in(user.person, page)) for user in people]

    def sit(number: int) -> Any:
        client, one = opened[number]
        token = one.token(client="bench")
        answer = None
        for seq, (kind, body) in enumerate(page_calls(), 1):
            answer = _post(client, page, one, token, {"seq": seq, "kind": kind, "part": "", "body": body, "age_ms": 0})
        assert answer is not None
        assert answer.json()["completed"], answer.content
        return answer

    return sit, len(list(page_calls()))


def statements(people: list[Any], client_of: Callable[[Any], Any]) -> Callable[[int], Any]:
    """The H5P statement that is all the module waits for: it completes it, with the certificate."""
    from tests.interop.reporting import one_lesson, opened_in, statement
    from tests.packages import make_package, with_activity

    page = with_activity(one_lesson("Measured H5P"), package=make_package(), rule="score", score=80)
    opened = [(client_of(user), opened_in(user.person, page)) for user in people]

    def say(number: int) -> Any:
        client, one = opened[number]
        body = statement("completed", 4, 4, success=True)
        call = {"seq": 1, "kind": "statement", "part": "", "body": body, "age_ms": 0}
        answer = _post(client, page, one, one.token(client="bench"), call)
        assert answer.json()["completed"], answer.content
        return answer

    return say


def _post(client: Any, page: Any, one: Any, token: str, call: Any) -> Any:
    lesson = one.attempt.version.outline["lessons"][0]["slug"]
    body = {"token": token, "client": "bench", "person": "", "attempt": str(one.attempt.pk), "calls": [call]}
    url = f"/learn/{page.slug}/{lesson}/activity/{one.block['id']}/calls/"
    return client.post(url, body, content_type="application/json", headers={"accept": "application/json"})
