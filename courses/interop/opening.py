"""Opening an activity: for a learner, in her attempt."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from courses.people.models import Person
from courses.records import services
from courses.records.events import event
from courses.records.models import Attempt
from courses.records.models.event import EventKind
from courses.records.rules import Data

from . import launches
from .launches import Launch, Mode


class Opened(NamedTuple):
    """An opening, its token, and where its page lies."""

    launch: Launch
    token: str
    address: str


def open_activity(
    *, person: Person, attempt: Attempt, block: Data, mode: Mode = "normal", part: str = "", client: str = ""
) -> Opened:
    """Opens the activity `block` of her attempt. Once the module is completed it can be looked back at only ("review").

    It stands in the timeline, once an opening, and where she stands is begun; the rule "opened" is not met by it, but
    by the first word of the package itself: what did not start was not opened. The caller has checked that the attempt
    is hers and has this block. 5 queries, 8 the first time; none to look back.
    """
    if attempt.finished_at is not None and mode == "normal":
        mode = "review"
    launch = Launch(
        mode=mode,
        person_id=person.pk,
        version_id=block["version_id"],
        block_id=block["id"],
        attempt_id=attempt.pk,
        part=part,
        client=client or launches.new_client(),
    )
    if mode == "normal":
        _note(launch, attempt, block)
    token = launches.make(launch)
    return Opened(launch, token, launches.address(block["package"], token))


@transaction.atomic
def _note(launch: Launch, attempt: Attempt, block: Data) -> None:
    now = timezone.now()
    services.progress_of(attempt=attempt, block_id=block["id"], version_id=block["version_id"])
    told = event(
        enrolment=attempt.enrolment,
        kind=EventKind.ACTIVITY_OPENED,
        at=now,
        client_id=f"opened:{attempt.number}:{launch.client}",
        data={"block": block["id"]},
    )
    services.note_activity(enrolment=attempt.enrolment, events=[told], now=now)


def renew(*, token: str, person: Person, attempt: Attempt, block: Data) -> str:
    """A new token for an opening whose token has run out, for the page around it: the sign-in still lasts, so no answer
    is lost to the clock. Raises launches.ForgedError for a token that is not of this person, attempt and activity."""
    launch = launches.read(token, expired=True)
    hers = (person.pk, attempt.pk, block["id"], block["version_id"])
    if (launch.person_id, launch.attempt_id, launch.block_id, launch.version_id) != hers:
        raise launches.ForgedError
    return launches.make(launch)
