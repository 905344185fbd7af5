"""`/learn/<slug>/<lesson>/activity/<block>/calls/` and `…/renew/`: what a package reports, by the page around it.
Budgets: 20 queries for the call that completes the module, 8 for a state, 2 for a new token."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.credentials.models import Certificate
from courses.interop import launches
from courses.people.models import User
from courses.records.models import ActivityCall, ActivityProgress, Completion, Event
from tests.interop.hosting import Opened
from tests.interop.reporting import begun, goes, opened_in, state, statement
from tests.learner.taught import post_json, text
from tests.packages import with_activity
from tests.people import signed_in
from tests.records import trips

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(amara: User) -> Opened:
    return begun(amara.person, rule="score", score=80)


def door(opened: Opened, name: str = "calls") -> str:
    outline = opened.attempt.version.outline
    return f"/learn/{outline['slug']}/{outline['lessons'][0]['slug']}/activity/{opened.block['id']}/{name}/"


def call(seq: int, kind: str = "statement", body: Any = None) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "part": "", "body": body, "age_ms": 5}


def envelope(opened: Opened, *calls: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """As js/calls.js sends it."""
    return {
        "token": opened.token(client="tab"),
        "client": "tab",
        "person": str(opened.attempt.enrolment.person.public_id),
        "attempt": str(opened.attempt.pk),
        "calls": list(calls),
        **changed,
    }


@contextmanager
def later(seconds: int) -> Iterator[None]:
    """Tokens made inside were made so long ago."""
    made = time.time() - seconds
    with mock.patch("django.core.signing.time.time", return_value=made):
        yield


def test_calls_are_saved_and_the_certificate_is_told(amara_client: Client, activity: Opened) -> None:
    answer = post_json(amara_client, door(activity), envelope(activity, call(1, "opened"), call(2, "state", state())))
    assert answer.status_code == 200
    told = answer.json()
    assert re.fullmatch(r"\d\d:\d\d", told.pop("saved"))
    assert told == {
        "upto": 2,
        "results": [{"seq": 1, "outcome": "accepted", "reason": ""}, {"seq": 2, "outcome": "accepted", "reason": ""}],
        "satisfied": False,
        "completed": False,
        "certificate": "",
    }
    told = post_json(
        amara_client, door(activity), envelope(activity, call(3, body=statement("answered", 9, 10)))
    ).json()
    assert (told["satisfied"], told["completed"]) == (True, True)
    assert told["certificate"] == f"/certificates/{Certificate.objects.get().number}/"
    assert amara_client.get(told["certificate"]).status_code == 200


def test_a_completing_statement_costs_twenty_queries_and_a_state_eight(
    amara_client: Client,
    activity: Opened,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    post_json(amara_client, door(activity), envelope(activity, call(1, "opened")))
    with django_assert_max_num_queries(8):
        post_json(amara_client, door(activity), envelope(activity, call(2, "state", state())))
    with django_assert_max_num_queries(20):
        post_json(amara_client, door(activity), envelope(activity, call(3, body=statement("answered", 9, 10))))
    assert Completion.objects.exists()


def test_who_is_signed_out_is_told_how_to_go_on(client: Client, activity: Opened) -> None:
    for name in ("calls", "renew"):
        answer = post_json(client, door(activity, name), envelope(activity, call(1, "opened")))
        assert answer.status_code == 401
        assert answer.json()["sign_in"].startswith("/accounts/login/")
    assert not ActivityCall.objects.exists()


@pytest.mark.parametrize("who", ["ben", "tariq", "olga", "omar", "chidi", "admin"])
def test_nobody_else_reports_for_her(request: pytest.FixtureRequest, activity: Opened, who: str) -> None:
    """Her manager, a trainer, another organisation's manager and learner, a colleague who learns the same."""
    user: User = request.getfixturevalue(who)
    trips.begin(user.person, activity.attempt.enrolment.module, lessons=0)
    for name in ("calls", "renew"):
        answer = post_json(signed_in(user), door(activity, name), envelope(activity, call(1, "opened")))
        assert (answer.status_code, answer.json()["code"]) == (409, "somebody-else")
        hidden = envelope(activity, call(1, "opened"), person="")
        assert post_json(signed_in(user), door(activity, name), hidden).status_code == 409
    assert not ActivityCall.objects.exists()


def test_what_another_person_left_on_this_computer_is_refused(
    amara_client: Client, activity: Opened, omar: User
) -> None:
    sent = envelope(activity, call(1, "opened"), person=str(omar.person.public_id))
    assert post_json(amara_client, door(activity), sent).json()["code"] == "somebody-else"


