"""What a colleague sees who was asked to sign a CPD note: this note, the module's title and day, her name. No account.

The address is the key: it is sent to no other site (Referrer-Policy same-origin, as everywhere here; "no-referrer"
would take away the Origin by which forms are checked), kept in no cache and no search engine, and spent by signing.
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.credentials.limits import seconds_to_wait
from courses.forms import Form
from courses.people.models import Person
from courses.people.rules import name_fault, tidy_name
from courses.records import cpd
from courses.records.errors import RecordsError

MOST_A_MINUTE = 30


class SignForm(Form):
    """Who signs. `read` says which words were shown, so that nobody signs others."""

    name = forms.CharField(
        label="Your full name",
        max_length=cpd.MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your full name."},
    )
    role = forms.CharField(
        label="Your role",
        help_text="Such as “Social worker, Northfield Council”.",
        max_length=cpd.MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": "Write your role."},
    )
    agreed = forms.BooleanField(
        label="We have talked about this piece of learning and what it means for practice",
        error_messages={"required": "Tick that you have talked about it, or close this page."},
    )
    read = forms.CharField(widget=forms.HiddenInput)

    def clean_name(self) -> str:
        return self._plain("name")

    def clean_role(self) -> str:
        return self._plain("role")

    def _plain(self, field: str) -> str:
        text = tidy_name(self.cleaned_data[field])
        if not text or (field == "name" and name_fault(text)):
            raise forms.ValidationError(name_fault(text) or "Write it in letters.")
        return text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cpd_peer(request: HttpRequest, token: str) -> HttpResponse:
    """Reads and signs one note. Budget: 3 queries to show. Whatever is not open answers alike."""
    if wait := seconds_to_wait(request, name="cpd-peer", most=MOST_A_MINUTE):
        return _private(render(request, "learner/cpd/peer_wait.html", {"wait": wait}, status=429), wait)
    note = cpd.open_note(token)
    if note is None:
        return _private(render(request, "learner/cpd/peer_closed.html", status=404))
    me: Person | None = request.user.person if request.user.is_authenticated else None
    own = me is not None and me.pk == note.person_id
    form = SignForm(request.POST or None, initial={"read": cpd.fingerprint(note)})
    if request.method == "POST" and not own and form.is_valid():
        data = form.cleaned_data
        try:
            cpd.sign(token=token, read=data["read"], name=data["name"], role=data["role"], by=me)
        except cpd.LinkClosed:
            return _private(render(request, "learner/cpd/peer_closed.html", status=404))
        except RecordsError as error:
            form = SignForm(initial={**data, "read": cpd.fingerprint(note), "agreed": False})
            context = {"note": note, "form": form, "own": own, "refused": error.message}
            return _private(render(request, "learner/cpd/peer.html", context, status=409))
        return _private(redirect("cpd_peer_thanks"))
    status = 422 if form.errors else 200
    return _private(render(request, "learner/cpd/peer.html", {"note": note, "form": form, "own": own}, status=status))


@require_safe
def cpd_peer_thanks(request: HttpRequest) -> HttpResponse:
    """After signing; says nothing of the note."""
    return render(request, "learner/cpd/peer_thanks.html")


def _private(response: HttpResponse, wait: int = 0) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
