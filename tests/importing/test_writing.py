"""An import from file to posts: what it makes, changes and ends, and that doing it again does nothing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from courses.people.importing import services
from courses.people.models import AuditEntry, Employment, JobRole, Membership, Person, Role, Unit, User

from .files import ADA, BEA, HEADINGS, Importing, csv_of, xlsx_of

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def post_of(reference: str) -> Membership:
    found = Membership.objects.filter(person__employments__reference=reference, role=Role.LEARNER, ends_on=None)
    return found.distinct().get()


def dated_back(days: int = 30) -> None:
    """As if the posts had begun a while ago."""
    for post in Membership.objects.all():
        post.starts_on -= DAY * days
        post.save()


def test_new_people_get_a_person_an_employment_and_a_post(importing: Importing, assessments: Unit) -> None:
    found = importing.write(csv_of(ADA, BEA))
    assert found.counts == {"add": 2}
    ada = Person.objects.get(employments__reference="E1")
    assert (ada.name, ada.family_name, ada.logins.count()) == ("Ada Obi", "Obi", 0)
    post = post_of("E1")
    day = datetime.date(2024, 4, 1)
    assert (post.unit, post.starts_on, post.joined_on, post.employed_on) == (assessments, day, day, day)
    assert post.job_role == JobRole.objects.get(name="Social worker")
    assert Employment.objects.get(reference="E1").email == "ada@northfield.example"
    entry = AuditEntry.objects.get(what="import")
    assert entry.key == str(found.public_id)
    assert entry.data == {"counts": {"add": 2}}


def test_the_same_file_again_changes_nothing(importing: Importing) -> None:
    importing.write(csv_of(ADA, BEA))
    before = list(Membership.objects.order_by("pk").values()), list(Person.objects.order_by("pk").values())
    again = importing.write(csv_of(ADA, BEA))
    assert again.counts == {"same": 2}
    assert (list(Membership.objects.order_by("pk").values()), list(Person.objects.order_by("pk").values())) == before


def test_xlsx_with_real_dates_and_numbers(importing: Importing) -> None:
    row = [1001, "Zoë", "Müller", "zoe@northfield.example", "Reablement", "Nurse", datetime.date(2025, 3, 4)]
    importing.write(xlsx_of(row), "people.xlsx")
    assert post_of("1001").starts_on == datetime.date(2025, 3, 4)
    assert Person.objects.filter(name="Zoë Müller").exists()


def test_a_move_ends_the_post_the_day_before_and_begins_another(importing: Importing, reablement: Unit) -> None:
    importing.write(csv_of(ADA))
    found = importing.write(csv_of((*ADA[:4], "Adult Care > Reablement", *ADA[5:])))
    assert found.counts == {"change": 1}
    assert found.rows.get().changes["unit"] == ["Adult Care > Adult Assessments", "Adult Care > Reablement"]
    today = timezone.localdate()
    old = Membership.objects.get(person__employments__reference="E1", ends_on__isnull=False)
    new = post_of("E1")
    assert (old.ends_on, new.starts_on, new.joined_on) == (today - DAY, today, today)
    assert (new.unit, new.employed_on, new.job_role) == (reablement, old.employed_on, old.job_role)


def test_another_job_in_the_same_unit_keeps_the_day_she_joined(importing: Importing) -> None:
    importing.write(csv_of(ADA))
    joined = post_of("E1").joined_on
    importing.write(csv_of((*ADA[:5], "Senior social worker", ADA[6])))
    assert (post_of("E1").joined_on, post_of("E1").starts_on) == (joined, timezone.localdate())


def test_a_leave_date_ends_posts_and_employment(importing: Importing) -> None:
    headings = (*HEADINGS, "Leave date")
    importing.write(csv_of((*ADA, ""), headings=headings))
    last = timezone.localdate() - DAY
    found = importing.write(csv_of((*ADA, last.strftime("%d/%m/%Y")), headings=headings))
    assert found.counts == {"leave": 1}
    assert Employment.objects.get(reference="E1").ends_on == last
    assert not Membership.objects.filter(person__name="Ada Obi", ends_on=None).exists()
    assert importing.write(csv_of((*ADA, last.strftime("%d/%m/%Y")), headings=headings)).counts == {"same": 1}


def test_who_is_missing_from_a_whole_file_has_left_and_many_of_them_ask_for_a_tick(importing: Importing) -> None:
    importing.write(csv_of(ADA, BEA))
    found = importing.check(csv_of(ADA), whole=True)
    assert found.counts == {"same": 1, "leave": 1}
    assert services.warnings(found).words == ["1 of the 2 people you employ would leave. That is 50%."]
    with pytest.raises(services.ImportRefusedError):
        services.ask_write(found=found, by=importing.by, sure=False, invite=False)
    importing.write(csv_of(ADA), whole=True)
    assert Employment.objects.get(reference="E2").ends_on == timezone.localdate()
    assert Employment.objects.get(reference="E1").ends_on is None


def test_a_row_that_cannot_be_read_makes_nobody_a_leaver(importing: Importing) -> None:
    importing.write(csv_of(ADA, BEA))
    found = importing.check(csv_of(ADA, (*BEA[:6], "31/02/2025")), whole=True)
    assert found.counts == {"same": 1, "fault": 1}


def test_who_comes_back_is_the_same_person(importing: Importing) -> None:
    headings = (*HEADINGS, "Leave date")
    importing.write(csv_of((*ADA, ""), headings=headings))
    Employment.objects.update(ends_on=datetime.date(2026, 1, 31))
    Membership.objects.filter(person__name="Ada Obi").update(ends_on=datetime.date(2026, 1, 31))
    found = importing.write(csv_of(ADA))
    assert found.rows.get().changes["reference"] == ["Left on 31 January 2026", "E1"]
    assert Person.objects.filter(name="Ada Obi").count() == 1
    assert Employment.objects.filter(reference="E1").count() == 2
    assert post_of("E1").starts_on == timezone.localdate()


def test_managers_deputies_and_second_posts(importing: Importing, reablement: Unit) -> None:
    headings = (*HEADINGS, "Manager", "Deputy", "Second post")
    rows = (*ADA, "E2", "", "Reablement"), (*BEA, "", "E1", "")
    assert importing.write(csv_of(*rows, headings=headings)).counts == {"add": 2}
    posts = {post.unit_id: post for post in Membership.objects.filter(person__name="Ada Obi")}
    assert set(posts) == {reablement.pk, Unit.objects.get(name="Adult Assessments").pk}
    assert post_of("E2").deputy == Person.objects.get(name="Ada Obi")
    main = Membership.objects.get(person__name="Ada Obi", unit__name="Adult Assessments")
    assert main.manager == Person.objects.get(name="Bea Novak")
    assert importing.write(csv_of(*rows, headings=headings)).counts == {"same": 2}
    ended = importing.write(csv_of((*ADA, "-", "", "-"), headings=headings))
    assert ended.rows.get().changes == {"manager": ["Bea Novak", ""], "second_unit": ["Adult Care > Reablement", ""]}


def test_units_and_job_roles_that_do_not_exist_are_told_and_made(importing: Importing, adult_care: Unit) -> None:
    row = (*ADA[:4], "Adult Care > Hospital > Ward 3", "Discharge planner", ADA[6])
    found = importing.check(csv_of(row))
    assert found.facts["units"] == ["Adult Care > Hospital", "Adult Care > Hospital > Ward 3"]
    assert found.facts["roles"] == ["Discharge planner"]
    assert not Unit.objects.filter(name="Ward 3").exists()
    importing.write(csv_of(row))
    ward = Unit.objects.get(name="Ward 3")
    assert ward.path.startswith(adult_care.path)
    assert ward.parent is not None
    assert (ward.parent.name, post_of("E1").unit) == ("Hospital", ward)


def test_somebody_of_ours_with_an_account_is_found_by_her_address(
    importing: Importing, amara: User, assessments: Unit
) -> None:
    row = ("E9", "Amy", "Okafor", "amara@example.org", "Adult Assessments", "Social worker", "01/04/2024")
    found = importing.write(csv_of(row))
    assert found.counts == {"change": 1}
    assert Employment.objects.get(reference="E9").person == amara.person
    amara.person.refresh_from_db()
    assert amara.person.name == "Amara Okafor", "who has an account changes her name herself"


def test_an_account_elsewhere_is_not_told_of_and_not_taken(importing: Importing, omar: User) -> None:
    row = ("E9", "Omar", "Said", "omar@example.org", "Adult Assessments", "Social worker", "01/04/2024")
    nobody = ("E8", "Nadia", "Said", "nobody@example.org", "Adult Assessments", "Social worker", "01/04/2024")
    checked = importing.check(csv_of(row, nobody))
    kinds: list[tuple[Any, ...]] = list(checked.rows.values_list("kind", "faults", "changes", "person"))
    assert kinds[0] == kinds[1]
    importing.write(csv_of(row, nobody))
    assert Employment.objects.get(reference="E9").person != omar.person
    assert not omar.person.employments.exists()


def test_a_training_lead_leaves_by_no_file(importing: Importing, lena: User) -> None:
    Employment.objects.create(
        person=lena.person, organisation=importing.organisation, reference="L1", starts_on=datetime.date(2020, 1, 1)
    )
    assert importing.check(csv_of(ADA), whole=True).counts == {"add": 1}
    headings = (*HEADINGS, "Leave date")
    row = ("L1", "Lena", "Fischer", "", "Adult Care", "", "", "01/01/2026")
    assert "takes" not in importing.check(csv_of(row, headings=headings)).rows.get().faults["leaves_on"]


def test_a_row_that_no_longer_fits_is_left_out_and_says_so(importing: Importing, reablement: Unit) -> None:
    found = importing.check(csv_of(ADA, BEA))
    reablement.ends_on = timezone.localdate() - DAY
    reablement.save()
    with importing.commits(execute=True):
        services.ask_write(found=found, by=importing.by, sure=True, invite=False)
    found.refresh_from_db()
    assert found.counts == {"add": 1, "fault": 1}
    assert found.rows.get(kind="fault").faults == {"unit": "The unit Adult Care > Reablement has ended."}
    assert not Person.objects.filter(name="Bea Novak").exists()
