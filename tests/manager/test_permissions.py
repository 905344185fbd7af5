"""Every manager's page and every role: who gets in, and that nothing of others' comes out by id, filter or export.

A page that is added to `courses.manager.urls` must be added to PAGES here, or this file fails.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from courses.manager.models import SavedView
from courses.manager.urls import urlpatterns
from courses.people.models import EmailDomain, PeopleImport, Role, Unit, User
from courses.people.permissions import visible_people
from courses.people.services import invite
from courses.records.models import Event, LearningPath, Requirement
from courses.records.services import agreeing
from courses.records.team import Team
from tests.hostile.evidence import evidence_parts
from tests.hostile.staff import privacy_parts, staff_parts
from tests.hostile.world import body_of, finished_job, scheduled_report
from tests.people import signed_in

from .history import completed, make_module, require, started, today
from .reading import words

pytestmark = pytest.mark.django_db

LISTS = ("matrix", "people", "overdue", "requirements")
# name -> address, with {person}, {unit}, {rule} of Adult Assessments in Northfield
PAGES = {
    "overview": "/manage/",
    "count-again": "/manage/count-again/",
    "people": "/manage/people/",
    "person": "/manage/people/{person}/",
    "another-try": "/manage/people/{person}/hard-module/another-try/",
    "matrix": "/manage/matrix/",
    "module": "/manage/modules/carer-awareness/",
    "module-answers": "/manage/modules/carer-awareness/answers/",
    "principles": "/manage/principles/",
    "views": "/manage/views/",
    "view-new": "/manage/views/new/matrix/",
    "view-remove": "/manage/views/{view}/remove/",
    "assignments": "/manage/assignments/",
    "assignment-new": "/manage/assignments/new/",
    "assignment": "/manage/assignments/{rule}/",
    "assignment-edit": "/manage/assignments/{rule}/edit/",
    "assignment-end": "/manage/assignments/{rule}/end/",
    "paths": "/manage/paths/",
    "path-new": "/manage/paths/new/",
    "path": "/manage/paths/{path}/",
    "path-end": "/manage/paths/{path}/end/",
    "agreements": "/manage/people/{person}/agreements/",
    "exempt": "/manage/people/{person}/carer-awareness/exempt/",
    "accept": "/manage/people/{person}/carer-awareness/accept/",
    "adjust": "/manage/people/{person}/carer-awareness/adjust/",
    "exemption-end": "/manage/exemptions/{exemption}/end/",
    "exemption-evidence": "/manage/exemptions/{exemption}/evidence/",
    "accepted-end": "/manage/accepted/{accepted}/end/",
    "accepted-evidence": "/manage/accepted/{accepted}/evidence/",
    "exports": "/manage/exports/",
    **{f"{what}-list": f"/manage/exports/{what}/" for what in LISTS},
    **{f"{what}-{ending}": f"/manage/exports/{what}.{ending}" for what in LISTS for ending in ("csv", "xlsx")},
    "module-list": "/manage/exports/modules/carer-awareness/",
    "module-csv": "/manage/exports/modules/carer-awareness.csv",
    "module-xlsx": "/manage/exports/modules/carer-awareness.xlsx",
    "outside": "/manage/exports/for/asc-wds/",
    "outside-settings": "/manage/exports/for/asc-wds/settings/",
    "schedule-new": "/manage/schedules/new/?what=people",
    "schedule-end": "/manage/schedules/{schedule}/end/",
    "evidence": "/manage/evidence/",
    "evidence-new": "/manage/evidence/new/",
    "evidence-pack": "/manage/evidence/{pack}/",
    "evidence-file": "/manage/evidence/{pack}/file/",
    "evidence-share": "/manage/evidence/{pack}/share/",
    "evidence-withdraw": "/manage/evidence/{pack}/shares/{share}/withdraw/",
    "jobs": "/manage/jobs/",
    "job": "/manage/jobs/{job}/",
    "job-file": "/manage/jobs/{job}/file/",
    "job-cancel": "/manage/jobs/{job}/cancel/",
    "organisation": "/manage/organisation/",
    "imports": "/manage/imports/",
    "import-new": "/manage/imports/new/",
    "import": "/manage/imports/{import}/",
    "import-columns": "/manage/imports/{import}/columns/",
    "import-write": "/manage/imports/{import}/write/",
    "import-undo": "/manage/imports/{import}/undo/",
    "import-delete": "/manage/imports/{import}/delete/",
    "invitations": "/manage/invitations/",
    "invitation-resend": "/manage/invitations/{invitation}/resend/",
    "invitation-withdraw": "/manage/invitations/{invitation}/withdraw/",
    "domains": "/manage/domains/",
    "domain-remove": "/manage/domains/{domain}/remove/",
    "person-new": "/manage/people/new/",
    "posts": "/manage/people/{person}/posts/",
    "post-new": "/manage/people/{person}/posts/new/",
    "post": "/manage/people/{person}/posts/{post}/",
    "post-end": "/manage/people/{person}/posts/{post}/end/",
    "person-leave": "/manage/people/{person}/leave/",
    "absence": "/manage/people/{person}/absence/",
    "absence-end": "/manage/people/{person}/absence/{absence}/end/",
    "person-roles": "/manage/people/{person}/roles/",
    "role-end": "/manage/people/{manager}/roles/{held}/end/",
    "person-same": "/manage/people/{person}/same/?q=amara",
    "person-merge": "/manage/people/{person}/same/{twin}/",
    "merge-ask": "/manage/people/{person}/same/{twin}/ask/",
    "merge-part": "/manage/people/{person}/joined/{merge}/",
    "roles": "/manage/roles/",
    "leavers": "/manage/leavers/",
    "audit": "/manage/audit/",
    "reminders": "/manage/reminders/",
    "remind": "/manage/reminders/now/",
    "remind-one": "/manage/people/{person}/remind/",
    "units": "/manage/units/",
    "unit-new": "/manage/units/new/",
    "unit": "/manage/units/{unit}/",
    "unit-close": "/manage/units/{unit}/close/",
    "job-roles": "/manage/job-roles/",
    "job-role": "/manage/job-roles/{job_role}/",
    "erasures": "/manage/erasure/",
    "erasure-request": "/manage/erasure/{erasure}/",
    "holds": "/manage/holds/",
    "hold-new": "/manage/holds/new/",
    "hold-end": "/manage/holds/{hold}/end/",
    "retention": "/manage/retention/",
    "retention-class-new": "/manage/retention/classes/new/",
    "retention-class": "/manage/retention/classes/{kept_as}/",
    "retention-modules": "/manage/retention/modules/",
    "retention-report-new": "/manage/retention/reports/new/",
    "retention-report": "/manage/retention/reports/{retention}/",
    "retention-report-csv": "/manage/retention/reports/{retention}.csv",
    "retention-carry-out": "/manage/retention/reports/{retention}/carry-out/",
}
ABOUT_ONE = {
    "person", "schedule-end", "view-remove", "assignment", "assignment-edit", "assignment-end", "another-try",
    "posts", "post-new", "post", "post-end", "person-leave", "absence", "absence-end", "unit", "agreements", "exempt",
    "accept", "adjust", "exemption-end", "exemption-evidence", "accepted-end", "accepted-evidence",
    "evidence-pack", "evidence-file", "evidence-share", "evidence-withdraw",
}  # fmt: skip
"""Pages of one thing of Adult Assessments: not found for who does not manage it."""
BENS = {"job", "job-file", "job-cancel"}
"""Pages of what Ben alone asked for: not found for anybody else."""
LEADS = {
    "paths", "path-new", "path", "path-end", "reminders",
    "outside-settings",
    "imports", "import-new", "import", "import-columns", "import-write", "import-undo", "import-delete",
    "domains", "domain-remove",
    "person-same", "person-merge", "merge-ask", "merge-part",
    "person-roles", "role-end", "roles", "audit", "unit-new", "unit-close", "job-roles", "job-role",
    "erasures", "erasure-request", "holds", "hold-new", "hold-end", "retention", "retention-class-new",
    "retention-class", "retention-modules", "retention-report-new", "retention-report", "retention-report-csv",
    "retention-carry-out",
}  # fmt: skip
"""Pages of the training lead's: refused to managers of units."""
POSTED = {
    "count-again",
    "remind-one",
    "import-write",
    "import-delete",
    "invitation-resend",
    "invitation-withdraw",
    "domain-remove",
    "merge-ask",
    "retention-report-new",
}
"""Buttons: there is nothing to be seen there."""
TAKEN = ("list", "csv", "xlsx")
SEEN = {"overview", "people", "matrix", "module", "module-answers", "principles"}
FILTERED = {*SEEN, *(f"{what}-{how}" for what in ("matrix", "people", "overdue", "module") for how in TAKEN)}
SECRETS = (b"Amara", b"Northfield", b"Adult Assessments", b"Adult Care", b"Reablement")
INSIDE, REFUSED, SIGN_IN, UNKNOWN, NO_SUCH_METHOD = 200, 403, 302, 404, 405


