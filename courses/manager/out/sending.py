"""Reports that come regularly: made as long work for each recipient apart, and announced by a link behind the sign-in.

No mail carries anybody's training: whoever reads the mail must sign in, and gets what she may see then. Idempotent: a
period is sent once to each, however often and by however many this runs.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from courses.manager.models import ReportSending, ScheduledReport
from courses.people import jobs
from courses.people.models import Action, JobStatus, Person, User
from courses.people.services.auditing import note

from . import making
from .services import end_schedule
from .sheets import WHAT

KIND = "scheduled-report"
AGAIN = (JobStatus.FAILED, JobStatus.CANCELLED)


class Sent(NamedTuple):
    """What a run did."""

    asked: int
    ended: int


def send_due(on: datetime.date | None = None) -> Sent:
    """Asks for every report whose week or month has begun and that was not made yet."""
    today, asked, ended = on or timezone.localdate(), 0, 0
    for schedule in ScheduledReport.objects.filter(ended_on=None).select_related("by", "organisation").order_by("pk"):
        if making.team_of(schedule.by) is None:  # who set it up no longer answers for anybody
            end_schedule(schedule=schedule, by=None)
            ended += 1
        elif schedule.first_on <= today:
            for recipient in schedule.recipients.order_by("pk"):
                asked += ask(schedule, recipient, schedule.period(today))
    return Sent(asked, ended)


@transaction.atomic
def ask(schedule: ScheduledReport, recipient: Person, period: datetime.date) -> bool:
    """Asks for the recipient's file of a period. False where that was done, or she may see nobody today."""
    team = making.team_of(recipient)
    if team is None:
        return False
    ReportSending.objects.get_or_create(schedule=schedule, recipient=recipient, period=period)
    sending = ReportSending.objects.select_for_update(of=("self",)).select_related("job").get(
        schedule=schedule, recipient=recipient, period=period
    )  # fmt: skip
    if sending.mailed_at or (sending.job and sending.job.status not in AGAIN):
        return False
    job = jobs.ask(
        kind=KIND,
        by=recipient,
        organisation=making.organisation_of(team),
        what=schedule.what,
        ending=schedule.ending,
        choice=schedule.choice,
        slug=schedule.slug,
        units=making.tops(team),
        sending=sending.pk,
    )
    ReportSending.objects.filter(pk=sending.pk).update(job=job)
    note(action=Action.EXPORTED, what=schedule.what, by=recipient, key=job.public_id, schedule=schedule.pk)
    return True


def make(work: jobs.Work) -> str:
    """Makes the file of one recipient, and tells her by mail that it is there."""
    said = making.make(work)
    announce(work.job.params["sending"], work)
    return said


@transaction.atomic
def announce(sending_id: int, work: jobs.Work) -> None:
    """Mails the link, once. The mark is set in the transaction of the mail: a server that takes no mail leaves none."""
    if not ReportSending.objects.filter(pk=sending_id, mailed_at=None).update(mailed_at=timezone.now()):
        return
    person = work.job.by
    login = User.objects.filter(person=person, is_active=True).order_by("pk").first() if person else None
    if login is None or not login.email:
        return
    schedule = ReportSending.objects.select_related("schedule__by").get(pk=sending_id).schedule
    context = {
        "site_name": settings.SITE_NAME,
        "site_origin": settings.SITE_ORIGIN,
        "action_url": f"{settings.SITE_ORIGIN}{reverse('manager:job', args=[work.job.public_id])}",
        "action_words": "Sign in and open it",
        "title": WHAT[schedule.what].title,
        "every": schedule.get_every_display(),
        "by": schedule.by.name if schedule.by_id != work.job.by_id else "",
        "expires": work.job.expires_at,
    }
    mail = EmailMultiAlternatives(
        subject="Your training report is ready",
        body=render_to_string("emails/manager/report.txt", context),
        to=[login.email],
    )
    mail.attach_alternative(render_to_string("emails/manager/report.html", context), "text/html")
    mail.send()
