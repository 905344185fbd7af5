"""My details: her name, what it says on earlier certificates, her profession, and how to close the account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.credentials.models import Certificate
from courses.credentials.services import correct_name
from courses.forms import Form
from courses.people.forms.ours import checked_name
from courses.people.models import Person, Profession
from courses.people.requests import SignedInRequest
from courses.people.services import choose_profession

FOLLOW, KEEP = "follow", "keep"


class ProfileForm(Form):
    """The choice about earlier certificates is asked only of who has some, and counts only when the name changes."""

    name = forms.CharField(
        label="Your full name",
        help_text="As you want it on your certificates. Any language and script is welcome.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your full name."},
    )
    family_name = forms.CharField(
        label="Family name",
        required=False,
        help_text="Whoever checks your certificate can ask whether this name matches. They are told only yes or no.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    earlier = forms.ChoiceField(
        label="If you change your name, what should your earlier certificates say?",
        choices=[
            (FOLLOW, "Change them to my new name. Nobody will see the old one"),
            (KEEP, "Keep the name they were issued in"),
        ],
        widget=forms.RadioSelect,
        initial=FOLLOW,
        required=False,
    )
    profession = forms.ChoiceField(
        label="Your profession",
        choices=Profession.choices,
        widget=forms.RadioSelect,
        help_text="It decides when your year of continuing professional development (CPD) begins.",
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        initial = {"name": person.name, "family_name": person.family_name, "profession": person.profession}
        super().__init__(*args, initial={**initial, "earlier": FOLLOW}, **kwargs)
        if not Certificate.objects.filter(person=person).exists():
            del self.fields["earlier"]

    def clean_name(self) -> str:
        return checked_name(self.cleaned_data["name"])

    def clean_family_name(self) -> str:
        typed: str = self.cleaned_data["family_name"]
        return checked_name(typed) if typed else ""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """Shows and saves her details, all or nothing. Budget: 3 queries to show."""
    person = request.user.person
    form = ProfileForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with transaction.atomic():
            if (data["name"], data["family_name"]) != (person.name, person.family_name):
                follow = data.get("earlier", FOLLOW) != KEEP
                correct_name(person=person, name=data["name"], family_name=data["family_name"], follow=follow)
            choose_profession(person=person, profession=data["profession"])
        messages.success(request, "Your details are saved.")
        return redirect("profile")
    return render(request, "account/profile.html", {"form": form}, status=422 if form.errors else 200)
