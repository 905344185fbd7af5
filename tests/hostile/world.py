"""A site with something of everybody's in it, for the tests of a hostile stranger and of people who do absurd things.

Words that must never reach anybody else stand in `SECRETS`; what each person may see is said in the tests.
"""

from __future__ import annotations

import datetime
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.utils import timezone

from courses.content.models import Library, ModulePage, PackageUpload, Story
from courses.content.models.resource import ResourceIndexPage, ResourcePackPage, ResourcePage
from courses.credentials.models import Certificate
from courses.interop import launches
from courses.interop.models import Trial
from courses.manager.models import ScheduledReport
from courses.people.models import Job, JobStatus, Organisation, PeopleImport, Person, Role, Unit, User
from courses.people.services import invite
from courses.records import cpd, services
from courses.records.drafting import Terms
from courses.records.models import Attempt, Completion, Requirement, Try
from courses.records.services.requiring import require
from tests.factories import home
from tests.hostile.evidence import evidence_parts
from tests.hostile.staff import privacy_parts, staff_parts
from tests.learner.taught import blocks, taught_module
from tests.packages import activity_of, with_activity
from tests.people import signed_in
from tests.records.quick import quick_module
from tests.records.trips import begin, complete

REFLECTION = "Sekrit reflection of Amara"
NOTE = "Sekrit note of Amara for her record"
HERS_ALONE = (REFLECTION, NOTE)


@dataclass
class World:
    """What the tests point at."""

    module: ModulePage
    done: ModulePage
    attempt: Attempt
    sitting: Try
    completion: Completion
    certificate: Certificate
    others: Certificate
    others_completion: Completion
    rule: Requirement
    invitation_id: int
    import_id: uuid.UUID
    invitation_token: str
    peer_token: str
    membership_id: int
    story: Story
    unit: Unit
    amara: User
    chidi: User
    packages: dict[str, Any]
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def frame(self) -> str:
        """The origin that the activity's page may frame."""
        return launches.origin(activity_of(self.module, lesson=1)["package"])

    @property
    def parts(self) -> dict[str, Any]:
        """What the addresses of the tests are filled with."""
        lesson = self.attempt.version.outline["lessons"][0]["slug"]
        return {
            "module": self.module.slug,
            "done": self.done.slug,
            "page": self.module.pk,
            "lesson": lesson,
            "check": blocks(self.module, "knowledge_check")[0],
            "reflection": blocks(self.module, "reflection")[0],
            "activity": activity_of(self.module, lesson=1)["id"],
            "further": self.attempt.version.outline["lessons"][1]["slug"],
            "completion": self.completion.pk,
            "certificate": self.certificate.number,
            "rule": self.rule.pk,
            "invitation": self.invitation_id,
            "import": self.import_id,
            "invited": self.invitation_token,
            "peer": self.peer_token,
            "membership": self.membership_id,
            "person": self.amara.person.public_id,
            "story": self.story.pk,
            "unit": self.unit.pk,
            **self.packages,
            "year": timezone.localdate().year,
        }


def build(people: dict[str, User], *, organisation: Organisation, unit: Unit) -> World:
    """Amara is in the middle of one module and holds another; Chidi, of another unit, holds it too."""
    resources()
    module = with_activity(taught_module(), lesson=1)
    done = quick_module("Young carers")
    amara, chidi, lena = people["amara"], people["chidi"], people["lena"]
    attempt = begin(amara.person, module)
    services.answer_in_words(attempt=attempt, block=activity_of(module, lesson=1), chosen={})
    sitting = services.begin_try(attempt=attempt)
    reflection = blocks(module, "reflection")[0]
    services.save_reflection(attempt=attempt, block_id=reflection, text=REFLECTION)
    completion, others = complete(amara.person, done), complete(chidi.person, done)
    cpd.save_note(completion=completion, learned=NOTE, change=NOTE, discussed_on=None)
    peer = cpd.ask_peer(person=amara.person, completion_id=completion.pk)
    terms = Terms(
        module_id=module.pk, organisation=organisation, unit=unit, starts_on=timezone.localdate(), days_after_joining=30
    )
    rule = require(terms=terms, by=lena.person)
    invitation, link = invite(unit=unit, role=Role.LEARNER, by=lena)
    membership = amara.person.memberships.get()
    return World(
        module=module,
        done=done,
        attempt=attempt,
        sitting=sitting,
        completion=completion,
        certificate=completion.certificate,
        others=others.certificate,
        others_completion=others,
        rule=rule,
        invitation_id=invitation.pk,
        import_id=an_import(organisation, lena).public_id,
        invitation_token=link.rstrip("/").rsplit("/", 1)[1],
        peer_token=peer,
        membership_id=membership.pk,
        story=Story.objects.get(),
        unit=unit,
        amara=amara,
        chidi=chidi,
        packages={
            **packages_of(attempt, people["tariq"]),
            **staff_parts(amara.person, people["ben"].person, organisation),
            **evidence_parts(people["ben"].person, unit),
            **privacy_parts(amara.person, people["ben"].person, organisation),
            "job": finished_job(people["ben"].person).public_id,
            "schedule": scheduled_report(people["ben"].person, organisation).pk,
        },
        clients={"visitor": Client(), **{name: signed_in(user) for name, user in people.items()}},
    )


