"""`/my-learning/<module>/timeline/`: what happened and why, and why she is (not) complete. Hers alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.credentials.models import Certificate
from courses.learner.requests import LearnerRequest
from courses.records.timeline import story


@login_required
@never_cache
@require_safe
def timeline(request: LearnerRequest, slug: str, period: int | None = None) -> HttpResponse:
    """The answer first, the timeline below. Budget: 11 queries; a module she never began is not found."""
    today = timezone.localdate()
    found = story(request.user.person, slug, period, today)
    if found is None:
        raise Http404("She has not begun this module.")
    certificate = (
        Certificate.objects.filter(completion=found.completion).select_related("revocation").first()
        if found.completion
        else None
    )
    context = {
        "story": found,
        "slug": slug,
        "certificate": certificate,
        "revoked": certificate is not None and hasattr(certificate, "revocation"),
        "expired": bool(found.completion and found.completion.valid_until and found.completion.valid_until < today),
        "late": bool(found.due_on and found.due_on < today),
        "crumbs": [("My learning", "/my-learning/")],
    }
    return render(request, "learner/timeline.html", context)
