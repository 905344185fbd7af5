"""`/manage/views/`: a list kept as it was chosen, shared without sharing people; and lists to print."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.manager.models import SavedView
from courses.people.models import JobRole, Membership, Organisation, Unit, User
from tests.factories import MembershipFactory, PersonFactory

from .history import make_module, require
from .reading import said, table

pytestmark = pytest.mark.django_db
NEW = "/manage/views/new/matrix/"


def test_a_view_is_saved_and_opened(amara: User, assessments: Unit, ben_client: Client) -> None:
    require(make_module("Carer awareness"), assessments, due=-5)
    query = "state=overdue&module=carer-awareness&sort=next&q=amara&as_at=2026-01-01"
    response = ben_client.post(f"{NEW}?{query}", {"name": "Overdue"}, follow=True)
    assert "“Overdue” is saved." in response.content.decode()
    view = SavedView.objects.get()
    assert view.choices == {"state": ["overdue"], "module": ["carer-awareness"], "sort": ["next"]}
    assert not view.shared
    html = response.content.decode()
    assert "/manage/matrix/?" in html
    assert ben_client.post(f"{NEW}?state=valid", {"name": "Overdue", "shared": "on"}).status_code == 302
    assert SavedView.objects.get().choices == {"state": ["valid"]}


def test_a_shared_view_shows_each_her_own_people(
    amara: User, chidi: User, council: Organisation, assessments: Unit, ben_client: Client, lena_client: Client
) -> None:
    require(make_module("Carer awareness"), council, due=-5)
    lena_client.post(f"{NEW}?state=overdue", {"name": "Everybody overdue", "shared": "on"})
    lena_client.post(NEW, {"name": "Hers alone"})
    html = said(ben_client, "/manage/views/")
    assert "Everybody overdue Matrix, shared by Lena" in html
    assert "Hers alone" not in html
    assert [row[0].split(" Adult")[0] for row in table(ben_client, "/manage/matrix/?state=overdue")[1:]] == [
        "Amara Okafor"
    ]


def test_a_view_is_taken_away_by_its_owner_or_the_lead(
    ben: User, assessments: Unit, ben_client: Client, lena_client: Client, olga_client: Client
) -> None:
    own = {"organisation": assessments.organisation, "owner": ben.person, "kind": "people"}
    private = SavedView.objects.create(name="Mine", **own)
    shared = SavedView.objects.create(name="Ours", shared=True, **own)
    for client, view in ((lena_client, private), (olga_client, private), (olga_client, shared)):
        assert client.post(f"/manage/views/{view.pk}/remove/").status_code == 404
    assert lena_client.post(f"/manage/views/{shared.pk}/remove/").status_code == 302
    assert ben_client.post(f"/manage/views/{private.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()


def test_what_cannot_be_understood_is_not_saved(amara: User, ben_client: Client, reablement: Unit) -> None:
    assert ben_client.post(f"{NEW}?unit={reablement.pk}", {"name": "X"}).status_code == 422
    assert ben_client.post(NEW, {"name": ""}).status_code == 422
    assert ben_client.get("/manage/views/new/absurd/").status_code == 404
    assert not SavedView.objects.exists()


def test_a_list_is_printed_in_one_piece_with_its_choice_in_words(assessments: Unit, ben_client: Client) -> None:
    require(make_module("Carer awareness"), assessments, due=-5)
    for number in range(60):
        MembershipFactory(unit=assessments, person=PersonFactory(name=f"Person No{number:02}"))
    rows = table(ben_client, "/manage/matrix/?state=overdue&print=1")
    assert len(rows) == 61
    html = said(ben_client, "/manage/matrix/?state=overdue&print=1")
    assert "State: Overdue" in html
    assert "Download CSV" not in html


def test_a_print_that_is_too_long_says_so(
    assessments: Unit, ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.manager.views.people.PRINTED", 5)
    for number in range(9):
        MembershipFactory(unit=assessments, person=PersonFactory(name=f"Person No{number}"))
    assert "Only 5 of 9 people are printed at once" in said(ben_client, "/manage/people/?print=1")


def test_people_are_found_by_job_role(
    amara: User, assessments: Unit, other_council: Organisation, ben_client: Client
) -> None:
    role = JobRole.objects.create(organisation=assessments.organisation, name="Social worker")
    foreign = JobRole.objects.create(organisation=other_council, name="Nurse")
    MembershipFactory(unit=assessments, person=PersonFactory(name="Zed"))
    Membership.objects.filter(person=amara.person).update(job_role=role)
    assert [row[0].split(" Adult")[0] for row in table(ben_client, f"/manage/people/?role={role.pk}")[1:]] == [
        "Amara Okafor"
    ]
    assert "Nurse" not in said(ben_client, "/manage/people/")
    assert "choose from the list" in said(ben_client, f"/manage/people/?role={foreign.pk}")
