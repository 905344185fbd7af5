"""Mails about a merge, and what came a moment too late for it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from courses.privacy.models import JoinRequest, Merge, SaidBy


@task()
def send_link(request_id: int) -> None:
    """Sends the link to the other account, if there is one. Whoever asked waits the same time either way."""
    from .links import send

    send(JoinRequest.objects.get(pk=request_id))


@task()
def tell_of_merge(merge_id: int, addresses: list[str]) -> None:
    """Tells every address of both, and what to do if it was not her."""
    from .mails import mail

    made = Merge.objects.get(pk=merge_id)
    for address in addresses:
        mail(address, "Your accounts were joined", "joined", {"others": len(addresses) > 1, "lead": _lead(made)})


@task()
def tell_of_parting(merge_id: int, addresses: list[str]) -> None:
    from .mails import mail

    for address in addresses:
        mail(address, "Your accounts were taken apart", "parted", {"lead": _lead(Merge.objects.get(pk=merge_id))})


@task()
def bring_stragglers(merge_id: int) -> None:
    """What somebody wrote for the one who goes while the two were made one."""
    from .joining import bring_over, hold

    with transaction.atomic():
        made = Merge.objects.select_for_update(of=("self",)).select_related("goes", "stays").get(pk=merge_id)
        if made.parted_at is None:
            hold(made.goes, made.stays)
            bring_over(made, timezone.now())


def _lead(made: Merge) -> str:
    """Who said so, where it was not she."""
    return f"{made.by.name}, {made.organisation}" if made.said_by == SaidBy.LEAD else ""