@pytest.fixture
def addresses(amara: User, ben: User, chidi: User, omar: User, assessments: Unit, other_unit: Unit) -> dict[str, str]:
    module = make_module("Carer awareness")
    rule = require(module, assessments, due=-5)
    require(module, other_unit, due=-5)
    for person in (amara.person, chidi.person, omar.person):
        completed(person, module)
    started(amara.person, make_module("Hard module"), failed=True)
    job = finished_job(ben.person)
    view = SavedView.objects.create(
        organisation=assessments.organisation, owner=ben.person, kind="matrix", name="Overdue", shared=True
    )
    found = PeopleImport.objects.create(
        organisation=assessments.organisation, by=ben.person, file_name="people.csv", status="checked"
    )
    invitation, _ = invite(unit=assessments, role=Role.LEARNER, by=ben, email="new@example.org")
    domain = EmailDomain.objects.create(organisation=found.organisation, unit=assessments, domain="northfield.example")
    agreed: dict[str, Any] = {"person": amara.person, "organisation": assessments.organisation, "by": ben.person}
    proof: dict[str, Any] = {"module_id": module.pk, "evidence": ContentFile(b"%PDF-", name="x.pdf")}
    dates: dict[str, Any] = {"kind": "long-leave", "starts_on": today(), "ends_on": None, "reason": "x"}
    done: dict[str, Any] = {"kind": "elsewhere", "completed_on": today(-1), "valid_until": None, "words": "x"}
    named: dict[str, Any] = {"title": "Carers first", "provider": "", "number": ""}
    exemption = agreeing.exempt(**agreed, **proof, **dates)
    accepted = agreeing.accept(**agreed, **proof, **done, **named)
    learning_path = LearningPath.objects.create(organisation=assessments.organisation, name="New here")
    known = {
        "exemption": exemption.pk,
        "accepted": accepted.pk,
        "path": learning_path.pk,
        **staff_parts(amara.person, ben.person, assessments.organisation),
        **evidence_parts(ben.person, assessments),
        "import": found.public_id,
        "invitation": invitation.pk,
        "domain": domain.pk,
        "person": amara.person.public_id,
        "unit": assessments.pk,
        "rule": rule.pk,
        "job": job.public_id,
        "view": view.pk,
        "schedule": scheduled_report(ben.person, assessments.organisation).pk,
        **privacy_parts(amara.person, ben.person, assessments.organisation),
    }
    return {name: url.format(**known) for name, url in PAGES.items()}


