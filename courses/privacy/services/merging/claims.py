from __future__ import annotations

from courses.people.models import Person
from courses.privacy.models import SaidBy

from .joining import merge


def join(invited: Person, person: Person) -> None:
    """What `people.services.claiming` calls when both have records: whom an employer's file made, without an account,
    and whoever proved the address of the invitation and pressed the button."""
    merge(goes=invited, stays=person, said_by=SaidBy.INVITATION, by=person)
