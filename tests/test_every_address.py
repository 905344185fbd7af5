"""Every address of the site, asked as everybody, politely and absurdly: never a 500, never another's data, and a
request that is refused writes nothing.

An address that is added to `learning_site.urls` must be added to ADDRESSES here, or this file fails. Wagtail's own
screens are not in it; those of ours under /cms/ are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from pytest_django import Settings

from courses.learner.views import data, peer, report, verify
from courses.manager.evidence import reading
from courses.people.models import Organisation, Unit, User
from tests.hostile.world import HERS_ALONE, World, body_of, build, rows, watched

pytestmark = pytest.mark.django_db

PEOPLE = ("visitor", "amara", "ben", "lena", "tariq", "olga", "admin")
OK, MOVED, REFUSED, UNKNOWN, NO_SUCH_METHOD = 200, 302, 403, 404, 405


def codes(*, otherwise: int, visitor: int = MOVED, **others: int) -> dict[str, int]:
    """What each of PEOPLE is answered when she asks to see a page."""
    return {**dict.fromkeys(PEOPLE, otherwise), "visitor": visitor, **others}


ANYBODY = codes(otherwise=OK, visitor=OK)
NOBODY = codes(otherwise=UNKNOWN, visitor=UNKNOWN)
VISITOR = codes(otherwise=MOVED, visitor=OK)
NOT_YET = codes(otherwise=UNKNOWN)
SIGNED_IN = codes(otherwise=OK)
AMARA = codes(otherwise=UNKNOWN, amara=OK)
POSTED = codes(otherwise=NO_SUCH_METHOD, visitor=NO_SUCH_METHOD)
POSTED_SIGNED_IN = codes(otherwise=NO_SUCH_METHOD)
LEADS_ON = codes(otherwise=MOVED)
PLAYER = codes(otherwise=MOVED, amara=OK)
MANAGERS = codes(otherwise=REFUSED, ben=OK, lena=OK, olga=OK)
MANAGERS_POSTED = codes(otherwise=REFUSED, ben=NO_SUCH_METHOD, lena=NO_SUCH_METHOD, olga=NO_SUCH_METHOD)
LEAD = codes(otherwise=REFUSED, lena=OK)
LEAD_POSTED = codes(otherwise=REFUSED, lena=NO_SUCH_METHOD)
NOT_NEEDED = codes(otherwise=REFUSED, ben=UNKNOWN, lena=UNKNOWN, olga=UNKNOWN)
BENS = codes(otherwise=REFUSED, ben=OK, lena=UNKNOWN, olga=UNKNOWN)
TEAM = codes(otherwise=REFUSED, ben=OK, lena=OK, olga=UNKNOWN)
EDITORS = codes(otherwise=REFUSED, tariq=OK, admin=OK)
ADMIN = codes(otherwise=REFUSED, tariq=MOVED, admin=OK)
EDITORS_POSTED = codes(otherwise=REFUSED, tariq=NO_SUCH_METHOD, admin=NO_SUCH_METHOD)
COMPARED = codes(otherwise=REFUSED, tariq=MOVED, admin=MOVED)


class Address(NamedTuple):
    """A route by an example, and who may see it."""

    url: str
    seen: dict[str, int]


LISTS = [f"{what}{end}" for what in ("matrix", "people", "overdue", "requirements") for end in ("/", ".csv", ".xlsx")]
"""What can be looked at and taken away from the page of reports."""

ADDRESSES: dict[str, Address] = {
    "demo/mail/": Address("/demo/mail/", NOBODY),
    "demo/mail/<str:mail_id>/": Address("/demo/mail/x-0/", NOBODY),
    "accounts/login/": Address("/accounts/login/", VISITOR),
    "accounts/logout/": Address("/accounts/logout/", SIGNED_IN),
    "accounts/inactive/": Address("/accounts/inactive/", ANYBODY),
    "accounts/signup/": Address("/accounts/signup/", VISITOR),
    "accounts/reauthenticate/": Address("/accounts/reauthenticate/", SIGNED_IN),
    "accounts/another/": Address("/accounts/another/", SIGNED_IN),
    "accounts/another/<str:token>/": Address("/accounts/another/nonsense/", LEADS_ON),
    "accounts/email/": Address("/accounts/email/", SIGNED_IN),
    "accounts/confirm-email/": Address("/accounts/confirm-email/", ANYBODY),
    "accounts/password/change/": Address("/accounts/password/change/", SIGNED_IN),
    "accounts/password/set/": Address("/accounts/password/set/", LEADS_ON),
    "accounts/password/reset/": Address("/accounts/password/reset/", ANYBODY),
    "accounts/login/code/confirm/": Address("/accounts/login/code/confirm/", LEADS_ON),
    "accounts/password/reset/key/done/": Address("/accounts/password/reset/key/done/", ANYBODY),
    "accounts/password/reset/done/": Address("/accounts/password/reset/done/", ANYBODY),
    "accounts/2fa/": Address("/accounts/2fa/", SIGNED_IN),
    "accounts/2fa/authenticate/": Address("/accounts/2fa/authenticate/", LEADS_ON),
    "accounts/2fa/reauthenticate/": Address("/accounts/2fa/reauthenticate/", LEADS_ON),
    "accounts/2fa/totp/activate/": Address("/accounts/2fa/totp/activate/", LEADS_ON),
    "accounts/2fa/totp/deactivate/": Address("/accounts/2fa/totp/deactivate/", NOT_YET),
    "accounts/2fa/recovery-codes/": Address("/accounts/2fa/recovery-codes/", NOT_YET),
    "accounts/2fa/recovery-codes/generate/": Address("/accounts/2fa/recovery-codes/generate/", LEADS_ON),
    "accounts/2fa/recovery-codes/download/": Address("/accounts/2fa/recovery-codes/download/", NOT_YET),
    "accounts/2fa/webauthn/": Address("/accounts/2fa/webauthn/", SIGNED_IN),
    "accounts/2fa/webauthn/add/": Address("/accounts/2fa/webauthn/add/", LEADS_ON),
    "accounts/2fa/webauthn/reauthenticate/": Address("/accounts/2fa/webauthn/reauthenticate/", LEADS_ON),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Address("/accounts/2fa/webauthn/keys/1/remove/", LEADS_ON),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Address("/accounts/2fa/webauthn/keys/1/edit/", LEADS_ON),
    "accounts/2fa/webauthn/login/": Address("/accounts/2fa/webauthn/login/", LEADS_ON),
    "accounts/sessions/": Address("/accounts/sessions/", SIGNED_IN),
    "accounts/profile/": Address("/accounts/profile/", SIGNED_IN),
    "accounts/": Address("/accounts/", SIGNED_IN),
    "accounts/join/": Address("/accounts/join/", SIGNED_IN),
    "accounts/join/<int:pk>/leave/": Address("/accounts/join/{membership}/leave/", AMARA),
    "accounts/invitations/": Address("/accounts/invitations/", MANAGERS),
    "accounts/invitations/<int:pk>/withdraw/": Address(
        "/accounts/invitations/{invitation}/withdraw/", POSTED_SIGNED_IN
    ),
    "join/<str:token>/": Address("/join/{invited}/", ANYBODY),
    "cms/login/": Address("/cms/login/", LEADS_ON),
    "cms/logout/": Address("/cms/logout/", LEADS_ON),
    "cms/password_reset/": Address("/cms/password_reset/", LEADS_ON),
    "cms/password_reset/<path:rest>": Address("/cms/password_reset/x/", LEADS_ON),
    "manage/": Address("/manage/", MANAGERS),
    "manage/count-again/": Address("/manage/count-again/", MANAGERS_POSTED),
    "manage/people/": Address("/manage/people/", MANAGERS),
    "manage/reminders/": Address("/manage/reminders/", LEAD),
    "manage/reminders/now/": Address("/manage/reminders/now/", MANAGERS),
    "manage/people/<uuid:public_id>/remind/": Address("/manage/people/{person}/remind/", MANAGERS_POSTED),
    "reminders/stop/<str:token>/": Address("/reminders/stop/x/", NOBODY),
    "manage/people/<uuid:public_id>/": Address("/manage/people/{person}/", TEAM),
    "manage/matrix/": Address("/manage/matrix/", MANAGERS),
    "manage/people/<uuid:public_id>/<slug:slug>/another-try/": Address(
        "/manage/people/{person}/{module}/another-try/", NOT_NEEDED
    ),
    "manage/modules/<slug:slug>/": Address("/manage/modules/{module}/", MANAGERS),
    "manage/modules/<slug:slug>/answers/": Address("/manage/modules/{module}/answers/", MANAGERS),
    "manage/principles/": Address("/manage/principles/", MANAGERS),
    "manage/views/": Address("/manage/views/", MANAGERS),
    "manage/views/new/<slug:kind>/": Address("/manage/views/new/people/", MANAGERS),
    "manage/views/<int:pk>/remove/": Address("/manage/views/1/remove/", NOT_NEEDED),
    "manage/assignments/": Address("/manage/assignments/", MANAGERS),
    "manage/assignments/new/": Address("/manage/assignments/new/", MANAGERS),
    "manage/assignments/<int:pk>/": Address("/manage/assignments/{rule}/", TEAM),
    "manage/assignments/<int:pk>/edit/": Address("/manage/assignments/{rule}/edit/", TEAM),
    "manage/assignments/<int:pk>/end/": Address("/manage/assignments/{rule}/end/", TEAM),
    "manage/paths/": Address("/manage/paths/", LEAD),
    "manage/paths/new/": Address("/manage/paths/new/", LEAD),
    "manage/paths/<int:pk>/": Address("/manage/paths/1/", codes(otherwise=REFUSED, lena=UNKNOWN)),
    "manage/paths/<int:pk>/end/": Address("/manage/paths/1/end/", codes(otherwise=REFUSED, lena=UNKNOWN)),
    "manage/people/<uuid:public_id>/agreements/": Address("/manage/people/{person}/agreements/", TEAM),
    **{
        f"manage/people/<uuid:public_id>/<slug:slug>/{what}/": Address(
            f"/manage/people/{{person}}/{{module}}/{what}/", TEAM
        )
        for what in ("exempt", "accept", "adjust")
    },
    **{
        f"manage/{what}/<int:pk>/{do}/": Address(f"/manage/{what}/1/{do}/", NOT_NEEDED)
        for what in ("exemptions", "accepted")
        for do in ("end", "evidence")
    },
    "manage/exports/": Address("/manage/exports/", MANAGERS),
    **{f"manage/exports/{name}": Address(f"/manage/exports/{name}", MANAGERS) for name in LISTS},
    **{
        f"manage/exports/modules/<slug:slug>{end}": Address(f"/manage/exports/modules/{{module}}{end}", MANAGERS)
        for end in ("/", ".csv", ".xlsx")
    },
    "manage/people/new/": Address("/manage/people/new/", MANAGERS),
    **{
        f"manage/people/<uuid:public_id>/{route}": Address(f"/manage/people/{{person}}/{part}", TEAM)
        for route, part in {
            "posts/": "posts/",
            "posts/new/": "posts/new/",
            "posts/<int:pk>/": "posts/{post}/",
            "posts/<int:pk>/end/": "posts/{post}/end/",
            "leave/": "leave/",
            "absence/": "absence/",
            "absence/<int:pk>/end/": "absence/{absence}/end/",
        }.items()
    },
    "manage/people/<uuid:public_id>/roles/": Address("/manage/people/{person}/roles/", LEAD),
    "manage/people/<uuid:public_id>/roles/<int:pk>/end/": Address("/manage/people/{manager}/roles/{held}/end/", LEAD),
    "manage/people/<uuid:public_id>/same/": Address("/manage/people/{person}/same/?q=amara", LEAD),
    "manage/people/<uuid:public_id>/same/<uuid:other_id>/": Address("/manage/people/{person}/same/{twin}/", LEAD),
    "manage/people/<uuid:public_id>/same/<uuid:other_id>/ask/": Address(
        "/manage/people/{person}/same/{twin}/ask/", LEAD_POSTED
    ),
    "manage/people/<uuid:public_id>/joined/<int:pk>/": Address("/manage/people/{person}/joined/{merge}/", LEAD),
    "manage/roles/": Address("/manage/roles/", LEAD),
    "manage/leavers/": Address("/manage/leavers/", MANAGERS),
    "manage/audit/": Address("/manage/audit/", LEAD),
    "manage/units/": Address("/manage/units/", MANAGERS),
    "manage/units/new/": Address("/manage/units/new/", LEAD),
    "manage/units/<int:pk>/": Address("/manage/units/{unit}/", TEAM),
    "manage/units/<int:pk>/close/": Address("/manage/units/{unit}/close/", LEAD),
    "manage/erasure/": Address("/manage/erasure/", LEAD),
    "manage/erasure/<int:pk>/": Address("/manage/erasure/{erasure}/", LEAD),
    "manage/holds/": Address("/manage/holds/", LEAD),
    "manage/holds/new/": Address("/manage/holds/new/", LEAD),
    "manage/holds/<int:pk>/end/": Address("/manage/holds/{hold}/end/", LEAD),
    "manage/retention/": Address("/manage/retention/", LEAD),
    "manage/retention/classes/new/": Address("/manage/retention/classes/new/", LEAD),
    "manage/retention/classes/<int:pk>/": Address("/manage/retention/classes/{kept_as}/", LEAD),
    "manage/retention/modules/": Address("/manage/retention/modules/", LEAD),
    "manage/retention/reports/new/": Address("/manage/retention/reports/new/", LEAD_POSTED),
    "manage/retention/reports/<uuid:public_id>/": Address("/manage/retention/reports/{retention}/", LEAD),
    "manage/retention/reports/<uuid:public_id>.csv": Address("/manage/retention/reports/{retention}.csv", LEAD),
    "manage/retention/reports/<uuid:public_id>/carry-out/": Address(
        "/manage/retention/reports/{retention}/carry-out/", LEAD
    ),
    "manage/job-roles/": Address("/manage/job-roles/", LEAD),
    "manage/job-roles/<int:pk>/": Address("/manage/job-roles/{job_role}/", LEAD),
    "manage/organisation/": Address("/manage/organisation/", MANAGERS),
    "manage/imports/": Address("/manage/imports/", LEAD),
    "manage/imports/new/": Address("/manage/imports/new/", LEAD),
    "manage/imports/<uuid:public_id>/": Address("/manage/imports/{import}/", LEAD),
    "manage/imports/<uuid:public_id>/columns/": Address("/manage/imports/{import}/columns/", LEAD),
    "manage/imports/<uuid:public_id>/write/": Address("/manage/imports/{import}/write/", LEAD_POSTED),
    "manage/imports/<uuid:public_id>/undo/": Address("/manage/imports/{import}/undo/", LEAD),
    "manage/imports/<uuid:public_id>/delete/": Address("/manage/imports/{import}/delete/", LEAD_POSTED),
    "manage/invitations/": Address("/manage/invitations/", MANAGERS),
    "manage/invitations/<int:pk>/resend/": Address("/manage/invitations/{invitation}/resend/", MANAGERS_POSTED),
    "manage/invitations/<int:pk>/withdraw/": Address("/manage/invitations/{invitation}/withdraw/", MANAGERS_POSTED),
    "manage/domains/": Address("/manage/domains/", LEAD),
    "manage/domains/<int:pk>/remove/": Address("/manage/domains/1/remove/", LEAD_POSTED),
    "manage/exports/for/<slug:kind>/": Address("/manage/exports/for/asc-wds/", MANAGERS),
    "manage/exports/for/<slug:kind>/settings/": Address("/manage/exports/for/asc-wds/settings/", LEAD),
    "manage/schedules/new/": Address("/manage/schedules/new/", MANAGERS),
    "manage/schedules/<int:pk>/end/": Address("/manage/schedules/{schedule}/end/", TEAM),
    "manage/evidence/": Address("/manage/evidence/", MANAGERS),
    "manage/evidence/new/": Address("/manage/evidence/new/", MANAGERS),
    "manage/evidence/<uuid:public_id>/": Address("/manage/evidence/{pack}/", TEAM),
    "manage/evidence/<uuid:public_id>/file/": Address("/manage/evidence/{pack}/file/", TEAM),
    "manage/evidence/<uuid:public_id>/share/": Address("/manage/evidence/{pack}/share/", TEAM),
    "manage/evidence/<uuid:public_id>/shares/<uuid:share>/withdraw/": Address(
        "/manage/evidence/{pack}/shares/{share}/withdraw/", TEAM
    ),
    "shared/": Address("/shared/", codes(otherwise=REFUSED)),
    "shared/open/<str:token>/": Address("/shared/open/{shared}/", ANYBODY),
    "shared/<uuid:public_id>/": Address("/shared/{share}/", NOBODY),
    "shared/<uuid:public_id>/pack.zip": Address("/shared/{share}/pack.zip", NOBODY),
    "shared/<uuid:public_id>/pack/<path:name>": Address("/shared/{share}/pack/index.html", NOBODY),
    "manage/jobs/": Address("/manage/jobs/", MANAGERS),
    "manage/jobs/<uuid:public_id>/": Address("/manage/jobs/{job}/", BENS),
    "manage/jobs/<uuid:public_id>/file/": Address("/manage/jobs/{job}/file/", BENS),
    "manage/jobs/<uuid:public_id>/cancel/": Address("/manage/jobs/{job}/cancel/", BENS),
    "health/live": Address("/health/live", ANYBODY),
    "health/ready": Address("/health/ready", ANYBODY),
    "media/<path:name>": Address("/media/images/x.png", NOBODY),
    "documents/authenticate_with_password/<int:restriction_id>/": Address(
        "/documents/authenticate_with_password/1/", NOBODY
    ),
    "cms/modules/<int:page_id>/versions/": Address("/cms/modules/{page}/versions/", EDITORS),
    "cms/modules/<int:page_id>/versions/compare/": Address("/cms/modules/{page}/versions/compare/", EDITORS),
    "cms/modules/<int:page_id>/versions/<int:number>/": Address("/cms/modules/{page}/versions/1/", EDITORS),
    "cms/modules/<int:page_id>/versions/<int:number>/<slug:lesson>/": Address(
        "/cms/modules/{page}/versions/1/{lesson}/", EDITORS
    ),
    "cms/modules/<int:page_id>/questions/": Address("/cms/modules/{page}/questions/", EDITORS),
    "cms/stories/<int:story_id>/withdraw/": Address("/cms/stories/{story}/withdraw/", EDITORS),
    "cms/packages/upload/": Address("/cms/packages/upload/", EDITORS),
    "cms/packages/uploads/": Address("/cms/packages/uploads/", EDITORS),
    "cms/packages/uploads/<uuid:upload_id>/": Address("/cms/packages/uploads/{upload}/", EDITORS),
    "cms/packages/uploads/<uuid:upload_id>/keep/": Address("/cms/packages/uploads/{upload}/keep/", EDITORS_POSTED),
    "cms/packages/uploads/<uuid:upload_id>/discard/": Address(
        "/cms/packages/uploads/{upload}/discard/", EDITORS_POSTED
    ),
    "cms/packages/new/": Address("/cms/packages/new/", EDITORS),
    "cms/packages/new/<int:library_id>/": Address("/cms/packages/new/{library}/", EDITORS),
    "cms/packages/<int:package_id>/": Address("/cms/packages/{package}/", EDITORS),
    "cms/packages/<int:package_id>/upload/": Address("/cms/packages/{package}/upload/", EDITORS),
    "cms/packages/<int:package_id>/edit/": Address("/cms/packages/{package}/edit/", COMPARED),
    "cms/packages/<int:package_id>/editor/": Address("/cms/packages/{package}/editor/", EDITORS_POSTED),
    "cms/packages/<int:package_id>/edited/": Address("/cms/packages/{package}/edited/", EDITORS_POSTED),
    "cms/packages/<int:package_id>/put-away/": Address("/cms/packages/{package}/put-away/", EDITORS_POSTED),
    "cms/packages/<int:package_id>/try/<int:number>/": Address("/cms/packages/{package}/try/1/", EDITORS),
    "cms/packages/trials/<int:trial_id>/calls/": Address("/cms/packages/trials/{trial}/calls/", EDITORS_POSTED),
    "cms/packages/trials/<int:trial_id>/renew/": Address("/cms/packages/trials/{trial}/renew/", EDITORS_POSTED),
    "cms/packages/trials/<int:trial_id>/reset/": Address("/cms/packages/trials/{trial}/reset/", EDITORS_POSTED),
    "cms/snippets/content/package/add/": Address("/cms/snippets/content/package/add/", COMPARED),
    "cms/snippets/content/package/edit/<int:pk>/": Address("/cms/snippets/content/package/edit/{package}/", COMPARED),
    "cms/snippets/choose/content/package/": Address("/cms/snippets/choose/content/package/", EDITORS),
    "cms/snippets/choose/content/package/results/": Address("/cms/snippets/choose/content/package/results/", EDITORS),
    "cms/erasure/": Address("/cms/erasure/", ADMIN),
    "cms/erasure/<int:pk>/": Address("/cms/erasure/1/", codes(otherwise=REFUSED, tariq=MOVED, admin=UNKNOWN)),
    "cms/support/activities/": Address("/cms/support/activities/", ADMIN),
    "cms/support/activities/<int:progress_id>/": Address("/cms/support/activities/{progress}/", ADMIN),
    "cms/snippets/content/story/edit/<int:pk>/": Address("/cms/snippets/content/story/edit/{story}/", EDITORS),
    "cms/snippets/people/unit/add/": Address("/cms/snippets/people/unit/add/", ADMIN),
    "cms/snippets/people/unit/edit/<int:pk>/": Address("/cms/snippets/people/unit/edit/{unit}/", ADMIN),
    "cms/users/new/": Address("/cms/users/new/", COMPARED),
    "learn/<slug:slug>/": Address("/learn/{module}/", LEADS_ON),
    "learn/<slug:slug>/assessment/": Address("/learn/{module}/assessment/", PLAYER),
    "learn/<slug:slug>/assessment/questions/": Address("/learn/{module}/assessment/questions/", LEADS_ON),
    "learn/<slug:slug>/assessment/<int:number>/": Address("/learn/{module}/assessment/1/", PLAYER),
    "learn/<slug:slug>/assessment/review/": Address("/learn/{module}/assessment/review/", PLAYER),
    "learn/<slug:slug>/assessment/submit/": Address("/learn/{module}/assessment/submit/", LEADS_ON),
    "learn/<slug:slug>/assessment/result/<int:number>/": Address("/learn/{module}/assessment/result/1/", LEADS_ON),
    "learn/<slug:slug>/<slug:lesson>/": Address("/learn/{module}/{lesson}/", PLAYER),
    "learn/<slug:slug>/<slug:lesson>/finish/": Address("/learn/{module}/{lesson}/finish/", LEADS_ON),
    "learn/<slug:slug>/<slug:lesson>/check/<str:block>/": Address("/learn/{module}/{lesson}/check/{check}/", LEADS_ON),
    "learn/<slug:slug>/<slug:lesson>/activity/<str:block>/": Address(
        "/learn/{module}/{further}/activity/{activity}/", PLAYER
    ),
    "learn/<slug:slug>/<slug:lesson>/activity/<str:block>/words/": Address(
        "/learn/{module}/{further}/activity/{activity}/words/", PLAYER
    ),
    "learn/<slug:slug>/<slug:lesson>/activity/<str:block>/calls/": Address(
        "/learn/{module}/{further}/activity/{activity}/calls/", POSTED
    ),
    "learn/<slug:slug>/<slug:lesson>/activity/<str:block>/renew/": Address(
        "/learn/{module}/{further}/activity/{activity}/renew/", POSTED
    ),
    "learn/<slug:slug>/<slug:lesson>/reflection/<str:block>/": Address(
        "/learn/{module}/{lesson}/reflection/{reflection}/", LEADS_ON
    ),
    "my-learning/": Address("/my-learning/", SIGNED_IN),
    "my-learning/cpd/": Address("/my-learning/cpd/", SIGNED_IN),
    "my-learning/cpd/<int:number>/": Address("/my-learning/cpd/{year}/", SIGNED_IN),
    "my-learning/cpd/<int:number>.csv": Address("/my-learning/cpd/{year}.csv", SIGNED_IN),
    "my-learning/cpd/<int:number>.pdf": Address("/my-learning/cpd/{year}.pdf", SIGNED_IN),
    "my-learning/cpd/notes/<int:pk>/": Address("/my-learning/cpd/notes/{completion}/", AMARA),
    "my-learning/cpd/notes/<int:pk>/delete/": Address("/my-learning/cpd/notes/{completion}/delete/", POSTED_SIGNED_IN),
    "my-learning/cpd/notes/<int:pk>/ask/": Address("/my-learning/cpd/notes/{completion}/ask/", POSTED_SIGNED_IN),
    "my-learning/cpd/notes/<int:pk>/withdraw/": Address(
        "/my-learning/cpd/notes/{completion}/withdraw/", POSTED_SIGNED_IN
    ),
    "my-learning/peer/thanks/": Address("/my-learning/peer/thanks/", ANYBODY),
    "my-learning/peer/<str:token>/": Address("/my-learning/peer/{peer}/", ANYBODY),
    "my-learning/data/": Address("/my-learning/data/", SIGNED_IN),
    "my-learning/data/json/": Address("/my-learning/data/json/", POSTED_SIGNED_IN),
    "my-learning/data/csv/": Address("/my-learning/data/csv/", POSTED_SIGNED_IN),
    "my-learning/data/erasure/": Address("/my-learning/data/erasure/", LEADS_ON),
    "my-learning/data/erasure/withdraw/": Address("/my-learning/data/erasure/withdraw/", POSTED_SIGNED_IN),
    "my-learning/data/evidence/<slug:kind>/<int:pk>/": Address("/my-learning/data/evidence/accepted/1/", NOT_YET),
    "my-learning/<slug:slug>/timeline/": Address("/my-learning/{module}/timeline/", AMARA),
    "my-learning/<slug:slug>/timeline/<int:period>/": Address("/my-learning/{module}/timeline/1/", AMARA),
    "modules/": Address("/modules/", ANYBODY),
    "modules/<slug:slug>/": Address("/modules/{module}/", ANYBODY),
    "help/report/": Address("/help/report/", ANYBODY),
    "help/report/thanks/": Address("/help/report/thanks/", ANYBODY),
    "certificates/<str:number>.pdf": Address("/certificates/{certificate}.pdf", AMARA),
    "certificates/<str:number>/": Address("/certificates/{certificate}/", AMARA),
    "certificates/<str:number>/sharing/": Address("/certificates/{certificate}/sharing/", POSTED),
    "resources/<slug:pack>/zip/": Address("/resources/pack/zip/", ANYBODY),
    "resources/<slug:pack>/<slug:slug>/pdf/": Address("/resources/pack/guide/pdf/", ANYBODY),
    "verify/": Address("/verify/", ANYBODY),
    "verify/pack/": Address("/verify/pack/", ANYBODY),
    "verify/<path:number>/": Address("/verify/{certificate}/", ANYBODY),
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": Address(
        "/_util/authenticate_with_password/1/{page}/", NOBODY
    ),
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": Address("/accounts/confirm-email/{invited}/", ANYBODY),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Address(
        "/accounts/password/reset/key/1-{invited}/", ANYBODY
    ),
    r"documents/^(\d+)/(.*)$": Address("/documents/1/secret.pdf", NOBODY),
    "_util/login/": Address("/_util/login/", LEADS_ON),
    r"^((?:[\w\-]+/)*)$": Address("/", ANYBODY),
}


def routes(patterns: Any, before: str = "") -> Iterator[str]:
    """Every route of ours: none of Wagtail's own under /cms/."""
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif not route.startswith("cms/") or pattern.callback.__module__.startswith("courses."):
            yield route


