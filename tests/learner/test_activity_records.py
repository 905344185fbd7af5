"""What is told of activities: to the learner all of it, to her manager no answer and no word she typed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from courses.interop.opening import open_activity
from courses.people.models import Unit, User
from courses.records import services
from courses.records.timeline import entries
from tests.factories import ModuleFactory
from tests.interop.hosting import Opened, body
from tests.interop.reporting import begun, sent, state, statement
from tests.manager.history import require

pytestmark = pytest.mark.django_db
HERS = "Sekrit words of Amara"


@pytest.fixture
def activity(amara: User, assessments: Unit) -> Opened:
    """Amara has worked in an activity of a module that she is asked to do, and written something in it."""
    found = begun(amara.person, ModuleFactory(title="Carer awareness"), rule="score", score=80)
    require(found.attempt.enrolment.module, assessments, due=30)
    open_activity(person=amara.person, attempt=found.attempt, block=found.block)
    sent(found, (1, "opened", None), (2, "state", state(HERS)))
    sent(found, (3, "statement", statement("answered", 1, 10, response=HERS)), (4, "statement", {"verb": HERS}))
    sent(found, (5, "state", state(HERS)), (2, "state", state("old")))
    return found


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def everything(client: Client) -> dict[str, Any]:
    streamed = client.post("/my-learning/data/json/")
    data: dict[str, Any] = json.loads(body(streamed))
    return data


def test_the_timeline_tells_it_as_one_thing_in_words(amara_client: Client, activity: Opened) -> None:
    said = page(amara_client, "/my-learning/carer-awareness/timeline/")
    assert "You opened the activity in “First lesson”" in said
    assert said.count("You worked in the activity in “First lesson”") == 1
    assert re.search(r"4 reports saved, the last at \d\d:\d\d\. 1 could not be taken\.", said)
    sent(activity, (6, "statement", statement("answered", 9, 10)))
    said = page(amara_client, "/my-learning/carer-awareness/timeline/")
    assert "You finished the activity in “First lesson”" in said
    assert "What counts for it was met. Later attempts take nothing away." in said
    assert HERS not in said


def test_the_timeline_tells_of_words_too(amara_client: Client, activity: Opened) -> None:
    chosen = {block["id"]: ["a"] for block in activity.block["words"] if block["type"] == "knowledge_check"}
    services.answer_in_words(attempt=activity.attempt, block=activity.block, chosen=chosen)
    said = page(amara_client, "/my-learning/carer-awareness/timeline/")
    assert "You handed in the activity in “First lesson” in words" in said
    assert "You finished the activity in “First lesson”, in words" in said


def test_a_line_of_an_unknown_form_is_still_a_line(activity: Opened) -> None:
    events = list(activity.attempt.enrolment.events.filter(kind__startswith="activity"))
    odds: list[Any] = [7, None, [7], [[]], "x", [[1, "state"]]]
    for odd in odds:
        for event in events:
            event.data = {"calls": odd, "odd": True}
        words = {entry.words for entry in entries(events, {})}
        assert words == {"Opened an activity", "An activity reported"}


def test_her_download_holds_all_of_it(amara_client: Client, activity: Opened) -> None:
    data = everything(amara_client)
    (progress,) = data["activities"]
    assert progress["state"] == state(HERS)
    assert progress["activity_title"] == activity.version.title
    (one,) = data["activity_attempts"]
    assert (one["raw"], one["by"], one["of_activity"]) == (1, "package", progress["id"])
    (answer,) = data["activity_answers"]
    assert (answer["answer"], answer["asked"]) == (HERS, "Who is a carer?")
    assert [call["outcome"] for call in data["activity_calls"]] == ["accepted"] * 3 + ["refused", "accepted"]


def test_nobody_s_download_holds_another_s(activity: Opened, chidi: User, ben_client: Client) -> None:
    data = everything(ben_client)
    for key in ("activities", "activity_attempts", "activity_answers", "activity_calls"):
        assert data[key] == []


@pytest.mark.parametrize("who", ["ben_client", "lena_client"])
def test_a_manager_sees_no_answer(request: pytest.FixtureRequest, amara: User, activity: Opened, who: str) -> None:
    client: Client = request.getfixturevalue(who)
    for address in (
        "/manage/",
        "/manage/people/",
        f"/manage/people/{amara.person.public_id}/",
        "/manage/matrix/",
        "/manage/modules/carer-awareness/",
        "/manage/exports/matrix.csv",
        "/manage/exports/people.csv",
        "/manage/exports/modules/carer-awareness.csv",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        said = body(answer).decode()
        assert HERS not in said
        assert "Who is a carer?" not in said
