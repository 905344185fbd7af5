"""`/my-learning/`: what is asked, begun and held, the most pressing first. Budget: 10 queries."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.content.models import ModulePage
from courses.credentials.services import revoke
from courses.people.models import Organisation, Person, Unit, User
from courses.records.models import Enrolment
from tests.factories import ModuleFactory, republish
from tests.manager.history import completed, exempted, require, started, today
from tests.records.quick import quick_module as make_module
from tests.records.trips import begin, complete, sit

pytestmark = pytest.mark.django_db
BUDGET = 10


@pytest.fixture
def module() -> ModulePage:
    return ModuleFactory(title="Carer awareness", published=True)


def page(client: Client) -> str:
    answer = client.get("/my-learning/")
    assert answer.status_code == 200
    return answer.content.decode()


def section(html: str, heading: str) -> str:
    """The part of the page under a heading; "" when there is no such heading."""
    found = re.search(rf"<h2[^>]*>{heading}</h2>(.*?)</section>", html, re.DOTALL)
    return found.group(1) if found else ""


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_open_module_can_be_carried_on(amara: User, amara_client: Client, module: ModulePage) -> None:
    begin(amara.person, module, lessons=1)
    shown = section(page(amara_client), "In progress")
    assert "Carer awareness" in shown
    assert "Lesson 2 of 2, about 10 minutes left" in words(shown)
    assert '<a class="btn" href="/learn/carer-awareness/">Carry on' in shown


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/my-learning/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/my-learning/"


def test_nothing_yet_says_where_to_begin(amara_client: Client, module: ModulePage) -> None:
    html = page(amara_client)
    assert "Nothing here yet" in html
    assert '<a class="btn" href="/modules/">' in html


def test_all_lessons_done_leads_to_the_assessment(amara: User, amara_client: Client, module: ModulePage) -> None:
    begin(amara.person, module)
    shown = words(section(page(amara_client), "In progress"))
    assert "All 2 lessons done. The assessment is next" in shown
    assert "To the assessment" in shown


def test_a_completion_stands_with_its_certificate(amara: User, amara_client: Client, module: ModulePage) -> None:
    number = complete(amara.person, module).certificate.number
    shown = section(page(amara_client), "Done, and certificates")
    for address in (f"/certificates/{number}/", f"/certificates/{number}.pdf", f"/verify/{number}/"):
        assert f'href="{address}"' in shown
    assert "Valid until" in shown
    assert "Score 100%" in shown
    assert "You are up to date" in page(amara_client)


def test_what_is_asked_of_her_by_the_rules_of_her_unit(
    amara: User, amara_client: Client, assessments: Unit, reablement: Unit, council: Organisation
) -> None:
    late, soon, later, elsewhere = (make_module(name) for name in ("Late", "Soon", "Later", "Elsewhere"))
    require(late, council, due=-3)
    require(soon, assessments, due=10)
    require(later, assessments, due=200)
    require(elsewhere, reablement, due=-3)
    html = page(amara_client)
    assert "Late" in section(html, "Overdue")
    assert f"Was due on {today(-3):%-d %B %Y}" in section(html, "Overdue")
    assert "Soon" in section(html, "Due soon")
    assert "Later" in section(html, "Asked of you, no hurry")
    assert "Elsewhere" not in html
    assert html.count('class="btn"') == 1, "one thing to do next is the primary button"
    assert "One module is overdue" in html


def test_a_rule_that_is_over_asks_nothing(amara: User, amara_client: Client, assessments: Unit) -> None:
    require(make_module("Past"), assessments, due=-3, ends_on=today(-1))
    assert "Past" not in page(amara_client)


def test_a_refresher_is_due_before_it_runs_out(amara: User, amara_client: Client, assessments: Unit) -> None:
    module = make_module("Carers at work")
    require(module, assessments, due=-300)
    completed(amara.person, module, valid=20)
    html = page(amara_client)
    assert "you keep the days that remain" in section(html, "Refreshers due")
    assert "Valid, runs out soon" in section(html, "Done, and certificates")


def test_what_ran_out_is_overdue_when_it_is_asked_for(amara: User, amara_client: Client, assessments: Unit) -> None:
    asked, free = make_module("Asked"), make_module("Free")
    require(asked, assessments, due=-300)
    for module in (asked, free):
        completed(amara.person, module, valid=-2)
    html = page(amara_client)
    assert f"ran out on {today(-2):%-d %B %Y}" in section(html, "Overdue")
    assert "Free" not in section(html, "Overdue")
    assert section(html, "Done, and certificates").count("Ran out") == 2


def test_new_training_asks_holders_again(amara: User, amara_client: Client, module: ModulePage) -> None:
    complete(amara.person, module)
    republish(module, kind="new-training", title="Carer awareness", summary="New law.")
    republish(module, kind="correction", summary="New law, spelled well.")
    shown = section(page(amara_client), "Refreshers due")
    assert "Taught anew" in shown
    assert f"Take it again by {today(60):%-d %B %Y}" in shown


def test_no_tries_left_says_what_happens_next(amara: User, amara_client: Client, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    shown = section(page(amara_client), "No tries left")
    assert "who can allow another try" in shown
    assert "/my-learning/carer-awareness/timeline/" in shown


def test_exempt_is_said_with_its_end(amara: User, amara_client: Client, assessments: Unit) -> None:
    module = make_module("Carers at work")
    require(module, assessments, due=-3)
    exempted(amara.person, module, until=30)
    html = page(amara_client)
    assert f"until {today(30):%-d %B %Y}" in section(html, "Not asked of you just now")
    assert not section(html, "Overdue")


def test_a_private_module_is_shown_to_her_alone(
    amara: User, amara_client: Client, ben_client: Client, omar: User
) -> None:
    module = make_module("Balancing work and care", private=True)
    started(amara.person, module)
    completed(amara.person, make_module("Caring at night", private=True))
    html = page(amara_client)
    assert "Balancing work and care" in html
    assert html.count("Private to you") == 2
    for client in (ben_client,):
        assert "Balancing work and care" not in page(client)


def test_nothing_of_anybody_else(amara: User, ben_client: Client, olga_client: Client, module: ModulePage) -> None:
    complete(amara.person, module)
    for client in (ben_client, olga_client):
        assert "Carer awareness" not in page(client).replace("“Carer awareness”", "")


def test_a_revoked_certificate_says_so(amara: User, amara_client: Client, ben: User, module: ModulePage) -> None:
    completion = complete(amara.person, module)
    revoke(certificate=completion.certificate, by=ben.person, reason="Issued by mistake.")
    shown = section(page(amara_client), "Done, and certificates")
    assert "Revoked" in shown
    assert "Issued by mistake" not in shown


def test_earlier_completions_fold_away(amara: User, amara_client: Client) -> None:
    module = make_module("Carers at work")
    completed(amara.person, module, days_ago=700, valid=-10)
    completed(amara.person, module, days_ago=20, valid=700, period=2)
    assert "Earlier completions (1)" in page(amara_client)


def test_a_module_taken_off_the_list_cannot_be_begun(amara_client: Client, assessments: Unit) -> None:
    module = make_module("Withdrawn")
    require(module, assessments, due=-3)
    ModulePage.objects.filter(pk=module.pk).update(live=False)
    shown = section(page(amara_client), "Overdue")
    assert "not open just now" in shown
    assert 'class="btn' not in shown


def test_the_year_of_a_social_worker(amara: User, amara_client: Client, module: ModulePage) -> None:
    Person.objects.filter(pk=amara.person.pk).update(profession="social-worker")
    complete(amara.person, module)
    assert "Registration year to 30 November" in page(amara_client)
    assert "20 minutes" in page(amara_client)


def cost(client: Client) -> int:
    page(client)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page(client)
    return len(captured)


def test_the_budget_is_the_same_with_one_module_and_with_many(
    amara: User, amara_client: Client, assessments: Unit
) -> None:
    first = make_module("Module 0")
    completed(amara.person, first)
    require(first, assessments)
    alone = cost(amara_client)
    for number in range(1, 40):
        module = make_module(f"Module {number}")
        require(module, assessments, due=number - 20)
        (completed if number % 2 else started)(amara.person, module)
    assert cost(amara_client) == alone <= BUDGET


def test_the_budget_is_the_same_among_5000_learners(amara: User, amara_client: Client, assessments: Unit) -> None:
    module = make_module("Module 0")
    require(module, assessments)
    started(amara.person, module)
    alone = cost(amara_client)
    people = Person.objects.bulk_create([Person(name=f"Person {n}") for n in range(5000)])
    now = timezone.now()
    Enrolment.objects.bulk_create(
        [Enrolment(person=person, module=module, enrolled_at=now, started_at=now) for person in people]
    )
    begun = datetime.datetime.now(tz=datetime.UTC)
    assert cost(amara_client) == alone <= BUDGET
    assert datetime.datetime.now(tz=datetime.UTC) - begun < datetime.timedelta(seconds=2)
