"""Mails that remind: one a person a day, each stage of a date once, however often and beside how many others it runs.

Order: the log's row and the modules it names are written in one transaction (a second run meets the unique day and
leaves the person alone), then the mail goes out, then the row says so. What was written and not sent is sent by a later
run, under the same message id.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import make_msgid

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from courses.people.models import Organisation, Person
from courses.records.states import Count, Selection, State
from courses.records.team import ModuleRef, Team
from courses.reminders import queries, rules
from courses.reminders.models import MailKind, Reminded, ReminderMail, ReminderPlan
from courses.reminders.queries import Due, Item

from .stopping import stop_link

log = structlog.get_logger(__name__)

TAKEN_AS_LOST = datetime.timedelta(minutes=10)
"""A mail that was written down and not sent within this time: its worker is taken as dead."""


@dataclass
class Sent:
    """What a run did."""

    reminders: int = 0
    digests: int = 0
    resumed: int = 0
    without_address: int = 0
    failed: int = 0
    quiet: int = 0

    def __str__(self) -> str:
        return (
            f"{self.reminders} reminders, {self.digests} weekly mails, {self.resumed} made up for; "
            f"{self.without_address} people without an address, {self.failed} mails refused, "
            f"{self.quiet} organisations in quiet hours."
        )


def send_all(*, now: datetime.datetime | None = None, even_if_quiet: bool = False) -> Sent:
    """One run over every organisation. Safe at any time, twice, and beside another run."""
    now = now or timezone.now()
    sent = Sent()
    for organisation in Organisation.objects.order_by("pk"):
        plan = queries.plan_of(organisation)
        local = timezone.localtime(now)
        if not plan.on:
            continue
        if not even_if_quiet and not rules.may_go(local, opens=plan.opens, closes=plan.closes, weekends=plan.weekends):
            sent.quiet += 1
            continue
        _resume(organisation, plan, now, sent)
        _remind(organisation, plan, local.date(), now, sent)
        if plan.digest and local.weekday() >= plan.digest_on:
            _digests(organisation, local.date(), now, sent)
    return sent


def remind_now(*, people: Sequence[Person], organisation: Organisation, by: Person) -> dict[int, str]:
    """A manager asks that `people` be reminded now, quiet hours or not. {person id: what came of it}: "sent", "today"
    (she had a mail today), "nothing" (nothing is open, or she is on leave), "address" (no address is proven)."""
    now = timezone.now()
    day = timezone.localdate(now)
    ids = list(
        queries.learners(organisation, day).filter(pk__in=[person.pk for person in people]).values_list("pk", flat=True)
    )
    found = {due.person.pk: due for due in queries.everything_open(organisation, ids, on=day, known=queries.modules())}
    plan = queries.plan_of(organisation)
    came: dict[int, str] = {}
    for person in people:
        due = found.get(person.pk)
        if due is None:
            came[person.pk] = "nothing"
        elif not queries.addresses(person):
            came[person.pk] = "address"
        else:
            mail = _claim(due, organisation, MailKind.ASKED, day, now, by=by)
            if mail is None:
                came[person.pk] = "today"
            else:
                came[person.pk] = "sent" if _send(mail, due.items, plan) else "refused"
    return came


def _remind(
    organisation: Organisation, plan: ReminderPlan, day: datetime.date, now: datetime.datetime, sent: Sent
) -> None:
    known = queries.modules()
    people = queries.learners(organisation, day)
    for ids in queries.batches(people):
        for due in queries.due(organisation, ids, on=day, steps=queries.steps_of(plan), known=known):
            if not queries.addresses(due.person):
                sent.without_address += 1
                continue
            mail = _claim(due, organisation, MailKind.REMINDER, day, now)
            if mail is not None:
                ok = _send(mail, due.items, plan)
                sent.reminders += ok
                sent.failed += not ok


def _claim(
    due: Due,
    organisation: Organisation,
    kind: MailKind,
    day: datetime.date,
    now: datetime.datetime,
    *,
    by: Person | None = None,
) -> ReminderMail | None:
    """The row of the log, or None when she had her mail of the day."""
    try:
        with transaction.atomic():
            mail = ReminderMail.objects.create(
                person=due.person, organisation=organisation, kind=kind, day=day, by=by, claimed_at=now
            )
            Reminded.objects.bulk_create(
                Reminded(
                    mail=mail,
                    person=due.person,
                    module_id=item.module.id,
                    date=item.date,
                    stage=item.stage,
                    required=item.required,
                )
                for item in due.items
            )
    except IntegrityError:
        return None
    return mail


def _resume(organisation: Organisation, plan: ReminderPlan, now: datetime.datetime, sent: Sent) -> None:
    """Sends what a dead worker wrote down and did not send. Taking it over is one statement: two runs never both do."""
    lost = ReminderMail.objects.filter(
        organisation=organisation, sent_at=None, claimed_at__lt=now - TAKEN_AS_LOST
    ).exclude(kind=MailKind.DIGEST)
    known = {module.id: module for module in queries.modules()}
    for mail in lost.select_related("person").prefetch_related("modules"):
        mine = ReminderMail.objects.filter(pk=mail.pk, sent_at=None, claimed_at=mail.claimed_at)
        if not mine.update(claimed_at=now):
            continue
        items = [
            Item(known[row.module_id], row.date, row.stage, row.required)
            for row in mail.modules.all()
            if row.module_id in known
        ]
        if items and queries.learners(organisation, timezone.localdate(now)).filter(pk=mail.person_id).exists():
            sent.resumed += _send(mail, items, plan)
        else:
            ReminderMail.objects.filter(pk=mail.pk).delete()


def _send(mail: ReminderMail, items: list[Item], plan: ReminderPlan) -> bool:
    """Whether the mail went out. One that the mail server refuses is tried again by a later run."""
    subject, text, html = rendered(mail.person, mail.organisation, items, plan, asked=mail.by, day=mail.day)
    return _post(mail, subject, text, html, queries.addresses(mail.person))


def rendered(
    person: Person,
    organisation: Organisation,
    items: list[Item],
    plan: ReminderPlan,
    *,
    asked: Person | None = None,
    day: datetime.date,
) -> tuple[str, str, str]:
    """Subject, text and HTML of a reminder. The subject names no module: others may see a screen."""
    optional = all(not item.required for item in items)
    context = {
        "person": person,
        "organisation": organisation,
        "items": items,
        "day": day,
        "words": plan.words,
        "asked": asked,
        "stop_url": stop_link(person, "optional") if optional else "",
        "action_url": f"{settings.SITE_ORIGIN}/my-learning/",
        "action_words": "Go to my learning",
        "site_name": settings.SITE_NAME,
        "site_origin": settings.SITE_ORIGIN,
    }
    subject = " ".join((plan.subject or "Your training: a reminder").split())
    return (
        subject,
        render_to_string("emails/reminders/reminder.txt", context),
        render_to_string("emails/reminders/reminder.html", context),
    )


def _digests(organisation: Organisation, day: datetime.date, now: datetime.datetime, sent: Sent) -> None:
    """The weekly mail to who manages: numbers and links, nobody's name. Once a week, on the first day mail may go."""
    week = rules.week_of(day)
    for user in queries.managers(organisation, day):
        had = ReminderMail.objects.filter(
            person=user.person, organisation=organisation, kind=MailKind.DIGEST, day__gte=week
        )
        if had.filter(sent_at__isnull=False).exists():
            continue
        team = Team.of(user)
        if team is None or organisation.pk not in team.organisations:
            continue
        figures = _figures(team, organisation)
        try:
            with transaction.atomic():
                mail = ReminderMail.objects.create(
                    person=user.person,
                    organisation=organisation,
                    kind=MailKind.DIGEST,
                    day=day,
                    claimed_at=now,
                    figures=figures,
                )
        except IntegrityError:
            continue
        context = {
            "person": user.person,
            "organisation": organisation,
            "figures": figures,
            "stop_url": stop_link(user.person, "digest"),
            "overdue_url": f"{settings.SITE_ORIGIN}/manage/matrix/?state=overdue",
            "action_url": f"{settings.SITE_ORIGIN}/manage/",
            "action_words": "See your team",
            "site_name": settings.SITE_NAME,
            "site_origin": settings.SITE_ORIGIN,
        }
        text = render_to_string("emails/reminders/digest.txt", context)
        html = render_to_string("emails/reminders/digest.html", context)
        ok = _post(mail, "Your team's training this week", text, html, [user.email], stop=str(context["stop_url"]))
        sent.digests += ok
        sent.failed += not ok