def an_import(organisation: Organisation, lead: User) -> PeopleImport:
    """A file of people that is checked, with a row that cannot be read."""
    found = PeopleImport.objects.create(
        organisation=organisation, by=lead.person, file_name="people.csv", status="checked", counts={"fault": 1}
    )
    found.rows.create(number=2, kind="fault", faults={"name": "The name is missing."})
    return found


def packages_of(attempt: Attempt, trainer: User) -> dict[str, Any]:
    """The package of the activity, a trainer's upload and trial of it, and a content type with a form."""
    progress = attempt.activities.select_related("version").get()
    now = timezone.now()
    upload = PackageUpload.objects.create(
        source_name="talk.zip", uploaded_at=now, uploaded_by=trainer.person, status="ready"
    )
    trial = Trial.objects.create(person=trainer.person, version=progress.version, started_at=now, touched_at=now)
    library = Library.objects.create(
        name="Test.Words", major=1, minor=1, patch=0, title="Words", runnable=True, sha256="0" * 64, metadata={},
        semantics=[{"name": "text", "type": "text", "label": "Text"}], installed_at=now,
    )  # fmt: skip
    return {
        "progress": progress.pk,
        "package": progress.version.package_id,
        "upload": upload.pk,
        "trial": trial.pk,
        "library": library.pk,
    }


def finished_job(person: Person) -> Job:
    """Long work that `person` asked for, with its file."""
    return Job.objects.create(
        kind="test",
        by=person,
        status=JobStatus.DONE,
        ended_at=timezone.now(),
        expires_at=timezone.now() + datetime.timedelta(days=7),
        file=ContentFile(b"made-for-her", name="made-for-ben.csv"),
        file_name="made-for-ben.csv",
    )


def scheduled_report(person: Person, organisation: Organisation) -> ScheduledReport:
    """A list that `person` has sent to herself each week."""
    report = ScheduledReport.objects.create(
        organisation=organisation,
        by=person,
        what="people",
        ending="csv",
        every="weekly",
        created_on=timezone.localdate(),
    )
    report.recipients.add(person)
    return report


def resources() -> None:
    """One pack with one resource in it."""
    index = home().add_child(instance=ResourceIndexPage(title="Resources", slug="resources"))
    pack = index.add_child(instance=ResourcePackPage(title="A pack", slug="pack"))
    pack.add_child(instance=ResourcePage(title="A guide", slug="guide"))


UNCOUNTED = {"django_session", "usersessions_usersession"}
"""Tables that a refused request may touch."""


def rows() -> dict[str, int]:
    """How many rows every table holds, but for sessions."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        union = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in sorted(tables - UNCOUNTED))
        cursor.execute(union)
        return dict(cursor.fetchall())


class Writes:
    """Notes every statement that changes a table other than those of sessions."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb, _, rest = sql.lstrip().partition(" ")
        if verb.upper() in {"INSERT", "UPDATE", "DELETE"} and not any(name in rest[:60] for name in UNCOUNTED):
            self.made.append(sql[:160])
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[tuple[Writes, list[BaseException]]]:
    """Collects writes, and exceptions that became a 500."""
    faults: list[BaseException] = []
    writes = Writes()

    def note(**_: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            faults.append(error)

    got_request_exception.connect(note)
    try:
        with connection.execute_wrapper(writes):
            yield writes, faults
    finally:
        got_request_exception.disconnect(note)


def body_of(response: Any) -> bytes:
    """All bytes of an answer."""
    return b"".join(response.streaming_content) if response.streaming else response.content
