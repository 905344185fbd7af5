"""Somebody with something of everything that is held, and what managers count of her team."""

from __future__ import annotations

import datetime
import re
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from courses.content.models import ModulePage
from courses.manager.models import SavedView
from courses.people import jobs
from courses.people.models import (
    Employment,
    ImportRow,
    Invitation,
    Job,
    JobStatus,
    Organisation,
    PeopleImport,
    Person,
    Role,
    Unit,
    User,
)
from courses.people.services import invite
from courses.privacy.models import Decision, ErasurePart, ErasureRequest
from courses.privacy.services import requests
from courses.records import cpd, services
from courses.records.models import Completion, Event, EventNote
from courses.records.services import agreeing
from courses.reminders.models import MailChoice, MailKind, Reminded, ReminderMail
from tests.factories import MembershipFactory, PersonFactory
from tests.hostile.world import body_of, scheduled_report
from tests.manager.history import require, today
from tests.records.quick import quick_module
from tests.records.trips import complete

NAME = "Amara Okafor"
WORDS = ("Amara", "Okafor", "amara@example.org", "amara.okafor@northfield.example", "E-4711", "Sekrit")
"""What must be nowhere afterwards."""


def a_full_life(amara: User, ben: User, council: Organisation, unit: Unit) -> ModulePage:
    """Amara has done, written, been given and been told something of every kind; colleagues have answered too."""
    person, by = amara.person, ben.person
    module = quick_module("Carer awareness")
    require(module, unit, due=-5)
    for number in range(5):
        colleague = MembershipFactory(unit=unit, person=PersonFactory(name=f"Colleague No{number}")).person
        complete(colleague, module)
    completion = complete(person, module)
    other = quick_module("Another module")
    _learning(person, completion)
    _agreed(person, by, council, other)
    _work(amara, ben, council, unit, module)
    _account(amara)
    return module


def _learning(person: Person, completion: Completion) -> None:
    services.save_reflection(attempt=completion.attempt, block_id="b1", text="Sekrit reflection")
    cpd.save_note(completion=completion, learned="Sekrit note", change="x", discussed_on=None)
    event = Event.objects.filter(person=person, kind="completed").get()
    EventNote.objects.create(event=event, text="Sekrit reason about Amara")


def _agreed(person: Person, by: Person, council: Organisation, module: ModulePage) -> None:
    about: dict[str, Any] = {"person": person, "organisation": council, "by": by, "module_id": module.pk}
    proof: dict[str, Any] = {"evidence": ContentFile(b"%PDF- Sekrit", name="x.pdf")}
    agreeing.exempt(
        **about, **proof, kind="long-leave", starts_on=today(), ends_on=today(2), reason="Sekrit reason of Amara"
    )
    proof = {"evidence": ContentFile(b"%PDF- Sekrit", name="y.pdf")}
    agreeing.accept(
        **about, **proof, kind="elsewhere", completed_on=today(-9), valid_until=None, words="Sekrit words",
        title="Sekrit course", provider="Sekrit college", number="Sekrit 12",
    )  # fmt: skip
    agreeing.adjust(**about, kind="later-date", due_on=today(50), words="Sekrit words on why")


def _work(amara: User, ben: User, council: Organisation, unit: Unit, module: ModulePage) -> None:
    person = amara.person
    Employment.objects.create(
        person=person, organisation=council, reference="E-4711", email="amara.okafor@northfield.example",
        starts_on=datetime.date(2024, 1, 1),
    )  # fmt: skip
    person.memberships.update(job_title="Assessor, Sekrit team")
    invite(unit=unit, role=Role.LEARNER, by=ben, email=amara.email)
    Invitation.objects.filter(email="").delete()
    found = PeopleImport.objects.create(
        organisation=council, by=ben.person, file_name="people.csv", status="done", written_at=timezone.now(),
        facts={"sample": {"Name": [NAME]}, "kind": "CSV"},
    )  # fmt: skip
    ImportRow.objects.create(
        of=found, number=2, kind="change", person=person, values={"name": NAME, "reference": "E-4711"},
        changes={"name": ["Amara", NAME]}, undo={"name": "Amara"}, written=True,
    )  # fmt: skip
    ImportRow.objects.create(of=found, number=3, kind="same", values={"name": "Bo", "manager": "E-4711"}, written=True)
    mail = ReminderMail.objects.create(
        person=person, organisation=council, kind=MailKind.REMINDER, day=today(-3), claimed_at=timezone.now()
    )
    Reminded.objects.create(mail=mail, person=person, module=module, date=today(), stage="7", required=True)
    MailChoice.objects.create(person=person, optional=False)
    SavedView.objects.create(organisation=council, owner=person, kind="people", name="Amara's list")
    scheduled_report(ben.person, council).recipients.add(person)
    Job.objects.create(
        kind="test", by=person, organisation=council, status=JobStatus.DONE, said="For Amara",
        file=ContentFile(b"Sekrit", name="amara.csv"), file_name="amara.csv", ended_at=timezone.now(),
    )  # fmt: skip


def _account(amara: User) -> None:
    Authenticator.objects.create(user=amara, type=Authenticator.Type.TOTP, data={"secret": "Sekrit"})
    SocialAccount.objects.create(user=amara, provider="saml", uid="amara@example.org", extra_data={"name": NAME})
    UserSession.objects.create(user=amara, ip="127.0.0.1", session_key="k" * 32, user_agent="Sekrit browser")
    UserProfile.objects.create(user=amara)
    log(amara.person, "alongside.activities_looked_at", user=None)


def asked(person: Person) -> ErasureRequest:
    return requests.ask(person=person)


def decided(part: ErasurePart, by: User, decision: str = Decision.ERASE, reason: str = "") -> ErasurePart:
    """The answer, and the job that does it, here and now."""
    found = requests.decide(part=part, decision=decision, reason=reason, by=by)
    work(part.request)
    return found


def work(request: ErasureRequest) -> Job:
    """The last job of a request, done."""
    job = Job.objects.filter(kind=requests.ERASE, params__request=request.pk).latest("pk")
    jobs.work_on.call(job.pk)
    job.refresh_from_db()
    return job


def everything_said(skip: tuple[str, ...] = ()) -> dict[str, str]:
    """{table: all that its rows say} of the whole database."""
    from django.apps import apps

    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.label not in skip:
            found[model._meta.label] = repr(list(model._base_manager.values_list()))
    return found


PAGES = (
    "", "people/", "matrix/", "modules/carer-awareness/", "modules/carer-awareness/answers/", "principles/",
    "exports/matrix.csv", "exports/people.csv", "exports/overdue.csv", "?as_at={day}", "matrix/?as_at={day}",
)  # fmt: skip


def counts(client: Client) -> dict[str, list[str]]:
    """Every number on the manager's pages, in their order: what erasure must leave as it is."""
    found = {}
    for page in PAGES:
        url = f"/manage/{page}".format(day=today(-40))
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = body_of(answer).decode()
        body = re.sub(r'value="[\w-]{60,}"|<(script|style).*?</\1>|<[^>]+>', " ", body, flags=re.DOTALL)
        found[url] = sorted(re.findall(r"\d+", body)) + [str(body.count("\n"))] * ("csv" in page)
    return found
