"""A private module (one whose completion says something about the person) is, for everybody who manages somebody, as if
it did not exist: every page and file of theirs is the same, to the letter, with it and without it.

Whether it was private from the start, became so later, or was so once and is public now: what Amara did while it was
private stays hers.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from courses.content.models import ChangeKind, ModulePage
from courses.manager.urls import urlpatterns
from courses.people.models import Organisation, Person, Unit, User
from courses.privacy.services import requests
from courses.records.correcting import correct
from courses.records.models import Requirement
from tests.manager.history import require
from tests.people import signed_in
from tests.records.quick import quick_module, quick_version
from tests.records.trips import begin, complete, sit

from .world import body_of

pytestmark = pytest.mark.django_db

TITLE, SLUG = "Are you a carer yourself", "are-you-a-carer-yourself"
DAY = datetime.timedelta(days=1)
PAGES = (
    "", "?unit={unit}", "people/", "people/?q=a", "people/{person}/", "matrix/", "matrix/?state=valid",
    "matrix/?need=held", "matrix/?due=90", "assignments/", "exports/", "exports/matrix.csv", "exports/people.csv",
    "modules/carer-awareness/", "exports/modules/carer-awareness.csv", "?as_at={day}", "matrix/?as_at={day}",
    "people/{person}/?as_at={day}", "modules/carer-awareness/answers/", "principles/", "views/", "views/new/matrix/",
    "assignments/new/", "paths/", "paths/new/", "people/{person}/agreements/", "exports/matrix/", "exports/people/",
    "exports/overdue/", "exports/overdue.csv", "exports/requirements/", "exports/requirements.csv",
    "exports/modules/carer-awareness/", "exports/for/asc-wds/", "exports/for/asc-wds/settings/",
    "schedules/new/?what=people", "jobs/", "reminders/", "reminders/now/", "people/{person}/posts/",
    "people/{person}/carer-awareness/exempt/", "people/{person}/carer-awareness/accept/",
    "people/{person}/carer-awareness/adjust/", "evidence/", "evidence/new/", "evidence/new/?as_at=",
    "erasure/{erasure}/", "retention/", "retention/modules/",
)  # fmt: skip
"""Everything of the manager's that could name a module, beside pages of one thing that is not about modules."""
OF_ONE_THING = {
    "assignment", "assignment-edit", "assignment-end", "another-try", "path", "path-end", "view-remove",
    "schedule-end", "exemption-end", "exemption-evidence", "accepted-end", "accepted-evidence", "job", "job-file",
    "job-cancel", "count-again", "remind-one", "evidence-pack", "evidence-file", "evidence-share", "evidence-withdraw",
    "person-merge",
    "retention-report", "retention-report-csv", "retention-carry-out", "retention-report-new", "retention-class",
    "retention-class-new",
}  # fmt: skip
"""Those of a private module cannot be come by: they are asked for by hand below, or made by what is refused below."""
SAME_SHEET = {"matrix-xlsx", "people-xlsx", "overdue-xlsx", "requirements-xlsx", "module-xlsx"}
"""Row for row the CSV (tests/manager/out); a workbook also says when it was made."""
NO_MODULES = {
    "organisation", "imports", "import-new", "import", "import-columns", "import-write", "import-undo", "import-delete",
    "invitations", "invitation-resend", "invitation-withdraw", "domains", "domain-remove", "person-new", "post-new",
    "post", "post-end", "person-leave", "absence", "absence-end", "person-roles", "role-end", "roles", "leavers",
    "audit", "units", "unit-new", "unit", "unit-close", "job-roles", "job-role", "person-same", "merge-ask",
    "merge-part",
    "erasures", "holds", "hold-new", "hold-end",
}  # fmt: skip
"""About people, posts and units: none of them reads a module."""


def read(answer: Any, *asked: str) -> str:
    """What an answer says, without form tokens, and without what was asked for, which an address may repeat."""
    text = re.sub(r'value="[\w-]{60,}"', "", body_of(answer).decode())
    for word in asked:
        text = text.replace(word, "…")
    return text


def bodies(clients: dict[str, Client], person: str, unit: int) -> dict[str, str]:
    """Every page of the manager's, as each manager sees it, without the form tokens."""
    found = {}
    erasure = requests.ask(person=Person.objects.get(public_id=person)).parts.get().pk
    for who, client in clients.items():
        for page in PAGES:
            url = f"/manage/{page}".format(person=person, unit=unit, day=timezone.localdate() - DAY, erasure=erasure)
            found[f"{who} {url}"] = read(client.get(url))
    return found


@pytest.fixture
def managers(ben: User, lena: User, olga: User) -> dict[str, Client]:
    return {"ben": signed_in(ben), "lena": signed_in(lena), "olga": signed_in(olga)}


@pytest.fixture
def before(managers: dict[str, Client], amara: User, assessments: Unit) -> dict[str, str]:
    """What managers see while there is one module and nothing private."""
    complete(amara.person, quick_module("Carer awareness"))
    return bodies(managers, str(amara.person.public_id), assessments.pk)


def private_from_the_start(amara: User, where: Unit) -> ModulePage:
    module = quick_module(TITLE, private=True)
    complete(amara.person, module)
    return module


def private_later(amara: User, where: Unit) -> ModulePage:
    """It was required and completed while it was public."""
    module = quick_module(TITLE)
    require(module, where, due=-5)
    complete(amara.person, module)
    quick_version(module, private=True)
    return module


def private_in_the_draft(amara: User, where: Unit) -> ModulePage:
    """The trainer has said so and not published yet."""
    module = quick_module(TITLE)
    begin(amara.person, module)
    ModulePage.objects.filter(pk=module.pk).update(private=True)
    return module


