"""Reads for a learner's own pages that need proofs beside the records."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Case, When

from courses.credentials.models import Certificate
from courses.credentials.queries import checkable, private
from courses.people.models import Person
from courses.records import learning
from courses.records.models import Completion
from courses.records.states import SOON_DAYS


@dataclass(frozen=True)
class Done:
    """Something she completed, with its certificate if it has one."""

    completion: Completion
    certificate: Certificate | None
    on: datetime.date
    private: bool
    """Whether the module was or is private, so that nobody else sees that she took it."""
    public: bool
    """Whether anybody may check the certificate by its number."""

    @property
    def revoked(self) -> bool:
        return self.certificate is not None and hasattr(self.certificate, "revocation")

    @property
    def expired(self) -> bool:
        return self.completion.valid_until is not None and self.completion.valid_until < self.on

    @property
    def expires_soon(self) -> bool:
        until = self.completion.valid_until
        return until is not None and until <= self.on + datetime.timedelta(days=SOON_DAYS)

    @property
    def period(self) -> int:
        return self.completion.enrolment.period

    @property
    def noted(self) -> bool:
        """Whether she wrote a CPD note about it."""
        return hasattr(self.completion, "cpd_note")


def done(person: Person, on: datetime.date) -> list[Done]:
    """What she completed, newest first. 1 query."""
    found = (
        learning.completions(person)
        .select_related("version", "enrolment", "certificate__revocation", "cpd_note")
        .annotate(
            private=Case(When(private(completion=""), then=True), default=False),
            public=checkable(completion="", holder="certificate__holder__"),
        )
    )
    return [Done(row, getattr(row, "certificate", None), on, private=row.private, public=row.public) for row in found]


def latest_of_each(every: list[Done]) -> tuple[list[Done], list[Done]]:
    """The newest of each module, and the earlier ones."""
    newest: list[Done] = []
    earlier: list[Done] = []
    seen: set[int] = set()
    for one in every:
        (earlier if one.completion.module_id in seen else newest).append(one)
        seen.add(one.completion.module_id)
    return newest, earlier
