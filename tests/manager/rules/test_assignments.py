"""`/manage/assignments/`: reading, previewing, setting, changing and ending requirements."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import AuditEntry, JobRole, Organisation, Person, Unit, User
from courses.records.drafting import Terms
from courses.records.models import LearningPath, PathStep, Requirement
from courses.records.services import requiring
from courses.records.states import States
from tests.factories import MembershipFactory, PersonFactory, UserFactory
from tests.manager.history import completed, make_module, republished, require, today
from tests.manager.reading import said, words
from tests.people import signed_in

pytestmark = pytest.mark.django_db
URL = "/manage/assignments/"
NEW = f"{URL}new/"


@pytest.fixture
def awareness(db: None) -> ModulePage:
    return make_module("Carer awareness")


def form(where: Unit | Organisation, **changes: Any) -> dict[str, Any]:
    data = {
        "who": str(where.pk) if isinstance(where, Unit) else f"organisation-{where.pk}",
        "module": "carer-awareness",
        "rule": "joining",
        "days_after_joining": "30",
        "due_on": "",
        "starts_on": today().isoformat(),
        "do": "save",
    }
    return {**data, **changes}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_manager_sees_whom_it_touches_and_sets_it(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    preview = text(ben_client.post(NEW, form(assessments, do="preview")))
    assert "Whom it touches" in preview
    assert "<strong>1</strong> person" in preview
    assert "Amara" in preview
    assert not Requirement.objects.exists()
    response = ben_client.post(NEW, form(assessments), follow=True)
    requirement = Requirement.objects.get()
    assert response.redirect_chain == [(f"{URL}{requirement.pk}/", 302)]
    assert (requirement.unit, requirement.module, requirement.days_after_joining) == (assessments, awareness, 30)
    assert (requirement.starts_on, requirement.ends_on, requirement.due_on) == (today(), None, None)
    assert "Carer awareness Who Adult Assessments Due within 30 days of joining" in said(ben_client, URL)
    assert AuditEntry.objects.filter(what="rule", key=requirement.pk).count() == 1


def test_the_preview_counts_who_holds_it_and_who_becomes_due_when(
    amara: User, chidi: User, council: Organisation, assessments: Unit, reablement: Unit,
    lena_client: Client, awareness: ModulePage,
) -> None:  # fmt: skip
    completed(amara.person, awareness)
    for joined in (today(-40), today(-1), today(-2)):
        MembershipFactory(unit=reablement, starts_on=joined)
    preview = said_of(lena_client.post(NEW, form(council, do="preview")))
    assert "5 people" in preview
    assert "Hold it already 1" in preview
    assert "Overdue at once: the date has passed for them 2" in preview  # Chidi, and who came forty days ago
    assert "In the next 30 days 2" in preview
    assert "Later" not in preview


def said_of(response: Any) -> str:
    return words(response.content.decode().split("<main", 1)[1])


def test_sent_twice_it_is_one(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    for _ in range(2):
        assert ben_client.post(NEW, form(assessments)).status_code == 302
    assert Requirement.objects.count() == 1


def test_everything_a_rule_can_say(
    amara: User, chidi: User, council: Organisation, assessments: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    role = JobRole.objects.create(organisation=council, name="Social worker")
    data = form(
        council, job_role=str(role.pk), nation="england", named="on", people=[str(amara.person.public_id)],
        rule="date", due_on=today(40).isoformat(), grace_days="14", refresher="window", window_from="1 April",
        window_to="30/6",
    )  # fmt: skip
    lena_client.post(NEW, data)
    requirement = Requirement.objects.get()
    assert (requirement.unit, requirement.due_on, requirement.days_after_joining) == (None, today(40), None)
    assert (requirement.job_role, requirement.nation, requirement.grace_days) == (role, "england", 14)
    assert (requirement.window_from, requirement.window_to, requirement.refresh_months) == ("0401", "0630", None)
    assert [row.person for row in requirement.people.all()] == [amara.person]
    html = said(lena_client, f"{URL}{requirement.pk}/")
    assert "Everybody in Northfield Council, job role Social worker, working in England, only people on a list" in html
    assert "every year between 1 April and 30 June" in html
    assert "with 14 days of grace" in html
    assert "Amara" in html


def test_people_are_found_by_name_and_stay_ticked(
    amara: User, chidi: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    found = text(ben_client.post(NEW, form(assessments, do="find", find="ama")))
    assert f'value="{amara.person.public_id}"' in found
    more = text(ben_client.post(NEW, form(assessments, do="find", find="chi", people=[str(amara.person.public_id)])))
    assert f'value="{amara.person.public_id}"' in more
    assert "Chidi" not in more
    assert str(chidi.person.public_id) not in more
    refused = ben_client.post(NEW, form(assessments, named="on", people=[str(chidi.person.public_id)]))
    assert refused.status_code == 422
    assert not Requirement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": "date"}, "Give the day by which everybody must hold it."),
        ({"rule": "date", "due_on": "soon"}, "Enter a valid date."),
        ({"days_after_joining": ""}, "Give the number of days"),
        ({"days_after_joining": "-1"}, "greater than or equal to 0"),
        ({"days_after_joining": "99999"}, "less than or equal to 3650"),
        ({"rule": ""}, "This field is required."),
        ({"starts_on": "2020-01-01"}, "begins today or later"),
        ({"module": "when-home-is-hard"}, "Select a valid choice."),
        ({"module": "there-is-none"}, "Select a valid choice."),
        ({"module": "path-1"}, "Select a valid choice."),
        ({"who": "999999"}, "Select a valid choice."),
        ({"who": "organisation-1 OR 1=1"}, "Select a valid choice."),
        ({"named": "on"}, "Find the people by name and tick them"),
        ({"refresher": "months"}, "Give the number of months"),
        ({"refresher": "window", "window_from": "1 April"}, "Give the day on which it closes"),
        ({"refresher": "window", "window_from": "29 February", "window_to": "1 May"}, "29 February does not come"),
        ({"refresher": "window", "window_from": "31/4", "window_to": "1 May"}, "Give a day and a month"),
        ({"refresher": "window", "window_from": "1 Foo", "window_to": "1 May"}, "Give a day and a month"),
        ({"grace_days": "400"}, "less than or equal to 365"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(
    assessments: Unit, ben_client: Client, awareness: ModulePage, changes: dict[str, str], message: str
) -> None:
    make_module("When home is hard", private=True)
    response = ben_client.post(NEW, form(assessments, **changes))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Requirement.objects.exists()


def test_a_manager_cannot_reach_beyond_her_units(
    council: Organisation, adult_care: Unit, reablement: Unit, other_unit: Unit, ben_client: Client,
    awareness: ModulePage,
) -> None:  # fmt: skip
    for where in (council, adult_care, reablement, other_unit):
        response = ben_client.post(NEW, form(where))
        assert response.status_code == 422
        assert where.name not in response.content.decode()
    assert not Requirement.objects.exists()


def test_private_modules_are_required_by_no_path_and_named_nowhere(
    council: Organisation, assessments: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    path = LearningPath.objects.create(organisation=council, name="Hard days")
    module = make_module("When home is hard")
    PathStep.objects.create(path=path, module=module, position=1, starts_on=today())
    assert "Hard days" in text(lena_client.get(NEW))
    rule = Requirement.objects.create(organisation=council, path=path, starts_on=today(-5), days_after_joining=1)
    assert lena_client.get(f"{URL}{rule.pk}/").status_code == 200
    republished(module, private=True)
    for url in (URL, NEW):
        assert "ard days" not in text(lena_client.get(url))
        assert "hard" not in text(lena_client.get(url)).lower().replace("hardly", "")
    assert lena_client.get(f"{URL}{rule.pk}/").status_code == 404
    assert lena_client.get(f"{URL}{rule.pk}/edit/").status_code == 404
    assert lena_client.post(NEW, form(assessments, module=f"path-{path.pk}")).status_code == 422
    with pytest.raises(requiring.ModuleIsPrivate):
        requiring.require(
            terms=Terms(organisation=council, path=path, starts_on=today(), days_after_joining=1), by=None
        )


def test_a_path_asks_for_each_of_its_modules(
    amara: User, council: Organisation, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    path = LearningPath.objects.create(organisation=council, name="New to assessments")
    second = make_module("Young carers")
    for place, module in enumerate((awareness, second), 1):
        PathStep.objects.create(path=path, module=module, position=place, starts_on=today())
    completed(amara.person, awareness)
    preview = said_of(ben_client.post(NEW, form(assessments, module=f"path-{path.pk}", do="preview")))
    assert "1 person" in preview
    assert "Hold it already 0" in preview
    ben_client.post(NEW, form(assessments, module=f"path-{path.pk}"))
    assert [(cell.required, str(cell.state)) for cell in cells(amara.person, awareness, second)] == [
        (True, "valid"), (True, "overdue"),
    ]  # fmt: skip
    assert "New to assessments learning path" in said(ben_client, URL)


def cells(person: Person, *modules: ModulePage, on: datetime.date | None = None) -> Any:
    me = Person.objects.filter(pk=person.pk)
    return States(people=me, modules=[module.pk for module in modules], on=on or today()).cells()


def test_a_change_ends_the_old_rule_and_yesterday_stays_as_it_was(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    old = require(awareness, assessments, after_joining=30, grace_days=7)
    yesterday = cells(amara.person, awareness, on=today(-1))
    url = f"{URL}{old.pk}/edit/"
    assert 'value="30"' in text(ben_client.get(url))
    data = form(assessments, days_after_joining="90", grace_days="7", seen=requiring.mark(old))
    preview = said_of(ben_client.post(url, {**data, "do": "preview"}))
    assert "The requirement as it stands touches 1." in preview
    assert ben_client.post(url, data).status_code == 302
    old.refresh_from_db()
    new = Requirement.objects.get(replaces=old)
    assert (old.ends_on, new.starts_on, new.ends_on) == (today(-1), today(), None)
    assert (old.days_after_joining, new.days_after_joining) == (30, 90)
    assert new.applies_since == old.starts_on, "grace goes on from where it was"
    assert cells(amara.person, awareness, on=today(-1)) == yesterday
    page = said(ben_client, f"{URL}{new.pk}/")
    assert "How it came to be" in page
    assert "within 30 days of joining" in page
    assert ben_client.post(url, data).status_code == 409, "the second click finds it changed already"
    assert Requirement.objects.count() == 2


def test_asking_it_of_others_lets_grace_begin_anew(
    council: Organisation, assessments: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    old = require(awareness, assessments, after_joining=30, grace_days=7)
    lena_client.post(f"{URL}{old.pk}/edit/", form(council, grace_days="7", seen=requiring.mark(old)))
    assert Requirement.objects.get(replaces=old).applies_since is None


def test_what_began_today_has_no_past_and_is_changed_in_its_place(
    assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    rule = require(awareness, assessments, after_joining=30, starts_on=today())
    ben_client.post(f"{URL}{rule.pk}/edit/", form(assessments, days_after_joining="10", seen=requiring.mark(rule)))
    rule.refresh_from_db()
    assert (rule.days_after_joining, Requirement.objects.count()) == (10, 1)


def test_nothing_changed_is_no_change(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    rule = require(awareness, assessments, after_joining=30)
    ben_client.post(f"{URL}{rule.pk}/edit/", form(assessments, seen=requiring.mark(rule)))
    assert list(Requirement.objects.all()) == [rule]


@pytest.mark.parametrize("begun", [today(-5), today()])
def test_the_second_of_two_leads_is_told_and_loses_nothing(
    begun: datetime.date, assessments: Unit, lena_client: Client, ben_client: Client, awareness: ModulePage
) -> None:
    rule = require(awareness, assessments, after_joining=30, starts_on=begun)
    seen = requiring.mark(rule)
    url = f"{URL}{rule.pk}/edit/"
    assert ben_client.post(url, form(assessments, days_after_joining="60", seen=seen)).status_code == 302
    answer = lena_client.post(url, form(assessments, grace_days="21", seen=seen))
    assert answer.status_code == 409
    told = said_of(answer)
    assert "Ben" in told
    assert "changed this requirement while you were writing" in told
    assert "when it is due" in told
    assert "within 60 days of joining" in told
    assert 'value="21"' in text(answer)
    current = requiring.latest(Requirement.objects.get(pk=rule.pk))
    fresh = requiring.mark(current)
    assert f'action="{URL}{current.pk}/edit/"' in text(answer)
    data = form(assessments, days_after_joining="60", grace_days="21", seen=fresh)
    assert lena_client.post(f"{URL}{current.pk}/edit/", data).status_code == 302
    last = requiring.latest(Requirement.objects.get(pk=current.pk))
    assert (last.days_after_joining, last.grace_days) == (60, 21)


def test_who_changes_what_ended_meanwhile_is_told(
    assessments: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    rule = require(awareness, assessments, after_joining=30)
    seen = requiring.mark(rule)
    requiring.end(requirement=rule, by=None)
    answer = lena_client.post(f"{URL}{rule.pk}/edit/", form(assessments, grace_days="21", seen=seen))
    assert answer.status_code == 409
    assert "It has ended." in said_of(answer)
    assert f'action="{NEW}"' in text(answer)
    rule.refresh_from_db()
    assert rule.grace_days == 0
    assert lena_client.get(f"{URL}{rule.pk}/edit/").status_code == 302


def test_what_is_set_above_is_read_and_not_changed(
    council: Organisation, adult_care: Unit, reablement: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    whole, above = require(awareness, council), require(awareness, adult_care)
    beside, private = require(awareness, reablement), require(make_module("Hard", private=True), council)
    html = said(ben_client, URL)
    assert "Everybody in Northfield Council" in html
    assert "A wider part of Northfield Council, your team included" in html
    assert "Adult Care" not in html
    assert "Hard" not in html
    assert html.count("Set above your team") == 2
    for part in ("end", "edit"):
        answers = [ben_client.post(f"{URL}{rule.pk}/{part}/").status_code for rule in (whole, above, beside, private)]
        assert answers == [403, 403, 404, 404]
    assert not Requirement.objects.exclude(ends_on=None).exists()


def test_ending_asks_first_and_keeps_history(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    requirement = require(awareness, assessments)
    url = f"{URL}{requirement.pk}/end/"
    assert "End this requirement?" in said(ben_client, url)
    requirement.refresh_from_db()
    assert requirement.ends_on is None
    for _ in range(2):
        ben_client.post(url)
        requirement.refresh_from_db()
        assert requirement.ends_on == today()
    assert "to the end of" in said(ben_client, URL)


def test_one_that_has_not_begun_is_withdrawn_and_what_it_was_to_replace_goes_on(
    assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    old = require(awareness, assessments, after_joining=30)
    data = form(assessments, days_after_joining="60", starts_on=today(3).isoformat(), seen=requiring.mark(old))
    ben_client.post(f"{URL}{old.pk}/edit/", data)
    old.refresh_from_db()
    new = Requirement.objects.get(replaces=old)
    assert (old.ends_on, new.starts_on) == (today(2), today(3))
    assert "withdrawn" in said(ben_client, f"{URL}{new.pk}/end/")
    ben_client.post(f"{URL}{new.pk}/end/")
    old.refresh_from_db()
    assert (old.ends_on, Requirement.objects.count()) == (None, 1)


def test_the_lead_may_end_any_of_her_organisation_and_none_of_anothers(
    assessments: Unit, council: Organisation, other_unit: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    rules = [require(awareness, assessments), require(awareness, council), require(awareness, other_unit)]
    assert [lena_client.post(f"{URL}{rule.pk}/end/").status_code for rule in rules] == [302, 302, 404]


def test_the_service_refuses_what_is_anothers(council: Organisation, other_unit: Unit, awareness: ModulePage) -> None:
    terms = Terms(
        organisation=council, unit=other_unit, module_id=awareness.pk, starts_on=today(), days_after_joining=1
    )
    with pytest.raises(ValueError, match="another organisation"):
        requiring.require(terms=terms, by=None)


def test_budgets(
    assessments: Unit, council: Organisation, lena_client: Client, ben_client: Client, awareness: ModulePage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for days in range(10):
        rule = require(awareness, assessments, after_joining=days)
    for person in PersonFactory.create_batch(30):
        MembershipFactory(person=person, unit=assessments)
    for client in (ben_client, signed_in(UserFactory())):
        client.get(URL)
    with django_assert_max_num_queries(8):
        ben_client.get(URL)
    with django_assert_max_num_queries(8):
        ben_client.get(NEW)
    with django_assert_max_num_queries(8):
        ben_client.get(f"{URL}{rule.pk}/")
    with django_assert_max_num_queries(12):
        ben_client.post(NEW, form(assessments, do="preview"))
    with django_assert_max_num_queries(20):
        ben_client.post(NEW, form(assessments))
