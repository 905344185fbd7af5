"""`/my-learning/data/`: everything held about her, hers alone, streamed."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from courses.content.models import ModulePage
from courses.learner.my_data import SECTIONS
from courses.people.models import User
from courses.records import cpd, services
from courses.records.models import Completion
from tests.factories import ModuleFactory
from tests.manager.history import exempted
from tests.records.trips import begin, complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return ModuleFactory(title="=Carer awareness", slug="carer-awareness", published=True)


def body(answer: Any) -> str:
    assert answer.status_code == 200
    assert answer.streaming
    return b"".join(answer.streaming_content).decode()


def everything(client: Client) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(body(client.post("/my-learning/data/json/")))
    return data


def test_the_page_explains_and_changes_nothing(amara_client: Client) -> None:
    html = amara_client.get("/my-learning/data/").content.decode()
    for section in SECTIONS:
        assert f"<code>{section.key}</code>" in html
    assert amara_client.get("/my-learning/data/json/").status_code == 405
    assert amara_client.get("/my-learning/data/csv/").status_code == 405


def test_everything_held_about_her(amara: User, amara_client: Client, module: ModulePage) -> None:
    completion = complete(amara.person, module)
    services.save_reflection(attempt=completion.attempt, block_id="b1", text="I looked after my gran. 🌻")
    cpd.save_note(completion=completion, learned="To ask.", change="Ask.", discussed_on=None)
    exempted(amara.person, module)
    data = everything(amara_client)
    assert data["format"] == "alongside-my-data"
    assert set(data["about"]) == {section.key for section in SECTIONS} <= set(data)
    assert data["person"][0]["name"] == "Amara Okafor"
    assert data["logins"][0]["email"] == data["email_addresses"][0]["email"] == amara.email
    assert data["memberships"][0]["unit_name"] == "Adult Assessments"
    assert [len(data[key]) for key in ("enrolments", "attempts", "lesson_progress", "tries", "completions")] == [
        1, 1, 2, 1, 1,
    ]  # fmt: skip
    assert len(data["responses"]) == len(data["drafts"]) == 4
    assert data["reflections"][0]["text"] == "I looked after my gran. 🌻"
    assert data["certificates"][0]["number"] == completion.certificate.number
    assert data["cpd_notes"][0]["learned"] == "To ask."
    assert data["exemptions"][0]["kind"] == "equivalent"
    assert "completed" in {event["kind"] for event in data["events"]}
    assert data["completions"][0]["snapshot"]["outcomes"]


def test_nothing_of_anybody_else(amara: User, chidi: User, amara_client: Client, module: ModulePage) -> None:
    begin(chidi.person, module)
    assert chidi.email not in body(amara_client.post("/my-learning/data/json/"))
    data = everything(amara_client)
    assert [section.key for section in SECTIONS if data[section.key]] == [
        "person", "logins", "email_addresses", "memberships",
    ]  # fmt: skip


def test_no_secret_and_no_right_answer(amara: User, amara_client: Client, module: ModulePage) -> None:
    completion = complete(amara.person, module)
    cpd.save_note(completion=completion, learned="a", change="b", discussed_on=None)
    token = cpd.ask_peer(person=amara.person, completion_id=completion.pk)
    services.start(person=amara.person, module=module)
    text = body(amara_client.post("/my-learning/data/json/"))
    for secret in (amara.password, token, "token_hash", "seed", "Not this one", "The right answer"):
        assert secret not in text


def test_completions_as_a_safe_table(amara: User, amara_client: Client, module: ModulePage) -> None:
    completion = complete(amara.person, module)
    text = body(amara_client.post("/my-learning/data/csv/"))
    assert text.startswith("\ufeff")
    head, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    line = dict(zip(head, row, strict=True))
    assert line["Module"] == "'=Carer awareness"
    assert line["Certificate"] == completion.certificate.number
    assert line["Score (%)"] == "100"


def test_a_visitor_gets_nothing(client: Client, db: None) -> None:
    for path in ("", "json/", "csv/"):
        assert client.post(f"/my-learning/data/{path}").status_code in {302, 405}


def test_another_site_cannot_start_a_download(amara: User, module: ModulePage) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(amara, backend="courses.people.backends.PersonBackend")
    assert strict.post("/my-learning/data/json/").status_code == 403


def test_a_program_is_slowed_down(amara_client: Client) -> None:
    answers = [amara_client.post("/my-learning/data/csv/") for _ in range(21)]
    assert answers[19].status_code == 200
    assert answers[20].status_code == 429
    assert "Nothing is lost" in answers[20].content.decode()


def test_the_file_is_written_as_it_is_read(amara: User, amara_client: Client, module: ModulePage) -> None:
    complete(amara.person, module)
    answer: Any = amara_client.post("/my-learning/data/json/")
    assert "attachment" in answer["Content-Disposition"]
    assert len(list(answer.streaming_content)) > len(SECTIONS)
    assert Completion.objects.count() == 1
