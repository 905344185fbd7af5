"""Writes about certificates. Each is one transaction, harmless when repeated, and on the timeline."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from courses.people.models import Organisation, Person
from courses.people.rules import name_fault, tidy_name
from courses.records.events import event, tell, tell_all
from courses.records.models import Completion, Event
from courses.records.models.event import EventKind

from . import rules
from .models import Certificate, CertificateHolder, Revocation, RevocationReason
from .queries import private

OURSELVES = "Alongside"
"""The issuer for people who learn without an organisation."""


@transaction.atomic(savepoint=False)
def issue(*, completion: Completion) -> Certificate:
    """The certificate of a completion, made with it in one transaction (records.completing). Again gives the same one.

    Four statements: what it needs to know, the certificate, its holder, the timeline. The issuer is the learner's
    organisation as the completion froze it; who signs for it today is printed beside.
    """
    organisation: str = completion.snapshot["organisation"]
    signs = Organisation.objects.filter(name=organisation).values(
        data=JSONObject(name="signatory_name", title="signatory_title")
    )
    known = (
        Completion.objects.filter(pk=completion.pk)
        .annotate(signatory=Subquery(signs[:1]))
        .values("person__name", "person__family_name", "certificate", "signatory")
        .get()
    )
    if known["certificate"]:
        return Certificate.objects.get(pk=known["certificate"])
    signatory = known["signatory"] or {"name": "", "title": ""}
    certificate = Certificate.objects.create(
        completion=completion,
        person_id=completion.person_id,
        number=rules.new_number(),
        issued_at=completion.completed_at,
        valid_until=completion.valid_until,
        issuer=organisation or OURSELVES,
        signatory_title=signatory["title"],
    )
    CertificateHolder.objects.create(
        certificate=certificate,
        name=known["person__name"],
        family_name=known["person__family_name"],
        signatory_name=signatory["name"],
    )
    tell(
        enrolment=completion.enrolment,
        kind=EventKind.CERTIFIED,
        at=completion.completed_at,
        client_id="certified",
        data={"valid_until": completion.valid_until.isoformat() if completion.valid_until else None},
    )
    return certificate


def issue_for(completion: Completion) -> None:
    """What `records.completing` calls, inside the completing transaction."""
    issue(completion=completion)


@transaction.atomic
def revoke(*, certificate: Certificate, by: Person, reason: str) -> Revocation:
    """Says that a certificate no longer counts: it stays in the record, and who checks it is told. The first stands."""
    now = timezone.now()
    enrolment = certificate.completion.enrolment
    revocation, made = Revocation.objects.get_or_create(
        certificate=certificate, defaults={"revoked_at": now, "revoked_by": by}
    )
    if made:
        RevocationReason.objects.create(revocation=revocation, text=reason)
        tell(
            enrolment=enrolment,
            kind=EventKind.REVOKED,
            at=now,
            client_id="revoked",
            data={"by": str(by.public_id)},
        )
    return revocation


def set_public(*, certificate: Certificate, public: bool) -> None:
    """Whether others may check a private module's certificate: its holder alone decides, and can take it back. The
    certificates of other modules can always be checked."""
    hers_to_say = Certificate.objects.filter(private(), pk=certificate.pk)
    CertificateHolder.objects.filter(certificate__in=hers_to_say).update(allowed=public)


@transaction.atomic
def correct_name(*, person: Person, name: str, family_name: str, follow: bool) -> None:
    """Corrects a person's name. Certificates issued already follow it when she so chooses, and else keep the name they
    were printed with. The former name is kept nowhere else: the timeline says that a name was corrected, never which.

    An empty name changes nothing; a family name may be empty. Raises ValueError, in words for her, when what she typed
    is no name (people.rules.name_fault).
    """
    name, family_name = tidy_name(name) or person.name, tidy_name(family_name)
    for text in filter(None, (name, family_name)):
        if fault := name_fault(text):
            raise ValueError(fault)
    locked = Person.objects.select_for_update().get(pk=person.pk)
    holders = CertificateHolder.objects.filter(certificate__person=locked).exclude(name=name, family_name=family_name)
    following = list(holders.select_related("certificate__completion__enrolment")) if follow else []
    person.name, person.family_name = name, family_name
    if (locked.name, locked.family_name) == (name, family_name) and not following:
        return
    now = timezone.now()
    number = Event.objects.filter(person=locked, kind=EventKind.NAME_CORRECTED, enrolment=None).count() + 1
    Person.objects.filter(pk=locked.pk).update(name=name, family_name=family_name)
    for holder in following:
        holder.name, holder.family_name = name, family_name
    CertificateHolder.objects.bulk_update(following, ["name", "family_name"])
    corrected = Event(
        person=locked,
        kind=EventKind.NAME_CORRECTED,
        at=now,
        client_id=f"name:{number}",
        data={"certificates": len(following)},
    )
    on_certificates = [
        event(
            enrolment=holder.certificate.completion.enrolment,
            kind=EventKind.NAME_CORRECTED,
            at=now,
            client_id=f"name:{number}",
        )
        for holder in following
    ]
    tell_all([corrected, *on_certificates])
