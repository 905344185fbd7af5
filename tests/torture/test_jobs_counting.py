"""The worker that counts an organisation is killed at a random moment. At every moment the sums of the day are those of
the standings that are there; the next one goes on from there, and in the end all is as if nobody had died."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from .server import Server, killed

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PEOPLE = 240
TRIP_SECONDS = 3.0
"""About how long a count takes undisturbed, in steps of 20 people; the kill falls somewhere inside it."""

SETUP = f"""
from django.core.management import call_command
call_command("seed_scale", learners={PEOPLE}, verbosity=0, stdout=open("/dev/null", "w"))
from courses.people.models import Organisation
from courses.records import nightly
organisation = Organisation.objects.get()
nightly.count(organisation)
answer = organisation.pk
"""
CHANGE = """
import datetime, random
from courses.people.models import Membership, Role
from courses.records import standing
from courses.records.models import Requirement
from courses.people.models import Organisation
organisation = Organisation.objects.get()
chance = random.Random({seed})
posts = list(Membership.objects.filter(role=Role.LEARNER, ends_on=None).order_by("pk"))
for post in chance.sample(posts, 5):
    Membership.objects.filter(pk=post.pk).update(ends_on=datetime.date.today() - datetime.timedelta(days=1))
rule = chance.choice(list(Requirement.objects.order_by("pk")))
Requirement.objects.filter(pk=rule.pk).update(days_after_joining=chance.randrange(1500))
answer = standing.ask(organisation).pk
"""
WORK = """
from courses.people.jobs import work_on
from courses.records import counting
counting.STEP = 20
print("BEGUN", flush=True)
work_on.call({job})
"""
SUMS = """
from django.utils import timezone
from courses.people.models import Organisation
from courses.records import counting
from courses.records.models import Roll, UnitDay
from courses.records.tallies import added, paths_of
organisation, today = Organisation.objects.get().pk, timezone.localdate()
everybody = sorted(set(Roll.objects.values_list("person_id", flat=True)))
sums = counting._tallies(organisation, everybody, today).by_unit(paths_of(organisation))
kept = {{row.unit_id: row for row in UnitDay.objects.filter(day=today)}}
nothing = lambda: {{"learners": 0, "tally": {{}}, "people": {{}}, "coming": {{}}}}
equal = all(
    added(nothing(), sums.get(unit, {{}}))
    == {{"learners": row.learners, "tally": row.tally, "people": row.people, "coming": row.coming}}
    for unit, row in kept.items()
)
"""
BETWEEN = SUMS + "answer = equal\n"
OUTCOME = """
import datetime
from courses.people.jobs import requeue_lost, work_on
from courses.people.models import Job
from courses.people.permissions import learners_of
from courses.people.models import Unit
from courses.records.models import Standing
requeue_lost(older_than=datetime.timedelta(0))
Job.objects.filter(pk={job}, status="running").update(touched_at=timezone.now() - datetime.timedelta(hours=1))
work_on.call({job})
kept = sorted(Standing.objects.values_list("person_id", "module_id", "due_on", "valid_until", "failed"))
Standing.objects.all().delete()
Roll.objects.all().delete()
from courses.records import nightly
learning = set(learners_of(Unit.objects.all()).values_list("pk", flat=True))
nightly.count(Organisation.objects.get())
anew = sorted(Standing.objects.values_list("person_id", "module_id", "due_on", "valid_until", "failed"))
answer = {{
    "sums": equal,
    "job": Job.objects.get(pk={job}).status,
    "as_from_nothing": kept == anew,
    "rolled": set(Roll.objects.values_list("person_id", flat=True)) == learning,
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-count"))
    server.ask(SETUP)
    yield server
    server.kill()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_count_is_gone_on_with(server: Server, number: int) -> None:
    seed = random.randrange(10**9)
    job = server.ask(CHANGE.format(seed=seed))
    killed(server, WORK.format(job=job), random.Random(seed).uniform(0, TRIP_SECONDS))
    assert server.ask(BETWEEN.format()), f"seed {seed}: the sums of the day are not those of the standings"
    outcome = server.ask((SUMS + OUTCOME).format(job=job))
    assert outcome == {"sums": True, "job": "done", "as_from_nothing": True, "rolled": True}, f"seed {seed}"