def _figures(team: Team, organisation: Organisation) -> dict[str, int]:
    """The numbers of the weekly mail, of the team as its manager sees it."""
    modules: tuple[ModuleRef, ...] = team.modules
    states = team.states(team.people, modules)
    day = team.on
    soon = day + datetime.timedelta(days=30)
    overdue: Count = states.count(Selection(states=(State.OVERDUE,)))
    coming: Count = states.count(
        Selection(states=(State.DUE_SOON, State.IN_PROGRESS, State.NOT_STARTED), after=day, before=soon)
    )
    expiring: Count = states.count(Selection(states=(State.EXPIRING_SOON,), before=soon))
    help_needed: Count = states.count(Selection(states=(State.FAILED,)))
    return {
        "overdue": overdue.cells,
        "overdue_people": overdue.people,
        "coming": coming.cells,
        "expiring": expiring.cells,
        "help": help_needed.cells,
    }


def _post(mail: ReminderMail, subject: str, text: str, html: str, to: list[str], stop: str = "") -> bool:
    headers = {"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"}
    if stop:
        headers["List-Unsubscribe"] = f"<{stop}>"
    try:
        with get_connection() as connection:
            for address in to:
                message = EmailMultiAlternatives(
                    subject=subject, body=text, to=[address], headers=headers, connection=connection
                )
                message.attach_alternative(html, "text/html")
                message.send()
    except OSError as fault:
        log.warning("reminder_not_sent", mail=mail.pk, fault=type(fault).__name__)
        return False
    ReminderMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
    return True


def _message_id(mail: ReminderMail) -> str:
    """The same for the same mail, so that one sent again is known as the same."""
    domain = make_msgid(domain=settings.SITE_ORIGIN.split("//")[-1].split(":")[0]).rsplit("@", 1)[-1].rstrip(">")
    return f"<reminder-{mail.pk}@{domain}>"
