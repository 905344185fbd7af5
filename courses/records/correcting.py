"""An urgent correction: people taught by an earlier version are told; a withdrawn question counts as right for them.

Runs as a task, because a module may have thousands of holders. Each person is one small transaction, marked by an
event: a task that died half-way goes on where it was, and nobody is told twice or loses anything (DESIGN §3).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from courses.content.models import ChangeKind, ModuleVersion

from . import rules
from .events import tell
from .models import Attempt, Completion, Enrolment, Event, Response, Try
from .models.event import EventKind
from .queries import withdrawn_keys
from .services import complete_if_satisfied, locked


def on_version(version: ModuleVersion) -> None:
    """Listener of `content.publishing.after_version`: queues the work in the transaction that made the version."""
    if version.change_kind == ChangeKind.URGENT_CORRECTION and version.number > 1:
        from .tasks import correct_urgently

        correct_urgently.enqueue(version.pk)


def correct(version: ModuleVersion) -> tuple[int, int]:
    """Tells everybody affected by the urgent correction `version`, and gives passes newly earned.

    Returns how many people were told and how many passes were given. Idempotent; takes no pass away.
    """
    passes = sum(_rescore(attempt, version) for attempt in _attempts_to_rescore(version))
    told = sum(_tell(enrolment, version) for enrolment in affected(version, timezone.localdate()).iterator())
    return told, passes


def affected(version: ModuleVersion, today: datetime.date) -> QuerySet[Enrolment]:
    """Enrolments of those who hold the module by an earlier version, and of those in the middle of one."""
    earlier = Q(attempts__version__module=version.module_id, attempts__version__number__lt=version.number)
    holds = Q(completed_at__isnull=False) & (Q(valid_until__isnull=True) | Q(valid_until__gte=today))
    in_the_middle = Q(completed_at__isnull=True)
    return (
        Enrolment.objects.filter(earlier, holds | in_the_middle, module=version.module_id)
        .select_related("person")
        .distinct()
        .order_by("pk")
    )


def corrected_score(responses: Iterable[Response], withdrawn: frozenset[str]) -> int:
    """The score of a try with every withdrawn question counted as right, whatever was answered."""
    marks = [response.correct or response.question_key in withdrawn for response in responses]
    return rules.score(sum(marks), len(marks))


def _attempts_to_rescore(version: ModuleVersion) -> QuerySet[Attempt]:
    """Attempts at earlier versions that were not passed, with a withdrawn question among what was answered."""
    answered = Response.objects.filter(
        question_key__in=withdrawn_keys(version.module_id), sitting__attempt__version__module=version.module_id
    )
    return (
        Attempt.objects.filter(
            pk__in=answered.values("sitting__attempt_id"),
            enrolment__completed_at__isnull=True,
            version__number__lt=version.number,
        )
        .select_related("enrolment", "version")
        .order_by("pk")
    )


@transaction.atomic
def _rescore(attempt: Attempt, version: ModuleVersion) -> bool:
    """Counts the withdrawn questions of one attempt as right; True when that earned the pass."""
    enrolment = locked(attempt.enrolment_id)
    withdrawn = withdrawn_keys(version.module_id)
    best = 0
    for sitting in Try.objects.filter(attempt=attempt, submitted_at__isnull=False).prefetch_related("responses"):
        score = corrected_score(sitting.responses.all(), withdrawn)
        if score > (sitting.score or 0):
            tell(
                enrolment=enrolment,
                kind=EventKind.RESCORED,
                at=timezone.now(),
                client_id=f"rescored:{version.number}:{attempt.number}:{sitting.number}",
                data={"try": sitting.number, "score": score, "version": version.number},
            )
        best = max(best, score)
    return complete_if_satisfied(attempt=attempt, passed_with=best) is not None


@transaction.atomic
def _tell(enrolment: Enrolment, version: ModuleVersion) -> bool:
    """Mails one person what was wrong, once."""
    locked(enrolment.pk)
    client_id = f"corrected:{version.number}"
    if Event.objects.filter(person=enrolment.person_id, client_id=f"e{enrolment.pk}:{client_id}").exists():
        return False
    tell(
        enrolment=enrolment,
        kind=EventKind.CORRECTED,
        at=timezone.now(),
        client_id=client_id,
        data={"version": version.number},
    )
    _mail(enrolment, version)
    return True


def _mail(enrolment: Enrolment, version: ModuleVersion) -> None:
    """The subject never names the module, nor does a private module's mail: others may see a screen (DESIGN §3)."""
    to = list(enrolment.person.logins.filter(is_active=True).values_list("email", flat=True))
    context = {
        "name": enrolment.person.name,
        "version": version,
        "completion": Completion.objects.filter(enrolment=enrolment).first(),
        "finished": enrolment.completed_at is not None,
        "action_url": f"{settings.SITE_ORIGIN}/my-learning/",
        "action_words": "Go to my learning",
        "site_name": settings.SITE_NAME,
        "site_origin": settings.SITE_ORIGIN,
    }
    for address in to:
        mail = EmailMultiAlternatives(
            subject=f"A correction to your training on {settings.SITE_NAME}",
            body=render_to_string("emails/records/correction.txt", context),
            to=[address],
        )
        mail.attach_alternative(render_to_string("emails/records/correction.html", context), "text/html")
        mail.send()
