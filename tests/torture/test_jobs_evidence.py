"""The worker of an evidence pack is killed at a random moment. The next one goes on: one pack, every certificate once,
every file as its manifest says, and nothing beside it. One kill each a round; ROUNDS says how many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server, killed

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PEOPLE = 60
TRIP_SECONDS = 3.0
"""About how long the work takes undisturbed, in steps of five certificates; the kill falls somewhere inside it."""

SETUP = f"""
import datetime
from courses.people.models import Membership, Organisation, Person, Role, Unit, User
from tests.records.quick import quick_module
from tests.records.trips import complete
organisation = Organisation.objects.create(name="Council", slug="council")
unit = Unit.objects.create(organisation=organisation, name="Adults", path="/")
unit.path = f"/{{unit.pk}}/"
unit.save()
lead = User.objects.create_user("lead@example.org", name="Lena Fischer").person
day = datetime.date(2024, 1, 1)
Membership.objects.create(person=lead, organisation=organisation, role=Role.TRAINING_LEAD, starts_on=day)
module = quick_module("Carer awareness")
for number in range({PEOPLE}):
    person = Person.objects.create(name=f"Ada N{{number:05}}", family_name=f"N{{number:05}}")
    Membership.objects.create(person=person, organisation=organisation, unit=unit, starts_on=day)
    complete(person, module)
answer = unit.pk
"""
ASK = """
from django.utils import timezone
from courses.manager.evidence import services
from courses.people.models import Person, Unit
lead, unit = Person.objects.get(name="Lena Fischer"), Unit.objects.select_related("organisation").get()
pack = services.ask_for_pack(
    by=lead, organisation=unit.organisation, on=timezone.localdate(), unit=None, tops=[unit], modules=[],
)
answer = pack.job_id
"""
WORK = """
from courses.manager.evidence import making
from courses.people.jobs import work_on
making.STEP = 5
print("BEGUN", flush=True)
work_on.call({job})
"""
OUTCOME = """
import datetime
from courses.manager.evidence import making, parts
from courses.manager.models import EvidencePack
from courses.people.jobs import requeue_lost, work_on
from courses.people.models import Job
from tests.manager.evidence.made import opened, unlisted
making.STEP = 5
before = Job.objects.get(pk={job})
requeue_lost(older_than=datetime.timedelta(0))
work_on.call({job})
pack = EvidencePack.objects.select_related("job").get(job={job})
found = opened(pack)
printed = [name for name in found.namelist() if name.endswith(".pdf")]
storage, folder = pack.file.storage, pack.file.name.rpartition("/")[0]
making_folder = parts.folder_of(pack.public_id)
answer = {{
    "died_at": [before.status, before.cursor.get("stage"), before.done],
    "job": pack.job.status,
    "counts": [pack.people, pack.certificates, pack.versions, pack.gaps],
    "printed": len(set(printed)),
    "doubled": len(found.namelist()) - len(set(found.namelist())),
    "unlisted": unlisted(found),
    "files": len(storage.listdir(folder)[1]),
    "left": storage.listdir(making_folder)[1] if storage.exists(making_folder) else [],
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-evidence"))
    server.ask(SETUP)
    yield server
    server.kill()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_worker_s_pack_is_made_once_and_whole(server: Server, number: int) -> None:
    seed = random.randrange(10**9)
    job: Any = server.ask(ASK)
    killed(server, WORK.format(job=job), random.Random(seed).uniform(0, TRIP_SECONDS))
    outcome = server.ask(OUTCOME.format(job=job))
    died = outcome.pop("died_at")
    whole = {
        "job": "done", "counts": [PEOPLE, PEOPLE, 1, 1], "printed": PEOPLE, "doubled": 0, "unlisted": [], "files": 1,
        "left": [],
    }  # fmt: skip
    assert outcome == whole, f"round {number}, seed {seed}, died at {died}"
