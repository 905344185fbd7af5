"""The named people of the tests, as fixtures, each with a client that is signed in.

    council ── adult_care ── assessments     Amara learns in assessments, Ben manages it
                          └─ reablement      Chidi learns here: Ben must not see him
    other_council ── other_unit              Olga manages it, Omar learns in it: nothing of Northfield's is theirs

`amara` is the User; `amara_client` her signed-in client; `amara.person` the Person that records point to.
"""

from __future__ import annotations

import pytest
from django.test import Client

from courses.people.models import Organisation, Role, Unit, User

from .factories import MembershipFactory, OrganisationFactory, PersonFactory, UnitFactory, UserFactory

__all__ = [
    "admin",
    "admin_client",
    "adult_care",
    "amara",
    "amara_client",
    "assessments",
    "ben",
    "ben_client",
    "chidi",
    "council",
    "lena",
    "lena_client",
    "olga",
    "olga_client",
    "omar",
    "other_council",
    "other_unit",
    "reablement",
    "rosa",
    "rosa_client",
    "tariq",
    "tariq_client",
]


def signed_in(user: User) -> Client:
    """A client in which `user` is signed in."""
    client = Client()
    client.force_login(user, backend="courses.people.backends.PersonBackend")
    return client


def somebody(name: str, role: Role, unit: Unit | None = None, organisation: Organisation | None = None) -> User:
    """A login with one membership."""
    user = UserFactory(person=PersonFactory(name=name), email=f"{name.split(maxsplit=1)[0].lower()}@example.org")
    MembershipFactory(
        person=user.person, unit=unit, role=role, organisation=organisation or (unit and unit.organisation)
    )
    return user


@pytest.fixture
def council(db: None) -> Organisation:
    return OrganisationFactory(name="Northfield Council")


@pytest.fixture
def adult_care(council: Organisation) -> Unit:
    return UnitFactory(organisation=council, name="Adult Care")


@pytest.fixture
def assessments(adult_care: Unit) -> Unit:
    return UnitFactory(parent=adult_care, name="Adult Assessments")


@pytest.fixture
def reablement(adult_care: Unit) -> Unit:
    return UnitFactory(parent=adult_care, name="Reablement")


@pytest.fixture
def other_council(db: None) -> Organisation:
    return OrganisationFactory(name="Southmoor Council")


@pytest.fixture
def other_unit(other_council: Organisation) -> Unit:
    return UnitFactory(organisation=other_council, name="Care Team")


@pytest.fixture
def amara(assessments: Unit) -> User:
    """A learner: a social worker in Adult Assessments."""
    return somebody("Amara Okafor", Role.LEARNER, assessments)


@pytest.fixture
def amara_client(amara: User) -> Client:
    return signed_in(amara)


@pytest.fixture
def chidi(reablement: Unit) -> User:
    """A learner of the team next door, which Ben does not manage."""
    return somebody("Chidi Nwosu", Role.LEARNER, reablement)


@pytest.fixture
def ben(assessments: Unit) -> User:
    """Amara's manager: manages Adult Assessments and no other unit."""
    return somebody("Ben Hughes", Role.UNIT_MANAGER, assessments)


@pytest.fixture
def ben_client(ben: User) -> Client:
    return signed_in(ben)


@pytest.fixture
def lena(council: Organisation) -> User:
    """The training lead of Northfield Council: sees the whole organisation."""
    return somebody("Lena Fischer", Role.TRAINING_LEAD, organisation=council)


@pytest.fixture
def lena_client(lena: User) -> Client:
    return signed_in(lena)


@pytest.fixture
def tariq(db: None) -> User:
    """A trainer: writes modules in the CMS."""
    return somebody("Tariq Rahman", Role.CONTENT_AUTHOR)


@pytest.fixture
def tariq_client(tariq: User) -> Client:
    return signed_in(tariq)


@pytest.fixture
def rosa(db: None) -> User:
    """A reviewer of the carers' panel."""
    return somebody("Rosa Lindqvist", Role.CARER_REVIEWER)


@pytest.fixture
def rosa_client(rosa: User) -> Client:
    return signed_in(rosa)


@pytest.fixture
def olga(other_unit: Unit) -> User:
    """A manager in another organisation: must see nothing of Northfield."""
    return somebody("Olga Novak", Role.UNIT_MANAGER, other_unit)


@pytest.fixture
def olga_client(olga: User) -> Client:
    return signed_in(olga)


@pytest.fixture
def omar(other_unit: Unit) -> User:
    """A learner in the other organisation."""
    return somebody("Omar Said", Role.LEARNER, other_unit)


@pytest.fixture
def admin(db: None) -> User:
    """The platform administrator."""
    user = somebody("Ada Grant", Role.PLATFORM_ADMINISTRATOR)
    user.is_superuser = True
    user.save()
    return user


@pytest.fixture
def admin_client(admin: User) -> Client:
    return signed_in(admin)
