"""Answers inside lessons: knowledge checks and reflections. A plain form and the saving script post to one address."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from courses.learner.player import lessons
from courses.learner.player.addresses import Addresses
from courses.learner.player.checks import chosen_of, feedback_html, slot_of
from courses.learner.player.given import is_script
from courses.records import services
from courses.records.models import Attempt

from .guards import for_attempt, given


def clock(at: datetime.datetime) -> str:
    """The time of day as the page says it, in the site's own time zone."""
    return f"{timezone.localtime(at):%H:%M}"


def saved_answer(saved: services.Saved, **more: Any) -> JsonResponse:
    """What the script is told when something was saved."""
    return JsonResponse({"saved": clock(saved.saved_at), "value": saved.value, "stale": saved.stale, **more})


@for_attempt
def check(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str, block: str) -> HttpResponse:
    """A knowledge check: keeps what was chosen and, when asked to check it, says what is right about it. After
    completion it says so and keeps nothing. Budget: 10 queries."""
    place = lessons.place(attempt, lesson)
    own = lessons.own_block(attempt, place.lesson, block, "knowledge_check")
    page, anchor = to.lesson(lesson), f"#check-{block}"
    sent = given(request, attempt)
    if sent is None:
        return redirect(page + anchor)
    chosen = chosen_of(own, sent)
    wants_feedback = "check" in sent.fields
    saved = None
    if attempt.finished_at is None:
        saved = services.save_answer(
            attempt=attempt,
            slot=slot_of(own),
            value=chosen,
            age_ms=sent.age_ms,
            client=sent.client,
            counter=sent.counter,
        )
    if is_script(request):
        told = feedback_html(own, chosen) if wants_feedback and chosen else None
        return saved_answer(saved, feedback=told) if saved else JsonResponse({"saved": "", "feedback": told})
    if not chosen:
        return redirect(f"{page}?{urlencode({'empty': block})}{anchor}")
    query = [("checked", block), *([] if saved else [("chosen", key) for key in chosen])]
    return redirect(f"{page}?{urlencode(query)}{anchor}")


@for_attempt
def reflection(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str, block: str) -> HttpResponse:
    """What she writes for herself: kept, or taken away when she says so. Budget: 10 queries."""
    place = lessons.place(attempt, lesson)
    own = lessons.own_block(attempt, place.lesson, block, "reflection")
    page = f"{to.lesson(lesson)}#reflection-{block}"
    sent = given(request, attempt)
    if sent is None:
        return redirect(page)
    if "delete" in sent.fields:
        services.delete_reflection(attempt=attempt, block_id=own["id"])
        messages.success(request, "Your reflection has been deleted. Nobody else ever had it.")
        return redirect(page)
    saved = services.save_reflection(
        attempt=attempt,
        block_id=own["id"],
        text=sent.one("text").strip("\n"),
        age_ms=sent.age_ms,
        client=sent.client,
        counter=sent.counter,
    )
    return saved_answer(saved) if is_script(request) else redirect(page)
