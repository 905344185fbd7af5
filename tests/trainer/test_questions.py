"""The question report, and the form in which a question is written."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.content.models import ModulePage, Question
from courses.records import services
from tests.factories import ModuleFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    """Two questions in all, so that everybody is asked both."""
    page = ModuleFactory(published=True, title="Noticing carers", questions=1, questions_per_outcome=1, tries=0)
    found: ModulePage = ModulePage.objects.get(pk=page.pk)
    return found


def answered(module: ModulePage, people: int, *, wrong: str) -> None:
    """So many people hand in; all choose the wrong "b" for questions of the outcome `wrong`."""
    for _ in range(people):
        attempt = services.start(person=PersonFactory(), module=module)
        for lesson in attempt.version.outline["lessons"]:
            services.finish_lesson(attempt=attempt, lesson_id=lesson["id"])
        sitting = services.begin_try(attempt=attempt)
        for number, item in enumerate(sitting.drawn, 1):
            chosen = "b" if f"-{wrong}-" in item["question"] else "a"
            slot = f"q:{sitting.number}:{item['question']}"
            services.save_answer(attempt=attempt, slot=slot, value=[chosen], client="tab", counter=number)
        services.submit_try(sitting=sitting)


def report(client: Client, module: ModulePage, **query: str) -> Any:
    return client.get(reverse("trainer_questions", args=[module.pk]), query)


def test_the_question_everybody_gets_wrong_comes_first(trainer: Client, module: ModulePage) -> None:
    answered(module, 6, wrong="O2")
    rows = report(trainer, module).context["rows"]
    assert [(row.outcome, row.given, row.share_right, row.most_chosen_wrong) for row in rows] == [
        ("O2", 6, 0, "Not this one"),
        ("O1", 6, 100, ""),
    ]


def test_fewer_than_five_answers_are_not_shown(trainer: Client, module: ModulePage) -> None:
    answered(module, 4, wrong="O2")
    response = report(trainer, module)
    assert all(row.share_right is None and not row.most_chosen_wrong for row in response.context["rows"])
    assert "fewer than 5" in response.content.decode()
    assert "0%" not in response.content.decode()


def test_the_csv_says_the_same_as_the_screen(trainer: Client, module: ModulePage) -> None:
    answered(module, 5, wrong="O1")
    response = report(trainer, module, format="csv", order="key")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Question"
    assert [row[3:6] for row in rows[1:]] == [["5", "0", "Not this one"], ["5", "100", ""]]


def test_a_cell_is_no_formula(trainer: Client) -> None:
    page = ModuleFactory(questions=0)
    for outcome in ("O1", "O2"):
        for number in (1, 2):
            from tests.factories import QuestionFactory

            QuestionFactory(module=page, outcome=outcome, stem=f"=1+{number}")
    page.save_revision().publish()
    assert ",'=1+1," in report(trainer, page, format="csv").content.decode()


def test_ten_queries_at_most_however_many_answers(
    trainer: Client, module: ModulePage, django_assert_max_num_queries: Any
) -> None:
    answered(module, 5, wrong="O1")
    report(trainer, module)
    with django_assert_max_num_queries(10):
        trainer.get(reverse("trainer_questions", args=[module.pk]), {"format": "csv"})


# Writing one


def form(module: ModulePage, *right: bool, **fields: Any) -> dict[str, Any]:
    options = [
        {"id": "", "text": f"Option {n}", "correct": "on" if mark else "", "feedback": "Because.", "ORDER": n}
        for n, mark in enumerate(right, 1)
    ]
    data = {
        "stem": "Who is a carer?",
        "kind": "single",
        "use": "assessment",
        "feedback": "Anyone who cares, unpaid.",
        "module": module.pk,
        "outcome": "O1",
        "lesson": "",
        "review_by": "",
        "options": inline_formset(options),
        **fields,
    }
    return dict(nested_form_data(data))


def add(client: Client, data: dict[str, Any]) -> Any:
    return client.post(reverse(Question.snippet_viewset.get_url_name("add")), data, follow=True)


def test_a_question_is_written(trainer: Client) -> None:
    page = ModuleFactory(questions=0)
    add(trainer, form(page, True, False, False))
    question = page.questions.get()
    assert [option.correct for option in question.options.all()] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "right", "said"),
    [
        ("single", (True, True, False), "exactly one of them right"),
        ("single", (False, False, False), "exactly one of them right"),
        ("several", (True, False, False), "two or more right options"),
        ("several", (True, True), "two or more right options"),
        ("true-false", (True, False, False), "the two options True and False"),
    ],
)
def test_options_that_do_not_fit_are_said_at_the_kind(trainer: Client, kind: str, right: Any, said: str) -> None:
    page = ModuleFactory(questions=0)
    response = add(trainer, form(page, *right, kind=kind, stem="Which? Choose all that apply."))
    assert said in response.context["form"].errors["kind"][0]
    assert not page.questions.exists()


def test_an_outcome_the_module_does_not_have_is_refused_at_its_field(trainer: Client) -> None:
    page = ModuleFactory(questions=0)
    response = add(trainer, form(page, True, False, False, outcome="O9"))
    assert "outcomes O1, O2" in response.context["form"].errors["outcome"][0]
