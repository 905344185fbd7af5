"""The worker of an export is killed at a random moment. The next one makes the file: every person once, in order, one
file and nothing beside it; the one who asked is told once. One kill each a round; ROUNDS says how many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server, killed

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PEOPLE = 1200
TRIP_SECONDS = 2.5
"""About how long the work takes undisturbed, in steps of 20 people; the kill falls somewhere inside it."""

SETUP = f"""
import datetime
from courses.manager.models import ScheduledReport
from courses.people.models import Membership, Organisation, Person, Role, Unit, User
organisation = Organisation.objects.create(name="Council", slug="council")
unit = Unit.objects.create(organisation=organisation, name="Adults", path="/")
unit.path = f"/{{unit.pk}}/"
unit.save()
lead = User.objects.create_user("lead@example.org", name="Lena Fischer").person
day = datetime.date(2024, 1, 1)
Membership.objects.create(person=lead, organisation=organisation, role=Role.TRAINING_LEAD, starts_on=day)
people = Person.objects.bulk_create(
    Person(name=f"Ada N{{n:05}}", family_name=f"N{{n:05}}") for n in range({PEOPLE})
)
Membership.objects.bulk_create(
    Membership(person=person, organisation=organisation, unit=unit, starts_on=day) for person in people
)
for number in range({ROUNDS}):
    report = ScheduledReport.objects.create(
        organisation=organisation, by=lead, what="people", every="weekly", created_on=day,
        ending=("csv", "xlsx")[number % 2],
    )
    report.recipients.add(lead)
answer = list(ScheduledReport.objects.order_by("pk").values_list("pk", flat=True))
"""
ASK = """
import datetime
from courses.manager.models import ScheduledReport
from courses.manager.out import sending
schedule = ScheduledReport.objects.get(pk={pk})
sending.ask(schedule, schedule.by, datetime.date(2026, 11, 2))
answer = schedule.sendings.get().job_id
"""
WORK = """
from courses.manager.out import sheets
from courses.people import pieces
from courses.people.jobs import work_on
sheets.PART, pieces.EVERY = 20, 0
print("BEGUN", flush=True)
work_on.call({job})
"""
OUTCOME = """
import datetime
from courses.manager.models import ReportSending
from courses.people import pieces
from courses.people.jobs import requeue_lost, work_on
from courses.people.models import Job
from tests.manager.out.reading import csv_rows, xlsx_rows
before = Job.objects.get(pk={job})
begun, fill = [], pieces.Pieces.fill
def spied(self, *given):
    begun.append(self.done)
    fill(self, *given)
pieces.Pieces.fill = spied
requeue_lost(older_than=datetime.timedelta(0))
work_on.call({job})
job = Job.objects.get(pk={job})
read = csv_rows if job.file_name.endswith("csv") else xlsx_rows
names = [row[0] for row in read(job.file.read())[1:]]
folder = job.file.name.rpartition("/")[0]
answer = {{
    "died_at": [before.status, before.done, bool(before.file)],
    "job": job.status,
    "people": len(names),
    "went_on": begun in ([], [before.done]),
    "pieces": pieces._listed(job),
    "in_order": names == sorted(set(names)),
    "files": len(job.file.storage.listdir(folder)[1]),
    "mailed": ReportSending.objects.filter(job=job).exclude(mailed_at=None).count(),
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-export"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def schedules(server: Server) -> Any:
    return server.ask(SETUP)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_worker_s_file_is_made_once_and_whole(server: Server, schedules: Any, number: int) -> None:
    seed = random.randrange(10**9)
    job = server.ask(ASK.format(pk=schedules[number]))
    killed(server, WORK.format(job=job), random.Random(seed).uniform(0, TRIP_SECONDS))
    outcome = server.ask(OUTCOME.format(job=job))
    died = outcome.pop("died_at")
    whole = {"job": "done", "people": PEOPLE, "in_order": True, "files": 1, "mailed": 1, "went_on": True, "pieces": []}
    assert outcome == whole, f"seed {seed}, died at {died}"
