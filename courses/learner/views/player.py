"""The player: start, come back, and work through the lessons of the attempt's version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.content import public
from courses.content.models import ModulePage
from courses.learner.player import kept, lessons
from courses.learner.player.activities import open_parts
from courses.learner.player.addresses import Addresses
from courses.learner.player.changes import change_since
from courses.learner.player.checks import Filler
from courses.learner.player.given import Refused
from courses.people.models import Person
from courses.records import queries, rules, services
from courses.records.errors import HeldFirst, RecordsError
from courses.records.models import Attempt

from .guards import for_attempt, given, person_of, refuse, sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def learn(request: HttpRequest, slug: str) -> HttpResponse:
    """POST starts the module or brings her back; GET brings her back to where she was. Budget: 12 queries to start."""
    if not request.user.is_authenticated:
        return sign_in(request, anybody=True)
    person = person_of(request)
    wanted = request.method == "POST" or kept.take(request, person=str(person.public_id)) is not None
    attempt = _start(request, person, slug) if wanted else queries.attempt_for(person, slug)
    if isinstance(attempt, HttpResponse):
        return attempt
    if attempt is None:
        return redirect(f"/modules/{slug}/")
    return redirect(where_she_was(attempt, Addresses.of(slug)))


def _start(request: HttpRequest, person: Person, slug: str) -> Attempt | HttpResponse:
    found = public.module(slug)
    if found is None:
        # Taken out of the catalogue, or moved: who has begun goes on.
        attempt = queries.attempt_for(person, slug)
        if attempt is None:
            raise Http404
        return attempt
    if not public.passes(found.gates, request):
        return redirect(f"/modules/{slug}/")
    module = ModulePage.objects.select_related("current_version").get(pk=found.module_id)
    try:
        return services.start(person=person, module=module)
    except HeldFirst as waits:
        messages.info(request, waits.message)
        return redirect(f"/modules/{slug}/")
    except RecordsError as error:
        return refuse(request, slug, Refused(409, error.message))


def where_she_was(attempt: Attempt, to: Addresses) -> str:
    """The lesson that was open last while lessons remain, then the assessment."""
    outline = attempt.version.outline
    if attempt.finished_at is not None:
        return to.assessment
    ahead = rules.progress(outline, queries.lesson_facts(attempt).done)
    if not ahead.next_slug:
        return to.assessment
    slugs = {lesson["slug"] for lesson in outline["lessons"]}
    last = attempt.enrolment.last_lesson
    return to.lesson(last if last in slugs else ahead.next_slug)


@for_attempt
def lesson(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str) -> HttpResponse:
    """One lesson. Budget: 6 queries (login, attempt, lessons done, checks, reflections, and once: where she is), one
    more when it has activities."""
    place = lessons.place(attempt, lesson)
    done = queries.lesson_facts(attempt).done
    body = lessons.segments(attempt, place.lesson)
    fill = Filler(request, attempt, place.lesson, to, [block for block in body if isinstance(block, dict)])
    services.note_place(enrolment=attempt.enrolment, lesson=lesson)
    context: dict[str, Any] = {
        "title": attempt.version.title,
        "place": place,
        "outline_html": lessons.outline_html(attempt, done, to, lesson, place.number),
        "own": fill.own,
        "csrf_token": fill.csrf_token,  # made once: a token costs more than a query
        "parts": [fill(part) if isinstance(part, dict) else part for part in body],
        "change": change_since(attempt),
        "previous_url": to.lesson(place.previous["slug"]) if place.previous else "",
        "finish_url": to.finish(lesson),
        "next_words": _next_words(attempt, place),
        "language": attempt.version.outline["language"],
    }
    return render(request, "learner/player/lesson.html", context)


def _next_words(attempt: Attempt, place: lessons.Place) -> str:
    if place.following:
        return f"Next: {lessons.inside_a_sentence(place.following['title'])}"
    if not rules.has_assessment(attempt.version.outline):
        return "Finish the module"
    return "Go to your result" if attempt.finished_at else "Next: the assessment"


@for_attempt
def finish(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: str) -> HttpResponse:
    """She goes on: the lesson is done, unless an activity in it is not, which she is told. The last one leads to the
    assessment. Budget: 12 queries, 15 with an activity."""
    place = lessons.place(attempt, lesson)
    if given(request, attempt) is None:
        return redirect(to.lesson(lesson))
    services.finish_lesson(attempt=attempt, lesson_id=place.lesson["id"])
    if place.lesson.get("activities") and attempt.finished_at is None:
        _say_what_is_open(request, attempt, to, place.lesson)
    return redirect(to.lesson(place.following["slug"]) if place.following else to.assessment)


def _say_what_is_open(request: HttpRequest, attempt: Attempt, to: Addresses, lesson: lessons.Data) -> None:
    for block in open_parts(attempt, lesson):
        messages.info(
            request,
            format_html(
                'You can go on. One part of “{}” is still open: <a href="{}">{}</a>. '
                "The lesson counts as done when you have done it, here or in words.",
                lesson["title"],
                f"{to.lesson(lesson['slug'])}#activity-{block['id']}",
                block["title"],
            ),
        )
