"""`/manage/matrix/`: people and modules, filtered, paged, and the same as CSV."""

from __future__ import annotations

import datetime
import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.formats import date_format

from courses.content.models import ModulePage
from courses.people.models import Organisation, Person, Unit, User
from tests.factories import MembershipFactory, PersonFactory

from .history import completed, exempted, make_module, require, started, today
from .reading import lines, page, said, table

pytestmark = pytest.mark.django_db
URL = "/manage/matrix/"
CSV = "/manage/exports/matrix.csv"


def d(day: datetime.date) -> str:
    return date_format(day, "j M Y")


@pytest.fixture
def awareness(assessments: Unit) -> ModulePage:
    module = make_module("Carer awareness")
    require(module, assessments, due=-5)
    return module


def learner(unit: Unit, name: str, job_title: str = "Social worker") -> Person:
    person: Person = PersonFactory(name=name)
    MembershipFactory(unit=unit, person=person, job_title=job_title)
    return person


def test_a_row_a_person_and_a_column_a_module(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    second = make_module("Young carers")
    require(second, assessments, due=90)
    completed(amara.person, awareness, valid=400)
    [head, row] = table(ben_client, URL)
    assert head == ["Person", "Carer awareness", "Young carers"]
    assert row == ["Amara Okafor Adult Assessments", f"Valid until {d(today(400))}", f"Not started due {d(today(90))}"]


def test_every_state_in_words_with_its_date(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    learner(assessments, "Ann Overdue")
    started(learner(assessments, "Bea Help"), awareness, failed=True)
    completed(learner(assessments, "Cem Expired"), awareness, valid=-2)
    completed(learner(assessments, "Dan Soon"), awareness, valid=20)
    exempted(learner(assessments, "Eve Exempt"), awareness, until=30)
    completed(learner(assessments, "Fay Forever"), awareness, valid=None)
    cells = {row[0].removesuffix(" Social worker"): row[1] for row in table(ben_client, URL)[1:]}
    assert cells == {
        "Ann Overdue": f"Overdue since {d(today(-5))}",
        "Bea Help": f"Needs help due {d(today(-5))}",
        "Cem Expired": f"Overdue expired {d(today(-2))}",
        "Dan Soon": f"Expiring soon until {d(today(20))}",
        "Eve Exempt": f"Exempt to {d(today(30))}",
        "Fay Forever": "Valid no end date",
    }


def test_filters_by_unit_module_state_requirement_and_date(
    council: Organisation, assessments: Unit, reablement: Unit, lena_client: Client
) -> None:
    first, second = make_module("Carer awareness"), make_module("Young carers")
    require(first, council, due=-5)
    require(second, council, due=20)
    ann, bob = learner(assessments, "Ann Able"), learner(reablement, "Bob Best")
    completed(ann, first, valid=200)
    started(bob, second)

    def names(**choice: object) -> list[str]:
        return [row[0].split(" Social")[0] for row in table(lena_client, f"{URL}?{urlencode(choice, doseq=True)}")[1:]]

    assert names() == ["Ann Able", "Bob Best"]
    assert names(unit=reablement.pk) == ["Bob Best"]
    assert names(q="able") == ["Ann Able"]
    assert names(state="valid") == ["Ann Able"]
    assert names(state=["overdue", "valid"]) == ["Ann Able", "Bob Best"]
    assert names(module=second.slug, state="in-progress") == ["Bob Best"]
    assert names(module=first.slug, need="missing") == ["Bob Best"]
    assert names(need="held") == ["Ann Able"]
    assert names(due="past") == ["Bob Best"]
    assert names(due="30") == ["Ann Able", "Bob Best"]
    assert names(module=first.slug, due="30") == []
    assert table(lena_client, f"{URL}?module={second.slug}")[0] == ["Person", "Young carers"]
    assert "Nobody matches" in said(lena_client, f"{URL}?q=nobody")


@pytest.mark.parametrize(
    "choice", ["unit=999999", "unit=x", "module=unknown", "state=best", "need=all", "due=1", "q=%00", f"q={'x' * 101}"]
)
def test_a_choice_that_does_not_exist_shows_nobody_and_exports_nothing(
    amara: User, ben_client: Client, awareness: ModulePage, choice: str
) -> None:
    html = said(ben_client, f"{URL}?{choice}")
    assert "There is a problem" in html
    assert "Amara" not in html
    assert ben_client.get(f"{CSV}?{choice}").status_code == 400


def test_names_that_are_markup_stay_text(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    learner(assessments, "<script>alert(1)</script>", "<b>Boss</b>")
    response = ben_client.get(URL)
    assert b"<script>alert" not in response.content
    assert b"<b>Boss" not in response.content


def pages(client: Client, url: str) -> list[list[list[str]]]:
    """The rows of every page, gone through by the link to the next one."""
    found, following = [], url
    while following:
        html = page(client, following)
        found.append(table(client, following)[1:])
        after = re.search(r'rel="next" href="([^"]+)"', html)
        following = f"{URL}{after[1]}" if after else ""
    return found


@pytest.mark.parametrize("order", ["", "unit", "next", "held"])
def test_pages_of_fifty_keep_the_filter_and_the_order(
    assessments: Unit, ben_client: Client, awareness: ModulePage, order: str
) -> None:
    for number in range(103):
        person = learner(assessments, f"Person No{number:03}")
        completed(person, awareness, valid=-1 - number % 7)
    url = f"{URL}?state=overdue&sort={order}"
    found = pages(ben_client, url)
    assert [len(rows) for rows in found] == [50, 50, 3]
    assert len({row[0] for rows in found for row in rows}) == 103
    after = re.search(r'rel="next" href="([^"]+)"', page(ben_client, url))
    assert after
    back = re.search(r'rel="prev" href="([^"]+)"', page(ben_client, f"{URL}{after[1]}"))
    assert back
    assert "state=overdue" in back[1]
    assert table(ben_client, f"{URL}{back[1]}")[1:] == found[0]
    assert table(ben_client, f"{url}&after=forged")[1:] == found[0]
    csv = [line[0] for line in lines(ben_client, f"{CSV}?state=overdue&sort={order}")[1:]]
    assert csv == [row[0].removesuffix(" Social worker") for rows in found for row in rows]


@pytest.mark.parametrize("choice", ["", "state=overdue", "need=held", "module=young-carers", "due=past", "q=an"])
def test_the_csv_is_the_screen_row_for_row(
    assessments: Unit, ben_client: Client, awareness: ModulePage, choice: str
) -> None:
    second = make_module("Young carers")
    require(second, assessments, after_joining=30)
    for number in range(60):
        person = learner(assessments, f"{'Ann' if number % 3 else 'Zoë'} No{(number * 7) % 60:02}", "=cmd()")
        if number % 2:
            completed(person, awareness, valid=number * 5 - 20)
        if number % 5 == 0:
            started(person, second)
        if number % 7 == 0:
            exempted(person, second)
    screen = [row for rows in pages(ben_client, f"{URL}?{choice}") for row in rows]
    head, *rows = lines(ben_client, f"{CSV}?{choice}")
    titles = ["Young carers"] if "module" in choice else ["Carer awareness", "Young carers"]
    assert head == ["Name", "Job title", "Unit", *[h for title in titles for h in (title, f"{title}: date")]]
    assert len(rows) == len(screen) > 0
    for line, row in zip(rows, screen, strict=True):
        assert row[0] == f"{line[0]} =cmd()"
        assert line[1] == "'=cmd()"
        for place in range(len(titles)):
            state, date = line[3 + 2 * place], line[4 + 2 * place]
            assert row[1 + place].startswith(state)
            assert (d(datetime.date.fromisoformat(date)) if date else state) in row[1 + place]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_name_like_a_formula_is_text_in_the_csv(
    assessments: Unit, ben_client: Client, awareness: ModulePage, name: str
) -> None:
    learner(assessments, name)
    assert lines(ben_client, CSV)[1][0] == f"'{name}"


def test_it_never_stays_in_a_cache(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    for url in (URL, CSV):
        assert "no-store" in ben_client.get(url).headers["Cache-Control"]
