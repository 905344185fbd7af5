"""A module with everything a player page can hold, for the tests of the player."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client

from courses.content.models import ModulePage, Story
from tests.factories import ModuleFactory, QuestionFactory, lesson_block, republish

URL = "/learn/carer-awareness/"


def taught_module(**values: Any) -> ModulePage:
    """Two lessons. The first has a story, a single and a several knowledge check and a reflection."""
    page = ModuleFactory(title="Carer awareness", minutes=30, **values)
    single = QuestionFactory(key="P1", module=page, outcome="O1", use="practice", stem="Who is a carer?")
    several = QuestionFactory(
        key="P2",
        module=page,
        outcome="O1",
        use="practice",
        kind="several",
        stem="What may help? Choose all that apply.",
        options=[("x", "A break", True), ("y", "A talk", True), ("z", "A fine", False)],
    )
    story = Story.objects.create(text="Nobody asked how I was.", who="Mina, who cares for her mother")
    first = lesson_block(
        "The eight outcomes",
        "O1",
        ("text", "<p>What a carer may want.</p>"),
        ("story", story.pk),
        ("knowledge_check", single.pk),
        ("reflection", {"prompt": "Whom did you think of?"}),
        ("knowledge_check", several.pk),
    )
    second = lesson_block("Mina’s morning", "O2")
    for outcome, lesson in (("O1", first), ("O2", second)):
        page.questions.filter(outcome=outcome).update(lesson=lesson["value"]["slug"])
    return republish(page, kind="new-training", lessons=[first, second])


def blocks(page: ModulePage, kind: str) -> list[str]:
    """Ids of the blocks of this type in the first lesson, in order."""
    assert page.current_version is not None
    body = page.current_version.lessons.get(position=1).body
    return [block["id"] for block in body if block["type"] == kind]


def post_json(client: Client, url: str, body: Any, **headers: str) -> Any:
    """As the saving script posts."""
    return client.post(url, data=json.dumps(body), content_type="application/json", headers=headers)


def text(response: Any) -> str:
    """What a page says, without its markup and with plain spaces."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[-1].split("</main>", 1)[0])
    return re.sub(r"\s+", " ", plain)
