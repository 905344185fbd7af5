"""`/learn/<slug>/<lesson>/activity/<block>/words/`: an activity in words, for everybody and without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render

from courses.content.activity_words import rule_words, words_needed
from courses.learner.player import activities, in_words, lessons
from courses.learner.player.addresses import Addresses
from courses.learner.player.checks import own_fields
from courses.learner.player.given import Given, is_script
from courses.records import services
from courses.records.models import Attempt

from .answers import saved_answer
from .assessment import completion_of
from .guards import for_attempt, given

Data = dict[str, Any]


@for_attempt
def words(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str, block: str) -> HttpResponse:
    """Reads and asks the same in words. The script saves each answer here as it is chosen; the form hands all of them
    in. Budgets: 6 queries to show, 10 to save one answer, 25 to hand in (8 more for an answer not saved before)."""
    place = lessons.place(attempt, lesson)
    own = activities.own_activity(attempt, place.lesson, block)
    if not own["words"]:
        raise Http404
    here = to.words(lesson, block)
    sent = given(request, attempt)
    page: dict[str, Any] = {
        "title": attempt.version.title,
        "activity": own,
        "place": place,
        "lesson_url": f"{to.lesson(lesson)}#activity-{block}",
        "activity_url": to.activity(lesson, block),
        "here": here,
        "counts_words": rule_words(own),
        "needed": words_needed(own),
        "review": attempt.finished_at is not None,
        "language": attempt.version.outline["language"],
    }
    if sent is None:
        return _show(request, attempt, own, page)
    if is_script(request):
        return _save_one(attempt, own, sent)
    found = in_words.as_given(own, sent, said=True)
    if page["needed"] and found.unanswered:
        return _form(request, attempt, own, page, found, missing=True)
    if attempt.finished_at is not None:
        return _result(request, attempt, own, page, found)
    _save_all(attempt, own, found)
    services.answer_in_words(attempt=attempt, block=own, chosen=found.chosen)
    return redirect(f"{here}?result=1")


def _show(request: HttpRequest, attempt: Attempt, own: Data, page: dict[str, Any]) -> HttpResponse:
    """The form, or the result of what was handed in last while it is what stands."""
    if "result" in request.GET:
        found = in_words.with_drafts(attempt, own, said=True)
        last = activities.last_in_words(attempt, own)
        if last is not None and (not page["needed"] or last.percent == found.percent):
            return _result(request, attempt, own, page, found)
    return _form(request, attempt, own, page, in_words.with_drafts(attempt, own))


def _form(
    request: HttpRequest,
    attempt: Attempt,
    own: Data,
    page: dict[str, Any],
    found: in_words.Words,
    *,
    missing: bool = False,
) -> HttpResponse:
    context = {
        **page,
        "words": found,
        "missing": found.unanswered if missing else [],
        "state": activities.shown_state(attempt, own),
        "own": own_fields(get_token(request), attempt),
    }
    return render(request, "learner/player/words.html", context, status=422 if missing else 200)


def _result(
    request: HttpRequest, attempt: Attempt, own: Data, page: dict[str, Any], found: in_words.Words
) -> HttpResponse:
    state = activities.shown_state(attempt, own)
    enough = not page["needed"] or found.percent >= page["needed"]
    completion = completion_of(attempt) if attempt.finished_at is not None else None
    context = {**page, "words": found, "state": state, "enough": enough, "completion": completion}
    return render(request, "learner/player/words_result.html", context)


def _save_one(attempt: Attempt, own: Data, sent: Given) -> HttpResponse:
    asked = [block for block in own["words"] if f"q-{block['id']}" in sent.fields]
    if len(asked) != 1 or asked[0]["type"] != "knowledge_check":
        raise Http404
    saved = services.save_answer(
        attempt=attempt,
        slot=in_words.slot_of(own, asked[0]),
        value=in_words.chosen_of(asked[0], sent),
        age_ms=sent.age_ms,
        client=sent.client,
        counter=sent.counter,
    )
    return saved_answer(saved)


def _save_all(attempt: Attempt, own: Data, found: in_words.Words) -> None:
    kept = in_words.with_drafts(attempt, own).chosen
    for check in found.checks:
        if check.chosen != kept.get(check.key):
            services.save_answer(attempt=attempt, slot=in_words.slot_of(own, check.block), value=check.chosen)
