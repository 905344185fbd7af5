"""E-mail domains by which people may join by themselves: asked for by a lead, approved by an administrator."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from courses.people.models import Action, EmailDomain, Unit, User
from courses.people.permissions import led_organisations
from courses.people.queries import verified_domains
from courses.people.rules import domain_fault

from .auditing import note


class DomainRefusedError(Exception):
    """The domain cannot be asked for; why, for the lead."""


@transaction.atomic
def ask_for_domain(*, domain: str, unit: Unit, by: User) -> EmailDomain:
    """Notes a lead's wish. It opens nothing before an administrator of the platform has approved it: who holds a domain
    takes in everybody with an address there. The lead herself must have proved an address in it."""
    wanted = domain.strip().lower().removeprefix("@").rstrip(".")
    if fault := domain_fault(wanted):
        raise DomainRefusedError(fault)
    if not led_organisations(by).filter(pk=unit.organisation_id).exists():
        raise DomainRefusedError("Choose one of your own units.")
    if wanted not in verified_domains(by):
        raise DomainRefusedError(
            f"You have no confirmed address that ends in @{wanted}. Add yours under “Your account”, confirm it, and "
            "ask again: so we know that somebody of that domain asks."
        )
    existing = EmailDomain.objects.filter(organisation=unit.organisation_id, domain__iexact=wanted).first()
    if existing:
        return existing
    try:
        with transaction.atomic():
            asked = EmailDomain.objects.create(
                organisation_id=unit.organisation_id, unit=unit, domain=wanted, asked_by=by.person, approved_at=None
            )
    except IntegrityError:  # asked twice at the same moment
        return EmailDomain.objects.get(organisation=unit.organisation_id, domain__iexact=wanted)
    note(action=Action.CHANGED, what="domain", by=by.person, organisation_id=unit.organisation_id, key=asked.pk)
    return asked


@transaction.atomic
def drop_domain(*, domain: EmailDomain, by: User) -> None:
    """Nobody joins by it any more; who has joined stays."""
    note(action=Action.WITHDREW, what="domain", by=by.person, organisation_id=domain.organisation_id, key=domain.pk)
    domain.delete()
