"""Packages on their own hosts, for tests: who opens what, and what a content host answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from courses.content.models import Package, PackageVersion
from courses.interop import launches
from courses.interop.launches import Launch, Mode
from courses.people.models import User
from courses.records.models import ActivityProgress, Attempt
from tests.factories import ModuleFactory
from tests.packages import activity_of, with_activity
from tests.records.trips import begin

HOST = "{package}.localhost:8000"


@dataclass(frozen=True)
class Opened:
    """An activity that a learner has begun."""

    package: Package
    version: PackageVersion
    attempt: Attempt
    block: dict[str, Any]
    progress: ActivityProgress

    def launch(self, mode: Mode = "normal", **changed: Any) -> Launch:
        values: dict[str, Any] = {
            "mode": mode,
            "person_id": self.attempt.enrolment.person_id,
            "version_id": self.version.pk,
            "block_id": self.block["id"],
            "attempt_id": self.attempt.pk,
            "client": launches.new_client(),
        }
        return Launch(**values | changed)

    def token(self, mode: Mode = "normal", **changed: Any) -> str:
        return launches.make(self.launch(mode, **changed))

    def ask(self, path: str, **more: Any) -> Any:
        """GET on the package's own host."""
        return on_host(self.package).get(path, **more)


def on_host(package: Package | str) -> Client:
    """A browser that asks the host of a package."""
    public_id = package if isinstance(package, str) else package.public_id
    return Client(headers={"host": HOST.format(package=public_id)})


def opened(user: User, package: Package, **block: Any) -> Opened:
    """`user` has begun a module whose first lesson holds this package."""
    page = with_activity(ModuleFactory(), package=package, **block)
    attempt = begin(user.person, page, lessons=0)
    version = package.current_version
    assert version is not None
    frozen = activity_of(page)
    progress = ActivityProgress.objects.create(
        attempt=attempt, block_id=frozen["id"], version=version, saved_at=timezone.now()
    )
    return Opened(package, version, attempt, frozen, progress)


def body(answer: Any) -> bytes:
    """What an answer says, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
