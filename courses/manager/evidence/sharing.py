"""Sharing a pack with an auditor: who may read, until when, and how somebody without an account shows who she is.

The mail holds a link; the link alone opens nothing. It offers to send a code of one use to the address that was named
when the pack was shared, so that a forwarded mail is of no use to others.

A share lives as long as whoever made it may see the units of the pack: nobody goes on giving away what is no longer
hers. The lead of the organisation may withdraw any share, whoever made it.
"""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from courses.manager.models import EvidencePack, EvidenceShare
from courses.manager.out.making import team_of
from courses.people.models import Action, Membership, Organisation, Person, Role
from courses.people.rules import hash_of
from courses.people.services.auditing import note

from .scope import covers
from .services import running

LONGEST = 90
USUAL = 14
CODE_DIGITS = 8
CODE_MINUTES = 15
MOST_TRIES = 5
MOST_CODES = 5
"""Codes an hour to one address. With five tries each, a stranger with the link finds the code of a share of the longest
kind once in two thousand shares."""


@transaction.atomic
def share(*, pack: EvidencePack, by: Person, ends_on: datetime.date, **fields: Any) -> EvidenceShare:
    """Shares a pack, and mails the link: `name`, `body`, `email`, `purpose`, `for_auditors`. Where the mail server does
    not take the mail, nothing is shared. The link exists in the mail alone; we keep its hash."""
    token = secrets.token_urlsafe(32)
    made = EvidenceShare.objects.create(pack=pack, by=by, ends_on=ends_on, token_hash=hash_of(token), **fields)
    note(
        action=Action.SHARED, what="share", by=by, organisation_id=pack.organisation_id, key=made.public_id,
        until=ends_on.isoformat(), auditors=made.for_auditors,
    )  # fmt: skip
    address = f"{settings.SITE_ORIGIN}{reverse('shared-open', args=[token])}"
    context = {"share": made, "pack": pack, "action_url": address, "action_words": "Open the link"}
    _mail(made, "An evidence pack was shared with you", "share", context)
    return made


@transaction.atomic
def withdraw(*, found: EvidenceShare, by: Person | None) -> bool:
    """Ends a share at once. Twice is once; the first says who."""
    open_ones = EvidenceShare.objects.filter(pk=found.pk, withdrawn_at=None)
    if not open_ones.update(withdrawn_at=timezone.now(), withdrawn_by=by, code_hash=""):
        return False
    note(
        action=Action.WITHDREW,
        what="share",
        by=by,
        organisation_id=found.pack.organisation_id,
        key=found.public_id,
    )
    return True


def may_withdraw(found: EvidenceShare, by: Person, led: QuerySet[Organisation]) -> bool:
    """Who made it, and the lead of the organisation."""
    return found.by_id == by.pk or led.filter(pk=found.pack.organisation_id).exists()


def is_open(found: EvidenceShare) -> bool:
    """Whether it can be read today. Four queries at most."""
    if found.withdrawn_at or found.ends_on < timezone.localdate() or not found.pack.file:
        return False
    return still_hers(found)


def still_hers(found: EvidenceShare) -> bool:
    """Whether who made it may still see the units of the pack."""
    team = team_of(found.by)
    return team is not None and covers(team, found.pack)


def end_lost(on: datetime.date | None = None) -> int:
    """Ends for good what can no longer be read because whoever shared it lost those units. How many."""
    today = on or timezone.localdate()
    found = EvidenceShare.objects.filter(running(today)).select_related("pack", "by")
    return sum(withdraw(found=each, by=None) for each in found if not still_hers(each))


def for_auditor(person: Person) -> QuerySet[EvidenceShare]:
    """What was shared with the auditors of the organisations whose auditor she is today."""
    held = Membership.objects.current(timezone.localdate()).filter(person=person, role=Role.AUDITOR)
    hers = Q(pack__organisation__in=held.values("organisation_id")) | Q(
        pack__organisation__in=held.filter(unit__isnull=False).values("unit__organisation_id")
    )
    found = EvidenceShare.objects.filter(hers, running(timezone.localdate()), for_auditors=True)
    return found.exclude(pack__file="").select_related("pack__organisation", "pack__unit", "by")


def by_token(token: str) -> EvidenceShare | None:
    """The share of a link. One query, whatever the link."""
    return EvidenceShare.objects.filter(token_hash=hash_of(token)).select_related("pack__organisation", "by").first()


@transaction.atomic
def send_code(found: EvidenceShare) -> bool:
    """Mails a code of one use to the address of the share; an earlier one no longer counts. False where so many went
    out in the last hour that no more are sent."""
    now = timezone.now()
    held = EvidenceShare.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if held.codes_since is None or held.codes_since < now - datetime.timedelta(hours=1):
        held.codes_since, held.codes_sent = now, 0
    if held.codes_sent >= MOST_CODES:
        return False
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    held.codes_sent += 1
    held.code_hash, held.code_tries = _hash(held, code), 0
    held.code_until = now + datetime.timedelta(minutes=CODE_MINUTES)
    held.save(update_fields=["codes_since", "codes_sent", "code_hash", "code_tries", "code_until"])
    context = {"share": found, "code": f"{code[:4]} {code[4:]}", "minutes": CODE_MINUTES}
    _mail(found, "Your code", "code", context)
    return True


def uses_code(found: EvidenceShare, typed: str) -> bool:
    """Whether `typed` is the code that was sent, for the first time. A wrong one counts, and five end the code."""
    if not found.code_hash:
        return False
    mine = EvidenceShare.objects.filter(pk=found.pk, code_until__gt=timezone.now(), code_tries__lt=MOST_TRIES)
    if not mine.exclude(code_hash="").update(code_tries=F("code_tries") + 1):
        return False
    code = "".join(character for character in typed if character.isdecimal())
    kept = EvidenceShare.objects.filter(pk=found.pk).values_list("code_hash", flat=True).get()
    if not constant_time_compare(kept, _hash(found, code)):
        return False
    return bool(EvidenceShare.objects.filter(pk=found.pk, code_hash=kept).update(code_hash=""))


def _hash(found: EvidenceShare, code: str) -> str:
    """Keyed: eight digits could be found out from a plain hash by whoever has the database."""
    return salted_hmac("manager.evidence.code", f"{found.pk}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def noted(found: EvidenceShare, *, action: Action, by: Person | None, file: str) -> None:
    """That somebody read in a pack, or took something away. `file` names modules and numbers, never a person."""
    EvidenceShare.objects.filter(pk=found.pk).update(opened_at=timezone.now())
    note(action=action, what="share", by=by, organisation_id=found.pack.organisation_id, key=found.public_id, file=file)


def _mail(found: EvidenceShare, subject: str, template: str, context: dict[str, Any]) -> None:
    context = {"site_name": settings.SITE_NAME, "site_origin": settings.SITE_ORIGIN, **context}
    body = render_to_string(f"emails/manager/evidence_{template}.txt", context)
    mail = EmailMultiAlternatives(subject=subject, body=body, to=[found.email])
    mail.attach_alternative(render_to_string(f"emails/manager/evidence_{template}.html", context), "text/html")
    mail.send()
