"""The web process is killed at a random moment between the commits of a SCORM package, and started again. What was
acknowledged is there, no time, answer or completion counts twice. One kill a round; ROUNDS says how many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server
from .test_killed_activity import SETUP, Reporter, killed_at_a_random_moment

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
COMMITS = 15
"""In each of her two sittings."""
STEP = 20
"""Seconds from commit to commit, as the package counts them."""

OUTCOME = """
from courses.credentials.models import Certificate
from courses.people.models import Person
from courses.records.models import ActivityProgress, Completion, Event, ItemResponse, LessonProgress
from courses.records.rebuilding import differences
person = Person.objects.get(logins__email="{email}")
progress = ActivityProgress.objects.get(attempt__enrolment__person=person)
answer = {{
    "calls": list(progress.calls.order_by("pk").values_list("sequence", "outcome")),
    "answers": list(ItemResponse.objects.filter(attempt__progress=progress).order_by("position")
        .values_list("item", "correct")),
    "attempts": list(progress.attempts.order_by("number").values_list("raw", "success", "completion", "seconds")),
    "kept": progress.state["{part}"],
    "told": [call[0] for event in Event.objects.filter(person=person, kind="activity-calls").order_by("pk")
             for call in event.data["calls"]],
    "lessons": LessonProgress.objects.filter(attempt__enrolment__person=person).count(),
    "completions": Completion.objects.filter(person=person).count(),
    "certificates": Certificate.objects.filter(person=person).count(),
    "done_events": Event.objects.filter(person=person, kind="activity-done").count(),
    "differences": [str(one) for one in differences()],
}}
"""


class Sco(Reporter):
    """A SCO in its wrapper: each commit carries every value that it has written so far."""

    part = "item-1"

    def begin(self, facts: Any) -> None:
        self.open(facts)
        self.values: dict[str, str] = {}
        self.seq = 0

    def commit(self, session: str, *, ends: bool = False, **values: str) -> Any:
        self.values |= {"cmi." + name.replace("__", "."): value for name, value in values.items()}
        self.seq += 1
        body: dict[str, Any] = {"session": session, "cmi": self.values}
        return self.report((self.seq, "commit", body | ({"terminated": True} if ends else {})))

    def answer(self, session: str, number: int, count: int) -> None:
        """One question more, and where she stands now."""
        said = {"id": f"q{number}", "type": "choice", "student_response": "a", "result": "correct"}
        self.values |= {f"cmi.interactions.{number}.{name}": value for name, value in said.items()}
        minutes, seconds = divmod(STEP * count, 60)
        self.commit(session, suspend_data=f"page {number}", core__session_time=f"00:{minutes:02}:{seconds:02}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("killed-scorm"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def facts(server: Server) -> Any:
    package = 'package=make_package(kind="scorm-1.2"), rule="passed"'
    setup = SETUP.format(rounds=ROUNDS).replace('rule="score", score=80', package)
    return server.ask("from tests.packages import make_package\n" + setup)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_kill_between_commits_loses_and_doubles_nothing(server: Server, facts: Any, number: int) -> None:
    sco = Sco(server, f"walker{number}@example.org")
    sco.begin(facts)
    with killed_at_a_random_moment(server) as where:
        for count in range(1, COMMITS + 1):
            sco.answer("first", count - 1, count)
        sco.commit("first", ends=True, core__exit="suspend")
        for count in range(1, COMMITS + 1):
            sco.answer("second", COMMITS + count - 1, count)
        ended = {"core__exit": "", "core__score__raw": "90", "core__lesson_status": "passed"}
        told = sco.commit("second", ends=True, **ended)

    assert told["completed"], where
    outcome = server.ask(OUTCOME.format(email=sco.email, part=sco.part))
    assert outcome["calls"] == [[seq, "accepted"] for seq in range(1, sco.seq + 1)], where
    assert outcome["told"] == list(range(1, sco.seq + 1)), where
    assert outcome["answers"] == [[f"q{n}", True] for n in range(2 * COMMITS)], where
    assert outcome["attempts"] == [[90.0, True, "completed", 2 * COMMITS * STEP]], where
    assert outcome["kept"]["cmi.suspend_data"] == f"page {2 * COMMITS - 1}", where
    once = [outcome[name] for name in ("lessons", "completions", "certificates", "done_events")]
    assert once == [1, 1, 1, 1], where
    assert not outcome["differences"], where
