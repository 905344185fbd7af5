"""Invitations that a manager has made for her units: the list, a form for the next one, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.people.forms.joining import InvitationForm
from courses.people.permissions import is_manager
from courses.people.queries import invitations_seen_by
from courses.people.requests import SignedInRequest
from courses.people.services import invite_once, send_invitation, withdraw

NEW_LINK = "new_invitation_link"
SHOWN = 100


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: SignedInRequest) -> HttpResponse:
    """The link of a new invitation is shown once, after it was made: only its hash is kept. Budget: 12 queries."""
    if not is_manager(request.user):
        raise PermissionDenied
    form = InvitationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = invite_once(
            unit=data["unit"], role=data["role"], by=request.user, email=data["email"], days=data["days"]
        )
        if made is None:
            return redirect("people_invitations")
        invitation, link = made
        if invitation.email:
            send_invitation(invitation=invitation, link=link)
            messages.success(request, f"We have sent the invitation to {invitation.email}.")
        request.session[NEW_LINK] = link
        return redirect("people_invitations")
    context = {
        "form": form,
        "link": request.session.pop(NEW_LINK, "") if request.method == "GET" else "",
        "invitations": invitations_seen_by(request.user)[:SHOWN],
        "now": timezone.now(),
    }
    return render(request, "people/invitations.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw_invitation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody else's unit answers as if there were no such invitation."""
    invitation = get_object_or_404(invitations_seen_by(request.user), pk=pk)
    withdraw(invitation=invitation)
    messages.success(request, "The invitation is withdrawn. Its link no longer works, unless it was used before.")
    return redirect("people_invitations")
