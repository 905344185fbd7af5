"""`/learn/<slug>/assessment/`: begin, answer, look over, hand in, result. Budget of handing in: 22 queries."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.people.models import User
from courses.records import queries, services
from courses.records.models import AnswerDraft, Attempt, Completion, Response, Try
from tests.factories import republish
from tests.learner.taught import URL, post_json, taught_module, text
from tests.people import signed_in
from tests.records import trips

pytestmark = pytest.mark.django_db
HERE = f"{URL}assessment/"


@pytest.fixture
def module() -> ModulePage:
    return taught_module()


@pytest.fixture
def ready(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module)


@pytest.fixture
def sitting(ready: Attempt) -> Try:
    return services.begin_try(attempt=ready)


def answers(sitting: Try, *, right: bool = True) -> list[str]:
    """A right (or wrong) option for each question, in order."""
    return ["a" if right else "b"] * len(sitting.drawn)


def answer_all(client: Client, sitting: Try, *, right: bool = True) -> None:
    for number, key in enumerate(answers(sitting, right=right), 1):
        client.post(f"{HERE}{number}/", {"answer": key, "try": sitting.number})


def one(answer: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"fields": {"answer": [answer], "try": [str(number)]}, **more}


def test_the_whole_assessment_one_question_a_page(amara_client: Client, amara: User, ready: Attempt) -> None:
    said = text(amara_client.get(HERE))
    for words in ("4, one a page", "80 per cent right", "3 left", "as long as you need", "Talk to your training lead"):
        assert words in said
    assert amara_client.post(HERE)["Location"] == f"{HERE}1/"
    for number in range(1, 5):
        page = amara_client.get(f"{HERE}{number}/")
        assert f"Question {number} of 4" in text(page)
        answer = amara_client.post(f"{HERE}{number}/", {"answer": "a"})
    assert answer["Location"] == f"{HERE}review/"
    assert text(amara_client.get(f"{HERE}review/")).count("This one") == 4
    assert amara_client.post(f"{HERE}submit/", {"try": "1"})["Location"] == f"{HERE}result/1/"
    page = amara_client.get(f"{HERE}result/1/")
    certificate = Certificate.objects.get(person=amara.person)
    assert "Completed" in text(page)
    assert "with 100 per cent" in text(page)
    assert f'href="/certificates/{certificate.number}/"' in page.content.decode()


def test_all_on_one_page(amara_client: Client, ready: Attempt, module: ModulePage, chidi: User) -> None:
    attempt = trips.begin(chidi.person, republish(module, layout="all-on-one"))
    client = signed_in(chidi)
    assert client.post(HERE)["Location"] == f"{HERE}questions/"
    assert client.get(f"{HERE}2/")["Location"] == f"{HERE}questions/#question-2"
    assert "Question 4 of 4" in text(client.get(f"{HERE}questions/"))
    client.post(f"{HERE}questions/", {"answer-1": "a", "answer-2": "b", "answer-3": "a", "try": "1"})
    assert AnswerDraft.objects.filter(attempt=attempt).count() == 3
    said = client.post(f"{HERE}submit/", {"try": "1"})
    assert said.status_code == 422
    assert f'href="{HERE}questions/#question-4"' in said.content.decode()
    client.post(f"{HERE}questions/", {"answer-2": "a", "answer-4": "a"})
    assert client.post(f"{HERE}submit/", {"try": "1"})["Location"] == f"{HERE}result/1/"
    assert Completion.objects.get(person=chidi.person).score == 100


def test_budgets(amara_client: Client, sitting: Try, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    amara_client.get(HERE)
    with django_assert_num_queries(5):  # login, attempt, try, kept answers, the question
        amara_client.get(f"{HERE}1/")
    with django_assert_num_queries(10):  # login, attempt, try, and seven of saving with BEGIN and COMMIT
        post_json(amara_client, f"{HERE}1/", one("a"))
    with django_assert_num_queries(10):
        amara_client.post(f"{HERE}2/", {"answer": "a"})
    answer_all(amara_client, sitting)
    with django_assert_num_queries(5):
        amara_client.get(f"{HERE}review/")


def test_handing_in_that_completes_and_certifies_costs_at_most_22_queries(
    amara_client: Client, sitting: Try, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(HERE)
    answer_all(amara_client, sitting)
    with django_assert_max_num_queries(22):
        amara_client.post(f"{HERE}submit/", {"try": "1"})
    assert Certificate.objects.count() == 1
    with django_assert_max_num_queries(8):
        amara_client.get(f"{HERE}result/1/")


def test_closed_until_every_lesson_is_done(amara: User, amara_client: Client, module: ModulePage) -> None:
    trips.begin(amara.person, module, lessons=1)
    said = text(amara_client.get(HERE))
    assert "One is still to come: Mina’s morning" in said
    assert "Begin the assessment" not in said
    assert amara_client.post(HERE)["Location"] == HERE
    assert not Try.objects.exists()


def test_nothing_in_the_pages_tells_right_from_wrong(amara_client: Client, sitting: Try) -> None:
    answer_all(amara_client, sitting, right=False)
    for page in (f"{HERE}1/", f"{HERE}review/"):
        html = amara_client.get(page).content.decode()
        assert "because." not in html
        assert "correct" not in html
        assert "The right answer to" not in html


def test_options_stand_in_the_order_drawn(amara_client: Client, sitting: Try) -> None:
    html = amara_client.get(f"{HERE}1/").content.decode()
    assert re.findall(r'name="answer"\s+value="(\w+)"', html) == sitting.drawn[0]["options"]


def test_an_answer_can_be_left_for_later_but_not_saved_empty(amara_client: Client, sitting: Try) -> None:
    page = amara_client.post(f"{HERE}1/", {})
    assert page.status_code == 422
    assert "There is a problem Choose an answer, or leave the question for later" in text(page)
    assert 'href="#q1-1"' in page.content.decode()
    assert f'href="{HERE}2/"' in amara_client.get(f"{HERE}1/").content.decode()


def test_unanswered_questions_are_asked_for_before_handing_in(amara_client: Client, sitting: Try) -> None:
    amara_client.post(f"{HERE}2/", {"answer": "a"})
    page = amara_client.post(f"{HERE}submit/", {"try": "1"})
    assert page.status_code == 422
    said = text(page)
    assert "Answer every question before you hand in" in said
    assert "Question 1 has no answer yet" in said
    assert "Question 2 has no answer yet" not in said
    assert f'href="{HERE}1/?from=review"' in page.content.decode()
    assert amara_client.post(f"{HERE}1/", {"answer": "a", "from": "review"})["Location"] == f"{HERE}review/"
    assert Try.objects.get().submitted_at is None


def test_handing_in_twice_gives_the_same_result(amara_client: Client, sitting: Try) -> None:
    answer_all(amara_client, sitting)
    for _ in range(2):
        assert amara_client.post(f"{HERE}submit/", {"try": "1"})["Location"] == f"{HERE}result/1/"
    assert Completion.objects.count() == 1
    assert Certificate.objects.count() == 1
    assert Response.objects.count() == 4


def test_not_passed_says_where_to_look_again_and_keeps_the_key(amara_client: Client, sitting: Try) -> None:
    answer_all(amara_client, sitting, right=False)
    amara_client.post(f"{HERE}submit/", {"try": "1"})
    said = text(amara_client.get(f"{HERE}result/1/"))
    assert "Not yet" in said
    assert "0 of 4 questions right" in said
    assert "You have 2 tries left." in said
    assert "Not this one: no, because." in said
    assert "Go back to lesson: The eight outcomes" in said
    assert "This one: yes" not in said
    assert "The right answer" not in said.replace("The right answers are shown when", "")
    assert amara_client.post(HERE)["Location"] == f"{HERE}1/"
    assert Try.objects.count() == 2


def test_after_the_last_try_the_key_is_shown_and_what_happens_next(amara_client: Client, ready: Attempt) -> None:
    for _ in range(3):
        trips.sit(ready, right=False)
    said = text(amara_client.get(f"{HERE}result/3/"))
    assert "The right answer: This one" in said
    assert "Talk to your training lead, who can allow another try." in said
    assert "Try again" not in said
    assert "You have used every try for now." in text(amara_client.get(HERE))
    assert amara_client.post(HERE)["Location"] == HERE
    assert Try.objects.count() == 3


def test_a_try_handed_in_meanwhile_takes_no_more_answers(amara: User, amara_client: Client, sitting: Try) -> None:
    answer_all(amara_client, sitting, right=False)
    signed_in(amara).post(f"{HERE}submit/", {"try": "1"})
    before = list(AnswerDraft.objects.values())
    answer = post_json(amara_client, f"{HERE}1/", one("a"))
    assert answer.status_code == 409
    assert "handed in already" in answer.json()["message"]
    assert amara_client.post(f"{HERE}1/", {"answer": "a", "try": "1"})["Location"] == HERE
    amara_client.post(HERE)
    page = amara_client.post(f"{HERE}1/", {"answer": "a", "try": "1"})
    assert page.status_code == 409, "the page of the first try while the second is open"
    assert list(AnswerDraft.objects.values()) == before


def test_a_sign_in_that_expires_in_the_middle_costs_nothing_without_javascript(
    client: Client, amara: User, sitting: Try
) -> None:
    fields = {"answer": "a", "try": "1", "person": str(amara.person.public_id), "attempt": str(sitting.attempt_id)}
    to_sign_in = client.post(f"{HERE}2/", fields)["Location"]
    page = client.post(to_sign_in, {"login": amara.email, "password": "carers-demo"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{HERE}3/", "it goes on where it was"
    assert AnswerDraft.objects.get().value == ["a"]


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("0/", {"answer": "a"}, 404),
        ("5/", {"answer": "a"}, 404),
        ("99999999999999999999/", {"answer": "a"}, 404),
        ("1/", {"answer": "nothing"}, 400),
        ("1/", {"answer": "a", "try": "2"}, 409),
        ("1/", {"answer": "a", "try": "x"}, 409),
        ("1/", {"answer": "a", "attempt": "0"}, 409),
        ("submit/", {}, 404),
        ("submit/", {"try": "7"}, 404),
        ("submit/", {"try": "99999999999999999999"}, 404),
    ],
)
def test_bad_input_changes_nothing(
    amara_client: Client, sitting: Try, path: str, fields: dict[str, str], status: int
) -> None:
    assert amara_client.post(HERE + path, fields).status_code == status
    assert not AnswerDraft.objects.exists()
    assert Try.objects.get().submitted_at is None


@pytest.mark.parametrize("path", ["result/1/", "result/2/", "result/0/", "result/99999999999999999999/"])
def test_a_result_that_is_not_there(amara_client: Client, sitting: Try, path: str) -> None:
    answer = amara_client.get(HERE + path)
    assert answer.status_code == (302 if path == "result/1/" else 404)


def test_nobody_sees_another_s_answers_or_result(
    amara_client: Client, chidi: User, olga_client: Client, sitting: Try, module: ModulePage
) -> None:
    answer_all(amara_client, sitting)
    amara_client.post(f"{HERE}submit/", {"try": "1"})
    assert olga_client.get(f"{HERE}result/1/")["Location"] == "/modules/carer-awareness/"
    assert signed_in(chidi).get(f"{HERE}review/")["Location"] == "/modules/carer-awareness/"
    trips.begin(chidi.person, module)
    assert signed_in(chidi).get(f"{HERE}result/1/").status_code == 404
    assert Client().get(f"{HERE}result/1/")["Location"].startswith("/accounts/login/")


def test_after_completion_the_assessment_leads_to_the_result(
    amara: User, amara_client: Client, module: ModulePage
) -> None:
    trips.complete(amara.person, module)
    assert amara_client.get(HERE)["Location"] == f"{HERE}result/1/"
    amara_client.post(HERE)
    assert Try.objects.count() == 1
    assert queries.attempt_for(amara.person, "carer-awareness") is not None
