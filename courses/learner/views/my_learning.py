"""`/my-learning/`: what is asked of her, what she has begun, what she holds."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.learner.queries import done, latest_of_each
from courses.learner.requests import LearnerRequest
from courses.records import agreements, cpd_years, learning


@login_required
@never_cache
@require_safe
def my_learning(request: LearnerRequest) -> HttpResponse:
    """Everything at a glance, the most pressing first. Budget: 10 queries, whatever the number of modules; at
    most 4 more where a path is required of her or something was agreed with her."""
    person, today = request.user.person, timezone.localdate()
    every = done(person, today)
    newest, earlier = latest_of_each(every)
    year = cpd_years.year_of(today, person.profession)
    context = {
        "today": today,
        "found": learning.overview(person, today, [one.completion for one in every]),
        "done": newest,
        "earlier": earlier,
        "agreed": agreements.told_to(person),
        "year": year,
        "year_minutes": sum(one.completion.minutes for one in every if year.holds(one.completion.completed_at)),
    }
    return render(request, "learner/my_learning/index.html", context)