def test_an_expired_token_is_renewed_and_the_same_calls_are_taken(amara_client: Client, activity: Opened) -> None:
    with later(seconds=1300):
        old = activity.token(client="tab")
    sent = envelope(activity, call(1, body=statement("answered", 1, 10)), token=old)
    answer = post_json(amara_client, door(activity), sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "expired")
    fresh = post_json(amara_client, door(activity, "renew"), {**sent, "calls": []})
    assert fresh.status_code == 200
    assert launches.read(fresh.json()["token"]).client == "tab"
    assert fresh.json()["address"].startswith(f"http://{activity.package.public_id}.localhost")
    answer = post_json(amara_client, door(activity), {**sent, "token": fresh.json()["token"]})
    assert answer.json()["results"][0]["outcome"] == "accepted"


def test_a_new_token_costs_two_queries(
    amara_client: Client, activity: Opened, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get("/learn/carer-awareness/")
    post_json(amara_client, door(activity, "renew"), envelope(activity))
    with django_assert_max_num_queries(2):
        assert post_json(amara_client, door(activity, "renew"), envelope(activity)).status_code == 200


def test_forged_tokens_are_refused(amara_client: Client, activity: Opened) -> None:
    good = activity.token(client="tab")
    other_key = signing.dumps({"mode": "normal"}, key="not ours", salt=launches.SALT)
    for token in (good[:-2] + "xx", good[1:], "", "x", "a:b:c", other_key, signing.dumps([1], salt=launches.SALT)):
        for name in ("calls", "renew"):
            answer = post_json(amara_client, door(activity, name), envelope(activity, call(1, "opened"), token=token))
            assert (answer.status_code, answer.json()["code"]) == (403, "forged"), token
    assert not ActivityCall.objects.exists()


def test_a_token_opens_its_own_activity_only(amara: User, amara_client: Client, activity: Opened) -> None:
    page = with_activity(activity.attempt.enrolment.module, rule="score", score=50)
    other = opened_in(amara.person, page)
    assert other.block["id"] == activity.block["id"]
    sent = envelope(activity, call(1, body=statement("answered", 10, 10)))
    elsewhere = door(activity).replace(activity.block["id"], "another-block")
    for name, status in (("calls", 403), ("renew", 403)):
        answer = post_json(amara_client, elsewhere.replace("/calls/", f"/{name}/"), sent)
        assert answer.status_code == status
    mixed = post_json(amara_client, door(activity), {**sent, "client": "another-opening"})
    assert mixed.json()["code"] == "forged"
    assert not ActivityCall.objects.exists()


def test_what_is_forged_or_endless_stands_on_the_timeline_once(amara_client: Client, activity: Opened) -> None:
    for _ in range(3):
        post_json(amara_client, door(activity), envelope(activity, token="forged"))
        post_json(amara_client, door(activity), envelope(activity, call(1, "state", "x" * 530_000)))
        post_json(amara_client, door(activity).replace(activity.block["id"], "x" * 200), envelope(activity))
    told = Event.objects.filter(kind="activity-calls")
    assert {event.data["refused"] for event in told} == {"forged", "unreadable"}
    assert told.count() <= 4, "once an hour and kind"
    said = text(amara_client.get("/my-learning/carer-awareness/timeline/"))
    assert "Something that did not come from the activity in “Who is a carer” was refused" in said
    assert not Completion.objects.exists()


def test_calls_of_an_earlier_run_are_ended(amara: User, amara_client: Client, activity: Opened) -> None:
    sent = envelope(activity, call(1, "opened"), attempt=str(activity.attempt.pk + 1))
    answer = post_json(amara_client, door(activity), sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    sent = envelope(activity, call(1, "opened"), token=activity.token(client="tab", attempt_id=activity.attempt.pk + 1))
    for name in ("calls", "renew"):
        assert post_json(amara_client, door(activity, name), sent).json()["code"] == "ended"


def test_after_the_completion_it_is_said_that_nothing_more_is_saved(amara_client: Client, activity: Opened) -> None:
    post_json(amara_client, door(activity), envelope(activity, call(1, body=statement("answered", 9, 10))))
    for name in ("calls", "renew"):
        answer = post_json(amara_client, door(activity, name), envelope(activity, call(2, "state", state())))
        assert (answer.status_code, answer.json()["code"]) == (409, "ended")
        assert "Your record is safe" in answer.json()["message"]
    assert len(goes(activity)) == 1


def test_a_flood_is_told_when_to_go_on(amara_client: Client, activity: Opened) -> None:
    with mock.patch("courses.interop.calls.limits.MOST", 5):
        post_json(amara_client, door(activity), envelope(activity, *(call(seq, "opened") for seq in range(1, 6))))
        answer = post_json(amara_client, door(activity), envelope(activity, call(6, "opened")))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    assert ActivityCall.objects.count() == 5


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"calls": None}, 400),
        ({"calls": {}}, 400),
        ({"calls": [1]}, 400),
        ({"calls": [{}]}, 400),
        ({"calls": [{"seq": 0, "kind": "opened"}]}, 400),
        ({"calls": [{"seq": -1, "kind": "opened"}]}, 400),
        ({"calls": [{"seq": 1.5, "kind": "opened"}]}, 400),
        ({"calls": [{"seq": True, "kind": "opened"}]}, 400),
        ({"calls": [{"seq": "1", "kind": "opened"}]}, 400),
        ({"calls": [{"seq": 10**30, "kind": "opened"}]}, 400),
        ({"calls": [{"seq": 1, "kind": 1}]}, 400),
        ({"calls": [{"seq": 1, "kind": "x" * 21}]}, 400),
        ({"calls": [{"seq": 1, "kind": "opened", "part": "x" * 256}]}, 400),
        ({"calls": [{"seq": 1, "kind": "opened", "part": []}]}, 400),
        ({"calls": [call(number, "opened") for number in range(1, 102)]}, 413),
        ({"calls": [call(1, "state", "x" * 530_000)]}, 413),
        ({"client": 1}, 400),
        ({"token": None}, 400),
        ({"person": ["x"]}, 400),
        ({"attempt": {}}, 400),
    ],
)
def test_what_has_not_the_form_is_refused_whole(
    amara_client: Client, activity: Opened, changed: dict[str, Any], status: int
) -> None:
    answer = post_json(amara_client, door(activity), envelope(activity, **changed))
    assert answer.status_code == status
    assert answer.json()["message"]
    assert not ActivityCall.objects.exists()


