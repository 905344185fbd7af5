"""`/manage/invitations/`: who was asked to make an account, who came, and asking everybody of a unit at once."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms import Form
from courses.manager.access import for_managers
from courses.manager.filters import unit_choices
from courses.manager.sought import sought
from courses.people.models import Invitation, Unit, User
from courses.people.queries import invitations_seen_by
from courses.people.services import withdraw
from courses.people.services.inviting import ask_to_invite_unit, employments_under, resend, without_login
from courses.records.team import Team

PAGE = 50
STATES = [("open", "Open"), ("used", "Used"), ("over", "Ran out"), ("withdrawn", "Withdrawn")]


class Line(NamedTuple):
    """An invitation in words."""

    invitation: Invitation
    kind: str
    state: str
    open: bool


class UnitForm(Form):
    """Whom to ask."""

    unit = forms.ChoiceField(
        label="Unit",
        help_text="With everything below it.",
        error_messages={"required": "Choose a unit.", "invalid_choice": "Choose one of your units."},
    )

    def __init__(self, data: QueryDict | None, *, team: Team) -> None:
        super().__init__(data)
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose a unit"), *unit_choices(team)]
        self.units = {str(unit.pk): unit for unit in team.near.units}

    def chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def invitations(request: HttpRequest, team: Team) -> HttpResponse:
    """At most 8 queries to look: session, user, roles, units, units seen, count, page. A first post says how many would
    be asked; the second, with `sure`, asks them."""
    posted = request.method == "POST"
    form = UnitForm(request.POST if posted else None, team=team)
    user = request.user
    if not isinstance(user, User):
        raise TypeError(user)
    to_ask: int | None = None
    if posted and form.is_valid():
        if request.POST.get("sure") == "1":
            job = ask_to_invite_unit(unit=form.chosen(), by=user.person)
            return redirect("manager:job", job.public_id)
        people = employments_under(form.chosen(), team.on)
        to_ask = without_login(people=people, on=timezone.localdate()).count()
    state = request.GET.get("state", "")
    found = of_state(invitations_seen_by(user), state)
    if q := sought(request):
        found = found.filter(Q(email__icontains=q) | Q(person__name__icontains=q))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "team": team,
        "form": form,
        "to_ask": to_ask,
        "unit": form.chosen() if to_ask is not None else None,
        "page": page,
        "lines": [line_of(one) for one in page],
        "states": STATES,
        "state": state,
        "q": q,
    }
    return render(request, "manager/workforce/invitations.html", context, status=422 if form.errors else 200)


@for_managers
@require_POST
def invitation_resend(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """A new mail with a new link; the old link stops."""
    found = get_object_or_404(invitations_seen_by(_user(request)), pk=pk)
    again = resend(invitation=found, by=_user(request))
    if again is None:
        messages.info(request, "It was used or withdrawn, has no address, or was sent a moment ago: nothing was sent.")
    else:
        messages.success(request, f"A new invitation is on its way to {again.email}. The old link no longer works.")
    return redirect("manager:invitations")


@for_managers
@require_POST
def invitation_withdraw(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Its link stops working."""
    withdraw(invitation=get_object_or_404(invitations_seen_by(_user(request)), pk=pk))
    messages.success(request, "The invitation is withdrawn. Its link no longer works, unless it was used before.")
    return redirect("manager:invitations")


def of_state(found: QuerySet[Invitation], state: str) -> QuerySet[Invitation]:
    now = timezone.now()
    if state == "used":
        return found.exclude(used_at=None)
    if state == "withdrawn":
        return found.filter(used_at=None).exclude(withdrawn_at=None)
    if state == "over":
        return found.filter(used_at=None, withdrawn_at=None, expires_at__lte=now)
    if state == "open":
        return found.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)
    return found


def line_of(invitation: Invitation) -> Line:
    if invitation.used_at:
        return Line(invitation, "done", "Used", False)
    if invitation.withdrawn_at:
        return Line(invitation, "none", "Withdrawn", False)
    if invitation.expires_at <= timezone.now():
        return Line(invitation, "over", "Ran out", True)
    return Line(invitation, "open", "Open", True)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user
