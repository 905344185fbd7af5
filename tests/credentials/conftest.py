"""A module, a completion of it, and its certificate; and the typefaces that PDFs are set in."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from courses.content.models import ModulePage
from courses.credentials import services
from courses.credentials.models import Certificate
from courses.people.models import Person, User
from courses.records import rules
from courses.records.models import Attempt, Completion, Enrolment
from scripts import build_fonts
from tests.factories import ModuleFactory, principle, republish

ISSUED = datetime.datetime(2026, 3, 3, 10, 30, tzinfo=datetime.UTC)


@pytest.fixture(scope="session")
def typefaces() -> None:
    """Quick when they are built; `make setup` builds them."""
    assert build_fonts.main() == 0


def complete(
    person: Person,
    module: ModulePage,
    *,
    at: datetime.datetime = ISSUED,
    score: int | None = 92,
    organisation: str = "Northfield Council",
    **snapshot: Any,
) -> Completion:
    """A completed enrolment, written as records.services writes it, without the certificate."""
    version = module.current_version
    assert version is not None
    period = Enrolment.objects.filter(person=person, module=module).count() + 1
    until = rules.valid_until(timezone.localdate(at), version.outline["valid_months"])
    enrolment = Enrolment.objects.create(
        person=person, module=module, period=period, enrolled_at=at, completed_at=at, valid_until=until
    )
    attempt = Attempt.objects.create(enrolment=enrolment, version=version, started_at=at, finished_at=at)
    frozen = rules.snapshot(version.outline, version=version.number, score=score, organisation=organisation)
    return Completion.objects.create(
        enrolment=enrolment,
        attempt=attempt,
        person=person,
        module=module,
        version=version,
        completed_at=at,
        valid_until=until,
        score=score,
        minutes=version.minutes,
        snapshot={**frozen, **snapshot},
    )


@pytest.fixture
def module(db: None) -> ModulePage:
    """Teaches two principles and assesses one of them."""
    page = ModuleFactory(title="Carers’ assessments: getting it right", published=True)
    page.principles = [principle("CCP1"), principle("CCP2")]
    page.save()
    return republish(page)


@pytest.fixture
def private_module(db: None) -> ModulePage:
    """Balancing work and care: that somebody took it could tell that she cares."""
    page = ModuleFactory(title="Balancing work and care", private=True, published=True)
    found: ModulePage = ModulePage.objects.get(pk=page.pk)
    return found


@pytest.fixture
def certificate(amara: User, module: ModulePage) -> Certificate:
    """Amara's."""
    return services.issue(completion=complete(amara.person, module))


@pytest.fixture
def private_certificate(amara: User, private_module: ModulePage) -> Certificate:
    """Amara's, of the private module."""
    return services.issue(completion=complete(amara.person, private_module))


@pytest.fixture(autouse=True)
def _on_a_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates here are from March 2026 and valid for two years: it is June 2026."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2026, 6, 1, 9, 0, tzinfo=datetime.UTC))