@pytest.mark.parametrize("age", [-5, 1.5, "now", None, True, 10**300, 1e300])
def test_an_odd_clock_stops_nothing(amara_client: Client, activity: Opened, age: Any) -> None:
    sent = envelope(activity, {"seq": 1, "kind": "opened", "age_ms": age})
    assert post_json(amara_client, door(activity), sent).json()["results"][0]["outcome"] == "accepted"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"calls":[{"seq":1,"kind":"state","body":NaN}]}',
        b'{"calls":[{"seq":1,"kind":"state","body":-Infinity}]}',
        b'{"calls":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_is_refused(amara_client: Client, activity: Opened, raw: bytes) -> None:
    for name in ("calls", "renew"):
        answer = amara_client.post(door(activity, name), data=raw, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json()["message"]


def test_a_huge_power_of_ten_is_refused_alone(amara_client: Client, activity: Opened) -> None:
    raw = '{"token":"%s","calls":[{"seq":1,"kind":"state","body":{"0":1e999}},{"seq":2,"kind":"opened"}]}'
    answer = amara_client.post(door(activity), data=raw % activity.token(client="tab"), content_type="application/json")
    assert [one["outcome"] for one in answer.json()["results"]] == ["refused", "accepted"]


def test_only_the_page_s_script_may_post(amara: User, amara_client: Client, activity: Opened) -> None:
    for name in ("calls", "renew"):
        assert amara_client.get(door(activity, name)).status_code == 405
        assert amara_client.post(door(activity, name), {"a": "b"}).status_code == 415
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(amara, backend="courses.people.backends.PersonBackend")
        assert post_json(strict, door(activity, name), envelope(activity, call(1, "opened"))).status_code == 403
    assert not ActivityCall.objects.exists()


def test_a_whole_sitting_with_a_break_between(amara: User, amara_client: Client, activity: Opened) -> None:
    """She answers, loses the network (the same is sent twice), comes back on another device, and ends it there."""
    first = envelope(activity, call(1, "opened"), call(2, "state", state("half")))
    post_json(amara_client, door(activity), first)
    again = post_json(
        amara_client, door(activity), {**first, "calls": [*first["calls"], call(3, "state", state("more"))]}
    )
    assert [one["outcome"] for one in again.json()["results"]] == ["repeat", "repeat", "accepted"]
    phone = signed_in(amara)
    page = phone.get(door(activity).removesuffix("calls/"))
    token = re.search(r'data-token="([^"]+)"', page.content.decode())
    assert token
    launch = launches.read(token[1])
    assert launch.client != "tab"
    assert ActivityProgress.objects.get().state == state("more")
    sent = envelope(activity, call(1, body=statement("answered", 8, 10)), token=token[1], client=launch.client)
    assert post_json(phone, door(activity), sent).json()["completed"]
    late = post_json(amara_client, door(activity), envelope(activity, call(4, "state", state("late"))))
    assert late.json()["code"] == "ended"
    assert Completion.objects.count() == Certificate.objects.count() == 1
