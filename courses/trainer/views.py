"""The trainer's own screens beside Wagtail's: versions of a module, its questions, withdrawing a story."""

from __future__ import annotations

import csv
import re

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin import messages

from courses.content.models import LessonVersion, ModulePage, ModuleVersion, Story
from courses.content.previewing import read_only
from courses.content.services import withdraw_story
from courses.people.requests import SignedInRequest
from courses.spreadsheets import safe

from . import queries
from .comparing import compare

ORDERS = {"key": "Question", "outcome": "Outcome", "given": "Answers", "share": "Right"}


def _module(request: HttpRequest, page_id: int) -> ModulePage:
    """The module, for those who may edit or approve it."""
    page: ModulePage = get_object_or_404(ModulePage, id=page_id)
    permissions = page.permissions_for_user(request.user)
    if not (permissions.can_edit() or permissions.can_publish()):
        raise PermissionDenied
    return page


def versions(request: HttpRequest, page_id: int) -> HttpResponse:
    """Every version of a module: what was taught, from when, and why it changed."""
    page = _module(request, page_id)
    return render(request, "trainer/versions.html", {"page": page, "versions": queries.versions_of(page)})


def version(request: HttpRequest, page_id: int, number: int) -> HttpResponse:
    """One version: what it said of itself, its lessons to read, its questions with answers. Nothing can be changed."""
    page = _module(request, page_id)
    version = get_object_or_404(ModuleVersion.objects.select_related("published_by"), module=page, number=number)
    context = {
        "page": page,
        "version": version,
        "outline": version.outline,
        "questions": [question.body for question in version.questions.order_by("key")],
    }
    return render(request, "trainer/version.html", context)


def version_lesson(request: HttpRequest, page_id: int, number: int, lesson: str) -> HttpResponse:
    """A lesson as that version taught it."""
    page = _module(request, page_id)
    row = get_object_or_404(
        LessonVersion.objects.select_related("version"), version__module=page, version__number=number, slug=lesson
    )
    lessons = row.version.outline["lessons"]
    context = {
        "said": f"Version {number}, as it was taught",
        "back": reverse("trainer_version", args=[page.pk, number]),
        "module_title": row.version.title,
        "titles": [lesson["title"] for lesson in lessons],
        "number": row.position,
        "title": lessons[row.position - 1]["title"],
        "language": row.version.outline["language"],
        "parts": read_only(row.body),
    }
    return render(request, "trainer/lesson.html", context)


def comparison(request: HttpRequest, page_id: int) -> HttpResponse:
    """Two versions side by side in words: what was added, taken out, changed."""
    page = _module(request, page_id)
    every = {version.number: version for version in queries.versions_of(page)}
    numbers = sorted(every)
    old, new = (_number(request.GET.get(name)) for name in ("from", "to"))
    if old not in every or new not in every:
        if len(numbers) < 2:
            return redirect("trainer_versions", page.pk)
        old, new = numbers[-2], numbers[-1]
    context = {
        "page": page,
        "versions": list(every.values()),
        "old": every[old],
        "new": every[new],
        "changes": compare(every[old], every[new]),
    }
    return render(request, "trainer/comparison.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


def questions(request: HttpRequest, page_id: int) -> HttpResponse:
    """Which question everybody gets wrong. Budget: 10 queries, session and sign-in among them."""
    page = _module(request, page_id)
    rows = queries.question_report(page)
    order = request.GET.get("order", "share")
    if order in ("key", "outcome"):
        rows.sort(key=lambda row: (getattr(row, order), row.key))
    elif order == "given":
        rows.sort(key=lambda row: (-row.given, row.key))
    if request.GET.get("format") == "csv":
        return _csv(page, rows)
    context = {"page": page, "rows": rows, "order": order, "orders": ORDERS, "fewest": queries.FEWEST}
    return render(request, "trainer/question_report.html", context)


def _csv(page: ModulePage, rows: list[queries.Asked]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="questions-{page.slug}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        ["Question", "Text", "Outcome", "Answers", "Right, per cent", "Wrong answer most often chosen", "Withdrawn"]
    )
    for row in rows:
        given = row.given if row.known else f"fewer than {queries.FEWEST}"
        share = row.share_right if row.known else ""
        withdrawn = "yes" if row.withdrawn else "no"
        cells = [row.key, row.stem, row.outcome, given, share, row.most_chosen_wrong, withdrawn]
        writer.writerow([safe(cell) for cell in cells])
    return response


def withdraw(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Asks once more, then takes a story out of everything."""
    if not request.user.has_perm("content.change_story"):
        raise PermissionDenied
    story = get_object_or_404(Story, pk=story_id)
    listing = reverse("wagtailsnippets_content_story:list")
    if request.method == "POST":
        withdraw_story(story=story, by=request.user)
        messages.success(request, "The story was withdrawn. No version shows its words any more.")
        return redirect(listing)
    return render(request, "trainer/withdraw_story.html", {"story": story, "listing": listing})
