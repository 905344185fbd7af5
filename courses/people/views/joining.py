"""Her account at a glance, and the ways into and out of an organisation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.people.models import Membership, Role
from courses.people.permissions import MANAGING, roles
from courses.people.queries import memberships_of, offers, open_invitation
from courses.people.requests import SignedInRequest
from courses.people.services import InvitationError, accept, join_by_domain, leave

GetPost = require_http_methods(["GET", "HEAD", "POST"])


def _note_roles(request: HttpRequest) -> None:
    request.session["roles"] = sorted(roles(request.user))


@login_required
@never_cache
def account(request: SignedInRequest) -> HttpResponse:
    """Everything about her account, one step away. Budget: 3 queries."""
    held = roles(request.user)
    return render(request, "people/account.html", {"manages": not held.isdisjoint(MANAGING)})


@never_cache
@GetPost
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation link. Signed out: who invites, and how to go on. Signed in: one button.

    Used, withdrawn, expired, meant for another address and unknown all answer alike.
    """
    if request.method == "POST" and request.user.is_authenticated:
        try:
            membership = accept(token=token, person=request.user.person)
        except InvitationError:
            return render(request, "people/join_refused.html", status=404)
        request.user.refresh_from_db(fields=["person"])  # she may be the person whom her employer's file made
        _note_roles(request)
        messages.success(request, f"You have joined {membership.unit}, {membership.organisation}.")
        return redirect("people_organisations")
    invitation = open_invitation(token, request.user)
    if invitation is None:
        return render(request, "people/join_refused.html", status=404)
    if request.user.is_authenticated and invitation.used_by_id == request.user.person_id:
        return redirect("people_organisations")
    return render(request, "people/join.html", {"invitation": invitation})


@login_required
@never_cache
@GetPost
def organisations(request: SignedInRequest) -> HttpResponse:
    """What she belongs to, and organisations that her verified address lets her join. Budget: 6 queries."""
    if request.method == "POST":
        joined = join_by_domain(user=request.user)
        _note_roles(request)
        for membership in joined:
            messages.success(request, f"You have joined {membership.unit}, {membership.organisation}.")
        if not joined:
            messages.info(request, "None of your confirmed addresses belongs to an organisation that learns here.")
        return redirect("people_organisations")
    context = {
        "memberships": memberships_of(request.user.person),
        "offers": offers(request.user),
        "learner": Role.LEARNER,
    }
    return render(request, "people/organisations.html", context)


@login_required
@never_cache
@GetPost
def leave_organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks, then ends a learner's membership. A manager's post is ended by the organisation, not by its holder."""
    current = Membership.objects.current(timezone.localdate()).filter(person=request.user.person, role=Role.LEARNER)
    membership = get_object_or_404(current.select_related("unit__organisation", "organisation"), pk=pk)
    if request.method == "POST":
        leave(person=request.user.person, membership=membership)
        _note_roles(request)
        messages.success(request, f"You leave {membership.unit}, {membership.belongs_to}, at the end of today.")
        return redirect("people_organisations")
    return render(request, "people/leave.html", {"membership": membership})
