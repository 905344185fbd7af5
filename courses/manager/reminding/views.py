"""`/manage/reminders/`: when mails go out and in which words, what went out, and reminding people now."""

from __future__ import annotations

import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from courses.manager.access import for_managers
from courses.people.models import Action, Organisation, Person, User
from courses.people.permissions import led_organisations
from courses.people.services.auditing import note
from courses.records.states import Need, Selection, State
from courses.records.team import Team
from courses.reminders.models import ReminderMail
from courses.reminders.queries import Item, modules, plan_of
from courses.reminders.services.sending import remind_now, rendered

from .forms import PlanForm

AT_ONCE = 100
"""How many people a manager may remind with one press: each is a mail that goes out while she waits."""

CAME = {
    "sent": "{n} reminded.",
    "today": "{n} had a mail today and got no second one.",
    "nothing": "{n} had nothing open, or are on leave.",
    "address": "{n} have no confirmed e-mail address.",
    "refused": "{n} could not be mailed just now. We try again by ourselves.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def reminders(request: HttpRequest, team: Team) -> HttpResponse:
    """The plan of the organisation that she leads, and the log. At most 8 queries to look: session, user, roles, units,
    led, plan, count and page of the log."""
    organisation = led_organisations(request.user).first()
    if organisation is None or not isinstance(request.user, User):
        raise PermissionDenied
    plan = plan_of(organisation)
    form = PlanForm(request.POST if request.method == "POST" else None, instance=plan)
    preview = ""
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = example(request.user.person, organisation, form)
        else:
            with transaction.atomic():
                form.save()
                by = request.user.person
                note(action=Action.CHANGED, what="reminder-plan", by=by, organisation=organisation)
            messages.success(request, "Reminders go out as you have set them.")
            return redirect("manager:reminders")
    sent = ReminderMail.objects.filter(organisation=organisation).select_related("person").order_by("-day", "-pk")
    page = Paginator(sent, 50).get_page(request.GET.get("page"))
    context = {"team": team, "organisation": organisation, "form": form, "preview": preview, "listing": page}
    return render(request, "manager/reminding/plan.html", context, status=422 if form.errors else 200)


def example(person: Person, organisation: Organisation, form: PlanForm) -> str:
    """The text of a reminder as it would be, with two modules as examples."""
    day = timezone.localdate()
    plan = form.save(commit=False)
    items = [
        Item(module, day + datetime.timedelta(days=14 * place - 7), "example", required=True)
        for place, module in enumerate(modules()[:2])
    ]
    subject, text, _ = rendered(person, organisation, items, plan, day=day)
    return f"Subject: {subject}\n\n{text.strip()}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def remind(request: HttpRequest, team: Team) -> HttpResponse:
    """People with something overdue or due soon, to be reminded now. At most 8 queries to look."""
    wanted = Selection(
        states=(State.OVERDUE, State.FAILED, State.DUE_SOON, State.IN_PROGRESS, State.NOT_STARTED), need=Need.MISSING
    )
    people = team.people.filter(pk__in=team.states(team.people, team.modules).person_ids(wanted))
    if request.method == "POST":
        chosen = list(team.people.filter(public_id__in=uuids(request.POST.getlist("person")))[:AT_ONCE])
        if not chosen:
            messages.warning(request, "Nobody was chosen. Tick the people whom you want to remind.")
            return redirect("manager:remind")
        tell(request, team, chosen)
        return redirect("manager:remind")
    found = team.with_post(people[: AT_ONCE + 1])
    context = {"team": team, "people": found[:AT_ONCE], "more": len(found) > AT_ONCE, "at_once": AT_ONCE}
    return render(request, "manager/reminding/remind.html", context)


@for_managers
@require_POST
def remind_one(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """One person, from her page."""
    person = get_object_or_404(team.people, public_id=public_id)
    tell(request, team, [person])
    return redirect("manager:person", public_id=public_id)


def tell(request: HttpRequest, team: Team, people: list[Person]) -> None:
    """Reminds people, each for the organisation in which this manager sees her, and says what came of it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    by = request.user.person
    came: dict[str, int] = {}
    for organisation in Organisation.objects.filter(pk__in=team.organisations):
        here = [person for person in people if person.pk in in_organisation(team, organisation, people)]
        if not here:
            continue
        outcomes = list(remind_now(people=here, organisation=organisation, by=by).values())
        for outcome in outcomes:
            came[outcome] = came.get(outcome, 0) + 1
        if sent := outcomes.count("sent"):
            note(action=Action.CHANGED, what="reminded", by=by, organisation=organisation, people=sent)
    for outcome, words in CAME.items():
        if came.get(outcome):
            say = messages.success if outcome == "sent" else messages.warning
            say(request, words.format(n=f"{came[outcome]} {'person' if came[outcome] == 1 else 'people'}"))


def in_organisation(team: Team, organisation: Organisation, people: list[Person]) -> set[int]:
    posts = team.posts().filter(unit__organisation=organisation, person__in=people)
    return set(posts.values_list("person_id", flat=True))


def uuids(values: list[str]) -> list[UUID]:
    """What can be read as an id; the rest is nobody."""
    found = []
    for value in values[: AT_ONCE * 2]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
