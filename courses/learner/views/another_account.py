"""`/accounts/another/`: she has two accounts, and makes the two one."""

from __future__ import annotations

from typing import cast

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.credentials.limits import AN_HOUR, seconds_to_wait
from courses.forms import Form
from courses.learner.requests import LearnerRequest
from courses.people.models import Membership, Role, User
from courses.people.permissions import roles
from courses.privacy.services import merging
from courses.records.models import Attempt, Completion

MOST_AN_HOUR = 30
"""From one network line: a whole office may sit behind it."""
GetPost = require_http_methods(["GET", "HEAD", "POST"])


class AddressForm(Form):
    """The address of the other account."""

    address = forms.EmailField(
        label="E-mail address of the other account",
        max_length=254,
        help_text="We send a link there, if there is an account with this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter the address of the other account.",
            "invalid": "Enter an e-mail address, such as name@example.org.",
        },
    )


class CodeForm(Form):
    """The second step of the other account, where it has one."""

    code = forms.CharField(
        label="Code of the other account",
        max_length=40,
        help_text="From the authenticator app of that account, or one of its recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        error_messages={"required": "Enter the code of the other account."},
    )


@login_required
@never_cache
@GetPost
def another_account(request: LearnerRequest) -> HttpResponse:
    """Asks for the address, and answers the same whether anybody has it. Budget: 3 queries to look."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if seconds_to_wait(request, name="another-account", most=MOST_AN_HOUR, seconds=AN_HOUR):
            form.add_error("address", "Too many links were asked for from here. Wait an hour, then ask again.")
            return _page(request, form, 429)
        try:
            merging.ask(user=request.user, address=form.cleaned_data["address"])
        except merging.AskedTooOftenError as error:
            form.add_error("address", str(error))
            return _page(request, form, 429)
        except merging.CannotMergeError as error:
            form.add_error("address", str(error))
        else:
            messages.success(
                request,
                "If there is an account with this address, a link is on its way there. Open it within an hour, in this "
                "browser, while you are signed in here.",
            )
            return redirect("another_account")
    return _page(request, form, 422 if form.errors else 200)


def _page(request: LearnerRequest, form: Form, status: int) -> HttpResponse:
    context = {"form": form, "addresses": merging.sign_in_addresses(request.user.person)}
    return render(request, "people/another_account.html", context, status=status)


@never_cache
@GetPost
@login_required
@reauthentication_required
def another_account_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What will be joined, and the button. A link that is used, too old, unknown or somebody else's answers alike.
    Budget: 11 queries to look. Three are allauth's, which asks for each way of a second step on its own; ours are her
    session and login, the link, the other login, its second step, and what each of the two has, 3."""
    user = cast("User", request.user)
    found = merging.opened_by(user, token)
    if found is None:
        return _refused(request)
    other = found[1]
    needed = merging.second_factor(other)
    form: Form = CodeForm(request.POST if request.method == "POST" else None) if needed == "code" else Form({})
    if request.method == "POST" and needed != "passkey" and form.is_valid():
        try:
            merging.confirm(user=user, token=token, code=form.cleaned_data.get("code", ""))
        except merging.LinkClosedError:
            return _refused(request)
        except merging.WrongCodeError as error:
            form.add_error("code", str(error))
        except merging.CannotMergeError as error:
            form.add_error(None, str(error))
        else:
            request.session["roles"] = sorted(roles(user))
            messages.success(request, f"Your two accounts are one. You can sign in with {other.email} as well.")
            return redirect("people_account")
    context = {
        "form": form,
        "needed": needed,
        "other": other,
        "sides": _sides(user, other),
    }
    return render(request, "people/another_account_confirm.html", context, status=422 if form.errors else 200)


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "people/another_account_refused.html", status=404)


def _sides(one: User, other: User) -> list[dict[str, object]]:
    """What she has with each of the two, hers alone: private modules too. 3 queries."""
    people = [one.person_id, other.person_id]
    done = Completion.objects.filter(person__in=people).select_related("version", "certificate")
    done = done.defer("snapshot", "version__outline").order_by("-completed_at", "-pk")
    begun = Attempt.objects.filter(enrolment__person__in=people, enrolment__completed_at=None, finished_at=None)
    begun = begun.select_related("version", "enrolment").defer("version__outline").order_by("-started_at")
    held = Membership.objects.current(timezone.localdate()).filter(person__in=people)
    held = held.select_related("organisation", "unit__organisation").order_by("starts_on", "pk")
    return [
        {
            "address": login.email,
            "name": login.person.name,
            "completions": [each for each in done if each.person_id == login.person_id],
            "begun": [each for each in begun if each.enrolment.person_id == login.person_id],
            "memberships": (mine := [each for each in held if each.person_id == login.person_id]),
            "roles": [str(each) for each in mine if each.role != Role.LEARNER],
        }
        for login in (one, other)
    ]
