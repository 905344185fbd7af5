"""What takes more than emptying fields or deleting rows. Each is given the person and the organisation whose records it
is about (None: wherever they stand), runs inside the caller's transaction, and says how many rows it changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.people.changes import changed
from courses.people.models import (
    Employment,
    ImportRow,
    ImportStatus,
    Invitation,
    Membership,
    Organisation,
    PeopleImport,
    Person,
    RowKind,
    User,
)
from courses.people.rules import ERASED
from courses.people.services.posts import leave_organisation
from courses.privacy.registry import Special

Counts = dict[str, int]
NOWHERE = "erased.invalid"
"""A domain that cannot exist (RFC 2606): the address of a login that was emptied."""
NOT_UNDONE = {"kept": "They asked for erasure."}
GONE = "Somebody in this file asked for erasure. Put in a newer file."


def invitations(person: Person, organisation: Organisation | None) -> Counts:
    """Invitations to her, by whichever of her addresses; a link that was not used yet opens nothing any more."""
    found = Invitation.objects.exclude(email="").filter(
        Q(person=person) | Q(used_by=person) | Q(email__in=addresses(person))
    )
    if organisation is not None:
        found = found.filter(organisation=organisation)
    now = timezone.now()
    found.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    return {"people_invitation": found.update(email="")}


def imports(person: Person, organisation: Organisation | None) -> Counts:
    """Her rows of files that were put in, what was shown of the first rows, and a file that was not written yet: it is
    put in again without her."""
    about = Q(person=person)
    known = addresses(person)
    for mail in known:
        about |= Q(values__email=mail)
    employed = Employment.objects.filter(person=person).exclude(reference="")
    references = set(
        employed.filter(**({"organisation": organisation} if organisation else {})).values_list("reference", flat=True)
    )
    for reference, of in employed.values_list("reference", "organisation"):
        about |= Q(values__reference=reference, of__organisation=of)
    found = ImportRow.objects.filter(about)
    if organisation is not None:
        found = found.filter(of__organisation=organisation)
    files = PeopleImport.objects.filter(pk__in=list(found.values_list("of", flat=True)))
    for one in files:
        if "sample" in one.facts:
            one.facts.pop("sample")
            PeopleImport.objects.filter(pk=one.pk).update(facts=one.facts)
        if one.written_at is None and one.file:
            transaction.on_commit(partial(one.file.storage.delete, str(one.file.name)))
            PeopleImport.objects.filter(pk=one.pk).update(file="", status=ImportStatus.FAILED, said=GONE)
    number = found.exclude(values={}, faults={}, changes={}).update(values={}, faults={}, changes={})
    found.exclude(undo={}).exclude(undo=NOT_UNDONE).update(undo=NOT_UNDONE)
    found.filter(written=False).exclude(kind=RowKind.SAME).update(kind=RowKind.SAME, person=person)
    of_others = ImportRow.objects.filter(of__organisation=organisation) if organisation else ImportRow.objects.all()
    return {"people_importrow": number + _named_as_manager(of_others, known | (references if organisation else set()))}


def _named_as_manager(found: QuerySet[ImportRow], known: set[str]) -> int:
    """Rows of colleagues that name her as their manager or deputy."""
    number = 0
    for key in ("manager", "deputy"):
        for row in found.filter(Q(**{f"values__{key}__in": sorted(known)})) if known else ():
            values = {name: value for name, value in row.values.items() if name != key}
            changes = {name: value for name, value in row.changes.items() if name != key}
            number += ImportRow.objects.filter(pk=row.pk).update(values=values, changes=changes)
    return number


def posts(person: Person, organisation: Organisation | None) -> Counts:
    """She leaves with today: the days she was here stay answerable, of nobody."""
    today = timezone.localdate()
    if organisation is not None:
        return {"people_membership": leave_organisation(person=person, organisation=organisation, last_day=today)}
    open_ones = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), person=person)
    begun = open_ones.filter(starts_on__lte=today).update(ends_on=today)
    never = open_ones.filter(starts_on__gt=today).delete()[0]
    Employment.objects.filter(person=person, ends_on=None, starts_on__lte=today).update(ends_on=today)
    if begun or never:
        changed([person.pk])
    return {"people_membership": begun + never}


def sessions(person: Person, organisation: Organisation | None) -> Counts:
    """Signs her out everywhere."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in UserSession.objects.filter(user__person=person).values_list("session_key", flat=True):
        store(key).delete()
    return {}


def logins(person: Person, organisation: Organisation | None) -> Counts:
    """The login stays, as what the history of pages points to; it has no address, no password, and opens nothing."""
    number = 0
    for user in User.objects.filter(person=person).exclude(
        email__endswith=f"@{NOWHERE}", is_active=False, password__startswith=UNUSABLE_PASSWORD_PREFIX
    ):
        number += User.objects.filter(pk=user.pk).update(
            email=f"erased-{user.pk}@{NOWHERE}",
            password=make_password(None),
            is_active=False,
            is_superuser=False,
            last_login=None,
        )
    return {"people_user": number}


def log(person: Person, organisation: Organisation | None) -> Counts:
    """Lines of the site's own log that were written about her carry her name as their title."""
    number = 0
    about: list[tuple[type[Person | User], list[str]]] = [
        (Person, [str(person.pk)]),
        (User, [str(pk) for pk in person.logins.values_list("pk", flat=True)]),
    ]
    for model, keys in about:
        kind = ContentType.objects.get_for_model(model)
        lines = ModelLogEntry.objects.filter(content_type=kind, object_id__in=keys).exclude(label=ERASED)
        number += lines.update(label=ERASED)
    return {"wagtailcore_modellogentry": number}


def addresses(person: Person) -> set[str]:
    """Every address we know of her, in lower case."""
    known = {
        *EmailAddress.objects.filter(user__person=person).values_list("email", flat=True),
        *User.objects.filter(person=person).values_list("email", flat=True),
        *Employment.objects.filter(person=person).exclude(email="").values_list("email", flat=True),
    }
    return {address.lower() for address in known if not address.endswith(f"@{NOWHERE}")}


SPECIALS: dict[Special, Callable[[Person, Organisation | None], Counts]] = {
    Special.INVITATIONS: invitations,
    Special.IMPORTS: imports,
    Special.LOGINS: logins,
    Special.LOG: log,
    Special.POSTS: posts,
    Special.SESSIONS: sessions,
}
