"""Reads about memberships, invitations and ways to join."""

from __future__ import annotations

import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from .models import EmailDomain, Employment, Invitation, Membership, Person, Unit, User
from .permissions import visible_units
from .rules import domain_of, hash_of

JUST_NOW = datetime.timedelta(minutes=1)


def verified_addresses(user: User) -> set[str]:
    """The addresses that the user has proved, in lower case. One query."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in addresses}


def verified_domains(user: User) -> set[str]:
    """The domains of the user's verified addresses. One query."""
    return {domain_of(address) for address in verified_addresses(user)}


def approved_domains(user: User) -> QuerySet[EmailDomain]:
    """Approved domains that equal the domain of one of the user's verified addresses, of organisations that do not
    employ her already: those say themselves where she works."""
    domains = verified_domains(user)
    employed = Employment.objects.filter(organisation=OuterRef("organisation"), person=user.person_id, ends_on=None)
    return (
        EmailDomain.objects.annotate(lowered=Lower("domain"))
        .filter(~Exists(employed), lowered__in=domains, approved_at__isnull=False)
        .select_related("unit", "organisation")
        .order_by("pk")
    )


def offers(user: User) -> list[EmailDomain]:
    """Organisations that `user` may join by her address and has not joined yet."""
    held = set(memberships_of(user.person).values_list("unit_id", flat=True))
    return [domain for domain in approved_domains(user) if domain.unit_id not in held]


def memberships_of(person: Person) -> QuerySet[Membership]:
    """What she belongs to today, the oldest first."""
    current = Membership.objects.current(timezone.localdate()).filter(person=person)
    return current.select_related("organisation", "unit__organisation").order_by("starts_on", "pk")


def invitations_seen_by(user: User) -> QuerySet[Invitation]:
    """Invitations into units that `user` manages, the newest first; by whomever they were made."""
    return (
        Invitation.objects.filter(unit__in=visible_units(user))
        .select_related("unit", "organisation", "created_by__person", "used_by", "person")
        .order_by("-created_at", "-pk")
    )


def just_invited(*, unit: Unit, role: str, email: str) -> bool:
    """Whether the same invitation went to the same address a moment ago: a button pressed twice."""
    moment = timezone.now() - JUST_NOW
    same = Invitation.objects.filter(unit=unit, role=role, email=email.strip().lower(), created_at__gte=moment)
    return bool(email) and same.filter(used_at=None, withdrawn_at=None).exists()


def open_invitation(token: str, user: User | AnonymousUser) -> Invitation | None:
    """The invitation that `token` opens for `user` now: unused, not withdrawn or expired, and not bound to an address
    that is not hers. One that she has used herself still opens, so that going back is no error."""
    invitation = (
        Invitation.objects.select_related("unit", "organisation", "created_by__person")
        .filter(token_hash=hash_of(token))
        .first()
    )
    if invitation is None:
        return None
    if invitation.used_by_id is not None:
        return invitation if user.is_authenticated and invitation.used_by_id == user.person_id else None
    if invitation.withdrawn_at or invitation.expires_at <= timezone.now():
        return None
    if user.is_authenticated and invitation.email and not has_verified(user.person_id, invitation.email):
        return None
    return invitation


def has_verified(person_id: int, email: str) -> bool:
    """Whether one of the person's logins has proved that `email` is hers."""
    addresses = EmailAddress.objects.filter(user__person_id=person_id, verified=True, email__iexact=email)
    return bool(addresses.exists())
