"""What the page of an opening needs to know: the version that is played, the state it goes on from, who plays it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from courses.content.models import PackageKind, PackageVersion
from courses.interop import launches
from courses.interop.launches import Launch, Mode
from courses.interop.models import Trial
from courses.interop.scorm.wrapper import page_data
from courses.people.models import Person
from courses.records.models import ActivityProgress, Attempt

from . import player_files


@dataclass(frozen=True)
class Opening:
    """`mode` may be less than the token's: what has been completed meanwhile is looked at, not written to."""

    launch: Launch
    version: PackageVersion
    mode: Mode
    state: dict[str, Any]
    person: Person | None

    @property
    def package(self) -> str:
        return self.version.package.public_id


def opening_of(launch: Launch, *, package: str) -> Opening | None:
    """The opening a token stands for on the origin of `package`; None when it is another package's, or when what it
    was made for is not there. 3 queries at most."""
    version = (
        PackageVersion.objects.select_related("package")
        .filter(pk=launch.version_id, package__public_id=package)
        .first()
    )
    if version is None:
        return None
    if launch.mode == "trial":
        return _of_trial(launch, version)
    if launch.mode == "browse":
        return Opening(launch, version, "browse", {}, None)
    attempt = (
        Attempt.objects.select_related("enrolment__person")
        .filter(pk=launch.attempt_id or 0, enrolment__person_id=launch.person_id)
        .first()
    )
    if attempt is None:
        return None
    state = (
        ActivityProgress.objects.filter(attempt=attempt, block_id=launch.block_id, version=version)
        .values_list("state", flat=True)
        .first()
    )
    mode: Mode = "review" if attempt.finished_at else launch.mode
    return Opening(launch, version, mode, state or {}, attempt.enrolment.person)


def _of_trial(launch: Launch, version: PackageVersion) -> Opening | None:
    trial = (
        Trial.objects.select_related("person")
        .filter(pk=launch.trial_id or 0, person_id=launch.person_id, version=version)
        .first()
    )
    return Opening(launch, version, "trial", trial.state, trial.person) if trial else None


def files_address(package: str, tree_sha256: str) -> str:
    """Where the files of a version lie on its package's origin; a path follows after "/"."""
    return f"/files/{launches.capability(package, tree_sha256)}/{tree_sha256}"


def player_address(package: str) -> str:
    """Where the programs that play packages lie on a package's origin; a path follows after "/"."""
    return f"/player/{launches.capability(package, player_files.digest())}"


def data_of(opening: Opening, token: str) -> dict[str, Any]:
    """The data block of the page, which the programs in it read (js/player/calls.js says how).

    `first` is the number of the first call: the server's clock in milliseconds, so that the same opening loaded twice
    never uses a number again. `learner.id` is a name of hers for this package alone: no two packages can
    compare theirs. Her own name stays here unless the installation says otherwise: a package is a stranger's program.
    """
    launch, version = opening.launch, opening.version
    told = opening.person.name if opening.person and settings.PACKAGES_ARE_TOLD_NAMES else ""
    data = {
        "site": settings.SITE_ORIGIN,
        "token": token,
        "client": launch.client,
        "first": time.time_ns() // 1_000_000,
        "mode": opening.mode,
        "part": launch.part,
        "kind": version.kind,
        "title": version.title,
        "language": version.manifest.get("language") or "",
        "manifest": version.manifest,
        "files": files_address(opening.package, version.sha256),
        "player": player_address(opening.package),
        "activity": f"{settings.SITE_ORIGIN}/activities/{opening.package}/{launch.block_id or 'trial'}",
        "state": opening.state,
        "learner": {
            "id": salted_hmac(
                "alongside.learner", f"{launch.person_id}:{opening.package}", algorithm="sha256"
            ).hexdigest()[:32],
            "name": told,
        },
        "save_seconds": 3,
    }
    if version.kind == PackageKind.H5P:
        return data
    return page_data(manifest=version.manifest, state=opening.state, part=launch.part, mode=opening.mode, data=data)
