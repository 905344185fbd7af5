"""`/modules/<slug>/`: one module before one begins. Budget: 8 queries signed in, 1 signed out; at most 5
more where a path is required of her."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.wagtail_hooks import check_view_restrictions

from courses.content import public
from courses.content.models import ModulePage
from courses.learner.standing import latest, standing
from courses.learner.visitors import kept_for_visitors
from courses.records.waiting import First, comes_first


@require_safe
@kept_for_visitors
def module(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What she will learn, for whom, how long, what the certificate says; start or carry on."""
    found = public.module(slug)
    if found is None:
        address = public.moved_to(slug)
        if address is None:
            raise Http404(f"no module {slug}")
        return redirect(address, permanent=True)
    if not public.passes(found.gates, request):
        return _ask_to_enter(request, found.module_id)
    outline = found.outline
    enrolment = latest(request.user, [found.module_id]).get(found.module_id)
    first: list[First] = []
    if request.user.is_authenticated and enrolment is None:
        first = comes_first(request.user.person, found.module_id, timezone.localdate())
    return render(
        request,
        "learner/module.html",
        {
            "module": found,
            "outline": outline,
            "first": first,
            "standing": standing(enrolment, len(outline["lessons"])),
            "assessed_any": any(principle["assessed"] for principle in found.principles),
            "crumbs": [("Modules", "/modules/")],
        },
    )


def _ask_to_enter(request: HttpRequest, module_id: int) -> HttpResponseBase:
    """Wagtail's own answer to somebody who may not see the page: its password form, or the sign-in."""

    def entered(*_: Any) -> HttpResponse:
        raise Http404

    page = ModulePage.objects.get(pk=module_id)
    answer: HttpResponseBase = check_view_restrictions(entered)(page, request, (), {})
    return answer
