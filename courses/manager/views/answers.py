"""`/manage/modules/<slug>/answers/`: how a team scored and which questions are hard, added up."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.content.models import Principle
from courses.manager.access import for_managers
from courses.manager.days import day_of
from courses.manager.filters import TeamFilter
from courses.manager.overview import Links
from courses.privacy.totals import kept_answers
from courses.records.answers import FEW, answers_of, scores_of
from courses.records.team import Team

HARDEST = 10


@require_safe
@for_managers
def answers(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Scores by principle, hardest questions, versions. Narrowed by unit and day alone: by a name it would be
    somebody's. At most 8 queries: user, roles, units, modules, scores, answers, questions, principles."""
    then = team.at(day_of(request.GET))
    module = then.module(slug)
    if module is None:
        raise Http404
    found = TeamFilter(request.GET, then)
    counted = answers_of(found.base, module, then, _kept(found, then, module.id))
    titles = dict(Principle.objects.values_list("code", "title"))
    return render(
        request,
        "manager/answers.html",
        {
            "team": then,
            "module": module,
            "found": found,
            "few": FEW,
            "scores": scores_of(found.base, module, then),
            "principles": [(titles.get(code, code), share) for code, share in counted.by_principle.items()],
            "questions": [question for question in counted.questions if question.right < question.given][:HARDEST],
            "hidden": counted.hidden,
            "back": Links(then, request.GET.get("unit", "") if found.ok else "").to("module", module.slug),
        },
    )


def _kept(found: TeamFilter, team: Team, module_id: int) -> QuerySet[Any]:
    """The sums of answers that were deleted, of the unit that was chosen or of the whole team."""
    place = found.place
    if place is None:
        return kept_answers(team.visible, module_id, team.on)
    path = {"pk": place.unit.pk} if place.alone else {"path__startswith": place.unit.path}
    return kept_answers(team.visible.filter(**path), module_id, team.on)