@pytest.fixture
def world(
    amara: User, ben: User, chidi: User, lena: User, tariq: User, olga: User, admin: User,
    council: Organisation, assessments: Unit, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path,
) -> Iterator[World]:  # fmt: skip
    """Nobody is held back by a limit here (limits have tests of their own), and the log stays readable."""
    settings.EMAIL_FILE_PATH = tmp_path
    settings.MFA_RATE_LIMITS = False
    for module, name in (
        (verify, "A_MINUTE"), (peer, "MOST_A_MINUTE"), (report, "A_WINDOW"), (data, "MOST_AN_HOUR"),
        (reading, "A_MINUTE"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 10**9)
    people = {"amara": amara, "ben": ben, "chidi": chidi, "lena": lena, "tariq": tariq, "olga": olga, "admin": admin}
    made = build(people, organisation=council, unit=assessments)
    for who in ("tariq", "admin"):
        made.clients[who].get("/cms/")  # gives the groups of the role
    logging.disable(logging.CRITICAL)
    yield made
    logging.disable(logging.NOTSET)


class Asked(NamedTuple):
    """What came of one request."""

    status: int
    body: bytes
    writes: list[str]
    error: BaseException | None
    headers: Any
    url: str


def ask(world: World, who: str, method: str, url: str, **more: Any) -> Asked:
    """One request, of which nothing remains: rows, cookies and sessions are as before."""
    client = world.clients[who]
    client.raise_request_exception = False
    cookies = SimpleCookie(client.cookies)
    with watched() as (writes, faults), transaction.atomic():
        response = client.generic(method, url, **more)
        body = body_of(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return Asked(response.status_code, body, writes.made, faults[0] if faults else None, response.headers, url)


def foreign_words(world: World, who: str) -> list[str]:
    """What `who` must not be shown, whatever is asked."""
    amara = ["Amara", "amara@example.org", str(world.amara.person.public_id)]
    chidi = ["Chidi", "chidi@example.org", str(world.chidi.person.public_id), world.others.number]
    hers = [*HERS_ALONE, world.certificate.number]
    return {
        "visitor": [*amara, *chidi, *hers],
        "amara": chidi,
        "ben": [*chidi, *HERS_ALONE],
        "lena": list(HERS_ALONE),
        "tariq": [*amara, *chidi, *hers],
        "olga": [*amara, *chidi, *hers, "Northfield", "Adult Assessments"],
        "admin": list(HERS_ALONE),
    }[who]


def furthest(route: str, address: Address) -> str:
    """The one of PEOPLE whose request gets furthest into an address."""
    if route.startswith(("manage/", "accounts/invitations/")):
        return "lena" if address.seen["ben"] == REFUSED else "ben"
    if route.startswith("cms/"):
        return "admin"
    return "amara" if address.seen["amara"] in {OK, NO_SUCH_METHOD} else "visitor"


RECORDS_REFUSALS = ("/activity/<str:block>/calls/", "/activity/<str:block>/renew/")
"""What is refused here stands in the learner's timeline, and nowhere else."""
MEANT_FOR_A_STRANGER = (
    "my-learning/peer/<str:token>/",
    "join/<str:token>/",
    "verify/<path:number>/",
    "shared/open/<str:token>/",
)
"""Whoever holds the link of these is shown what stands behind it."""


NOTED = ("activity/<str:block>/calls/", "activity/<str:block>/renew/")
"""What these refuse is put on the timeline (a package may be hostile), and nowhere else."""


def faults_of(world: World, who: str, route: str, asked: Asked, what: str) -> list[str]:
    """What is wrong with an answer, in words; nothing for most."""
    where = f"{who} {what} {route}"
    if asked.error is not None or asked.status >= 500:
        return [f"{where}: {asked.status} {asked.error!r}"]
    found = []
    noted = any(part in route for part in NOTED)
    kept = [write for write in asked.writes if not (noted and "records_event" in write)]
    if asked.status >= 400 and kept:
        found.append(f"{where}: refused with {asked.status} and wrote {kept[0]}")
    if not route.startswith(MEANT_FOR_A_STRANGER):
        text = asked.body.decode(errors="replace")
        found += [
            f"{where}: shows {word!r}" for word in foreign_words(world, who) if word in text and word not in asked.url
        ]
    if MARKUP.encode() in asked.body:
        found.append(f"{where}: markup comes back as it was sent")
    return found


MARKUP = "<script>alert(1)</script>"


def test_every_address_is_in_the_table() -> None:
    assert set(routes(get_resolver().url_patterns)) == set(ADDRESSES)


def test_politely(world: World) -> None:
    """GET, HEAD, OPTIONS and a POST without a token, by everybody."""
    before, faults = rows(), []
    for who in PEOPLE:
        strict = Client(enforce_csrf_checks=True)
        for route, address in ADDRESSES.items():
            url, expected = address.url.format(**world.parts), address.seen[who]
            seen = ask(world, who, "GET", url)
            faults += faults_of(world, who, route, seen, "GET")
            if seen.status != expected:
                faults.append(f"{who} GET {route}: {seen.status}, not {expected}")
            if who == furthest(route, address):
                head = ask(world, who, "HEAD", url)
                if head.status != seen.status or head.body:
                    faults.append(f"{who} HEAD {route}: {head.status} with {len(head.body)} bytes, GET {seen.status}")
                for method in ("OPTIONS", "PATCH", "TRACE", "BREW"):
                    faults += faults_of(world, who, route, ask(world, who, method, url), method)
            strict.cookies = SimpleCookie(world.clients[who].cookies)
            world.clients["strict"], mine = strict, world.clients[who]
            world.clients[who] = strict
            posted = ask(world, who, "POST", url)
            world.clients[who] = mine
            faults += faults_of(world, who, route, posted, "POST without token")
            if posted.writes:
                faults.append(f"{who} POST {route} without a token: wrote {posted.writes[0]}")
    assert not faults, "\n".join(faults)
    assert rows() == before


ODD = (
    "0", "-1", "9" * 30, "9" * 4000, "a" * 300, "a%00b", "%FF%FE%ED%A0%80", "%E2%80%AEevil", "..", "%2F", ".",
    "..%2F..%2F..%2Fetc%2Fpasswd", "%25%30%30", "1%27%20OR%20%271%27=%271", quote(MARKUP, safe=""),
    "%0d%0aSet-Cookie:%20a=b", "%D9%A1%C2%B2",
)  # fmt: skip
"""What no address expects in the place of a part: NUL, broken UTF-8, halves of characters, paths, endless numbers."""


def odd_paths(route: str, address: Address, world: World) -> Iterator[str]:
    """The example with each of its parts in turn replaced by each of ODD, and by what is another person's."""
    example = address.url
    others = {
        "{completion}": world.others_completion.pk, "{certificate}": world.others.number,
        "{person}": world.chidi.person.public_id, "{membership}": world.chidi.person.memberships.get().pk,
    }  # fmt: skip
    pieces = example.strip("/").split("/")
    for index, piece in enumerate(pieces):
        name, dot, ending = piece.partition(".")
        if "{" in piece or piece.isdigit() or (index == len(pieces) - 1 and "<" in route.rsplit("/", 2)[-1]):
            for odd in (*ODD, *([others[name]] if name in others else [])):
                changed = [*pieces[:index], f"{odd}{dot}{ending}", *pieces[index + 1 :]]
                yield f"/{'/'.join(changed)}{'/' if example.endswith('/') else ''}".format(**world.parts)


def test_absurd_parts_of_an_address(world: World) -> None:
    faults = []
    for route, address in ADDRESSES.items():
        who = furthest(route, address)
        for url in odd_paths(route, address, world):
            asked = ask(world, who, "GET", url)
            faults += faults_of(world, who, f"{route} as {url[:80]}", asked, "GET")
            if "\n" in str(asked.headers.get("Location", "")):
                faults.append(f"{who} GET {url}: breaks a line of the head")
    assert not faults, "\n".join(faults)


EVERYTHING = (
    "q", "unit", "module", "state", "need", "due", "sector", "minutes", "principle", "next", "page", "number", "order",
    "checked", "empty", "chosen", "from", "to",
)  # fmt: skip
QUERIES = (
    "page=-1", "page=1" + "0" * 30, "page=" + "9" * 4000, "page=last&page=%00", "q=%00",
    "q=%FF%FE&unit=%FF&page=%C2%B2",
    "q=" + "x" * 20_000, "q=%25_%25", "q=%27)%20OR%201=1%20--&unit=1%20OR%201=1&order=1;DROP%20TABLE%20people_person",
    "unit=99999999999999999999999&minutes=-5&due=-30&state=overdue&state=overdue&state=valid&module=a&module=b",
    "from=%C2%B2&to=" + "9" * 4000, "format=csv&order=given", "&".join(f"a{n}=1" for n in range(21_000)),
    "&".join(f"{name}={quote(MARKUP)}" for name in EVERYTHING), "&".join(f"{name}=%00%FF" for name in EVERYTHING),
    "next=https://evil.example/&%&=&&;",
)  # fmt: skip
"""What no filter expects: bytes that are not UTF-8, endless and negative numbers, SQL, markup, a thousand fields."""


READS_A_QUERY = (
    "manage/",
    "modules/",
    "verify/",
    "help/report/",
    "cms/modules/",
    "accounts/login/",
    "accounts/signup/",
)


def test_absurd_queries(world: World) -> None:
    faults = []
    for route, address in ADDRESSES.items():
        who = furthest(route, address)
        if address.seen[who] not in {OK, MOVED}:
            continue
        for query in QUERIES if route.startswith(READS_A_QUERY) else QUERIES[-3:]:
            asked = ask(world, who, "GET", f"{address.url.format(**world.parts)}?{query}")
            faults += faults_of(world, who, f"{route}?{query[:60]}", asked, "GET")
            if "evil.example" in str(asked.headers.get("Location", "")).split("?")[0]:
                faults.append(f"{who} {route}: leads to another site")
    assert not faults, "\n".join(faults)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


JSON, FORM = "application/json", "application/x-www-form-urlencoded"
EVERY_FIELD = (
    "name", "family_name", "profession", "earlier", "email", "login", "password", "password1", "oldpassword", "code",
    "unit", "role", "days", "who", "module", "rule", "due_on", "days_after_joining", "starts_on", "learned", "change",
    "discussed_on", "agreed", "read", "public", "surname", "what", "page", "website", "text", "answer", "answer-1",
    "try", "person", "attempt", "delete", "check", "next", "action", "remember", "credential", "id", "choice",
)  # fmt: skip


def bodies() -> list[tuple[str, bytes]]:
    """A content type and a body that no form expects."""
    fields = [
        "&".join(f"{name}={quote(value)}" for name in EVERY_FIELD)
        for value in (MARKUP, "\x00", "9" * 5000, "\u202e\U0001f984", "x" * 20_000, "-1", "a\r\nBcc: b@example.org")
    ]
    made: list[tuple[str, str | bytes]] = [
        *((FORM, body) for body in fields),
        (FORM, "&".join(f"{name}=%FF%ED%A0%80" for name in EVERY_FIELD)),
        (FORM, "&".join(f"{name}=a&{name}=b" for name in EVERY_FIELD)),
        (FORM, "&".join(f"f{n}=1" for n in range(30_000))),
        (FORM, b"what=" + b"x" * 5_000_000),
        (FORM + "; charset=utf-7", "name=%2BAGE-"),
        (FORM + "; charset=hex", "name=zz"),
        ("multipart/form-data; boundary=x; charset=hex", files()),
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=x", files()),
        ("multipart/form-data; boundary=x", files()[:-40]),
        ("text/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        (JSON, ""), (JSON, "null"), (JSON, "[]"), (JSON, "{"), (JSON, '"\\ud800"'), (JSON, nested(100_000)),
        (JSON, json.dumps({"fields": dict.fromkeys(EVERY_FIELD, MARKUP)})),
        (JSON, json.dumps({"fields": {name: [1, None] for name in EVERY_FIELD}, "age_ms": "a", "counter": -1})),
        (JSON, json.dumps({"fields": {name: ["\ud800\x00"] for name in EVERY_FIELD}, "client": "x" * 500})),
        (JSON, '{"fields": {"answer": ["a"], "try": ["1"], "text": ["a"]}, "age_ms": 1e400, "counter": NaN}'),
        (JSON, '{"fields": {"answer": ["a"], "text": ["\\ud800"]}, "age_ms": 9007199254740992, "counter": 1}'),
        (JSON, b"\xff\xfe\x00"), (JSON, b"[" + b"1," * 2_500_000 + b"1]"),
    ]  # fmt: skip
    return [(kind, body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")) for kind, body in made]


def files() -> bytes:
    """A form whose every field is a file."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="../{name}.svg"\r\n'
        f"Content-Type: image/svg+xml\r\n\r\n<svg>{MARKUP}</svg>\r\n"
        for name in EVERY_FIELD
    ]
    return ("".join(parts) + "--x--\r\n").encode()


def test_absurd_bodies(world: World) -> None:
    before, faults = rows(), []
    for route, address in ADDRESSES.items():
        url, every = address.url.format(**world.parts), bodies()
        for kind, body in every:
            who = furthest(route, address)
            asked = ask(world, who, "POST", url, data=body, content_type=kind)
            faults += faults_of(world, who, f"{route} {kind} {body[:40]!r}", asked, "POST")
            if asked.status == NO_SUCH_METHOD or (kind == JSON and not route.startswith("learn/")):
                break  # the first JSON says it all to a form
        for kind, body in every[:1]:
            asked = ask(world, "olga", "POST", url, data=body, content_type=kind)
            faults += faults_of(world, "olga", f"{route} {kind} {body[:40]!r}", asked, "POST")
    assert not faults, "\n".join(faults)
    assert rows() == before
