"""Mails about requests for erasure: to who decides, and the answer to who asked, before her address goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import make_msgid
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from courses.people.models import Membership, Organisation, Person, Role, User
from courses.privacy.models import Decision, ErasurePart, ErasureRequest

log = structlog.get_logger(__name__)


def tell_leads(request: ErasureRequest) -> None:
    """Whoever has to answer is told that there is something to answer, and by when; never who asked: whoever reads the
    mail must sign in. A mail that does not go is not repeated: the request stands on the lead's page all the same."""
    for part in request.parts.select_related("organisation"):
        name = "manager:erasure-request" if part.organisation_id else "trainer_erasure_request"
        context = {
            "request": request,
            "organisation": part.organisation,
            "action_url": f"{settings.SITE_ORIGIN}{reverse(name, args=[part.pk])}",
            "action_words": "Sign in and look at it",
        }
        for address in deciders(part.organisation, besides=request.person):
            try:
                _send("Somebody asks for erasure", "asked", address, context)
            except OSError as fault:
                log.warning("erasure_mail_not_sent", request=request.pk, fault=type(fault).__name__)


def tell_answer(part: ErasurePart) -> None:
    """The answer to who asked. Raises OSError where the mail server does not take it; sent twice, it is one mail."""
    context = {
        "part": part,
        "person": part.request.person,
        "organisation": part.organisation,
        "erased": part.decision == Decision.ERASE,
        "kept": part.decision == Decision.KEEP,
        "also": part.request.parts.exclude(pk=part.pk).exists(),
    }
    for address in addresses(part.request.person):
        _send("The answer to your request for erasure", "answered", address, context, key=f"erasure-{part.pk}")


def deciders(organisation: Organisation | None, besides: Person) -> list[str]:
    """Addresses of who may decide; where nobody else leads the organisation, of the platform's administrators."""
    held = Membership.objects.filter(ends_on=None).exclude(person=besides)
    leads = held.filter(role=Role.TRAINING_LEAD).filter(
        Q(organisation=organisation) | Q(unit__organisation=organisation)
    )
    found = _logins(leads.values_list("person", flat=True)) if organisation else []
    if found:
        return found
    return _logins(held.filter(role=Role.PLATFORM_ADMINISTRATOR).values_list("person", flat=True))


def addresses(person: Person) -> list[str]:
    """Where mail for her may go."""
    return _logins([person.pk])


def _logins(people: Iterable[int]) -> list[str]:
    found = User.objects.filter(person__in=people, is_active=True, emailaddress__verified=True)
    return sorted(set(found.values_list("email", flat=True)))


def _send(subject: str, name: str, to: str, context: Mapping[str, Any], key: str = "") -> None:
    context = {**context, "site_name": settings.SITE_NAME, "site_origin": settings.SITE_ORIGIN}
    headers = {"Auto-Submitted": "auto-generated"}
    if key:
        domain = make_msgid(domain=settings.SITE_ORIGIN.split("//")[-1].split(":")[0]).rsplit("@", 1)[-1].rstrip(">")
        headers["Message-ID"] = f"<{key}@{domain}>"
    text = render_to_string(f"emails/privacy/{name}.txt", context)
    mail = EmailMultiAlternatives(subject=subject, body=text, to=[to], headers=headers)
    mail.attach_alternative(render_to_string(f"emails/privacy/{name}.html", context), "text/html")
    mail.send()
