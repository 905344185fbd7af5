"""`/manage/modules/<slug>/`: who has done one module, when and how well."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.days import day_of
from courses.manager.filters import ModuleFilter
from courses.manager.lists import PAGE, PRINTED, is_print, listing
from courses.manager.overview import Figure, Links, total
from courses.manager.tables import module_table
from courses.manager.words import LOOKS, percentage
from courses.records.states import Count, Need, State
from courses.records.team import Team


@require_safe
@for_managers
def module(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """One module. A private and an unknown slug answer the same, after the same work.

    At most 8 queries: user, units, modules, the tally (which is also the count), people, cells, the units to choose
    from; one more where people are not in the order of names.
    """
    then = team.at(day_of(request.GET))
    chosen = then.module(slug)
    if chosen is None:
        raise Http404
    found = ModuleFilter(request.GET, then, chosen)
    found.while_waiting()
    tally = found.tally()
    among = sum(t.cells for t in tally if t.state in found.selection.states)
    printed = is_print(request)
    page = listing(found, request.GET, PRINTED if printed else PAGE, Count(among, among))
    required, held = total(tally, Need.COUNTED), total(tally, Need.HELD)
    links = Links(then, request.GET.get("unit", "") if found.ok else "")
    return render(
        request,
        "manager/module.html",
        {
            "team": then,
            "module": chosen,
            "found": found,
            "printed": printed,
            "listing": page,
            "table": module_table(page.rows, found),
            "states": [
                (LOOKS[state], state.value, sum(t.cells for t in tally if t.state == state))
                for state in State
                if any(t.state == state for t in tally)
            ],
            "counted": Figure(required, links.to(module=chosen.slug, need=Need.COUNTED)),
            "held": Figure(held, links.to(module=chosen.slug, need=Need.HELD)),
            "per_cent": percentage(held, required),
            "answers": links.to("module-answers", chosen.slug),
        },
    )
