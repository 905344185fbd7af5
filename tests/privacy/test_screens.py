"""The screens of erasure, retention and holds: the learner's, the lead's, the administrator's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people import jobs
from courses.people.models import Organisation, Role, Unit, User
from courses.people.rules import ERASED
from courses.privacy.models import ErasurePart, ErasureRequest, LegalHold, ModuleRetention, RetentionClass, RetentionRun
from courses.privacy.services import holding
from tests.factories import PASSWORD
from tests.hostile.world import body_of
from tests.manager.history import completed, make_module, today
from tests.people import signed_in, somebody

from .test_retention import LONG_AGO, leaver
from .world import asked, decided, work

pytestmark = pytest.mark.django_db
ASK = "/my-learning/data/erasure/"


@pytest.fixture
def sure_client(amara: User) -> Client:
    """Amara, who has just typed her password."""
    client = signed_in(amara)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_she_asks_with_her_password_and_takes_it_back(amara: User, lena: User, sure_client: Client) -> None:
    assert signed_in(amara).get(ASK).headers["Location"].startswith("/accounts/reauthenticate/")
    assert signed_in(amara).post(ASK, {"sure": "yes"}).status_code == 302
    assert not ErasureRequest.objects.exists()
    html = sure_client.get(ASK).content.decode()
    assert "Northfield Council" in html
    untouched = sure_client.post(ASK)
    assert untouched.status_code == 422
    assert 'aria-describedby="sure-error"' in untouched.content.decode()
    assert "You have asked" in sure_client.post(ASK, {"sure": "yes"}, follow=True).content.decode()
    assert "has not answered yet" in sure_client.get("/my-learning/data/").content.decode()
    assert "You have asked already" in sure_client.get(ASK).content.decode()
    sure_client.post("/my-learning/data/erasure/withdraw/")
    assert ErasureRequest.objects.get().withdrawn_at is not None
    assert "You may ask" in sure_client.get("/my-learning/data/").content.decode()


def test_the_lead_looks_is_asked_once_more_and_decides(amara: User, lena: User, lena_client: Client) -> None:
    part = asked(amara.person).parts.get()
    url = f"/manage/erasure/{part.pk}/"
    html = lena_client.get("/manage/erasure/").content.decode()
    assert "Amara Okafor" in html
    assert "days left" in html
    assert "Posts and roles" in lena_client.get(url).content.decode()
    assert lena_client.post(url, {"decision": "keep"}).status_code == 422
    assert "Say why you refuse" in lena_client.post(url, {"decision": "refuse"}).content.decode()
    sure = lena_client.post(url, {"decision": "erase"})
    assert "This cannot be undone" in sure.content.decode()
    back = lena_client.post(url, {"decision": "erase", "reason": "As you wish.", "do": "back"}).content.decode()
    assert "As you wish." in back
    assert "Show me what this does" in back
    assert not ErasurePart.objects.get().decision
    lena_client.post(url, {"decision": "erase", "do": "save"})
    work(part.request)
    assert "Erased" in lena_client.get(url).content.decode()
    amara.person.refresh_from_db()
    assert amara.person.name == ERASED


def test_overdue_is_said(amara: User, lena_client: Client) -> None:
    request = asked(amara.person)
    ErasureRequest.objects.filter(pk=request.pk).update(answer_by=today(-2))
    assert "2 days overdue" in lena_client.get("/manage/erasure/").content.decode()


def test_the_second_lead_is_told_on_the_page(
    amara: User, lena: User, lena_client: Client, council: Organisation
) -> None:
    other = signed_in(somebody("Lou Second", Role.TRAINING_LEAD, organisation=council))
    part = asked(amara.person).parts.get()
    url = f"/manage/erasure/{part.pk}/"
    lena_client.post(url, {"decision": "refuse", "reason": "No.", "do": "save"})
    html = other.post(url, {"decision": "erase", "do": "save"}, follow=True).content.decode()
    assert "Lena Fischer has decided already" in html


def test_managers_and_other_leads_see_neither_requests_nor_holds(
    amara: User, ben_client: Client, lena: User, other_council: Organisation, council: Organisation
) -> None:
    part = asked(amara.person).parts.get()
    hold = holding.place(organisation=council, person=amara.person, reason="A claim", by=lena)
    theirs = signed_in(somebody("Leo Lead", Role.TRAINING_LEAD, organisation=other_council))
    for url in ("/manage/erasure/", "/manage/holds/", "/manage/retention/"):
        assert ben_client.get(url).status_code == 403
        assert "Amara" not in theirs.get(url).content.decode()
    for url in (f"/manage/erasure/{part.pk}/", f"/manage/holds/{hold.pk}/end/"):
        assert ben_client.get(url).status_code == 403
        assert theirs.get(url).status_code == 404
    assert "erasure" not in ben_client.get("/manage/organisation/").content.decode()
    assert "legal hold" not in ben_client.get(f"/manage/people/{amara.person.public_id}/").content.decode().lower()


def test_the_administrator_answers_who_has_no_organisation(admin_client: Client, tariq_client: Client) -> None:
    alone = User.objects.create_user("alone@example.org", name="Ana Alone")
    part = asked(alone.person).parts.get()
    assert "Ana Alone" in admin_client.get("/cms/erasure/").content.decode()
    assert tariq_client.get("/cms/erasure/").status_code == 302
    url = f"/cms/erasure/{part.pk}/"
    assert admin_client.get(url).status_code == 200
    assert admin_client.post(url, {"decision": "refuse"}).status_code == 422
    assert admin_client.post(url, {"decision": "erase"}).status_code == 302
    work(part.request)
    alone.person.refresh_from_db()
    assert alone.person.name == ERASED


def test_a_hold_is_placed_and_ended(amara: User, lena_client: Client, council: Organisation, assessments: Unit) -> None:
    url = "/manage/holds/new/"
    assert lena_client.post(url, {"on": "person", "person": "Nobody Here", "reason": "x"}).status_code == 422
    assert lena_client.post(url, {"on": "person", "person": "Amara Okafor"}).status_code == 422
    assert lena_client.post(url, {"on": "unit", "reason": "x"}).status_code == 422
    asked_from_her_page = lena_client.get(f"{url}?person={amara.person.public_id}").content.decode()
    assert 'value="Amara Okafor"' in asked_from_her_page
    lena_client.post(url, {"on": "person", "person": "amara okafor", "reason": "A claim"})
    lena_client.post(url, {"on": "unit", "unit": assessments.pk, "reason": "An inspection"})
    lena_client.post(url, {"on": "whole", "reason": "A court"})
    assert [(one.person, one.unit) for one in LegalHold.objects.order_by("pk")] == [
        (amara.person, None), (None, assessments), (None, None),
    ]  # fmt: skip
    hold = LegalHold.objects.filter(person=amara.person).get()
    part = asked(amara.person).parts.get()
    assert "There is a legal hold" in lena_client.get(f"/manage/erasure/{part.pk}/").content.decode()
    lena_client.post(f"/manage/holds/{hold.pk}/end/")
    assert "Ended" in lena_client.get("/manage/holds/").content.decode()


def test_classes_and_modules(lena_client: Client, council: Organisation) -> None:
    module = make_module()
    html = lena_client.get("/manage/retention/").content.decode()
    assert "Statutory and mandatory training: 10 years after the training" in html
    assert "Records Management Code" in html
    default = RetentionClass.objects.get(organisation=None, key="training-10-years")
    data = {"name": "Ours", "starts": "after-completion", "years": 8, "months": 0, "action": "anonymise"}
    assert lena_client.post("/manage/retention/classes/new/", {**data, "years": 0}).status_code == 422
    assert (
        lena_client.post("/manage/retention/classes/new/", {**data, "action": "review", "by_itself": "on"}).status_code
        == 422
    )
    lena_client.post(f"/manage/retention/classes/{default.pk}/", data)
    default.refresh_from_db()
    assert default.months == 120
    own = RetentionClass.objects.get(organisation=council)
    assert (own.key, own.months) == ("training-10-years", 96)
    assert lena_client.post("/manage/retention/classes/new/", data).status_code == 422
    clinical = RetentionClass.objects.get(key="clinical")
    lena_client.post("/manage/retention/modules/", {f"module-{module.pk}": clinical.pk})
    assert ModuleRetention.objects.get().kept_as == clinical
    assert lena_client.post("/manage/retention/modules/", {f"module-{module.pk}": "999"}).status_code == 422


def test_a_list_is_made_downloaded_and_carried_out(lena_client: Client, assessments: Unit) -> None:
    gone = leaver(assessments, "=Ada Gone")
    completed(gone, make_module(), days_ago=LONG_AGO)
    lena_client.post("/manage/retention/reports/new/")
    run = RetentionRun.objects.get()
    assert run.job is not None
    assert "Being worked on" in lena_client.get(f"/manage/retention/reports/{run.public_id}/").content.decode()
    jobs.work_on.call(run.job.pk)
    html = lena_client.get(f"/manage/retention/reports/{run.public_id}/").content.decode()
    assert "Ada Gone" in html
    assert "Carry it out" in html
    text = body_of(lena_client.get(f"/manage/retention/reports/{run.public_id}.csv")).decode()
    assert "'=Ada Gone" in text
    assert lena_client.get(f"/manage/retention/reports/{run.public_id}/carry-out/").status_code == 200
    lena_client.post(f"/manage/retention/reports/{run.public_id}/carry-out/")
    done = RetentionRun.objects.get(dry=False)
    assert done.job is not None
    jobs.work_on.call(done.job.pk)
    gone.refresh_from_db()
    assert gone.name == ERASED
    assert "What was carried out" in lena_client.get(f"/manage/retention/reports/{done.public_id}/").content.decode()


def test_budgets(
    amara: User, lena: User, lena_client: Client, sure_client: Client, council: Organisation, assessments: Unit,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(3):
        completed(amara.person, make_module(f"Module {number}"))
        completed(leaver(assessments, f"Gone No{number}"), make_module(f"Old {number}"), days_ago=LONG_AGO)
    part = asked(amara.person).parts.get()
    hold = holding.place(organisation=council, reason="A court", by=lena)
    lena_client.post("/manage/retention/reports/new/")
    run: Any = RetentionRun.objects.get()
    jobs.work_on.call(run.job.pk)
    for url, most in {
        "/manage/erasure/": 5,
        f"/manage/erasure/{part.pk}/": 9,  # with the line in the audit log
        "/manage/holds/": 5,
        "/manage/holds/new/": 5,
        f"/manage/holds/{hold.pk}/end/": 5,
        "/manage/retention/": 6,
        "/manage/retention/modules/": 5,
        "/manage/retention/classes/new/": 4,
        f"/manage/retention/reports/{run.public_id}/": 7,
        f"/manage/retention/reports/{run.public_id}/carry-out/": 5,
    }.items():
        with django_assert_max_num_queries(most):
            assert lena_client.get(url).status_code == 200, url
    for url, most in {"/my-learning/data/": 8, ASK: 8}.items():
        with django_assert_max_num_queries(most):
            assert sure_client.get(url).status_code == 200, url


def test_what_was_decided_can_be_read_later(amara: User, lena: User, lena_client: Client) -> None:
    part = asked(amara.person).parts.get()
    decided(part, lena, "refuse", "You work here.")
    html = lena_client.get(f"/manage/erasure/{part.pk}/").content.decode()
    assert "Refused" in html
    assert "You work here." in html
