"""Who finds a pack: whoever sees all its units today, and nobody else, by id, by POST or by a share's address."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from courses.manager.evidence.making import scope_of
from courses.manager.evidence.scope import covers, narrowed, packs_seen
from courses.manager.models import EvidencePack, EvidenceShare
from courses.people import jobs
from courses.people.models import Organisation, Role, Unit, User
from courses.records.team import Team
from tests.factories import MembershipFactory
from tests.manager.history import today
from tests.manager.reading import said
from tests.people import signed_in, somebody

from .made import asked
from .test_sharing import given, shared

pytestmark = pytest.mark.django_db

FOUND, REFUSED, UNKNOWN, SIGN_IN = 200, 403, 404, 302


@pytest.fixture
def packs(
    amara: User, chidi: User, lena: User, assessments: Unit, reablement: Unit, adult_care: Unit
) -> dict[str, EvidencePack]:
    """The lead's packs: of the whole, of Ben's unit, of the one beside it and of the one above."""
    client = signed_in(lena)
    return {
        "whole": asked(client),
        "own": asked(client, unit=str(assessments.pk)),
        "sibling": asked(client, unit=str(reablement.pk)),
        "parent": asked(client, unit=str(adult_care.pk)),
    }


@pytest.fixture
def people(
    amara: User, ben: User, lena: User, tariq: User, olga: User, adult_care: Unit, council: Organisation
) -> dict[str, Client]:
    top = somebody("Petra Moss", Role.UNIT_MANAGER, adult_care)
    ada = somebody("Ada Lin", Role.AUDITOR, organisation=council)
    users = {"amara": amara, "ben": ben, "lena": lena, "tariq": tariq, "olga": olga, "petra": top, "ada": ada}
    return {**{name: signed_in(user) for name, user in users.items()}, "nobody": Client()}


SEEN = {
    "lena": {"whole", "own", "sibling", "parent"},
    "petra": {"whole", "own", "sibling", "parent"},
    "ben": {"own"},
    "olga": set(),
}
"""Petra's unit is the whole organisation, which has no other."""


def test_who_finds_which_pack(packs: dict[str, EvidencePack], people: dict[str, Client]) -> None:
    unknown = uuid.uuid4()
    shares = {key: shared(people["lena"], pack) for key, pack in packs.items()}
    for who, client in people.items():
        listed = client.get("/manage/evidence/").content.decode() if who in SEEN else ""
        for key, pack in packs.items():
            if who in SEEN:
                wanted = FOUND if key in SEEN[who] else UNKNOWN
            else:
                wanted = SIGN_IN if who == "nobody" else REFUSED
            assert (str(pack.public_id) in listed) == (wanted == FOUND), (who, key)
            for page in ("", "file/", "share/", f"shares/{shares[key].public_id}/withdraw/"):
                answer = client.get(f"/manage/evidence/{pack.public_id}/{page}")
                led_back = wanted == FOUND and who != "lena" and "withdraw" in page
                expected = SIGN_IN if led_back else wanted
                assert answer.status_code == expected, (who, key, page)
                if wanted == UNKNOWN:
                    missing = client.get(f"/manage/evidence/{unknown}/{page}")
                    assert missing.status_code == UNKNOWN
    before = EvidenceShare.objects.count(), EvidencePack.objects.count()
    for who in ("amara", "tariq", "olga", "ada", "nobody"):
        for pack in packs.values():
            posted = people[who].post(f"/manage/evidence/{pack.public_id}/share/", given())
            assert posted.status_code in {SIGN_IN, REFUSED, UNKNOWN}
            for share in shares.values():
                people[who].post(f"/manage/evidence/{pack.public_id}/shares/{share.public_id}/withdraw/")
        if who != "olga":
            people[who].post("/manage/evidence/new/", {})
    assert (EvidenceShare.objects.count(), EvidencePack.objects.count()) == before
    assert not EvidenceShare.objects.exclude(withdrawn_at=None).exists()


def test_a_share_is_found_under_its_own_pack_alone(packs: dict[str, EvidencePack], people: dict[str, Client]) -> None:
    share = shared(people["lena"], packs["whole"])
    address = f"/manage/evidence/{packs['own'].public_id}/shares/{share.public_id}/withdraw/"
    assert people["ben"].post(address).status_code == UNKNOWN


def test_a_unit_of_others_is_no_choice(ben_client: Client, reablement: Unit, other_unit: Unit) -> None:
    for unit in (reablement, other_unit):
        answer = ben_client.post("/manage/evidence/new/", {"unit": str(unit.pk)})
        assert answer.status_code == 422
        assert unit.name not in answer.content.decode()
    assert not EvidencePack.objects.exists()


def test_who_managed_once_finds_nothing(packs: dict[str, EvidencePack], ben: User, ben_client: Client) -> None:
    ben.person.memberships.update(ends_on=today(-1))
    assert ben_client.get(f"/manage/evidence/{packs['own'].public_id}/").status_code == REFUSED


def test_who_lost_a_part_of_the_units_finds_no_pack_of_both(
    ben: User, ben_client: Client, assessments: Unit, reablement: Unit, amara: User, chidi: User
) -> None:
    """A pack of two units, by somebody who manages but one of them since: it is neither found nor made."""
    second = MembershipFactory(person=ben.person, unit=reablement, role=Role.UNIT_MANAGER)
    both, one = asked(ben_client), asked(ben_client, unit=str(assessments.pk))
    before = Team.of(ben)
    assert before is not None
    assert covers(before, both)
    second.ends_on = today(-1)
    second.save()
    after = Team.of(ben)
    assert after is not None
    assert not covers(after, both)
    assert covers(after, one)
    assert list(packs_seen(after)) == [one]
    assert ben_client.get(f"/manage/evidence/{both.public_id}/file/").status_code == UNKNOWN
    assert ben_client.get(f"/manage/evidence/{one.public_id}/").status_code == FOUND
    EvidencePack.objects.filter(pk=both.pk).update(made_at=None)
    with pytest.raises(jobs.Fault, match="no longer see all the units"):
        scope_of(both)


def test_a_team_is_narrowed_to_what_is_seen_of_some_units(
    ben: User, lena: User, adult_care: Unit, assessments: Unit, reablement: Unit
) -> None:
    """Wider than hers gives hers, narrower gives that, of others and of none gives nothing."""
    mine, whole = Team.of(ben), Team.of(lena)
    assert mine is not None
    assert whole is not None
    for team, units, left in (
        (mine, [adult_care], [assessments]),
        (mine, [assessments, reablement], [assessments]),
        (mine, [reablement], []),
        (mine, [], []),
        (whole, [assessments, reablement], [assessments, reablement]),
        (whole, [], []),
    ):
        found = narrowed(team, units)
        assert set(found.tops) == set(left)
        assert set(found.visible) == set(left)
        assert not found.led or found is team


def test_somebody_of_two_organisations_chooses_a_unit(ben: User, ben_client: Client, other_unit: Unit) -> None:
    MembershipFactory(person=ben.person, unit=other_unit, role=Role.UNIT_MANAGER)
    answer = ben_client.post("/manage/evidence/new/", {})
    assert "a pack is about one" in answer.content.decode()
    assert asked(ben_client, unit=str(other_unit.pk)).organisation == other_unit.organisation


def test_the_reports_and_the_hub_lead_there(ben_client: Client) -> None:
    for page in ("/manage/exports/", "/manage/organisation/"):
        assert "Evidence for an inspector" in said(ben_client, page)