def private_as_published(amara: User, where: Unit) -> ModulePage:
    """The trainer has taken it back and not published yet."""
    module = quick_module(TITLE, private=True)
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    ModulePage.objects.filter(pk=module.pk).update(private=False)
    require(module, where.organisation, due=-5)
    return module


Make = Callable[[User, Unit], ModulePage]
PRIVATE: list[Make] = [private_from_the_start, private_later, private_in_the_draft, private_as_published]


def test_every_page_of_the_manager_s_is_compared() -> None:
    compared = [f"/manage/{page}".split("?")[0] for page in PAGES]
    for pattern in urlpatterns:
        if pattern.name not in OF_ONE_THING | SAME_SHEET | NO_MODULES:
            shape = re.sub(r"<[^>]+>", r"[^/]+", f"/manage/{pattern.pattern}")
            assert any(re.fullmatch(shape.replace(".csv", r"\.csv"), url) for url in compared), pattern.name


@pytest.mark.parametrize("make", PRIVATE)
def test_nothing_changes_for_a_manager(
    make: Make, before: dict[str, str], managers: dict[str, Client], amara: User, assessments: Unit
) -> None:
    module = make(amara, assessments)
    after = bodies(managers, str(amara.person.public_id), assessments.pk)
    assert {where for where in after if after[where] != before[where]} == set()
    for client in managers.values():
        for url in (
            "/manage/modules/{}/", "/manage/exports/modules/{}.csv", "/manage/matrix/?module={}",
            "/manage/exports/matrix.csv?module={}", f"/manage/people/{amara.person.public_id}/{{}}/another-try/",
            f"/manage/people/{amara.person.public_id}/{{}}/exempt/", "/manage/modules/{}/answers/",
            f"/manage/people/{amara.person.public_id}/{{}}/accept/", "/manage/exports/modules/{}/",
            f"/manage/people/{amara.person.public_id}/{{}}/adjust/", "/manage/exports/modules/{}.xlsx",
        ):  # fmt: skip
            asked, unknown = client.get(url.format(SLUG)), client.get(url.format("no-such-module"))
            assert asked.status_code == unknown.status_code
            assert TITLE not in read(asked)
            assert read(asked, SLUG) == read(unknown, "no-such-module")
        for rule in Requirement.objects.filter(module=module):
            assert client.get(f"/manage/assignments/{rule.pk}/").status_code == 404
            assert client.get(f"/manage/assignments/{rule.pk}/edit/").status_code == 404
            assert client.get(f"/manage/assignments/{rule.pk}/end/").status_code == 404
            assert client.post(f"/manage/assignments/{rule.pk}/end/").status_code == 404


@pytest.mark.parametrize("make", PRIVATE)
def test_it_cannot_be_required_and_the_refusal_does_not_tell(
    make: Make, managers: dict[str, Client], amara: User, assessments: Unit
) -> None:
    module = make(amara, assessments)
    rules = Requirement.objects.filter(module=module).count()
    today = timezone.localdate()
    data = {"who": assessments.pk, "rule": "joining", "days_after_joining": 3, "starts_on": today, "do": "save"}
    said = []
    for slug in (SLUG, "no-such-module"):
        answer = managers["lena"].post("/manage/assignments/new/", {**data, "module": slug})
        assert answer.status_code == 422
        said.append(read(answer, slug))
    assert said[0] == said[1]
    assert Requirement.objects.filter(module=module).count() == rules


def test_what_was_done_while_it_was_private_stays_hers_when_it_is_public(
    before: dict[str, str], managers: dict[str, Client], amara: User, assessments: Unit, council: Organisation
) -> None:
    """Everybody sees the module now; of Amara they see what they would see of somebody who never opened it."""
    module = quick_module(TITLE, private=True)
    quick_version(module, private=False)
    require(module, council, due=200)
    never = bodies(managers, str(amara.person.public_id), assessments.pk)
    assert TITLE in never["ben /manage/matrix/"]
    ModulePage.objects.filter(pk=module.pk).update(private=True)
    quick_version(module, private=True)
    complete(amara.person, module)
    quick_version(module, private=False)
    assert bodies(managers, str(amara.person.public_id), assessments.pk) == never


def test_a_mail_about_it_tells_nobody_over_her_shoulder(amara: User) -> None:
    module = quick_module(TITLE, private=True)
    complete(amara.person, module)
    told, _ = correct(quick_version(module, private=True, kind=ChangeKind.URGENT_CORRECTION))
    assert told == 1
    (sent,) = mail.outbox
    assert TITLE not in str(sent.message())
    assert SLUG not in str(sent.message())


def test_its_certificate_answers_like_a_number_that_does_not_exist(amara: User, client: Client) -> None:
    number = complete(amara.person, quick_module(TITLE, private=True)).certificate.number
    texts = []
    for asked in (number, "AAAA-BBBB-CCCC"):
        answer = client.get(f"/verify/{asked}/")
        assert answer.status_code == 404
        texts.append(read(answer, asked))
    assert texts[0] == texts[1]


def test_nobody_else_opens_its_certificate(amara: User, ben: User, lena: User, tariq: User, admin: User) -> None:
    number = complete(amara.person, quick_module(TITLE, private=True)).certificate.number
    for user in (ben, lena, tariq, admin):
        assert signed_in(user).get(f"/certificates/{number}/").status_code == 404
        assert signed_in(user).get(f"/certificates/{number}.pdf").status_code == 404
        assert signed_in(user).post(f"/certificates/{number}/sharing/", {"public": "yes"}).status_code == 404
