"""Any past day, every figure with the list behind it, the trend, principles, scores, and what is said of one person."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from django.test import Client
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage, ModuleVersion, Principle, QuestionVersion
from courses.people.models import AuditEntry, Membership, Organisation, Person, Role, Unit, User
from courses.records.figures import month_ends
from courses.records.models import Adjustment, Completion, Enrolment, Event, Response, Try, UnitDay
from tests.factories import MembershipFactory, PersonFactory

from .history import analysed, at, completed, exempted, make_module, require, started, today, version_of
from .reading import page, said, table, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def awareness(council: Organisation) -> ModulePage:
    module = make_module("Carer awareness")
    require(module, council, due=-400)
    return module


def learner(unit: Unit, name: str, *, since: int = -900, until: int | None = None) -> Person:
    person: Person = PersonFactory(name=name)
    MembershipFactory(unit=unit, person=person, starts_on=today(since), ends_on=None if until is None else today(until))
    return person


def ago(days: int) -> str:
    return today(-days).isoformat()


def test_a_past_day_shows_people_and_states_of_that_day(
    assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    here, gone = learner(assessments, "Ann Able"), learner(assessments, "Gus Gone", until=-30)
    learner(assessments, "New Nora", since=-10)
    completed(here, awareness, days_ago=50, valid=600)
    completed(gone, awareness, days_ago=200, valid=600)
    now = {row[0].split(" Adult")[0]: row[1] for row in table(ben_client, "/manage/matrix/")[1:]}
    assert set(now) == {"Ann Able", "New Nora"}
    assert now["Ann Able"].startswith("Valid")
    then = {row[0].split(" Adult")[0]: row[1] for row in table(ben_client, f"/manage/matrix/?as_at={ago(60)}")[1:]}
    assert set(then) == {"Ann Able", "Gus Gone"}
    assert then["Ann Able"].startswith("Overdue")
    assert then["Gus Gone"].startswith("Valid")
    for url in (
        "/manage/",
        "/manage/matrix/",
        "/manage/people/",
        "/manage/principles/",
        "/manage/modules/carer-awareness/",
    ):
        html = page(ben_client, f"{url}?as_at={ago(60)}")
        assert f"As it was on {date_format(today(-60), 'j F Y')}." in words(html), url
        links = re.findall(r'href="(/manage/(?:people|matrix|modules)/[^"]*)"', html.split("<main", 1)[1])
        assert links
        assert all(f"as_at={ago(60)}" in link for link in links if not link.endswith((".csv", ".xlsx"))), url


def test_a_rule_that_ended_since_counts_on_a_day_it_was_in_force(assessments: Unit, ben_client: Client) -> None:
    module = make_module("Dementia")
    require(module, assessments, due=-300, ends_on=today(-100))
    learner(assessments, "Ann Able")
    assert "Nothing is required yet" in said(ben_client, "/manage/")
    assert "0% hold what they need" in said(ben_client, f"/manage/?as_at={ago(150)}")


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (str(datetime.date.today() + datetime.timedelta(days=2)), "choose today or a day in the past"),  # noqa: DTZ011
        ("yesterday", "give a day, such as"),
        ("2026-02-31", "give a day, such as"),
        ("0001-01-01", "choose a day after"),
        ("%00", "give a day, such as"),
    ],
)
def test_a_day_to_come_or_nonsense_is_refused_in_the_field(
    amara: User, ben_client: Client, awareness: ModulePage, day: str, message: str
) -> None:
    person = f"/manage/people/{amara.person.public_id}/"
    for url in ("/manage/", "/manage/matrix/", "/manage/people/", "/manage/principles/", person):
        html = page(ben_client, f"{url}?as_at={day}")
        assert message in words(html), url
        assert 'id="id_as_at_error"' in html, url
        assert "Adult Assessments, since" not in words(html), url
        assert url == person or "Amara" not in html.split("<main", 1)[1], url


def test_somebody_who_left_is_found_on_a_day_she_was_here(
    assessments: Unit, reablement: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    gone = learner(assessments, "Gus Gone", until=-30)
    url = f"/manage/people/{gone.public_id}/"
    assert ben_client.get(url).status_code == 404
    assert ben_client.get(f"{url}?as_at={ago(20)}").status_code == 404
    assert "Gus Gone" in said(ben_client, f"{url}?as_at={ago(40)}")
    listed = page(ben_client, "/manage/people/?gone=left")
    assert f'{url}?as_at={ago(30)}"' in listed
    assert ben_client.get(f"{url}?as_at={ago(30)}").status_code == 200
    elsewhere = learner(reablement, "Eve Elsewhere", until=-30)
    assert ben_client.get(f"/manage/people/{elsewhere.public_id}/?as_at={ago(40)}").status_code == 404
    assert "Eve" not in said(ben_client, "/manage/people/?gone=left")


def world(
    council: Organisation, assessments: Unit, reablement: Unit, modules: list[ModulePage] | None = None
) -> list[ModulePage]:
    """Two units and somebody between them, three modules, every state."""
    modules = modules or [make_module("Carer awareness"), make_module("Young carers"), make_module("Dementia")]
    require(modules[0], council, due=-400)
    require(modules[1], assessments, due=25)
    require(modules[2], reablement, due=80)
    people = [learner(unit, f"P{n} {unit.name}") for unit in (assessments, reablement) for n in range(5)]
    both = learner(assessments, "Bea Both")
    MembershipFactory(unit=reablement, person=both, starts_on=today(-300))
    directly = learner(assessments.parent or assessments, "Dee Directly")
    completed(people[0], modules[0], days_ago=200, valid=20)
    completed(people[1], modules[0], days_ago=100, valid=None)
    completed(people[5], modules[0], days_ago=300, valid=-5)
    completed(both, modules[0], days_ago=10, valid=75)
    started(people[2], modules[1])
    started(people[3], modules[1], failed=True)
    exempted(people[4], modules[0])
    completed(directly, modules[2], days_ago=40, valid=40)
    return modules


FIGURE = re.compile(
    r'<a[^>]+href="(/manage/(?:matrix|people|principles)/[^"]*)"[^>]*>(?:<b>)?(\d+)(?:<| need| person| people)'
)
COUNT = re.compile(r"\b(\d+) (?:match(?:es)?|person|people)\b")


@pytest.mark.parametrize("day", ["", "60"])
@pytest.mark.parametrize("unit", [None, "adult_care", "reablement"])
def test_every_figure_of_the_overview_leads_to_a_list_of_that_many(
    council: Organisation,
    adult_care: Unit,
    assessments: Unit,
    reablement: Unit,
    lena_client: Client,
    day: str,
    unit: str | None,
) -> None:
    world(council, assessments, reablement)
    chosen = {"adult_care": adult_care, "reablement": reablement}.get(unit or "")
    query = "&".join([*([f"unit={chosen.pk}"] if chosen else []), *([f"as_at={ago(int(day))}"] if day else [])])
    html = page(lena_client, f"/manage/?{query}")
    figures = FIGURE.findall(html)
    assert len(figures) >= 15
    for url, number in figures:
        found = COUNT.search(
            words(page(lena_client, unescape(url)).split("<main", 1)[1].split("list-bar__count", 1)[1])
        )
        assert found, url
        assert found[1] == number, url
    below = html.split('id="parts"', 1)[1].split('id="bars"')[0] if 'id="parts"' in html else ""
    down = re.findall(r'<a class="govuk-link" href="(/manage/\?[^"]*unit=[^"]+)">', below)
    assert (len(down) >= 2) == (unit != "reablement")
    for url in down:
        assert "Who is trained" in said(lena_client, url)


def test_units_one_level_below_add_up_and_who_is_in_two_counts_in_both(
    council: Organisation, assessments: Unit, reablement: Unit, lena_client: Client
) -> None:
    world(council, assessments, reablement)
    html = words(page(lena_client, "/manage/").split('id="parts"', 1)[1].split('id="bars"')[0])
    assert "Held 3 of 12 (25%)" in html
    assert "Held 1 of 13 (8%)" in html
    assert "Directly in Adult Care Held 0 of 1" in html


def test_twelve_months_are_what_each_day_s_overview_says(
    council: Organisation, assessments: Unit, reablement: Unit, lena_client: Client
) -> None:
    world(council, assessments, reablement)
    html = page(lena_client, "/manage/")
    rows = re.findall(r'href="(/manage/\?as_at=[^"]+)">[^<]+</a></th>\s*<td>(\d+) of (\d+)</td>\s*<td>(\d+)%', html)
    assert len(rows) == 12
    for url, held, counted, per_cent in rows[::4]:
        then = said(lena_client, url)
        assert f"{per_cent}% hold what they need ( {held} of {counted} requirements)" in then
    assert 'class="line-chart"' in html


def test_a_large_team_s_months_come_from_the_daily_summary_and_say_when(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.manager.trends.SMALL", 0)
    assert "There is no trend to draw yet" in said(ben_client, "/manage/")
    private = make_module("When home is hard", private=True)
    for day in month_ends(today())[-3:]:
        UnitDay.objects.create(
            organisation=assessments.organisation,
            unit=assessments,
            day=day,
            counted_at=at(day),
            learners=900,
            tally={
                str(awareness.pk): {"valid": [300, 7], "overdue": [600, 0], "exempt": [5, 0]},
                str(private.pk): {"valid": [80, 0]},
            },
            people={},
        )
    html = said(ben_client, "/manage/")
    assert "300 of 900 33%" in html
    assert f"Past months were counted on {date_format(month_ends(today())[-1], 'j F Y')}" in html


def teaching(title: str, *codes: str) -> ModulePage:
    """A module that teaches some principles."""
    module = make_module(title)
    first = version_of(module)
    version = ModuleVersion.objects.create(
        module=module,
        number=2,
        sha256="1" * 64,
        slug=first.slug,
        title=title,
        minutes=20,
        private=False,
        outline={"principles_taught": [{"code": code, "title": code, "summary": ""} for code in codes]},
        change_kind=first.change_kind,
        published_at=first.published_at,
    )
    ModulePage.objects.filter(pk=module.pk).update(current_version=version)
    module.refresh_from_db()
    return module


def test_principles_are_those_of_the_versions_people_hold(
    council: Organisation, assessments: Unit, reablement: Unit, lena_client: Client
) -> None:
    for number in (1, 2):
        Principle.objects.update_or_create(
            code=f"CCP{number}", defaults={"title": f"Principle no {number}", "summary": "", "position": number}
        )
    taught = [teaching("Carer awareness", "CCP1"), make_module("Young carers"), teaching("Dementia", "CCP1", "CCP2")]
    world(council, assessments, reablement, taught)
    html = page(lena_client, "/manage/principles/")
    rows = {row[0]: row for row in table(lena_client, "/manage/principles/")}
    head = table(lena_client, "/manage/principles/")[0]
    one, two = head.index("Principle no 1"), head.index("Principle no 2")
    assert (rows["Everybody"][one], rows["Everybody"][two]) == ("4 of 12", "1 of 12")
    assert (rows["Reablement"][one], rows["Reablement"][two]) == ("1 of 6", "Nobody")
    for url, number in FIGURE.findall(html):
        assert f"{number} {'person' if number == '1' else 'people'}" in said(lena_client, url), url


def answered(person: Person, module: ModulePage, right: dict[str, bool], days_ago: int = 3) -> None:
    done = Completion.objects.filter(person=person, module=module).first() or completed(person, module)
    sitting = Try.objects.create(
        attempt=done.attempt,
        number=1,
        seed=1,
        drawn=[],
        started_at=at(today(-days_ago)),
        submitted_at=at(today(-days_ago)),
        score=50,
    )
    for key, correct in right.items():
        Response.objects.create(
            sitting=sitting,
            question_key=key,
            outcome="O1",
            chosen=["a"],
            correct=correct,
            answered_at=at(today(-days_ago)),
        )


def test_questions_and_principles_are_added_up_and_hidden_below_five(
    assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    for key, code in (("q1", "CCP1"), ("q2", "CCP2")):
        QuestionVersion.objects.create(
            version=version_of(awareness), key=key, outcome="O1", body={"stem": f"Stem of {key}", "principles": [code]}
        )
    Principle.objects.update_or_create(code="CCP1", defaults={"title": "The first", "summary": ""})
    Principle.objects.update_or_create(code="CCP2", defaults={"title": "The second", "summary": ""})
    people = [learner(assessments, f"P{number}") for number in range(5)]
    for number, person in enumerate(people):
        answered(person, awareness, {"q1": number < 3, **({"q2": True} if number else {})})
    html = said(ben_client, "/manage/modules/carer-awareness/answers/")
    assert "Stem of q1 Right 60% Answers 5" in html
    assert "The first Right answers 60%" in html
    assert "Stem of q2" not in html
    assert "The second Right answers Too few to say" in html
    assert "P0" not in html
    Membership.objects.filter(person=people[0]).update(ends_on=today(-1))
    assert "Stem of q1" not in said(ben_client, "/manage/modules/carer-awareness/answers/")


def test_neither_two_units_nor_two_days_tell_what_one_person_answered(
    assessments: Unit, reablement: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    QuestionVersion.objects.create(
        version=version_of(awareness), key="q1", outcome="O1", body={"stem": "Stem of q1", "principles": []}
    )
    for number in range(6):
        answered(learner(assessments, f"P{number}"), awareness, {"q1": True}, days_ago=20)
    answered(learner(reablement, "Alone"), awareness, {"q1": False}, days_ago=2)
    url = "/manage/modules/carer-awareness/answers/"
    before = [said(lena_client, f"{url}?as_at={ago(days)}").count("Stem of q1") for days in (10, 0)]
    assert before == [0, 0], "five at a time: everybody was right so far, which makes it no hard question"
    units = {said(lena_client, f"{url}?unit={unit.pk}").split("Hardest", 1)[1] for unit in (assessments, reablement)}
    assert units == {said(lena_client, url).split("Hardest", 1)[1]}
    for number in range(4):
        answered(learner(reablement, f"Q{number}"), awareness, {"q1": True}, days_ago=1)
    assert "Stem of q1 Right 91% Answers 11" in said(lena_client, url)


def test_the_timeline_says_what_a_manager_may_know(
    amara: User, ben: User, assessments: Unit, ben_client: Client, lena_client: Client, awareness: ModulePage
) -> None:
    done = completed(amara.person, awareness)
    private = make_module("When home is hard", private=True)
    hidden = completed(amara.person, private)

    def event(kind: str, enrolment: Enrolment | None = None, **data: object) -> None:
        Event.objects.create(
            person=amara.person, enrolment=enrolment, kind=kind, at=at(today(-9)), client_id=f"{kind}{data}", data=data
        )

    event("completed", done.enrolment, lessons=3, score=90, valid_until="2028-01-31")
    event("lesson-done", done.enrolment, lesson="l1")
    event("try-submitted", done.enrolment, **{"try": 1, "score": 40, "right": 4, "questions": 10})
    event("completed", hidden.enrolment, lessons=1, score=None)
    event("exempted", module=awareness.pk, until="2027-05-01")
    event("exempted", module=private.pk)
    event("adjusted", module=awareness.pk, by=str(ben.person.public_id), until="2027-06-01")
    other = User.objects.create(person=PersonFactory(name="Cara Other"), email="cara@example.org")
    MembershipFactory(person=other.person, unit=assessments, role=Role.UNIT_MANAGER)
    url = f"/manage/people/{amara.person.public_id}/"
    html = said(ben_client, url)
    assert "Completed “Carer awareness” With every lesson done and the assessment passed with 90%." in html
    assert "It counts until 31 January 2028." in html
    assert "Was exempted from “Carer awareness” Until 1 May 2027." in html
    assert "An adjustment was agreed" in html
    assert "When home is hard" not in html
    assert "40%" not in html
    assert "lesson l1" not in html
    assert "An adjustment was agreed" in said(lena_client, url)
    cara = Client()
    cara.force_login(other, backend="courses.people.backends.PersonBackend")
    assert "An adjustment was agreed" not in said(cara, url)


def test_a_date_agreed_later_is_a_date_like_any_other(
    amara: User, ben: User, assessments: Unit, ben_client: Client
) -> None:
    module = make_module("Dementia")
    require(module, assessments, due=20)
    Adjustment.objects.create(
        person=amara.person,
        organisation=assessments.organisation,
        module=module,
        kind="later-date",
        due_on=today(50),
        agreed_by=ben.person,
        agreed_on=today(-1),
        entered_at=at(today(-1)),
    )
    html = said(ben_client, f"/manage/people/{amara.person.public_id}/")
    assert f"by {date_format(today(50), 'j M Y')}." in html
    assert "Required of everybody in Adult Assessments." in html
    assert date_format(today(20), "j M Y") not in html


def test_that_somebody_looked_is_written_down_once_in_ten_minutes(
    amara: User, ben: User, ben_client: Client, lena_client: Client, awareness: ModulePage
) -> None:
    url = f"/manage/people/{amara.person.public_id}/"
    for _ in range(3):
        ben_client.get(url)
    lena_client.get(url)
    ben_client.get(f"{url}?as_at={ago(3)}")
    seen = AuditEntry.objects.filter(what="person", about=amara.person).order_by("pk")
    assert [(entry.by_id == ben.person.pk, entry.data) for entry in seen] == [
        (True, {}),
        (False, {}),
        (True, {"as_at": ago(3)}),
    ]
    ben_client.get("/manage/people/00000000-0000-4000-8000-000000000000/")
    assert seen.count() == 3


@pytest.mark.parametrize("number", [10, 1000])
def test_budgets(
    number: int,
    amara: User,
    assessments: Unit,
    ben_client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    modules = [make_module(f"Module {n}") for n in range(6)]
    for module in modules:
        require(module, assessments, due=-5)
        completed(amara.person, module)
    exempted(amara.person, make_module("Spare"))
    people = Person.objects.bulk_create(Person(name=f"Person No{n}", family_name=f"No{n}") for n in range(number))
    Membership.objects.bulk_create(
        Membership(person=person, unit=assessments, organisation=assessments.organisation, starts_on=today(-500))
        for person in people
    )
    analysed()
    budgets = {
        "/manage/": 7,
        f"/manage/?as_at={ago(90)}": 7,
        "/manage/matrix/": 8,
        "/manage/matrix/?sort=next&state=overdue": 8,
        "/manage/matrix/?print=1": 8,
        "/manage/people/?sort=held": 8,
        "/manage/people/?principle=CCP1": 8,
        "/manage/modules/module-0/": 8,
        "/manage/modules/module-0/answers/": 8,
        "/manage/principles/": 7,
        "/manage/views/": 5,
        f"/manage/people/{amara.person.public_id}/": 12,
    }
    for url, budget in budgets.items():
        ben_client.get(url)
        with django_assert_max_num_queries(budget):
            assert ben_client.get(url).status_code == 200, url
