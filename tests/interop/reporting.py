"""A learner in an activity, and the calls its package sends."""

from __future__ import annotations

from typing import Any

from courses.content.models import ModulePage, PackageKind
from courses.interop.calls import Call
from courses.interop.calls.receiving import Received, receive
from courses.people.models import Person
from courses.records.models import ActivityAttempt, ActivityProgress
from tests.factories import ModuleFactory, lesson_block
from tests.interop.hosting import Opened
from tests.packages import activity_of, make_package, with_activity
from tests.records import trips

PART = "4f9d3a2e-6d0c-4a1b-9a55-0d6a5f3c1b2a"


def one_lesson(title: str = "Carer awareness", **more: Any) -> ModulePage:
    """A module of one lesson without an assessment: its activity is all there is to do."""
    return ModuleFactory(
        title=title, lessons=[lesson_block("Who is a carer", "O1")], questions=0, questions_per_outcome=0, **more
    )


def begun(person: Person, module: ModulePage | None = None, *, kind: str = PackageKind.H5P, **block: Any) -> Opened:
    """She has opened the activity of a module that is done with it."""
    page = with_activity(module or one_lesson(), package=make_package(kind=kind), **block)
    return opened_in(person, page)


def opened_in(person: Person, page: ModulePage, lesson: int = 0, place: int = 0) -> Opened:
    """She has opened an activity of this module."""
    attempt = trips.begin(person, page, lessons=0)
    found = activity_of(page, lesson, place)
    progress, _ = ActivityProgress.objects.get_or_create(
        attempt=attempt, block_id=found["id"], defaults={"version_id": found["version_id"]}
    )
    version = progress.version
    return Opened(version.package, version, attempt, found, progress)


def statement(
    verb: str = "answered", raw: float | None = None, most: float | None = None, *, part: str = "", **result: Any
) -> dict[str, Any]:
    """What H5P's core sends, with an actor and a time that nobody should believe."""
    said: dict[str, Any] = {
        "actor": {"name": "Somebody else", "mbox": "mailto:else@example.org", "objectType": "Agent"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en-US": verb}},
        "object": {
            "id": "https://elsewhere.example/h5p/1" + (f"?subContentId={part}" if part else ""),
            "objectType": "Activity",
            "definition": {
                "description": {"en-US": "<p>Who is a carer?</p>\n"},
                "interactionType": "choice",
                "correctResponsesPattern": ["0"],
                "choices": [
                    {"id": "0", "description": {"en-US": "Anybody who looks after somebody, unpaid\n"}},
                    {"id": "1", "description": {"en-US": "A care worker\n"}},
                ],
            },
        },
        "context": {"contextActivities": {"category": [{"id": "http://h5p.org/libraries/Alongside.Question-1.1"}]}},
        "timestamp": "1999-01-01T00:00:00Z",
        "id": "00000000-0000-0000-0000-000000000000",
    }
    if part:
        said["context"]["contextActivities"]["parent"] = [{"id": "https://elsewhere.example/h5p/1"}]
    if raw is not None:
        result["score"] = {"min": 0, "raw": raw, "max": most, "scaled": 0.1234}
    if result:
        said["result"] = {"completion": True, "duration": "PT12.5S", "response": "0", **result}
    return said


def state(answer: str = "0") -> dict[str, Any]:
    """The whole of what an H5P package keeps."""
    return {"0": {"state": f'{{"answers":["{answer}"]}}'}}


def sent(opened: Opened, *calls: Call | tuple[int, str, Any], client: str = "tab", **launch: Any) -> Received:
    """These calls of one opening in one request; a tuple is (number, kind, body)."""
    given = [call if isinstance(call, Call) else Call(call[0], call[1], body=call[2]) for call in calls]
    return receive(launch=opened.launch(client=client, **launch), calls=given)


def goes(opened: Opened) -> list[ActivityAttempt]:
    """The attempts at the activity, in order."""
    return list(opened.progress.attempts.order_by("number"))
