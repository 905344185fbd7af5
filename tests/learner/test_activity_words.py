"""`/learn/<slug>/<lesson>/activity/<block>/words/`: the same in words, which counts the same. Budgets: 6 queries to
show, 10 to save an answer, 25 to hand in."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityProgress, AnswerDraft, Attempt, Completion, LessonProgress
from tests.factories import ModuleFactory
from tests.learner.taught import URL, post_json, taught_module, text
from tests.packages import activity_of, with_activity
from tests.people import signed_in
from tests.records import trips

pytestmark = pytest.mark.django_db
FIRST = f"{URL}the-eight-outcomes/"


@pytest.fixture
def module() -> ModulePage:
    return with_activity(taught_module(), rule="score", score=80)


@pytest.fixture
def begun(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module, lessons=0)


@pytest.fixture
def here(module: ModulePage) -> str:
    return words_of(module)


def words_of(module: ModulePage) -> str:
    assert module.current_version
    lesson = module.current_version.outline["lessons"][0]["slug"]
    return f"/learn/{module.slug}/{lesson}/activity/{activity_of(module)['id']}/words/"


def answers(module: ModulePage, *keys: str) -> dict[str, str]:
    """The fields of the form, an option for each question."""
    asked = [block for block in activity_of(module)["words"] if block["type"] == "knowledge_check"]
    return {f"q-{block['id']}": key for block, key in zip(asked, keys, strict=False)}


def test_reads_and_asks_the_same_in_words(amara_client: Client, begun: Attempt, here: str) -> None:
    response = amara_client.get(here)
    assert response.status_code == 200
    said = text(response)
    for words in (
        "A first talk, in words",
        "Counts when you get at least 80 per cent of the questions right.",
        "The same talk, told in words.",
        "Question 1 of 2",
        "What would you say, part 2?",
        "Check my answers",
        "Open the activity instead",
    ):
        assert words in said
    assert "yes, because." not in said, "what is right is not told before it is answered"


def test_right_answers_count_as_the_activity_does(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str
) -> None:
    answer = amara_client.post(here, answers(module, "a", "a"), follow=True)
    said = text(answer)
    assert "Done: 100 per cent" in said
    assert "2 of 2 right. You need at least 80 per cent." in said
    assert "This one: yes, because." in said
    progress = ActivityProgress.objects.get()
    assert (progress.satisfied_by, progress.satisfied_at is not None) == ("words", True)
    go = ActivityAttempt.objects.get()
    assert (go.by, go.scaled) == ("words", 1.0)
    assert LessonProgress.objects.get().attempt == begun, "the lesson's last activity is done, so the lesson is"


def test_too_few_right_ones_say_why_and_can_be_tried_again(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str
) -> None:
    said = text(amara_client.post(here, answers(module, "a", "b"), follow=True))
    assert "Not yet: 50 per cent" in said
    assert "Not this one: no, because." in said
    assert "Not quite." in said
    assert "Try again" in said
    assert not LessonProgress.objects.exists()
    assert 'value="b"' in amara_client.get(here).content.decode()
    said = text(amara_client.post(here, answers(module, "a", "a"), follow=True))
    assert "Done: 100 per cent" in said
    assert [go.scaled for go in ActivityAttempt.objects.order_by("number")] == [0.5, 1.0]
    assert "Done On" in text(amara_client.get(FIRST))


def test_every_question_needs_an_answer_and_says_which(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str
) -> None:
    answer = amara_client.post(here, answers(module, "a"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert '<a href="#w2-1">Choose an answer to question 2</a>' in html
    assert 'id="w2-1"' in html
    assert 'aria-describedby="we-2"' in html
    assert 'aria-describedby="we-1"' not in html
    assert html.count(" checked") == 1, "what was given stands"
    assert not ActivityAttempt.objects.exists()


def test_reading_is_enough_when_the_rule_says_so(amara: User, amara_client: Client) -> None:
    page = with_activity(taught_module(), rule="completed")
    trips.begin(amara.person, page, lessons=0)
    assert "I have worked through this" in text(amara_client.get(words_of(page)))
    said = text(amara_client.post(words_of(page), follow=True))
    assert "Done" in said
    assert "This activity counts now." in said
    assert "per cent" not in said
    assert ActivityProgress.objects.get().satisfied_by == "words"


def test_the_last_thing_missing_completes_the_module_with_its_certificate(amara: User, amara_client: Client) -> None:
    plain = ModuleFactory(title="Short", questions=0, questions_per_outcome=0)
    page = with_activity(plain, rule="passed", lesson=1, questions=1)
    trips.begin(amara.person, page, lessons=1)
    here = f"/learn/short/second-lesson/activity/{activity_of(page, 1)['id']}/words/"
    asked = next(block for block in activity_of(page, 1)["words"] if block["type"] == "knowledge_check")
    answer = amara_client.post(here, {f"q-{asked['id']}": "a"}, follow=True)
    assert "You have completed the module." in text(answer)
    assert f"/certificates/{Completion.objects.get().certificate.number}/" in answer.content.decode()
    again = amara_client.post(here, {f"q-{asked['id']}": "b"})
    assert "Not yet: 0 per cent" in text(again), "a page to look at; nothing is recorded any more"
    assert Completion.objects.count() == 1
    assert ActivityAttempt.objects.count() == 1


def test_an_answer_is_kept_as_it_is_chosen(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    name = next(iter(answers(module, "a")))
    amara_client.get(here)
    with django_assert_max_num_queries(10):
        kept = post_json(amara_client, here, {"fields": {name: ["a"], "attempt": [str(begun.pk)]}, "counter": 1})
    assert kept.json()["value"] == ["a"]
    assert AnswerDraft.objects.get().slot == f"w:{activity_of(module)['id']}:{name[2:]}"
    assert amara_client.get(here).content.decode().count(" checked") == 1
    bad = post_json(amara_client, here, {"fields": {name: ["zzz"]}})
    assert bad.status_code == 400
    assert post_json(amara_client, here, {"fields": {"q-none": ["a"]}}).status_code == 404


def test_budgets(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    amara_client.get(here)
    with django_assert_max_num_queries(6):
        amara_client.get(here)
    for counter, (name, key) in enumerate(answers(module, "a", "a").items(), 1):
        post_json(amara_client, here, {"fields": {name: [key]}, "client": "tab", "counter": counter})
    with django_assert_max_num_queries(25):
        amara_client.post(here, answers(module, "a", "a"))
    with django_assert_max_num_queries(8):
        amara_client.get(f"{here}?result=1")


def test_a_result_that_no_longer_fits_the_answers_is_not_shown(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str
) -> None:
    assert "Check my answers" in text(amara_client.get(f"{here}?result=1")), "nothing was handed in yet"
    amara_client.post(here, answers(module, "b", "b"))
    name = next(iter(answers(module, "a")))
    post_json(amara_client, here, {"fields": {name: ["a"]}, "client": "tab", "counter": 1})
    assert "Check my answers" in text(amara_client.get(f"{here}?result=1"))


def test_options_a_question_does_not_have_are_refused(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str
) -> None:
    assert amara_client.post(here, answers(module, "zzz", "a")).status_code == 400
    assert not ActivityAttempt.objects.exists()


def test_who_has_not_begun_is_led_to_the_module(client: Client, omar: User, module: ModulePage, here: str) -> None:
    assert client.get(here)["Location"].startswith("/accounts/login/?next=")
    assert signed_in(omar).get(here)["Location"] == "/modules/carer-awareness/"
    assert signed_in(omar).post(here, answers(module, "a", "a")).status_code == 404
    assert not ActivityProgress.objects.exists()


def test_an_activity_without_words_has_no_such_page(amara: User, amara_client: Client) -> None:
    page = with_activity(taught_module(), words=[])
    trips.begin(amara.person, page, lessons=0)
    assert amara_client.get(words_of(page)).status_code == 404
