"""Saving inside lessons: knowledge checks and reflections, by a plain form and by the script. Budget: 10 queries."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import AnswerDraft, Attempt, Reflection
from tests.learner.taught import URL, blocks, post_json, taught_module, text
from tests.people import signed_in
from tests.records import trips

pytestmark = pytest.mark.django_db
LESSON = f"{URL}the-eight-outcomes/"


@pytest.fixture
def module() -> ModulePage:
    return taught_module()


@pytest.fixture
def begun(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module, lessons=0)


@pytest.fixture
def check_url(module: ModulePage) -> str:
    return f"{LESSON}check/{blocks(module, 'knowledge_check')[0]}/"


@pytest.fixture
def several_url(module: ModulePage) -> str:
    return f"{LESSON}check/{blocks(module, 'knowledge_check')[1]}/"


@pytest.fixture
def note_url(module: ModulePage) -> str:
    return f"{LESSON}reflection/{blocks(module, 'reflection')[0]}/"


def choice(*keys: str, **more: Any) -> dict[str, Any]:
    return {"fields": {"choice": list(keys)}, **more}


def test_an_answer_is_kept_and_shown_again_on_another_device(
    amara: User, amara_client: Client, begun: Attempt, check_url: str
) -> None:
    answer = post_json(amara_client, check_url, choice("b", client="tab", counter=1))
    assert answer.status_code == 200
    assert re.fullmatch(r"\d\d:\d\d", answer.json()["saved"])
    assert answer.json()["value"] == ["b"]
    html = signed_in(amara).get(LESSON).content.decode()
    assert re.search(r'value="b"\s+id="[^"]+"\s+checked', html)
    assert "Saved " + answer.json()["saved"] in text(signed_in(amara).get(LESSON))


def test_saving_costs_at_most_ten_queries(
    amara_client: Client,
    begun: Attempt,
    check_url: str,
    note_url: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    amara_client.get(LESSON)
    with django_assert_num_queries(8):  # login, attempt, and six of saving with BEGIN and COMMIT
        post_json(amara_client, check_url, choice("b"))
    with django_assert_num_queries(7):
        post_json(amara_client, note_url, {"fields": {"text": ["Somebody I met."]}})


def test_the_time_said_is_london_s(
    amara_client: Client, begun: Attempt, check_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime

    summer = datetime.datetime(2026, 7, 1, 9, 42, tzinfo=datetime.UTC)
    monkeypatch.setattr("courses.records.saving.timezone.now", lambda: summer)
    assert post_json(amara_client, check_url, choice("b")).json()["saved"] == "10:42"


def test_without_javascript_the_page_comes_back_at_the_check_with_feedback(
    amara_client: Client, begun: Attempt, check_url: str
) -> None:
    answer = amara_client.post(check_url, {"choice": "b", "check": "1"}, follow=True)
    assert "checked=" in answer.redirect_chain[0][0]
    assert "#check-" in answer.redirect_chain[0][0]
    said = text(answer)
    assert "Not this one. Not this one: no, because." in said
    assert "Not quite. The right answer to P1 is the first." in said
    assert "This one: yes, because." not in said, "feedback is for what was chosen"
    said = text(amara_client.post(check_url, {"choice": "a", "check": "1"}, follow=True))
    assert "Right. This one: yes, because." in said
    assert "That is right." in said


def test_the_script_gets_the_same_feedback(amara_client: Client, begun: Attempt, several_url: str) -> None:
    body = choice("x", "y")
    assert post_json(amara_client, several_url, body).json()["feedback"] is None, "chosen, but not asked to check"
    body["fields"]["check"] = ["1"]
    told = post_json(amara_client, several_url, body).json()["feedback"]
    assert told["right"] is True
    assert "A break: yes, because." in told["options"]["x"]
    assert "That is right." in told["overall"]


def test_checking_without_a_choice_asks_for_one(amara_client: Client, begun: Attempt, check_url: str) -> None:
    answer = amara_client.post(check_url, {"check": "1"}, follow=True)
    assert "Error: Choose an answer first" in text(answer)
    assert re.search(r"aria-describedby=.e-[^>]+>", answer.content.decode())


def test_a_late_or_repeated_save_changes_nothing_newer(amara_client: Client, begun: Attempt, check_url: str) -> None:
    post_json(amara_client, check_url, choice("b", client="tab", counter=2))
    late = post_json(amara_client, check_url, choice("a", client="tab", counter=1))
    assert late.json()["stale"] is True
    assert late.json()["value"] == ["b"]
    again = post_json(amara_client, check_url, choice("b", client="tab", counter=2))
    assert again.json()["stale"] is False
    old = post_json(amara_client, check_url, choice("c", client="train", counter=9, age_ms=3_600_000))
    assert old.json()["value"] == ["b"], "given an hour ago on another device"
    assert AnswerDraft.objects.get().value == ["b"]


def test_a_reflection_is_kept_for_her_alone(
    amara: User,
    amara_client: Client,
    ben_client: Client,
    chidi: User,
    begun: Attempt,
    module: ModulePage,
    note_url: str,
) -> None:
    answer = post_json(amara_client, note_url, {"fields": {"text": ["A neighbour.\r\nI <b>never</b> asked."]}})
    assert answer.json()["value"] == ["A neighbour.\nI <b>never</b> asked."]
    assert "I &lt;b&gt;never&lt;/b&gt; asked." in signed_in(amara).get(LESSON).content.decode()
    trips.begin(chidi.person, module, lessons=0)
    for client in (ben_client, signed_in(chidi)):
        assert "A neighbour." not in client.get(LESSON, follow=True).content.decode()


def test_a_reflection_without_javascript_is_saved_and_deleted(
    amara_client: Client, begun: Attempt, note_url: str
) -> None:
    page = amara_client.post(note_url, {"text": "Somebody I met."}, follow=True)
    assert "Somebody I met." in text(page)
    assert "Delete what I wrote" in text(page)
    page = amara_client.post(note_url, {"text": "Somebody I met.", "delete": "1"}, follow=True)
    assert "Somebody I met." not in text(page)
    assert "Your reflection has been deleted." in page.content.decode()
    assert not Reflection.objects.exists()


def test_after_completion_checks_teach_and_keep_nothing(
    amara: User, amara_client: Client, module: ModulePage, check_url: str
) -> None:
    trips.complete(amara.person, module)
    before = AnswerDraft.objects.count()
    answer = amara_client.post(check_url, {"choice": "a", "check": "1"}, follow=True)
    assert "That is right." in text(answer)
    body = choice("a")
    body["fields"]["check"] = ["1"]
    told = post_json(amara_client, check_url, body).json()
    assert told["saved"] == ""
    assert told["feedback"]["right"] is True
    assert AnswerDraft.objects.count() == before


def test_an_expired_sign_in_is_said_in_json(client: Client, begun: Attempt, check_url: str) -> None:
    answer = post_json(client, check_url, choice("b"))
    assert answer.status_code == 401
    assert "your answer is kept" in answer.json()["message"]
    assert answer.json()["sign_in"].startswith("/accounts/login/")


def test_without_javascript_an_expired_sign_in_costs_nothing(
    client: Client, amara: User, begun: Attempt, note_url: str
) -> None:
    fields = {"text": "Somebody I met.", "person": str(amara.person.public_id), "attempt": str(begun.pk)}
    to_sign_in = client.post(note_url, fields)["Location"]
    assert to_sign_in.startswith("/accounts/login/")
    page = client.post(to_sign_in, {"login": amara.email, "password": "carers-demo"}, follow=True)
    assert "Somebody I met." in text(page)
    assert Reflection.objects.get().text == "Somebody I met."


def test_what_somebody_else_wrote_before_signing_in_is_thrown_away(
    client: Client, amara: User, omar: User, module: ModulePage, begun: Attempt, note_url: str
) -> None:
    trips.begin(omar.person, module, lessons=0)
    to_sign_in = client.post(note_url, {"text": "Amara’s words.", "person": str(amara.person.public_id)})["Location"]
    page = client.post(to_sign_in, {"login": omar.email, "password": "carers-demo"}, follow=True)
    assert "Amara’s words." not in page.content.decode()
    assert "kept_form" not in client.session
    assert not Reflection.objects.exists()


def test_an_answer_of_somebody_else_on_this_computer_is_refused(
    amara: User, omar: User, module: ModulePage, begun: Attempt, check_url: str
) -> None:
    trips.begin(omar.person, module, lessons=0)
    body = {"fields": {"choice": ["b"], "person": [str(amara.person.public_id)]}}
    answer = post_json(signed_in(omar), check_url, body)
    assert answer.status_code == 409
    assert answer.json()["code"] == "somebody-else"
    page = signed_in(omar).post(check_url, {"choice": "b", "person": str(amara.person.public_id)})
    assert page.status_code == 409
    assert "Somebody else is signed in" in text(page)
    assert not AnswerDraft.objects.exists()


def test_a_page_of_an_earlier_run_changes_nothing(amara_client: Client, begun: Attempt, check_url: str) -> None:
    body = {"fields": {"choice": ["b"], "attempt": [str(begun.pk + 1)]}}
    assert post_json(amara_client, check_url, body).status_code == 409
    assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ("text", 400),
        (None, 400),
        ({}, 400),
        ({"fields": []}, 400),
        ({"fields": {"choice": "b"}}, 400),
        ({"fields": {"choice": [1]}}, 400),
        ({"fields": {"choice": [["b"]]}}, 400),
        ({"fields": {"choice": ["no such option"]}}, 400),
        ({"fields": {"choice": ["a", "b"]}}, 400),
        ({"fields": {"choice": ["b"]}, "age_ms": "1"}, 400),
        ({"fields": {"choice": ["b"]}, "age_ms": -1}, 400),
        ({"fields": {"choice": ["b"]}, "age_ms": True}, 400),
        ({"fields": {"choice": ["b"]}, "age_ms": 10**30}, 400),
        ({"fields": {"choice": ["b"]}, "counter": 1.5}, 400),
        ({"fields": {"choice": ["b"]}, "client": "x" * 41}, 400),
        ({"fields": {"choice": ["b"]}, "client": "a b"}, 400),
        ({"fields": {"choice": ["b"]}, "client": {"a": 1}}, 400),
        ({"fields": {"choice": ["b" * 70_000]}}, 413),
        ({"fields": {"choice": ["b\u0000"]}}, 200),
    ],
)
def test_bad_input_is_said_and_changes_nothing(
    amara_client: Client, begun: Attempt, check_url: str, body: Any, status: int
) -> None:
    answer = post_json(amara_client, check_url, body)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["message"]
        assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[" * 60_000, b'{"fields":' + b"9" * 5000 + b"}"])
def test_what_is_no_json_is_refused(amara_client: Client, begun: Attempt, check_url: str, raw: bytes) -> None:
    assert amara_client.post(check_url, data=raw, content_type="application/json").status_code == 400


def test_a_reflection_of_any_characters_is_kept_or_refused(amara_client: Client, begun: Attempt, note_url: str) -> None:
    odd = "\u0000\ud800 \u200fمرحبا 你好 👩🏽‍🦽 <script>alert(1)</script>"
    answer = post_json(amara_client, note_url, {"fields": {"text": [odd]}})
    assert answer.json()["value"] == [" \u200fمرحبا 你好 👩🏽‍🦽 <script>alert(1)</script>"]
    assert "<script>alert" not in amara_client.get(LESSON).content.decode()
    long = post_json(amara_client, note_url, {"fields": {"text": ["x" * 10_001]}})
    assert long.status_code == 400
    assert "10,000 characters" in long.json()["message"]


def test_a_form_without_its_token_is_refused_and_said_kindly(amara: User, begun: Attempt, check_url: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(amara, backend="courses.people.backends.PersonBackend")
    answer = strict.post(check_url, {"choice": "b"})
    assert answer.status_code == 403
    assert "Please send that again" in text(answer)
    assert not AnswerDraft.objects.exists()