def test_every_page_is_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(PAGES)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("ben", INSIDE),
        ("lena", INSIDE),
        ("amara", REFUSED),
        ("tariq", REFUSED),
        ("rosa", REFUSED),
        ("admin", REFUSED),
        ("olga", INSIDE),
        (None, SIGN_IN),
    ],
)
def test_who_gets_in(who: str | None, expected: int, addresses: dict[str, str], request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    for name, address in addresses.items():
        response = client.get(address)
        unknown = (who == "olga" and name in ABOUT_ONE) or (who in {"olga", "lena"} and name in BENS)
        wanted = UNKNOWN if unknown else expected
        if wanted == INSIDE and name in LEADS and who != "lena":
            wanted = REFUSED
        elif wanted == INSIDE and name in POSTED:
            wanted = NO_SUCH_METHOD
        assert response.status_code == wanted, name
        if expected == SIGN_IN:
            assert response.headers["Location"].startswith("/accounts/login/"), name
        if expected == REFUSED:
            assert "This page is not open to you" in response.content.decode(), name
        body = body_of(response)
        assert (b"Chidi" in body) <= (who == "lena"), name
        assert (b"made-for-ben" in body) <= (who == "ben"), name
        assert (b"Omar" in body) <= (who == "olga"), name
        if who == "olga":
            assert not [secret for secret in SECRETS if secret in body], name


@pytest.mark.parametrize("who", ["amara", "tariq", "olga", None])
def test_nobody_else_changes_anything(
    who: str | None, addresses: dict[str, str], request: pytest.FixtureRequest, assessments: Unit
) -> None:
    before = list(Requirement.objects.order_by("pk").values()), Event.objects.count()
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    data = {"who": str(assessments.pk), "module": "carer-awareness", "rule": "joining", "days_after_joining": 1}
    for name, address in addresses.items():
        assert client.post(address, data).status_code in {302, 403, 404, 405, 422}, name
    assert (list(Requirement.objects.order_by("pk").values()), Event.objects.count()) == before


@pytest.mark.parametrize("name", sorted(FILTERED))
@pytest.mark.parametrize("foreign", ["reablement", "adult_care", "other_unit"])
def test_a_unit_of_others_is_no_choice(
    name: str, foreign: str, addresses: dict[str, str], ben_client: Client, request: pytest.FixtureRequest
) -> None:
    unit: Unit = request.getfixturevalue(foreign)
    unknown = ben_client.get(f"{addresses[name]}?unit=999999")
    response = ben_client.get(f"{addresses[name]}?unit={unit.pk}")
    assert response.status_code == unknown.status_code
    texts = [re.sub(rf"\b({unit.pk}|999999)\b", "…", words(r.content.decode())) for r in (response, unknown)]
    assert texts[0] == texts[1]
    for secret in (b"Chidi", b"Omar", b"Amara", unit.name.encode()):
        assert secret not in response.content


def test_the_csrf_token_is_asked_for(addresses: dict[str, str], ben: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben, backend="courses.people.backends.PersonBackend")
    assert client.post(addresses["assignment-end"]).status_code == 403


@pytest.mark.parametrize("who", ["ben", "lena", "olga"])
def test_a_team_is_exactly_the_visible_people(
    who: str, addresses: dict[str, str], request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(who)
    team = Team.of(user)
    assert team is not None
    assert set(team.people) == set(visible_people(user))


def test_who_managed_once_sees_nothing_more(addresses: dict[str, str], ben: User, ben_client: Client) -> None:
    ben.person.memberships.update(ends_on=today(-1))
    for url in addresses.values():
        assert ben_client.get(url).status_code == REFUSED
