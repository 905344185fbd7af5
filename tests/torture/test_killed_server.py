"""The web process is killed at a random moment of a learner's trip and started again. Nothing that was acknowledged is
lost, nothing is issued twice, and she goes on where she was. One kill a round; ROUNDS says how many."""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from .server import Server

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
MODULE = "carer-awareness-everybodys-business"
TRIP_SECONDS = 1.6
"""About how long a trip takes undisturbed; the kill falls somewhere inside it."""

LOAD = """
from pathlib import Path
from courses.content.loading import load_material
from courses.content.material import read_material
from courses.content.models import ModulePage
from courses.demo.packages import demo_package
load_material(read_material(Path("material")), packages=demo_package)
page = ModulePage.objects.get(slug="{module}")
lessons = [dict(lesson) for lesson in page.lessons.raw_data]
for lesson in lessons:  # activities have a test of their own, test_killed_activity
    body = [block for block in lesson["value"]["body"] if block["type"] != "activity"]
    lesson["value"] = {{**lesson["value"], "body": body}}
page.lessons = page.lessons.stream_block.to_python(lessons)
page.change_kind = "correction"
page.save_revision().publish()
answer = page.versions.count()
"""
SETUP = """
from allauth.account.models import EmailAddress
from courses.people.models import User
for number in range({rounds}):
    user = User.objects.create_user(f"walker{{number}}@example.org", "carers-demo", name=f"Walker {{number}}")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
from courses.content.models import ModulePage
version = ModulePage.objects.get(slug="{module}").current_version
answer = {{
    "lessons": [lesson["slug"] for lesson in version.outline["lessons"]],
    "right": {{q.key: [o["key"] for o in q.body["options"] if o["correct"]] for q in version.questions.all()}},
}}
"""
OUTCOME = """
from courses.credentials.models import Certificate
from courses.people.models import Person
from courses.records.models import AnswerDraft, Completion, Enrolment, Event, LessonProgress, Response
person = Person.objects.get(logins__email="{email}")
answer = {{
    "enrolments": Enrolment.objects.filter(person=person).count(),
    "lessons": LessonProgress.objects.filter(attempt__enrolment__person=person).count(),
    "drafts": dict(AnswerDraft.objects.filter(attempt__enrolment__person=person).values_list("slot", "value")),
    "responses": Response.objects.filter(sitting__attempt__enrolment__person=person, correct=True).count(),
    "completions": Completion.objects.filter(person=person).count(),
    "certificates": Certificate.objects.filter(person=person).count(),
    "completed_events": Event.objects.filter(person=person, kind="completed").count(),
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("killed"))
    server.manage("migrate", "-v0")
    server.ask(LOAD.format(module=MODULE))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def facts(server: Server) -> Any:
    return server.ask(SETUP.format(rounds=ROUNDS, module=MODULE))


class Walker:
    """A learner's browser: repeats what got no answer, as a person would, and notes what was acknowledged."""

    def __init__(self, server: Server, email: str) -> None:
        self.server = server
        self.email = email
        self.browser = requests.Session()
        self.acknowledged: dict[str, list[str]] = {}

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        for _ in range(20):
            try:
                answer = self.browser.request(method, f"{self.server.address}{path}", timeout=20, **more)
            except requests.RequestException:
                self.server.wait()
                continue
            assert answer.status_code < 500, self.server.log.read_text(errors="replace")[-3000:]
            return answer
        raise AssertionError("the server never came back")

    def post(self, path: str, **fields: Any) -> requests.Response:
        token = self.browser.cookies.get("csrftoken", "")
        return self.ask("POST", path, data={**fields, "csrfmiddlewaretoken": token})

    def sign_in(self) -> None:
        """Like a person, from a fresh page when the first answer got lost."""
        for _ in range(3):
            page = self.ask("GET", "/accounts/login/")
            if page.url.endswith("/accounts/login/"):
                page = self.post("/accounts/login/", login=self.email, password="carers-demo")
            if not page.url.endswith("/accounts/login/"):
                return
        raise AssertionError(f"{page.status_code}: {page.text[:2000]}")

    def save(self, number: int, slot: str, chosen: list[str], counter: int) -> None:
        sitting = slot.split(":")[1]
        answer = self.ask(
            "POST",
            f"/learn/{MODULE}/assessment/{number}/",
            json={"fields": {"answer": chosen, "try": [sitting]}, "client": "walker", "counter": counter, "age_ms": 0},
            headers={"X-CSRFToken": self.browser.cookies.get("csrftoken", "")},
        )
        assert answer.status_code == 200, answer.text[:400]
        assert sorted(answer.json()["value"]) == chosen
        self.acknowledged[slot] = answer.json()["value"]

    def walk(self, facts: Any) -> requests.Response:
        """The whole trip, from the sign-in to the result."""
        self.sign_in()
        self.ask("GET", f"/modules/{MODULE}/")
        self.post(f"/learn/{MODULE}/")
        for lesson in facts["lessons"]:
            assert self.ask("GET", f"/learn/{MODULE}/{lesson}/").status_code == 200
            self.post(f"/learn/{MODULE}/{lesson}/finish/")
        self.post(f"/learn/{MODULE}/assessment/")
        page = self.ask("GET", f"/learn/{MODULE}/assessment/questions/").text
        slots = re.findall(r'data-slot="(q:\d+:[^"]+)"', page)
        assert len(slots) == 10
        for number, slot in enumerate(slots, 1):
            self.save(number, slot, sorted(facts["right"][slot.split(":", 2)[2]]), counter=number)
        return self.post(f"/learn/{MODULE}/assessment/submit/", **{"try": slots[0].split(":")[1]})


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_kill_at_a_random_moment_loses_and_doubles_nothing(server: Server, facts: Any, number: int) -> None:
    seed = random.randrange(10**9)
    after = random.Random(seed).uniform(0, TRIP_SECONDS)
    walker = Walker(server, f"walker{number}@example.org")

    def strike() -> None:
        server.kill()
        server.start()

    striker = threading.Timer(after, strike)
    striker.start()
    result = walker.walk(facts)
    striker.join()

    where = f"seed {seed}: killed {after:.3f} s into the trip"
    assert "/assessment/result/" in result.url, where
    outcome = server.ask(OUTCOME.format(email=walker.email))
    assert outcome["drafts"].items() >= walker.acknowledged.items(), where
    assert len(walker.acknowledged) == outcome["responses"] == 10, where
    assert outcome["lessons"] == len(facts["lessons"]), where
    once = [outcome[name] for name in ("enrolments", "completions", "certificates", "completed_events")]
    assert once == [1, 1, 1, 1], where
