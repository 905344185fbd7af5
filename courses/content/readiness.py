"""What a trainer is told before publishing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .checks import publishing_problems
from .freezing import freeze_module
from .models import ModulePage, ModuleVersion

OUR_SUMMARY = (
    "The wording of the principles is our summary of the Common core principles for working with carers (2011)."
)


@dataclass(frozen=True)
class Readiness:
    """Whether a draft can be published, whether it would change anything, and what its assessment leaves out."""

    problems: list[str]
    latest: ModuleVersion | None
    changed: bool
    taught: list[str]
    not_assessed: list[str]
    assessed_not_taught: list[str]
    note: str = OUR_SUMMARY


def readiness(page: ModulePage, today: datetime.date) -> Readiness:
    """Looks at `page` as given: in the editor that is the latest draft."""
    frozen = freeze_module(page, store=False)
    latest = page.versions.order_by("-number").first()
    taught = {p["code"]: p["title"] for p in frozen.outline["principles_taught"]}
    assessed = frozen.outline["principles_assessed"]
    return Readiness(
        problems=publishing_problems(page, frozen, today),
        latest=latest,
        changed=latest is None or latest.sha256 != frozen.sha256,
        taught=[f"{code} {title}" for code, title in taught.items()],
        not_assessed=[f"{code} {title}" for code, title in taught.items() if code not in assessed],
        assessed_not_taught=[code for code in assessed if code not in taught],
    )
