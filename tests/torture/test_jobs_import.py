"""The worker of an import is killed at a random moment, while it writes and while it undoes. The next one goes on:
every person of the file is there once, with one employment and one post; undone, nothing of the file is left. Nothing
is doubled and nothing half-done. One kill each a round; ROUNDS says how many."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from .server import Server, killed

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
ROWS = 600
TRIP_SECONDS = 3.0
"""About how long the work takes undisturbed, in steps of 20 rows; the kill falls somewhere inside it."""

SETUP = f"""
from django.core.files.uploadedfile import SimpleUploadedFile
from courses.people.importing import services
from courses.people.jobs import work_on
from courses.people.models import Organisation, Person, User
lead = User.objects.create_user("lead@example.org", name="Lena Fischer").person
lines = ["Employee number,Name,E-mail,Unit,Job role,Manager"]
lines += [f"E{{n}},Ada Obi{{n}}x,e{{n}}@northfield.example,Adults > Team {{n % 7}},Role {{n % 5}},E{{n // 10}}"
          for n in range(1, {ROWS} + 1)]
lines = [line.removesuffix(",E0") + ("," if line.endswith(",E0") else "") for line in lines]
answer = []
for number in range({ROUNDS}):
    organisation = Organisation.objects.create(name=f"Council {{number}}", slug=f"council-{{number}}")
    file = SimpleUploadedFile("people.csv", "\\n".join(lines).encode())
    found = services.put_in(organisation=organisation, by=lead, file=file)
    found = services.ask_check(found=found, by=lead, mapping=found.mapping, whole=False)
    work_on.call(found.job_id)
    found.refresh_from_db()
    assert found.counts == {{"add": {ROWS}}}, (found.said, found.counts, found.facts)
    answer.append(found.pk)
"""
ASK = """
from courses.people.importing import services
from courses.people.models import PeopleImport
found = PeopleImport.objects.select_related("by").get(pk={pk})
found = services.{ask}
answer = found.job_id
"""
WORK = """
from courses.people.importing import undoing, writing
from courses.people.jobs import work_on
undoing.STEP = writing.STEP = 20
print("BEGUN", flush=True)
work_on.call({job})
"""
OUTCOME = """
import datetime
from courses.people.jobs import requeue_lost, work_on
from courses.people.models import *
before = Job.objects.get(pk={job})
requeue_lost(older_than=datetime.timedelta(0))
work_on.call({job})
found = PeopleImport.objects.get(pk={pk})
ours = Membership.objects.filter(organisation=found.organisation)
answer = {{
    "died_at": [before.status, before.done],
    "job": Job.objects.get(pk={job}).status,
    "status": found.status,
    "people": Person.objects.filter(employments__organisation=found.organisation).count(),
    "strays": Person.objects.filter(employments=None, logins=None).count(),
    "references": Employment.objects.filter(organisation=found.organisation).values("reference").distinct().count(),
    "employments": Employment.objects.filter(organisation=found.organisation).count(),
    "posts": ours.count(),
    "posted": ours.values("person").distinct().count(),
    "managed": ours.exclude(manager=None).count(),
    "units": found.organisation.units.count(),
    "roles": found.organisation.job_roles.count(),
    "written": found.rows.filter(written=True).count(),
    "audit": AuditEntry.objects.filter(what="import", key=str(found.public_id)).count(),
}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-import"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def imports(server: Server) -> Any:
    return server.ask(SETUP)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_worker_doubles_nothing_and_leaves_nothing_half_done(
    server: Server, imports: Any, number: int
) -> None:
    seed = random.randrange(10**9)
    moments = random.Random(seed)
    where = f"seed {seed}"
    pk = imports[number]

    job = server.ask(ASK.format(pk=pk, ask="ask_write(found=found, by=found.by, sure=True, invite=False)"))
    killed(server, WORK.format(job=job), moments.uniform(0, TRIP_SECONDS))
    outcome = server.ask(OUTCOME.format(job=job, pk=pk))
    died = outcome.pop("died_at")
    assert outcome == {
        "job": "done", "status": "done", "people": ROWS, "strays": 0, "references": ROWS, "employments": ROWS,
        "posts": ROWS, "posted": ROWS, "managed": ROWS - 9, "units": 8, "roles": 5, "written": ROWS, "audit": 1,
    }, f"{where}, died at {died}"  # fmt: skip

    job = server.ask(ASK.format(pk=pk, ask="ask_undo(found=found, by=found.by)"))
    killed(server, WORK.format(job=job), moments.uniform(0, TRIP_SECONDS))
    outcome = server.ask(OUTCOME.format(job=job, pk=pk))
    died = outcome.pop("died_at")
    assert outcome == {
        "job": "done", "status": "undone", "people": 0, "strays": 0, "references": 0, "employments": 0,
        "posts": 0, "posted": 0, "managed": 0, "units": 0, "roles": 0, "written": ROWS, "audit": 2,
    }, f"{where}, died at {died}"  # fmt: skip
