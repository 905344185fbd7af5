"""For support: what one learner's browser said of an activity, call by call, when she asks why something is missing.

For platform administrators, with an address or a certificate number that the learner gives them: there is no list of
learners here. What belongs to a private module is not shown, and each look is written into the log of the site.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from wagtail.log_actions import log

from courses.content.models import ModulePage
from courses.people.models import Person
from courses.people.permissions import supports_learners
from courses.records.models import ActivityProgress

CALLS_A_PAGE = 100


class FindForm(forms.Form):
    """Exactly what the learner says: nothing is searched for by parts of a name."""

    said = forms.CharField(
        label="E-mail address or certificate number", max_length=254, help_text="As she gives it to you, in full."
    )


def activities(request: HttpRequest) -> HttpResponse:
    """The activities of the learner who was asked for. Budget: 14 queries, Wagtail's own among them."""
    _may(request)
    form = FindForm(request.GET if "said" in request.GET else None)
    person, rows = None, None
    if form.is_valid():
        person = _person(form.cleaned_data["said"].strip())
        if person is None:
            form.add_error("said", "Nobody here has this address or certificate. Check it with her, letter by letter.")
        else:
            rows = list(_shown(person).annotate(times=Count("calls"))[:200])
            log(person, "alongside.activities_looked_at", user=request.user)
    return render(request, "trainer/support/activities.html", {"form": form, "person": person, "rows": rows})


def activity(request: HttpRequest, progress_id: int) -> HttpResponse:
    """One activity of one learner: its attempts, and every call, newest first. Budget: 14 queries."""
    _may(request)
    progress = get_object_or_404(_shown(), pk=progress_id)
    calls = progress.calls.order_by("-received_at", "-sequence")
    person = progress.attempt.enrolment.person
    log(person, "alongside.activity_looked_at", user=request.user, data={"block": progress.block_id})
    context: dict[str, Any] = {
        "progress": progress,
        "person": person,
        "attempts": progress.attempts.order_by("-number")[:100],
        "calls": Paginator(calls, CALLS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "trainer/support/activity.html", context)


def _may(request: HttpRequest) -> None:
    if not supports_learners(request.user):
        raise PermissionDenied


def _person(said: str) -> Person | None:
    return Person.objects.filter(
        Q(logins__email__iexact=said) | Q(certificates__number__iexact=said, certificates__holder__isnull=False)
    ).first()


def _shown(person: Person | None = None) -> QuerySet[ActivityProgress]:
    """What may be looked at: nothing of a module that is private, now or when it was taken."""
    private = ModulePage.objects.filter(private=True).values("pk")
    found = (
        ActivityProgress.objects.exclude(attempt__version__private=True)
        .exclude(attempt__version__module__in=private)
        .select_related("attempt__version", "attempt__enrolment__person", "version")
        .order_by("-saved_at", "-pk")
    )
    return found.filter(attempt__enrolment__person=person) if person else found
