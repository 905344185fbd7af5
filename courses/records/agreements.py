"""What was agreed about one person, for whoever may read it."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_date

from courses.content.models import ModulePage
from courses.people.models import Membership, Person

from .models import AcceptedTraining, Adjustment, Event, Exemption
from .models.event import EventKind

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Known(TypedDict):
    known: bool


def exemptions(
    person: Person, modules: Collection[int], *, by: Person, leads: Collection[int]
) -> QuerySet[WithAnnotations[Exemption, Known]]:
    """Her exemptions from some modules, the newest first, with their reasons; `known` says whether `by` may read them:
    she entered it, or who did belongs, or belonged, to an organisation that she leads. 1 query."""
    of_hers = Q(organisation__in=leads) | Q(unit__organisation__in=leads)
    led = Membership.objects.filter(of_hers, person=OuterRef("entered_by"))
    found = Exemption.objects.filter(person=person, module__in=modules)
    found = found.annotate(known=Q(entered_by=by) | Q(Exists(led)))
    return found.select_related("reason", "ended", "entered_by").order_by("-entered_at", "-pk")


def accepted(person: Person, modules: Collection[int], organisations: Collection[int]) -> QuerySet[AcceptedTraining]:
    """Training done elsewhere that was accepted for her by some organisations, the newest first. 1 query."""
    found = AcceptedTraining.objects.filter(person=person, module__in=modules, organisation__in=organisations)
    return found.select_related("detail", "ended", "entered_by").order_by("-entered_at", "-pk")


def adjustments(
    person: Person, modules: Collection[int], *, by: Person, leads: Collection[int]
) -> QuerySet[Adjustment]:
    """Adjustments that `by` agreed with her, or of the organisations that `by` leads: nobody else may know. 1 query."""
    mine = Q(agreed_by=by) | Q(organisation__in=leads)
    found = Adjustment.objects.filter(mine, person=person, module__in=modules)
    return found.select_related("note", "agreed_by").order_by("-entered_at", "-pk")


def entered_by_hers(exemption: Exemption, leads: Collection[int]) -> bool:
    """Whether who entered it belongs, or belonged, to organisations that somebody leads. 1 query."""
    of_hers = Q(organisation__in=leads) | Q(unit__organisation__in=leads)
    return Membership.objects.filter(of_hers, person=exemption.entered_by_id).exists()


@dataclass(frozen=True)
class Told:
    """An agreement as its person reads it."""

    title: str
    words: str
    more: str
    at: datetime.datetime


def told_to(person: Person) -> list[Told]:
    """What was agreed about her, the newest first, in words for herself. 2 queries, 1 where nothing was."""
    kinds = list(WORDS)
    events = list(Event.objects.filter(person=person, enrolment=None, kind__in=kinds).order_by("-at", "-pk")[:50])
    if not events:
        return []
    titles: dict[int, str] = dict(
        ModulePage.objects.filter(pk__in={event.data.get("module") for event in events}).values_list(
            "pk", "current_version__title"
        )
    )
    return [
        Told(titles.get(event.data.get("module", 0)) or "A module", *in_words(event.kind, event.data), at=event.at)
        for event in events
    ]


def in_words(kind: str, data: dict[str, Any]) -> tuple[str, str]:
    """What was agreed, and what follows from it; to herself."""
    until = _day(data.get("until"))
    said, more = WORDS[kind]
    if kind == EventKind.ADJUSTED and data.get("kind") == "other-format":
        said, more = "You agreed another way of learning this", "Only you, who agreed it and the training lead know."
    if kind == EventKind.ACCEPTED and not until:
        more = "It counts here, without an end date."
    if kind == EventKind.EXEMPTED and not until:
        more = "It has no end date. You may take the module all the same."
    return said.format(until=until), more.format(until=until)


WORDS = {
    EventKind.EXEMPTED.value: (
        "You need not hold this just now",
        "Until the end of {until}. You may take the module all the same.",
    ),
    EventKind.EXEMPTION_ENDED.value: ("Your exemption has ended", "From now on it is asked of you like of others."),
    EventKind.ACCEPTED.value: ("Training you did elsewhere is accepted", "It counts here until the end of {until}."),
    EventKind.ACCEPTED_ENDED.value: (
        "Training you did elsewhere is no longer accepted",
        "Ask whoever looks after training where you work, if you do not know why.",
    ),
    EventKind.ADJUSTED.value: (
        "You agreed a later date: {until}",
        "Only you, who agreed it and the training lead know that it is a later one.",
    ),
}


def _day(text: str | None) -> str:
    day = parse_date(text) if text else None
    return f"{day.day} {day:%B %Y}" if day else ""
