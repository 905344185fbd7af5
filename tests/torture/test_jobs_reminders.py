"""A run of reminders is killed at a random moment, and two more start at once. Everybody is mailed, and nobody has two
different mails: one that went out twice, because its worker died between sending and saying so, has one message id."""

from __future__ import annotations

import email
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import ROOT, Server

pytestmark = pytest.mark.torture

ROUNDS = int(os.environ.get("ROUNDS", "5"))
PEOPLE = 60
TRIP_SECONDS = 1.5
"""About how long a run takes undisturbed; the kill falls somewhere inside it."""

SETUP = f"""
import datetime
from allauth.account.models import EmailAddress
from django.utils import timezone
from courses.people.models import Membership, Organisation, Person, Unit, User
from courses.records.models import Requirement
from tests.manager.history import make_module
organisation = Organisation.objects.create(name="Council", slug="council")
unit = Unit.objects.create(organisation=organisation, name="Adults", path="/")
unit.path = f"/{{unit.pk}}/"
unit.save()
day = datetime.date(2024, 1, 1)
for n in range({PEOPLE}):
    person = Person.objects.create(name=f"Ada N{{n:05}}")
    user = User.objects.create(email=f"ada{{n}}@example.org", person=person)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Membership.objects.create(person=person, organisation=organisation, unit=unit, starts_on=day)
Requirement.objects.create(
    organisation=organisation, module=make_module("Carer awareness"), starts_on=day,
    due_on=timezone.localdate() - datetime.timedelta(days=3),
)
answer = None
"""
RUN = """
import datetime
from django.conf import settings
from courses.reminders.models import Reminded, ReminderMail
from courses.reminders.services.sending import send_all
settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
settings.EMAIL_FILE_PATH = {folder!r}
if {first}:
    Reminded.objects.all().delete()
    ReminderMail.objects.all().delete()
print("BEGUN", flush=True)
minutes = 0 if {first} else 20
send_all(now=datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes), even_if_quiet=True)
"""
"""The runs after the kill are twenty minutes later: by then what it wrote down and did not send is taken as lost."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Never started: its settings and its database are what is needed."""
    server = Server(tmp_path_factory.mktemp("killed-reminders"))
    server.ask(SETUP)
    yield server
    server.kill()


def begin(server: Server, folder: Path, *, first: bool = False) -> subprocess.Popen[bytes]:
    """A run in a process of its own, at the moment when it begins."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", RUN.format(folder=str(folder), first=first)]
    worker = subprocess.Popen(command, cwd=ROOT, env=server.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"BEGUN\n"
    return worker


def ended(worker: subprocess.Popen[bytes], after: float | None = None) -> None:
    """Waits for a run to end; kills it `after` so many seconds."""
    with worker:
        try:
            worker.wait(after)
        except subprocess.TimeoutExpired:
            worker.kill()


def mails_in(folder: Path) -> dict[str, set[str]]:
    """{address: message ids} of what went out whole; a file that its writer died over is no mail."""
    found = defaultdict(set)
    for path in folder.iterdir():
        for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
            mail = email.message_from_bytes(part.strip())
            if mail["To"] and mail["Message-ID"]:
                found[mail["To"]].add(mail["Message-ID"])
    return found


@pytest.mark.parametrize("number", range(ROUNDS))
def test_everybody_is_reminded_once(server: Server, tmp_path: Path, number: int) -> None:
    seed = random.randrange(10**9)
    ended(begin(server, tmp_path, first=True), random.Random(seed).uniform(0, TRIP_SECONDS))
    for worker in [begin(server, tmp_path), begin(server, tmp_path)]:
        ended(worker)
    mails = mails_in(tmp_path)
    assert len(mails) == PEOPLE, f"seed {seed}"
    assert {len(ids) for ids in mails.values()} == {1}, f"seed {seed}"
