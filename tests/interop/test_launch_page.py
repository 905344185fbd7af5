"""/launch/<token>/: the page that plays a package, and the door for its last calls."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from courses.content.models import PackageKind
from courses.interop import launches, trials
from courses.people.models import User
from courses.records.models import ActivityCall, ActivityProgress, Event
from tests.packages import make_package, scorm_files

from .hosting import Opened, on_host, opened

pytestmark = pytest.mark.django_db
STATE = {"0": {"state": '{"chosen":"right"}'}}


@pytest.fixture
def hers(amara: User) -> Opened:
    """Amara has opened an H5P question."""
    return opened(amara, make_package())


def data_of(answer: Any) -> dict[str, Any]:
    """The data block that the programs of the page read."""
    found = re.search(r'<script id="launch" type="application/json">(.*?)</script>', answer.content.decode(), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def call(seq: int = 1, kind: str = "state", body: Any = None, **more: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "part": "", "body": STATE if body is None else body, "age_ms": 5, **more}


def send(hers: Opened, token: str, *calls: dict[str, Any], kind: str = "text/plain", **more: Any) -> Any:
    """As a leaving page sends it."""
    data = json.dumps({"client": launches.read(token).client, "calls": calls} | more)
    return on_host(hers.package).post(f"/launch/{token}/calls", data=data, content_type=kind)


def test_the_page_goes_on_where_she_left(hers: Opened, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ActivityProgress.objects.update(state=STATE)
    token = hers.token()
    with django_assert_num_queries(3):
        answer = hers.ask(f"/launch/{token}/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Clear-Site-Data"] == '"storage"', "on a shared computer"
    data = data_of(answer)
    assert data["state"] == STATE
    assert (data["mode"], data["kind"], data["site"]) == ("normal", "h5p", "http://localhost:8000")
    assert "Amara" not in answer.content.decode(), "a package is a stranger's program"
    assert hers.ask(f"{data['files']}/h5p.json").status_code == 200
    assert hers.ask(f"{data['player']}/h5p.js").status_code == 200
    assert not answer.cookies


def test_h5p_plays_under_the_strict_policy(hers: Opened) -> None:
    answer = hers.ask(f"/launch/{hers.token()}/")
    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split(";")}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["connect-src"] == policy["frame-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["http://localhost:8000"]
    for nothing in ("worker-src", "base-uri", "form-action", "object-src"):
        assert policy[nothing] == ["'none'"]
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", page)
    assert " style=" not in page
    assert " onclick" not in page


def test_a_title_in_markup_stays_text(amara: User) -> None:
    nasty = "</script><script>alert(1)</script>"
    hers = opened(amara, make_package(title=nasty))
    version = hers.package.current_version
    page = hers.ask(f"/launch/{hers.token()}/").content.decode()
    assert nasty not in page
    assert version is not None
    assert data_of(hers.ask(f"/launch/{hers.token()}/"))["title"] == nasty


def test_scorm_gets_its_own_policy(amara: User) -> None:
    hers = opened(amara, make_package(kind=PackageKind.SCORM_12, files=scorm_files()))
    answer = hers.ask(f"/launch/{hers.token()}/")
    assert "'unsafe-inline' 'unsafe-eval'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self' http://localhost:8000" in answer["Content-Security-Policy"]
    data = data_of(answer)
    assert data["kind"] == "scorm-1.2"
    assert hers.ask(data["sco"]["src"]).status_code == 200
    assert data["sco"]["values"]["cmi.core.student_name"] == "Learner"


def test_an_installation_may_tell_packages_names(amara: User, settings: Settings) -> None:
    settings.PACKAGES_ARE_TOLD_NAMES = True
    hers = opened(amara, make_package(kind=PackageKind.SCORM_12, files=scorm_files()))
    data = data_of(hers.ask(f"/launch/{hers.token()}/"))
    assert data["sco"]["values"]["cmi.core.student_name"] == "Amara Okafor"


def test_each_load_numbers_higher_than_the_last(hers: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    token = hers.token()
    first = data_of(hers.ask(f"/launch/{token}/"))["first"]
    later = time.time_ns() + 1_000_000_000
    monkeypatch.setattr("courses.interop.content_host.player_page.time.time_ns", lambda: later)
    assert data_of(hers.ask(f"/launch/{token}/"))["first"] >= first + 1000


def test_two_packages_cannot_compare_whom_they_have(amara: User, hers: Opened) -> None:
    other = opened(amara, make_package(title="Another"))
    names = {data_of(one.ask(f"/launch/{one.token()}/"))["learner"]["id"] for one in (hers, other)}
    assert len(names) == 2
    assert str(amara.person.pk) not in names


def test_after_completion_it_is_looked_back_at(hers: Opened) -> None:
    hers.attempt.finished_at = timezone.now()
    hers.attempt.save()
    assert data_of(hers.ask(f"/launch/{hers.token()}/"))["mode"] == "review"


def test_browsing_begins_with_nothing(hers: Opened) -> None:
    ActivityProgress.objects.update(state=STATE)
    data = data_of(hers.ask(f"/launch/{hers.token('browse')}/"))
    assert (data["mode"], data["state"]) == ("browse", {})


def test_a_trial_goes_on_with_its_own_state(hers: Opened, tariq: User) -> None:
    trial = trials.begin(person=tariq.person, version=hers.version)
    trial.state = STATE
    trial.save()
    token = trials.token(trial=trial, part="")
    data = data_of(hers.ask(f"/launch/{token}/"))
    assert (data["mode"], data["state"]) == ("trial", STATE)
    assert send(hers, token, call(body={"0": {"state": "2"}})).status_code == 200
    trial.refresh_from_db()
    assert trial.state == {"0": {"state": "2"}}
    for round_ in range(1, 8):
        last = send(hers, token, *(call(round_ * 100 + n, body={}) for n in range(100)))
    assert last.status_code == 429
    trials.reset(trial=trial)
    assert hers.ask(f"/launch/{token}/").status_code == 404
    assert send(hers, token, call()).status_code == 404


def test_an_expired_opening_tells_the_page_around_it(hers: Opened, settings: Settings) -> None:
    settings.LAUNCH_SECONDS, token = -1, hers.token()
    answer = hers.ask(f"/launch/{token}/")
    assert answer.status_code == 410
    assert "/expired.js" in answer.content.decode()
    assert '<meta name="site" content="http://localhost:8000">' in answer.content.decode()
    assert "frame-ancestors http://localhost:8000" in answer["Content-Security-Policy"]
    data = json.dumps({"client": "", "calls": [call()]})
    late = on_host(hers.package).post(f"/launch/{token}/calls", data=data, content_type="text/plain")
    assert (late.status_code, late.json()["code"]) == (409, "expired")
    assert not ActivityCall.objects.exists()


def test_a_token_is_good_on_its_package_s_host_only(hers: Opened) -> None:
    other, token = make_package(title="Another"), hers.token()
    assert on_host(other).get(f"/launch/{token}/").status_code == 404
    data = json.dumps({"client": "", "calls": [call()]})
    assert on_host(other).post(f"/launch/{token}/calls", data=data, content_type="text/plain").status_code == 404
    assert not ActivityCall.objects.exists()


def test_a_token_of_nobody_s_opens_nothing(hers: Opened, omar: User) -> None:
    tokens = [
        "x", f"{hers.token()}x", hers.token()[1:], hers.token(attempt_id=999_999), hers.token(version_id=999_999),
        hers.token(person_id=omar.person.pk), hers.token("trial", trial_id=7),
    ]  # fmt: skip
    for token in tokens:
        answer = hers.ask(f"/launch/{token}/")
        assert answer.status_code == 404
        assert answer["Content-Type"].startswith("text/plain")


# The last calls ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/plain;charset=UTF-8", ""])
def test_the_last_calls_are_kept(hers: Opened, kind: str) -> None:
    answer = send(hers, hers.token(), call(7), kind=kind)
    assert answer.status_code == 200
    said = answer.json()
    assert said["upto"] == 7
    assert said["results"] == [{"seq": 7, "outcome": "accepted", "reason": ""}]
    assert re.fullmatch(r"\d\d:\d\d", said["saved"])
    assert ActivityProgress.objects.get().state == STATE
    assert not answer.cookies


def test_calls_said_twice_count_once(hers: Opened) -> None:
    token = hers.token()
    assert send(hers, token, call(7)).json()["results"][0]["outcome"] == "accepted"
    assert send(hers, token, call(7)).json()["results"][0]["outcome"] == "repeat"
    assert ActivityCall.objects.count() == 1


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_looking_back_writes_nothing(hers: Opened, mode: Any) -> None:
    answer = send(hers, hers.token(mode), call())
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    assert not ActivityCall.objects.exists()


def refused() -> list[str]:
    """What the timeline says of requests that were refused as a whole."""
    return [event.data["refused"] for event in Event.objects.order_by("pk") if "refused" in event.data]


def test_what_another_opening_said_is_not_taken(hers: Opened) -> None:
    answer = send(hers, hers.token(), call(), client="another")
    assert answer.status_code == 403
    assert not ActivityCall.objects.exists()
    assert refused() == ["forged"]


def test_another_site_cannot_send(hers: Opened) -> None:
    data, token = json.dumps({"client": "", "calls": [call()]}), hers.token()
    for site in ("cross-site", "same-site"):
        answer = on_host(hers.package).post(
            f"/launch/{token}/calls", data=data, content_type="text/plain", headers={"Sec-Fetch-Site": site}
        )
        assert answer.status_code == 403
    assert not ActivityCall.objects.exists()
    assert refused() == ["from-elsewhere"], "once an hour"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400), (b"no", 400), (b"[]", 400), (b"{}", 400), (b'{"calls": 1}', 400), (b"\xff\xfe", 400),
        (b'{"calls": [1]}', 400), (b'{"calls": [{"seq": -1, "kind": "state"}]}', 400), (b"[" * 100_000, 400),
        (b'{"calls": [' + b",".join([b'{"seq": 1, "kind": "state"}'] * 101) + b"]}", 413),
        (b'{"calls": [], "x": "' + b"x" * 600_000 + b'"}', 413), (b"x" * 3_000_000, 413),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(hers: Opened, data: bytes, status: int) -> None:
    answer = on_host(hers.package).post(f"/launch/{hers.token()}/calls", data=data, content_type="text/plain")
    assert answer.status_code == status
    assert answer.json()["message"]
    assert not ActivityCall.objects.exists()
    assert refused() == ["unreadable"]


@pytest.mark.parametrize("length", ["x", "-1", "1e9", "99999999999999999999", "\u0663"])
def test_a_length_that_is_none_is_no_fault_of_ours(hers: Opened, length: str) -> None:
    answer = on_host(hers.package).post(
        f"/launch/{hers.token()}/calls", data="{}", content_type="text/plain", CONTENT_LENGTH=length
    )
    assert answer.status_code in {400, 413}


def test_a_flood_is_told_to_wait(hers: Opened) -> None:
    token = hers.token()
    for round_ in range(8):
        last = send(hers, token, *(call(round_ * 100 + n, body={"0": {"state": str(n)}}) for n in range(1, 101)))
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0
    assert ActivityCall.objects.count() <= 600


def test_the_door_is_for_posting(hers: Opened) -> None:
    assert hers.ask(f"/launch/{hers.token()}/calls").status_code == 405
    assert on_host(hers.package).post(f"/launch/{hers.token()}/").status_code == 405
