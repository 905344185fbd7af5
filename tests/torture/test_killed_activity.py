"""The web process is killed at a random moment while an activity reports, and started again. What was acknowledged is
there, what was sent twice counts once, and she completes. One kill a round; ROUNDS says how many."""

from __future__ import annotations

import contextlib
import os
import random
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.reporting import PART, state, statement

from .server import Server
from .test_killed_server import Walker

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
MODULE = "carer-awareness"
REQUESTS = 30
TRIP_SECONDS = 1.2
"""About how long the reports take undisturbed; the kill falls somewhere inside it."""

SETUP = """
from tests.factories import UserFactory
from tests.interop.reporting import one_lesson
from tests.packages import activity_of, with_activity
page = with_activity(one_lesson(), rule="score", score=80)
for number in range({rounds}):
    UserFactory(email=f"walker{{number}}@example.org")
answer = {{
    "lesson": page.current_version.outline["lessons"][0]["slug"],
    "block": activity_of(page)["id"],
}}
"""
OUTCOME = """
from courses.credentials.models import Certificate
from courses.people.models import Person
from courses.records.models import ActivityCall, ActivityProgress, Completion, Event, ItemResponse, LessonProgress
from courses.records.rebuilding import differences
person = Person.objects.get(logins__email="{email}")
progress = ActivityProgress.objects.get(attempt__enrolment__person=person)
answer = {{
    "calls": list(progress.calls.order_by("pk").values_list("sequence", "outcome")),
    "state": progress.state,
    "answers": ItemResponse.objects.filter(attempt__progress=progress, item="{part}").count(),
    "attempts": list(progress.attempts.order_by("number").values_list("raw", "completion")),
    "told": [call[0] for event in Event.objects.filter(person=person, kind="activity-calls").order_by("pk")
             for call in event.data["calls"]],
    "lessons": LessonProgress.objects.filter(attempt__enrolment__person=person).count(),
    "completions": Completion.objects.filter(person=person).count(),
    "certificates": Certificate.objects.filter(person=person).count(),
    "done_events": Event.objects.filter(person=person, kind="activity-done").count(),
    "differences": [str(one) for one in differences()],
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("killed-activity"))
    server.manage("migrate", "-v0")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def facts(server: Server) -> Any:
    return server.ask(SETUP.format(rounds=ROUNDS))


class Reporter(Walker):
    """The page around a package: sends each call until it is acknowledged, as the browser's outbox does."""

    part = ""

    def open(self, facts: Any) -> None:
        self.sign_in()
        self.ask("GET", f"/modules/{MODULE}/")
        self.post(f"/learn/{MODULE}/")
        self.here = f"/learn/{MODULE}/{facts['lesson']}/activity/{facts['block']}/"
        page = self.ask("GET", self.here).text
        found = {name: re.search(rf'data-{name}="([^"]+)"', page) for name in ("token", "client")}
        self.opening = {name: match[1] for name, match in found.items() if match}
        assert set(self.opening) == {"token", "client"}, page[:2000]

    def report(self, *calls: tuple[int, str, Any]) -> Any:
        rows = [{"seq": seq, "kind": kind, "part": self.part, "body": body, "age_ms": 0} for seq, kind, body in calls]
        answer = self.ask(
            "POST",
            f"{self.here}calls/",
            json={**self.opening, "calls": rows},
            headers={"X-CSRFToken": self.browser.cookies.get("csrftoken", "")},
        )
        assert answer.status_code == 200, answer.text[:400]
        told = answer.json()
        assert told["upto"] == calls[-1][0]
        assert {one["outcome"] for one in told["results"]} <= {"accepted", "repeat"}
        return told


@contextlib.contextmanager
def killed_at_a_random_moment(server: Server, within: float = TRIP_SECONDS) -> Iterator[str]:
    """Kills the server while what stands inside runs, and starts it again. Gives what to say when something failed."""
    seed = random.randrange(10**9)
    after = random.Random(seed).uniform(0, within)

    def strike() -> None:
        server.kill()
        server.start()

    striker = threading.Timer(after, strike)
    striker.start()
    try:
        yield f"seed {seed}: killed {after:.3f} s into the reports"
    finally:
        striker.join()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_kill_while_an_activity_reports_loses_and_doubles_nothing(server: Server, facts: Any, number: int) -> None:
    reporter = Reporter(server, f"walker{number}@example.org")
    reporter.open(facts)
    last = 2 * REQUESTS + 1
    with killed_at_a_random_moment(server) as where:
        for request in range(REQUESTS):
            seq = 1 + 2 * request
            answered = statement("answered", 1, 1, part=PART)
            reporter.report((seq, "statement", answered), (seq + 1, "state", state(str(request))))
        told = reporter.report((last, "statement", statement("completed", 9, 10)))

    assert told["completed"], where
    assert told["certificate"], where
    outcome = server.ask(OUTCOME.format(email=reporter.email, part=PART))
    assert outcome["calls"] == [[seq, "accepted"] for seq in range(1, last + 1)], where
    assert outcome["told"] == list(range(1, last + 1)), where
    assert outcome["state"] == state(str(REQUESTS - 1)), where
    assert outcome["answers"] == REQUESTS, where
    assert outcome["attempts"] == [[9.0, "completed"]], where
    once = [outcome[name] for name in ("lessons", "completions", "certificates", "done_events")]
    assert once == [1, 1, 1, 1], where
    assert not outcome["differences"], where
