"""`/learn/<slug>/<lesson>/activity/<block>/`: the page around an interactive activity."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render

from courses.content.activity_words import rule_words
from courses.interop import launches
from courses.interop.opening import open_activity
from courses.learner.player import activities, lessons
from courses.learner.player.addresses import Addresses
from courses.learner.player.checks import own_fields
from courses.records.models import Attempt
from courses.records.services.starting_again import start_again

from .guards import for_attempt, given


@for_attempt
def activity(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str, block: str) -> HttpResponse:
    """The activity in its frame, what counts, and where she stands; a POST begins a new attempt at it. Each time it is
    shown is an opening of its own, on the timeline. Budget: 8 queries to show, 10 the first time."""
    place = lessons.place(attempt, lesson)
    own = activities.own_activity(attempt, place.lesson, block)
    here = to.activity(lesson, block)
    sent = given(request, attempt)
    if sent is not None:
        if "again" in sent.fields and start_again(attempt=attempt, block_id=block):
            messages.success(request, "A new attempt begins. What you did before is kept.")
        return redirect(here)
    shown = activities.shown(attempt, own, part=request.GET.get("part", ""))
    opened = open_activity(person=attempt.enrolment.person, attempt=attempt, block=own, part=shown.part)
    origin = launches.origin(own["package"])
    context = {
        "title": attempt.version.title,
        "activity": own,
        "place": place,
        "lesson_url": f"{to.lesson(lesson)}#activity-{block}",
        "here": here,
        "words_url": to.words(lesson, block) if own["words"] else "",
        "counts_words": rule_words(own),
        "shown": shown,
        "origin": origin,
        "origin_host": urlsplit(origin).hostname,
        "client": opened.launch.client,
        "token": opened.token,
        "own": own_fields(get_token(request), attempt),
        "attempt": attempt,
        "language": attempt.version.outline["language"],
    }
    response = render(request, "learner/player/activity.html", context)
    allow_frame(request, response, origin)
    return response


def allow_frame(request: HttpRequest, response: HttpResponse, origin: str) -> None:
    """Lets the page frame this package's origin and no other (DESIGN §5)."""
    csp_replace({"frame-src": [origin]})(lambda _: response)(request)
