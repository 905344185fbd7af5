"""The worker that invites a unit is killed at a random moment. The next one goes on: everybody without an account has
one invitation whose link works, and a mail with that link; nobody has two mails, but for one whom the dead worker was
just mailing, whose first link no longer works. One kill each a round; ROUNDS says how many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server, killed

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PEOPLE = 150
TRIP_SECONDS = 1.5
"""About how long the work takes undisturbed; the kill falls somewhere inside it."""

SETUP = f"""
import datetime
from courses.people.models import Employment, Membership, Organisation, Person, Role, Unit, User
lead = User.objects.create_user("lead@example.org", name="Lena Fischer").person
day, answer = datetime.date(2024, 1, 1), []
for number in range({ROUNDS}):
    organisation = Organisation.objects.create(name=f"Council {{number}}", slug=f"council-{{number}}")
    unit = Unit.objects.create(organisation=organisation, name="Adults", path="/")
    unit.path = f"/{{unit.pk}}/"
    unit.save()
    people = Person.objects.bulk_create(Person(name=f"Ada N{{n}}") for n in range({PEOPLE}))
    Membership.objects.bulk_create(
        Membership(person=person, organisation=organisation, unit=unit, starts_on=day) for person in people
    )
    Employment.objects.bulk_create(
        Employment(person=person, organisation=organisation, email=f"n{{n}}@c{{number}}.example", starts_on=day)
        for n, person in enumerate(people)
    )
    answer.append(unit.pk)
"""
ASK = """
from courses.people.models import Unit, User
from courses.people.services.inviting import ask_to_invite_unit
answer = ask_to_invite_unit(unit=Unit.objects.get(pk={unit}), by=User.objects.get().person).pk
"""
WORK = """
from courses.people.jobs import work_on
from courses.people.services import inviting
inviting.STEP = 5
print("BEGUN", flush=True)
work_on.call({job})
"""
OUTCOME = """
import collections, datetime, email, email.policy, pathlib, re
from django.conf import settings
from courses.people.jobs import requeue_lost, work_on
from courses.people.models import Invitation, Job
from courses.people.rules import hash_of
before = Job.objects.get(pk={job})
requeue_lost(older_than=datetime.timedelta(0))
work_on.call({job})
ours = Invitation.objects.filter(organisation=before.organisation)
open_ones = ours.filter(withdrawn_at=None)
mailed, links = collections.Counter(), collections.defaultdict(set)
for path in pathlib.Path(settings.EMAIL_FILE_PATH).glob("*.log"):
    for part in path.read_bytes().split(b"-" * 79):
        letter = email.message_from_bytes(part.strip(), policy=email.policy.default)
        if str(letter["To"]).endswith("@" + {domain!r}):
            mailed[str(letter["To"])] += 1
            found = re.search(r"/join/([\\w-]+)", letter.get_body(("plain",)).get_content())
            links[str(letter["To"])].add(hash_of(found.group(1)))
answer = {{
    "died_at": [before.status, before.done],
    "job": Job.objects.get(pk={job}).status,
    "invited": open_ones.values("email").distinct().count(),
    "open": open_ones.count(),
    "noted": open_ones.exclude(sent_at=None).count(),
    "mailed": len(mailed),
    "twice": sum(number > 1 for number in mailed.values()),
    "more": sum(number > 2 for number in mailed.values()),
    "link_works": all(one.token_hash in links[one.email] for one in open_ones),
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-invitations"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def units(server: Server) -> Any:
    return server.ask(SETUP)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_worker_leaves_nobody_out_and_asks_nobody_twice(server: Server, units: Any, number: int) -> None:
    seed = random.randrange(10**9)
    job = server.ask(ASK.format(unit=units[number]))
    killed(server, WORK.format(job=job), random.Random(seed).uniform(0, TRIP_SECONDS))
    outcome = server.ask(OUTCOME.format(job=job, domain=f"c{number}.example"))
    died, twice = outcome.pop("died_at"), outcome.pop("twice")
    whole = {"job": "done", "invited": PEOPLE, "open": PEOPLE, "noted": PEOPLE, "mailed": PEOPLE, "more": 0}
    assert outcome == {**whole, "link_works": True}, f"seed {seed}, died at {died}"
    assert twice <= 1, f"seed {seed}, died at {died}"
