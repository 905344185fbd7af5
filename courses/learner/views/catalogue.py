"""`/modules/`: find a module. Budget: 8 queries signed in, 1 signed out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.content import public
from courses.learner.filters import CatalogueFilter
from courses.learner.standing import latest, standing
from courses.learner.visitors import kept_for_visitors


@require_safe
@kept_for_visitors
def catalogue(request: HttpRequest) -> HttpResponse:
    """The modules this visitor may open, searched and filtered; with her own state when she is signed in."""
    listed = public.catalogue()
    offered = listed.open_to(request)
    form = CatalogueFilter(offered, request.GET or None)
    found = form.chosen()
    taken = latest(request.user, (card.module_id for card in found))
    return render(
        request,
        "learner/catalogue.html",
        {
            "catalogue": listed,
            "form": form,
            "offered": len(offered),
            "found": [(card, standing(taken.get(card.module_id), card.lessons)) for card in found],
            "filtered": form.is_filtered,
        },
    )
