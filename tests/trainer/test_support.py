"""Support looks at calls of one learner's activity: administrators alone, nothing private, every look in the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.content.models import ModulePage
from courses.people.models import User
from courses.people.services.cms import sync_cms_groups
from courses.records.models import ActivityAttempt, ActivityCall, ActivityProgress
from tests.learner.taught import taught_module
from tests.packages import activity_of, with_activity
from tests.records import trips

from .test_packages import refused

pytestmark = pytest.mark.django_db
SEARCH = "/cms/support/activities/"


@pytest.fixture
def module() -> ModulePage:
    return with_activity(taught_module())


@pytest.fixture
def progress(module: ModulePage, amara: User) -> ActivityProgress:
    """Amara has opened the activity; her browser has sent one statement."""
    attempt = trips.begin(amara.person, module, lessons=0)
    block = activity_of(module)
    made = ActivityProgress.objects.create(
        attempt=attempt, block_id=block["id"], version_id=block["version_id"], saved_at=timezone.now()
    )
    now = timezone.now()
    ActivityAttempt.objects.create(progress=made, number=1, started_at=now, raw=1, maximum=2)
    common: dict[str, Any] = {"progress": made, "client": "abcdef0123", "given_at": now, "received_at": now}
    ActivityCall.objects.create(**common, sequence=1, kind="statement", outcome="accepted", body={"verb": "answered"})
    ActivityCall.objects.create(**common, sequence=2, kind="statement", outcome="refused", reason="No such verb.")
    return made


@pytest.fixture
def support(admin_client: Client, admin: User) -> Client:
    sync_cms_groups(admin)
    return admin_client


def test_support_finds_a_learner_by_her_address_and_reads_the_calls(
    support: Client, progress: ActivityProgress, amara: User
) -> None:
    found = support.get(SEARCH, {"said": amara.email.upper()}).content.decode()
    assert amara.person.name in found
    address = f"{SEARCH}{progress.pk}/"
    assert address in found

    page = support.get(address).content.decode()

    assert "answered" in page
    assert "Refused. No such verb." in page
    assert "1.0 of 2.0" in page
    actions = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert {"alongside.activities_looked_at", "alongside.activity_looked_at"} <= actions


def test_nobody_is_found_by_a_part_of_a_name(support: Client, progress: ActivityProgress, amara: User) -> None:
    page = support.get(SEARCH, {"said": amara.person.name[:4]}).content.decode()
    assert "Nobody here has this address" in page
    assert f"{SEARCH}{progress.pk}/" not in page


def test_nothing_of_a_private_module_is_shown(support: Client, progress: ActivityProgress, amara: User) -> None:
    ModulePage.objects.filter(pk=progress.attempt.enrolment.module_id).update(private=True)
    page = support.get(SEARCH, {"said": amara.email}).content.decode()
    assert "No activity that can be shown here" in page
    assert support.get(f"{SEARCH}{progress.pk}/").status_code == 404


def test_it_is_for_administrators_alone(
    progress: ActivityProgress,
    trainer: Client,
    amara_client: Client,
    ben_client: Client,
    lena_client: Client,
    olga_client: Client,
) -> None:
    for client in (trainer, amara_client, ben_client, lena_client, olga_client):
        for address in (SEARCH, f"{SEARCH}{progress.pk}/"):
            assert client.get(address).status_code in (302, 403)
            assert refused(client.get(address)) or client.get(address).status_code == 302
    assert not ModelLogEntry.objects.filter(action__startswith="alongside.activit").exists()


def test_an_empty_question_is_answered_at_its_field(support: Client) -> None:
    assert "This field is required." in support.get(SEARCH, {"said": ""}).content.decode()


@pytest.mark.parametrize("calls", [1, 150])
def test_the_page_asks_as_often_for_one_call_as_for_many(
    support: Client, progress: ActivityProgress, calls: int, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    ActivityCall.objects.bulk_create(
        ActivityCall(
            progress=progress, client="x", sequence=number, kind="state", given_at=now, received_at=now,
            outcome="accepted", body={"bytes": 1},
        )
        for number in range(calls)
    )  # fmt: skip
    support.get(f"{SEARCH}{progress.pk}/")
    with django_assert_max_num_queries(14):
        support.get(f"{SEARCH}{progress.pk}/")
