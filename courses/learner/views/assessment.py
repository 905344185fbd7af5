"""The assessment: what to expect, the questions, review, handing in, result. Nothing is marked in the browser."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render

from courses.learner.player import lessons
from courses.learner.player.addresses import Addresses
from courses.learner.player.changes import change_since
from courses.learner.player.checks import own_fields, valid_choice
from courses.learner.player.given import Given, Refused, is_script
from courses.learner.player.results import result_context
from courses.learner.player.sitting import drawn, open_sitting, slot_of, with_answers
from courses.records import queries, rules, services
from courses.records.errors import AlreadyCompleted, LessonsMissing, TriesUsedUp, Unanswered
from courses.records.models import Attempt, Completion, Try

from .answers import saved_answer
from .guards import for_attempt, given

CLOSED = "This try has been handed in already, so nothing was changed. Your result is on its page."
LARGEST_TRY = 32_767


def page(
    request: HttpRequest, attempt: Attempt, to: Addresses, name: str, status: int = 200, **more: Any
) -> HttpResponse:
    """A page of the assessment with what all of them need."""
    outline = attempt.version.outline
    context = {
        "title": attempt.version.title,
        "outline": outline,
        "one_a_page": outline["layout"] == "one-a-page",
        "to": to,
        "own": own_fields(get_token(request), attempt),
        "language": outline["language"],
        **more,
    }
    return render(request, f"learner/player/{name}.html", context, status=status)


@for_attempt
def intro(request: HttpRequest, attempt: Attempt, to: Addresses) -> HttpResponse:
    """What the assessment asks and what happens after it; POST begins or goes on. Budget: 8 queries."""
    outline = attempt.version.outline
    if given(request, attempt) is not None:
        return _begin(attempt, to)
    latest = queries.latest_try(attempt)
    if attempt.finished_at is not None:
        if latest is not None and latest.passed:
            return redirect(to.result(latest.number))
        return page(request, attempt, to, "completed", completion=completion_of(attempt))
    done = queries.lesson_facts(attempt).done
    is_open = latest is not None and latest.submitted_at is None
    used = (latest.number - is_open) if latest else 0
    return page(
        request,
        attempt,
        to,
        "assessment",
        assessed=rules.has_assessment(outline),
        outline_html=lessons.outline_html(attempt, done, to, "assessment"),
        missing=[lesson for lesson in outline["lessons"] if lesson["id"] not in done],
        latest=latest,
        is_open=is_open,
        questions=sum(min(outline["questions_per_outcome"], n) for n in outline["question_counts"].values()),
        tries_left=rules.tries_left(outline, used, queries.extra_tries(attempt.enrolment)),
        change=change_since(attempt),
    )


def _begin(attempt: Attempt, to: Addresses) -> HttpResponse:
    if not rules.has_assessment(attempt.version.outline):
        return redirect(to.assessment)
    try:
        services.begin_try(attempt=attempt)
    except (AlreadyCompleted, LessonsMissing, TriesUsedUp):
        return redirect(to.assessment)  # the page says which of them, and what to do
    sitting = open_sitting(attempt)
    if sitting is None or attempt.version.outline["layout"] != "one-a-page":
        return redirect(to.questions)
    return redirect(to.question(sitting.missing[0]) if sitting.missing else to.review)


@for_attempt
def question(request: HttpRequest, attempt: Attempt, to: Addresses, number: int) -> HttpResponse:
    """One question. The script saves here too, for both layouts. Budgets: 5 queries to show, 10 to save."""
    sent = given(request, attempt)
    if sent is not None and is_script(request):
        return _save_one(attempt, number, sent)
    found = queries.open_try(attempt)
    if found is None:
        return redirect(to.assessment)
    if attempt.version.outline["layout"] != "one-a-page":
        return redirect(f"{to.questions}#question-{number}")
    item = drawn(found, number)
    from_review = (sent.one("from") if sent else request.GET.get("from", "")) == "review"
    if sent is not None:
        same_try(found, sent)
        chosen = valid_choice("several", item["options"], sent, "answer")
        if chosen:
            save(found, attempt, item["question"], chosen, sent)
            last = number == len(found.drawn)
            return redirect(to.review if from_review or last else to.question(number + 1))
    sitting = with_answers(attempt, found)
    return page(
        request,
        attempt,
        to,
        "question",
        status=422 if sent else 200,
        sitting=sitting,
        question=sitting.shown([number])[0],
        from_review=from_review,
        unanswered=sent is not None,
        previous_url=to.question(number - 1) if number > 1 else "",
        next_url=to.question(number + 1) if number < sitting.total else to.review,
    )


def _save_one(attempt: Attempt, number: int, sent: Given) -> HttpResponse:
    """Saves one answer for the script. The kind of the question is not looked up: handing in marks exactly."""
    found = queries.open_try(attempt)
    if found is None or sent.number("try") != found.number:
        raise Refused(409, CLOSED, code="closed")
    item = drawn(found, number)
    chosen = valid_choice("several", item["options"], sent, "answer")
    return saved_answer(save(found, attempt, item["question"], chosen, sent))


def same_try(found: Try, sent: Given) -> None:
    """Refuses a page of a try that was handed in meanwhile."""
    if sent.one("try") and sent.number("try") != found.number:
        raise Refused(409, CLOSED, code="closed")


def save(found: Try, attempt: Attempt, key: str, chosen: list[str], sent: Given) -> services.Saved:
    """Keeps the answer to one question of the open try."""
    return services.save_answer(
        attempt=attempt,
        slot=slot_of(found, key),
        value=chosen,
        age_ms=sent.age_ms,
        client=sent.client,
        counter=sent.counter,
        sitting=found,
    )


@for_attempt
def questions(request: HttpRequest, attempt: Attempt, to: Addresses) -> HttpResponse:
    """All questions on one page; what is answered is saved, then reviewed. Budget to show: 5 queries."""
    sent = given(request, attempt)
    sitting = open_sitting(attempt)
    if sitting is None:
        return redirect(to.assessment)
    if attempt.version.outline["layout"] == "one-a-page":
        return redirect(to.question(sitting.missing[0]) if sitting.missing else to.review)
    shown = sitting.shown()
    if sent is not None:
        same_try(sitting.sitting, sent)
        chosen = {q.number: valid_choice(q.kind, [o.key for o in q.options], sent, f"answer-{q.number}") for q in shown}
        for asked in shown:
            if chosen[asked.number] and set(chosen[asked.number]) != set(sitting.drafts.get(asked.key, [])):
                save(sitting.sitting, attempt, asked.key, chosen[asked.number], sent)
        return redirect(to.review)
    return page(request, attempt, to, "questions", sitting=sitting, questions=shown)


@for_attempt
def review(request: HttpRequest, attempt: Attempt, to: Addresses) -> HttpResponse:
    """All answers in words before they are handed in. Budget: 5 queries."""
    sitting = open_sitting(attempt)
    if sitting is None:
        return redirect(to.assessment)
    return page(request, attempt, to, "review", sitting=sitting, questions=sitting.shown())


@for_attempt
def submit(request: HttpRequest, attempt: Attempt, to: Addresses) -> HttpResponse:
    """Hands the try in, once, however often it is sent. Unanswered questions first. Budget: 22 queries."""
    sent = given(request, attempt)
    if sent is None:
        return redirect(to.review)
    number = sent.number("try")
    found = queries.try_numbered(attempt, number) if number and number <= LARGEST_TRY else None
    if found is None:
        raise Http404
    found.attempt = attempt
    if found.submitted_at is None and attempt.finished_at is None:
        try:
            services.submit_try(sitting=found, all_answered=True)
        except Unanswered:
            sitting = with_answers(attempt, found)
            return page(
                request, attempt, to, "review", status=422, sitting=sitting, questions=sitting.shown(), unanswered=True
            )
    return redirect(to.result(found.number))


@for_attempt
def result(request: HttpRequest, attempt: Attempt, to: Addresses, number: int) -> HttpResponse:
    """How it went, question by question, and what comes next. Budget: 8 queries."""
    found = queries.try_numbered(attempt, number) if 0 < number <= LARGEST_TRY else None
    if found is None:
        raise Http404
    if found.submitted_at is None:
        return redirect(to.review)
    found.attempt = attempt
    completion = completion_of(attempt) if attempt.finished_at else None
    return page(request, attempt, to, "result", completion=completion, **result_context(found, completion))


def completion_of(attempt: Attempt) -> Completion | None:
    """The completion with its certificate. 1 query."""
    return Completion.objects.filter(enrolment_id=attempt.enrolment_id).select_related("certificate").first()
