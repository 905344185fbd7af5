"""The worker of an erasure, and of a retention run, is killed at a random moment. The next one goes on: she is erased
whole and has one tombstone; of a retention run everybody is done once. One kill each a round; ROUNDS says how many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from .server import Server, killed

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
LEAVERS = 40
ERASURE_SECONDS, RETENTION_SECONDS = 1.5, 3.0
"""About how long each takes undisturbed; the kill falls somewhere inside it."""

SETUP = f"""
import datetime
from courses.people.models import Membership, Organisation, Person, Role, Unit, User
from tests.manager.history import completed, make_module
organisation = Organisation.objects.create(name="Council", slug="council")
unit = Unit.objects.create(organisation=organisation, name="Adults", path="/")
unit.path = f"/{{unit.pk}}/"
unit.save()
lead = User.objects.create_user("lead@example.org", name="Lena Fischer")
day = datetime.date(2010, 1, 1)
Membership.objects.create(person=lead.person, organisation=organisation, role=Role.TRAINING_LEAD, starts_on=day)
module = make_module("Carer awareness")
for number in range({ROUNDS} * {LEAVERS}):
    person = Person.objects.create(name=f"Leaver Sekrit{{number}}")
    Membership.objects.create(
        person=person, organisation=organisation, unit=unit, starts_on=day, ends_on=datetime.date(2012, 1, 1)
    )
    completed(person, module, days_ago=5000)
answer = None
"""
ASK_ERASURE = """
from courses.people.models import Job, Membership, Organisation, Unit, User
from courses.people.services.names import create_person
from courses.privacy.services import requests
from allauth.account.models import EmailAddress
user = User.objects.create_user("sekrit{number}@example.org", name="Ada Sekrit{number}")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
unit = Unit.objects.get()
Membership.objects.create(person=user.person, organisation=unit.organisation, unit=unit, starts_on="2024-01-01")
part = requests.ask(person=user.person).parts.get()
requests.decide(part=part, decision="erase", reason="", by=User.objects.get(email="lead@example.org"))
answer = [Job.objects.latest("pk").pk, user.person_id]
"""
ASK_RETENTION = """
from courses.people.models import Organisation, Person, User
from courses.people.rules import ERASED
from courses.privacy.services import retaining
later = Person.objects.filter(name__startswith="Leaver").order_by("pk").values_list("pk", flat=True)[{leavers}:]
from courses.privacy.models import LegalHold
from django.utils import timezone
lead = User.objects.get(email="lead@example.org")
LegalHold.objects.all().delete()
LegalHold.objects.bulk_create(
    LegalHold(organisation=Organisation.objects.get(), person_id=pk, reason="x", placed_by=lead.person,
              placed_at=timezone.now()) for pk in list(later)
)
run = retaining.ask(organisation=Organisation.objects.get(), by=lead, dry=False)
answer = [run.job_id, run.pk]
"""
WORK = """
from courses.people.jobs import work_on
print("BEGUN", flush=True)
work_on.call({job})
"""
AGAIN = """
import datetime
from courses.people.jobs import requeue_lost, work_on
from courses.people.models import Job, Person
from courses.privacy.models import ErasurePart, RetentionLine, Tombstone
before = Job.objects.get(pk={job})
requeue_lost(older_than=datetime.timedelta(0))
work_on.call({job})
"""
ERASED_WHOLE = (
    AGAIN
    + """
person = Person.objects.get(pk={about})
part = ErasurePart.objects.get(request__person=person)
answer = {{
    "died_at": [before.status, before.done],
    "job": Job.objects.get(pk={job}).status,
    "name": person.name,
    "active": person.logins.filter(is_active=True).count(),
    "posts": person.memberships.filter(ends_on=None).count(),
    "told": part.told_at is not None,
    "done": part.done_at is not None and part.request.ended_at is not None,
    "tombstones": Tombstone.objects.filter(person=person).count(),
}}
"""
)
KEPT_LONG_ENOUGH = (
    AGAIN
    + """
lines = RetentionLine.objects.filter(run={about}, outcome="name-off")
done = set(lines.values_list("person", flat=True))
answer = {{
    "died_at": [before.status, before.done],
    "job": Job.objects.get(pk={job}).status,
    "lines": lines.count(),
    "people": len(done),
    "erased": Person.objects.filter(pk__in=done, name="Erased person").count(),
    "tombstones": Tombstone.objects.filter(person__in=done).count(),
}}
"""
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-privacy"))
    server.ask(SETUP)
    yield server
    server.kill()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_erasure_is_gone_on_with(server: Server, number: int) -> None:
    seed = random.randrange(10**9)
    job, person = server.ask(ASK_ERASURE.format(number=number))
    killed(server, WORK.format(job=job), random.Random(seed).uniform(0, ERASURE_SECONDS))
    outcome = server.ask(ERASED_WHOLE.format(job=job, about=person))
    died = outcome.pop("died_at")
    assert outcome == {
        "job": "done", "name": "Erased person", "active": 0, "posts": 0, "told": True, "done": True, "tombstones": 1,
    }, f"seed {seed}, died at {died}"  # fmt: skip


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_retention_run_is_gone_on_with(server: Server, number: int) -> None:
    seed = random.randrange(10**9)
    job, run = server.ask(ASK_RETENTION.format(leavers=LEAVERS))
    killed(server, WORK.format(job=job), random.Random(seed).uniform(0, RETENTION_SECONDS))
    outcome = server.ask(KEPT_LONG_ENOUGH.format(job=job, about=run))
    died = outcome.pop("died_at")
    assert outcome == {
        "job": "done", "lines": LEAVERS, "people": LEAVERS, "erased": LEAVERS, "tombstones": LEAVERS,
    }, f"seed {seed}, died at {died}"  # fmt: skip
