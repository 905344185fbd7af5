"""`/manage/modules/<slug>/answers/`: how a team scored and which questions are hard, added up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.days import day_of
from courses.manager.filter_fields import principle_choices
from courses.manager.filters import TeamFilter
from courses.manager.overview import Links
from courses.privacy.totals import kept_answers
from courses.records.answers import FEW, answers_of, scores_of
from courses.records.team import Team

HARDEST = 10


@require_safe
@for_managers
def answers(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """Scores by principle, hardest questions, versions. Scores are narrowed by unit and day alone, answers by the day:
    by a name, or by what two units differ by, they would be somebody's. At most 8 queries: user, roles, units, modules,
    scores, who handed in, answers, questions; one more when the principles are read, which are kept for a minute."""
    then = team.at(day_of(request.GET))
    module = then.module(slug)
    if module is None:
        raise Http404
    found = TeamFilter(request.GET, then)
    counted = answers_of(module, then, kept_answers(then.visible, module.id, then.on))
    titles = dict(principle_choices())
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
