"""A manager allows another try to somebody who has used every one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.forms import Form
from courses.manager.access import for_managers
from courses.people.models import Action, Person, User
from courses.people.services.auditing import note
from courses.records.services import allow_another_try
from courses.records.team import Team, tries_used_up


class ReasonForm(Form):
    """Why one more try is right."""

    reason = forms.CharField(
        label="Why one more try?",
        max_length=500,
        help_text="They can read it, and so can whoever answers for their training. Nothing about health or family.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a few words why one more try is right."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def another_try(request: HttpRequest, team: Team, public_id: UUID, slug: str) -> HttpResponse:
    """Asks, then allows one more try. Found only while every try is used; a repeated click allows no second one.

    At most 8 queries to look, 20 to allow it.
    """
    person: Person = get_object_or_404(team.people, public_id=public_id)
    module = team.module(slug)
    stuck = tries_used_up(person, module) if module else None
    if module is None or stuck is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user).person
        with transaction.atomic():
            reason = form.cleaned_data["reason"]
            allow_another_try(enrolment=stuck.enrolment, by=by, client_id=f"after:{stuck.tries}", reason=reason)
            note(action=Action.CHANGED, what="another-try", by=by, about=person, module=module.id)
        messages.success(request, f"{person.name} has one more try. It stands in My learning at once.")
        return redirect("manager:person", public_id)
    context = {"team": team, "person": person, "module": module, "tries": stuck.tries, "form": form}
    return render(request, "manager/another_try.html", context, status=422 if form.errors else 200)
