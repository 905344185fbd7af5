"""`/manage/organisation/`: everything about the organisation itself, one card each. An area adds its line to CARDS."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.people.models import Role
from courses.people.permissions import roles
from courses.records.team import Team

Held = set[str]


def any_manager(held: Held) -> bool:
    return True


def leads(held: Held) -> bool:
    return Role.TRAINING_LEAD in held


class Card(NamedTuple):
    """A place to go: its title, what it is for, the name of its address, and who sees it (by the roles she holds)."""

    title: str
    about: str
    name: str
    shown: Callable[[Held], bool] = any_manager


CARDS = [
    Card("Learning paths", "Modules that belong together, in order or free.", "manager:paths", leads),
    Card(
        "Import people",
        "Bring people in, move them and note leavers, from a file of your own system. You see every change first.",
        "manager:imports",
        leads,
    ),
    Card(
        "Invitations",
        "Ask people to make their account: everybody of a unit at once. See who has come and who has not.",
        "manager:invitations",
    ),
    Card(
        "E-mail domains",
        "Let people join by themselves with a work address.",
        "manager:domains",
        leads,
    ),
    Card("Reminders", "When mails go out, in which words, and what went out.", "manager:reminders", leads),
    Card("Remind people now", "One kind mail to people whom you choose.", "manager:remind"),
    Card(
        "Evidence for an inspector",
        "How training stood on a day, in one file that can be checked; and what an auditor may read.",
        "manager:evidence",
    ),
    Card("Units", "Regions, services and teams, and what belongs to what.", "manager:units"),
    Card("Leavers", "Who has left, and when. Their records stay.", "manager:leavers"),
    Card("Roles", "Who manages which unit, and who leads training.", "manager:roles", leads),
    Card(
        "Requests for erasure",
        "Who asks to be erased, by when you must answer, and your answer.",
        "manager:erasures",
        leads,
    ),
    Card("How long records are kept", "Classes, what is due, and carrying it out.", "manager:retention", leads),
    Card("Legal holds", "Records that nothing may take away for now.", "manager:holds", leads),
    Card("Audit log", "Who saw, exported and changed what.", "manager:audit", leads),
]


@require_safe
@for_managers
def hub(request: HttpRequest, team: Team) -> HttpResponse:
    """At most 5 queries: session, user, roles and units, roles for the cards. A card whose page is not there is not
    shown."""
    held = roles(request.user)
    cards = [(card, address) for card in CARDS if card.shown(held) and (address := address_of(card))]
    return render(request, "manager/hub.html", {"team": team, "cards": cards})


def address_of(card: Card) -> str:
    try:
        return reverse(card.name)
    except NoReverseMatch:
        return ""
