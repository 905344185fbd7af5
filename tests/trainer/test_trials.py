"""“Try as a learner”: a trainer plays a package, sees what each call comes to, and no record is made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from courses.content.models import PackageVersion
from courses.interop.models import Trial
from courses.people.models import User
from courses.records.models import ActivityCall, ActivityProgress, Enrolment, Event
from tests.interop import packages

from .test_packages import kept, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(trainer: Client) -> PackageVersion:
    kept(trainer, packages.scorm())
    return PackageVersion.objects.select_related("package").get()


def page(client: Client, version: PackageVersion) -> Any:
    return client.get(f"/cms/packages/{version.package_id}/try/{version.number}/")


def say(client: Client, trial: Trial, *calls: dict[str, Any], door: str = "calls") -> Any:
    body = json.dumps({"token": "", "client": "trial", "calls": list(calls)})
    return client.post(f"/cms/packages/trials/{trial.pk}/{door}/", body, content_type="application/json")


def commit(seq: int, **cmi: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": "commit", "part": "item-1", "body": {"cmi": cmi}, "age_ms": 0}


def test_it_is_played_in_a_frame_of_its_own_origin_and_leaves_no_record(
    trainer: Client, version: PackageVersion
) -> None:
    answer = page(trainer, version)
    assert answer.status_code == 200
    host = f"{version.package.public_id}.localhost"
    assert host in answer.content.decode()
    assert f"frame-src http://{host}" in answer["Content-Security-Policy"]

    said = say(trainer, Trial.objects.get(), {"seq": 1, "kind": "opened", "part": "", "body": None, "age_ms": 0}).json()

    assert [entry["outcome"] for entry in said["entries"]] == ["accepted"]
    assert said["attempts"][0]["number"] == 1
    assert "opened: accepted" in page(trainer, version).content.decode()
    for model in (ActivityProgress, ActivityCall, Enrolment, Event):
        assert not model.objects.exists()


def test_what_would_be_refused_says_why(trainer: Client, version: PackageVersion) -> None:
    page(trainer, version)
    said = say(trainer, Trial.objects.get(), {"seq": 1, "kind": "banana", "part": "", "body": {}, "age_ms": 0}).json()
    assert said["entries"][0]["outcome"] == "refused"
    assert said["entries"][0]["reason"]


def test_what_cannot_be_read_changes_nothing(trainer: Client, version: PackageVersion) -> None:
    page(trainer, version)
    trial = Trial.objects.get()
    answer = trainer.post(f"/cms/packages/trials/{trial.pk}/calls/", "[", content_type="application/json")
    assert answer.status_code == 400
    assert Trial.objects.get().log == []


def test_begin_again_forgets_ones_own_trial(trainer: Client, version: PackageVersion) -> None:
    page(trainer, version)
    trial = Trial.objects.get()
    say(trainer, trial, {"seq": 1, "kind": "opened", "part": "", "body": None, "age_ms": 0})
    trainer.post(f"/cms/packages/trials/{trial.pk}/reset/")
    page(trainer, version)
    assert Trial.objects.get().log == []


def test_a_trial_is_ones_own(
    trainer: Client, version: PackageVersion, admin_client: Client, admin: User, amara_client: Client
) -> None:
    page(trainer, version)
    trial = Trial.objects.get()
    for door in ("calls", "renew", "reset"):
        assert say(admin_client, trial, door=door).status_code == 404
        assert refused(say(amara_client, trial, door=door))
    assert Trial.objects.get() == trial
    assert refused(page(amara_client, version))


def test_the_token_can_be_renewed(trainer: Client, version: PackageVersion) -> None:
    page(trainer, version)
    answer = trainer.post(f"/cms/packages/trials/{Trial.objects.get().pk}/renew/", {"part": ""})
    assert answer.json()["token"]


@pytest.mark.parametrize("body", ["\\ud800", "\\u0000", "[" * 60 + "]" * 60, "1e999"])
def test_what_no_database_keeps_does_not_stop_a_trial(trainer: Client, version: PackageVersion, body: str) -> None:
    """Half a character, a NUL, a bottomless list, a number that is none: a package may send them."""
    page(trainer, version)
    trial = Trial.objects.get()
    value = body if body[0] in "[1" else f'"{body}"'
    sent = f'{{"token": "", "client": "trial", "calls": [{{"seq": 1, "kind": "state", "body": {{"x": {value}}}}}]}}'
    answer = trainer.post(f"/cms/packages/trials/{trial.pk}/calls/", sent, content_type="application/json")
    assert answer.status_code == 200
    assert [entry["outcome"] for entry in answer.json()["entries"]] == ["refused"]
    assert page(trainer, version).status_code == 200


def test_a_package_that_reports_without_end_is_told_to_wait(
    trainer: Client, version: PackageVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.interop.calls.limits.MOST", 5)
    page(trainer, version)
    trial = Trial.objects.get()
    answer = [say(trainer, trial, commit(seq)) for seq in range(1, 8)][-1]
    assert (answer.status_code, answer.json()["code"]) == (429, "flood")
    assert int(answer["Retry-After"]) > 0


def test_a_request_without_bounds_is_not_read(trainer: Client, version: PackageVersion) -> None:
    page(trainer, version)
    path = f"/cms/packages/trials/{Trial.objects.get().pk}/calls/"
    assert trainer.post(path, "x" * 600_000, content_type="application/json").status_code == 413
