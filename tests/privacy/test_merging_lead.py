"""`/manage/people/<uuid>/same/`: a training lead makes two entries of one colleague one, and takes it back."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people.models import AuditEntry, Employment, Membership, Organisation, Person, Role, Unit, User
from courses.privacy.models import Merge, Tombstone, Why
from courses.records.models import Completion, Enrolment
from tests.factories import MembershipFactory
from tests.manager.history import completed, exempted, make_module, started, today
from tests.people import signed_in

from .merging_people import employ, entry, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice(amara: User, council: Organisation, reablement: Unit) -> Person:
    """A second entry of Amara, whom an import has made again."""
    employ(amara.person, council, "A-1")
    return entry("Amara Okafor-Bell", reablement, reference="B-7")


def address(one: Person, other: Person) -> str:
    return f"/manage/people/{one.public_id}/same/{other.public_id}/"


WHY = {"reason": "Same date of birth in our payroll."}


def test_two_entries_become_one(amara: User, twice: Person, lena_client: Client, council: Organisation) -> None:
    module, other = make_module(), make_module("Young carers")
    mine, theirs = completed(amara.person, module), completed(twice, other)
    exempted(twice, make_module("Third"))

    page = lena_client.get(f"/manage/people/{amara.person.public_id}/")
    assert "This is the same person as" in page.content.decode()
    found = lena_client.get(f"/manage/people/{amara.person.public_id}/same/?q=b-7").content.decode()
    assert "Amara Okafor-Bell" in found
    assert address(amara.person, twice) in found
    at_first = lena_client.get(f"/manage/people/{amara.person.public_id}/same/").content.decode()
    assert address(amara.person, twice) in at_first, "who has the same name is shown before she looks for anybody"
    nobody = lena_client.get(f"/manage/people/{amara.person.public_id}/same/?q=zz").content.decode()
    assert "Nobody else of yours" in nobody
    compared = lena_client.get(address(amara.person, twice)).content.decode()
    for words in ("A-1", "B-7", "Reablement", "Adult Assessments", "1 module", "with the name Amara Okafor"):
        assert words in compared
    answer = post(lena_client, address(amara.person, twice), WHY)
    assert answer.headers["Location"] == f"/manage/people/{amara.person.public_id}/"

    assert set(Completion.objects.filter(person=amara.person)) == {mine, theirs}
    assert set(amara.person.employments.filter(ends_on=None).values_list("reference", flat=True)) == {"A-1"}
    assert set(amara.person.employments.values_list("reference", flat=True)) == {"A-1", "B-7"}
    after = lena_client.get(f"/manage/people/{amara.person.public_id}/").content.decode()
    assert "Reablement" in after
    assert "Take apart" in after
    assert "Two entries became one" in after
    [letter] = mail.outbox
    assert letter.to == [amara.email]
    assert "Lena Fischer" in str(letter.body)
    stone = Tombstone.objects.get(why=Why.MERGED)
    assert (stone.organisation, stone.changed["records_completion"]) == (council, 1)
    assert AuditEntry.objects.get(what="merge").about == amara.person
    assert Merge.objects.get().reason == WHY["reason"]


def test_the_old_address_leads_on_for_who_may_see_her(
    amara: User, twice: Person, lena_client: Client, ben_client: Client, olga_client: Client
) -> None:
    post(lena_client, address(amara.person, twice), WHY)
    old, new = (f"/manage/people/{one.public_id}/" for one in (twice, amara.person))
    for client in (lena_client, ben_client):
        assert client.get(old).headers["Location"] == new
    assert olga_client.get(old).status_code == 404


def test_without_accounts_the_lead_chooses_who_stays(assessments: Unit, reablement: Unit, lena_client: Client) -> None:
    one, other = entry("Ida Webb", assessments, reference="1"), entry("Ida Weber", reablement, reference="2")
    assert post(lena_client, address(one, other), WHY).status_code == 422
    answer = post(lena_client, address(one, other), {**WHY, "stays": str(other.public_id)})
    assert answer.headers["Location"] == f"/manage/people/{other.public_id}/"
    assert Merge.objects.get().goes == one
    assert not mail.outbox


def test_a_reason_is_asked_for(amara: User, twice: Person, lena_client: Client) -> None:
    answer = post(lena_client, address(amara.person, twice))
    assert answer.status_code == 422
    assert "Say in a few words how you know" in answer.content.decode()
    assert not Merge.objects.exists()


def test_twice_is_once(amara: User, twice: Person, lena_client: Client) -> None:
    completed(twice, make_module())
    for _ in range(2):
        post(lena_client, address(amara.person, twice), WHY)
    assert Merge.objects.count() == 1
    assert Tombstone.objects.count() == 1


@pytest.mark.parametrize("who", ["amara", "ben", "tariq", "olga", "visitor"])
def test_only_a_lead_comes_near(
    who: str, amara: User, twice: Person, request: pytest.FixtureRequest, lena_client: Client
) -> None:
    client = Client() if who == "visitor" else signed_in(request.getfixturevalue(who))
    post(lena_client, address(amara.person, twice), WHY)
    merged = Merge.objects.get()
    same = f"/manage/people/{amara.person.public_id}/same/"
    part = f"/manage/people/{amara.person.public_id}/joined/{merged.pk}/"
    for path in (same, address(amara.person, twice), part):
        assert client.get(path).status_code == (302 if who == "visitor" else 403)
    for path in (address(amara.person, twice), f"{address(amara.person, twice)}ask/", part):
        assert client.post(path, WHY).status_code == (302 if who == "visitor" else 403)
    assert Merge.objects.get().parted_at is None


def test_a_lead_of_another_organisation_finds_nobody(
    amara: User, twice: Person, other_council: Organisation, olga: User, omar: User, lena_client: Client
) -> None:
    MembershipFactory(person=olga.person, role=Role.TRAINING_LEAD, organisation=other_council)
    foreign = signed_in(olga)
    for one, other in ((amara.person, twice), (omar.person, twice), (twice, omar.person)):
        assert foreign.get(address(one, other)).status_code == 404
        assert foreign.post(address(one, other), WHY).status_code == 404
        assert foreign.post(f"{address(one, other)}ask/").status_code == 404
    assert lena_client.get(address(amara.person, omar.person)).status_code == 404
    assert lena_client.post(address(amara.person, omar.person), WHY).status_code == 404
    assert "Omar Said" not in lena_client.get(f"/manage/people/{twice.public_id}/same/?q=omar").content.decode()
    post(lena_client, address(amara.person, twice), WHY)
    part = f"/manage/people/{amara.person.public_id}/joined/{Merge.objects.get().pk}/"
    assert foreign.get(part).status_code == foreign.post(part).status_code == 404


def test_nobody_is_one_with_herself(amara: User, lena_client: Client) -> None:
    assert lena_client.get(address(amara.person, amara.person)).status_code == 404
    assert lena_client.post(address(amara.person, amara.person), WHY).status_code == 404


def test_two_accounts_are_asked_and_not_joined(amara: User, chidi: User, lena_client: Client) -> None:
    page = lena_client.get(address(amara.person, chidi.person)).content.decode()
    assert "Only they themselves can make these two one" in page
    assert post(lena_client, address(amara.person, chidi.person), WHY).status_code == 403
    assert not Merge.objects.exists()
    for _ in range(2):
        assert post(lena_client, f"{address(amara.person, chidi.person)}ask/").status_code == 302
    assert sorted(letter.to[0] for letter in mail.outbox) == [amara.email, chidi.email]
    for letter in mail.outbox:
        assert amara.email not in letter.body
        assert chidi.email not in letter.body


def test_who_is_known_elsewhere_is_not_hers_to_say_and_she_does_not_learn_where(
    amara: User, twice: Person, other_unit: Unit, lena_client: Client, chidi: User
) -> None:
    two_accounts = lena_client.get(address(amara.person, chidi.person)).content.decode()
    MembershipFactory(person=amara.person, unit=other_unit, role=Role.LEARNER, ends_on=datetime.date(2024, 6, 1))
    page = lena_client.get(address(amara.person, twice)).content.decode()
    assert "Southmoor" not in page
    assert "Care Team" not in page
    assert _card(page) == _card(two_accounts)
    assert post(lena_client, address(amara.person, twice), WHY).status_code == 403
    assert not Merge.objects.exists()


def _card(page: str) -> str:
    return page.split("requirement-form")[1].split("<form", maxsplit=1)[0]


def test_nothing_private_is_compared(amara: User, twice: Person, lena_client: Client) -> None:
    completed(amara.person, make_module("Caring at home", private=True))
    page = lena_client.get(address(amara.person, twice)).content.decode()
    assert "Caring at home" not in page
    assert "1 module" not in page


def test_a_role_comes_to_an_account_only_when_it_is_said(
    amara: User, twice: Person, reablement: Unit, lena_client: Client
) -> None:
    MembershipFactory(person=twice, unit=reablement, role=Role.UNIT_MANAGER)
    page = lena_client.get(address(amara.person, twice)).content.decode()
    assert "An account comes to hold roles by this" in page
    assert "Manager of a unit, Reablement" in page


def test_nobody_is_her_own_manager(amara: User, twice: Person, lena_client: Client) -> None:
    Membership.objects.filter(person=amara.person).update(manager=twice, deputy=twice)
    Membership.objects.filter(person=twice).update(manager=amara.person)
    post(lena_client, address(amara.person, twice), WHY)
    for membership in Membership.objects.filter(person=amara.person):
        assert (membership.manager, membership.deputy) == (None, None)


def test_two_posts_in_one_unit_are_one_with_the_earlier_dates(
    amara: User, assessments: Unit, lena_client: Client
) -> None:
    older = entry("Amara O", assessments, reference="B", starts_on=datetime.date(2020, 5, 4))
    Membership.objects.filter(person=older).update(job_title="Social worker")
    post(lena_client, address(amara.person, older), WHY)
    open_ones = Membership.objects.filter(person=amara.person, unit=assessments, ends_on=None)
    kept = open_ones.get()
    assert (kept.joined_on, kept.employed_on, kept.job_title) == (
        datetime.date(2020, 5, 4), datetime.date(2020, 5, 4), "Social worker",
    )  # fmt: skip
    ended = Membership.objects.exclude(ends_on=None).get(person=amara.person)
    assert (ended.starts_on, ended.ends_on) == (datetime.date(2020, 5, 4), today(-1))


def test_everybody_is_counted_again(amara: User, twice: Person, lena_client: Client) -> None:
    from courses.records.models import Recount

    post(lena_client, address(amara.person, twice), WHY)
    assert {one.person_id for one in Recount.objects.all()} == {amara.person_id, twice.pk}


def test_looking_costs_few_queries(
    amara: User, twice: Person, reablement: Unit, lena_client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    completed(amara.person, make_module())
    exempted(twice, make_module("Third"))
    third = entry("A. Okafor", reablement, reference="C")
    post(lena_client, address(amara.person, third), WHY)
    person = f"/manage/people/{amara.person.public_id}/"
    lena_client.get(person)
    for path, most in {
        f"{person}same/?q=okafor": 6,
        address(amara.person, twice): 8,
        f"{person}joined/{Merge.objects.get().pk}/": 5,
        person: 9,  # with the joining that she may take apart
    }.items():
        with django_assert_max_num_queries(most):
            assert lena_client.get(path).status_code == 200, path


class TestTakingItBack:
    def part(self, client: Client) -> str:
        merged = Merge.objects.get()
        return f"/manage/people/{merged.stays.public_id}/joined/{merged.pk}/"

    def test_everything_goes_back(self, amara: User, twice: Person, assessments: Unit, lena_client: Client) -> None:
        module = make_module()
        MembershipFactory(person=twice, unit=assessments, role=Role.LEARNER, starts_on=datetime.date(2021, 1, 1))
        mine, theirs = completed(amara.person, module, days_ago=300), completed(twice, module, days_ago=600)
        exempted(twice, make_module("Third"))
        before = picture(amara.person), picture(twice)
        post(lena_client, address(amara.person, twice), WHY)
        assert [e.pk for e in Enrolment.objects.filter(person=amara.person).order_by("period")] == [
            theirs.enrolment_id, mine.enrolment_id,
        ]  # fmt: skip
        mail.outbox.clear()
        assert "goes back" not in lena_client.get("/manage/").content.decode()
        assert "go back to the entry they came from" in lena_client.get(self.part(lena_client)).content.decode()
        answer = post(lena_client, self.part(lena_client))
        assert answer.status_code == 302
        assert (picture(amara.person), picture(twice)) == before
        assert [letter.to for letter in mail.outbox] == [[amara.email]]
        assert Tombstone.objects.filter(why=Why.PARTED).count() == 1
        assert lena_client.get(f"/manage/people/{twice.public_id}/").status_code == 200

    def test_what_was_done_since_stays(self, amara: User, twice: Person, lena_client: Client) -> None:
        module = make_module()
        begun = started(twice, module, days_ago=9)
        post(lena_client, address(amara.person, twice), WHY)
        Enrolment.objects.filter(pk=begun.pk).update(last_active_at=timezone.now())
        answer = post(lena_client, self.part(lena_client), follow=True)
        assert "What was gone on with or changed since stays" in answer.content.decode()
        begun.refresh_from_db()
        assert begun.person == amara.person

    def test_after_a_month_it_is_too_late(self, amara: User, twice: Person, lena_client: Client) -> None:
        post(lena_client, address(amara.person, twice), WHY)
        path = self.part(lena_client)
        Merge.objects.update(at=timezone.now() - datetime.timedelta(days=31))
        assert lena_client.get(path).status_code == lena_client.post(path).status_code == 404
        assert "Take apart" not in lena_client.get(f"/manage/people/{amara.person.public_id}/").content.decode()

    def test_the_last_joining_comes_apart_first(
        self, amara: User, twice: Person, assessments: Unit, lena_client: Client
    ) -> None:
        third = entry("A. Okafor", assessments, reference="C")
        post(lena_client, address(amara.person, twice), WHY)
        first = Merge.objects.get()
        post(lena_client, address(amara.person, third), WHY)
        answer = post(lena_client, f"/manage/people/{amara.person.public_id}/joined/{first.pk}/")
        assert answer.status_code == 422
        assert "Take that one apart first" in answer.content.decode()


def picture(person: Person) -> dict[str, object]:
    """All that is a person's own, as it stands."""
    return {
        "posts": sorted(
            Membership.objects.filter(person=person).values_list("pk", "starts_on", "ends_on", "joined_on")
        ),
        "work": sorted(Employment.objects.filter(person=person).values_list("pk", "reference", "starts_on", "ends_on")),
        "enrolments": sorted(person.enrolments.values_list("pk", "period")),
        "completions": sorted(person.completions.values_list("pk", flat=True)),
        "exemptions": sorted(person.exemptions.values_list("pk", flat=True)),
    }
