"""A try of the assessment as its pages show it. What is right stays on the server until the try is handed in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from courses.records import queries
from courses.records.models import Attempt, Response, Try

Data = dict[str, Any]


@dataclass(frozen=True)
class Option:
    key: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Shown:
    """A question of a try, options in the order drawn, with what has been chosen so far. Holds nothing that tells
    right from wrong."""

    number: int
    key: str
    kind: str
    stem: str
    options: list[Option]
    saved_at: datetime.datetime | None

    @property
    def several(self) -> bool:
        return self.kind == "several"

    @property
    def chosen(self) -> list[str]:
        return [option.text for option in self.options if option.chosen]

    @property
    def answered(self) -> bool:
        return any(option.chosen for option in self.options)


@dataclass(frozen=True)
class Sitting:
    """An open try with its kept answers."""

    attempt: Attempt
    sitting: Try
    drafts: dict[str, list[str]]
    saved: dict[str, datetime.datetime]

    @property
    def total(self) -> int:
        return len(self.sitting.drawn)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(bool(self.drafts.get(item["question"])) for item in self.sitting.drawn)

    @property
    def answered_words(self) -> str:
        return f"{self.answered} of {self.total} answered"

    @property
    def missing(self) -> list[int]:
        """Numbers of the questions without an answer."""
        return [n for n, item in enumerate(self.sitting.drawn, 1) if not self.drafts.get(item["question"])]

    def shown(self, numbers: list[int] | None = None) -> list[Shown]:
        """These questions of the try (all of them). 1 query."""
        wanted = numbers or list(range(1, self.total + 1))
        items = {number: drawn(self.sitting, number) for number in wanted}
        bodies = queries.questions_of(self.attempt.version, [item["question"] for item in items.values()])
        return [self._shown(number, item, bodies[item["question"]]) for number, item in items.items()]

    def _shown(self, number: int, item: Data, body: Data) -> Shown:
        texts = {option["key"]: option["text"] for option in body["options"]}
        chosen = self.drafts.get(body["key"], [])
        return Shown(
            number=number,
            key=body["key"],
            kind=body["kind"],
            stem=body["stem"],
            options=[Option(key, texts[key], key in chosen) for key in item["options"]],
            saved_at=self.saved.get(body["key"]),
        )


def drawn(sitting: Try, number: int) -> Data:
    """What was drawn as question `number` of a try; 404 when it has none."""
    if not 1 <= number <= len(sitting.drawn):
        raise Http404
    item: Data = sitting.drawn[number - 1]
    return item


def slot_of(sitting: Try, key: str) -> str:
    """Where the answer to a question of a try is kept."""
    return f"q:{sitting.number}:{key}"


def open_sitting(attempt: Attempt) -> Sitting | None:
    """The open try with its kept answers. 2 queries; None (1 query) when no try is open."""
    sitting = queries.open_try(attempt)
    return with_answers(attempt, sitting) if sitting else None


def with_answers(attempt: Attempt, sitting: Try) -> Sitting:
    """A try with its kept answers. 1 query."""
    sitting.attempt = attempt
    prefix = slot_of(sitting, "")
    kept = {slot.removeprefix(prefix): draft for slot, draft in queries.drafts(attempt, prefix).items()}
    return Sitting(
        attempt=attempt,
        sitting=sitting,
        drafts={key: draft.value for key, draft in kept.items()},
        saved={key: draft.saved_at for key, draft in kept.items()},
    )


@dataclass(frozen=True)
class Marked:
    """A question of a handed-in try: what she answered, whether it was right, and what to take from it.

    The right answer and the feedback that gives it away are shown only when no further try can use them.
    """

    number: int
    stem: str
    chosen: list[Data]
    correct: bool
    right_answer: list[str]
    feedback: str
    lesson: Data | None


def marked(sitting: Try, responses: list[Response], bodies: dict[str, Data], *, show_right: bool) -> list[Marked]:
    """The questions of a handed-in try in the order they were asked."""
    by_key = {response.question_key: response for response in responses}
    lessons = {lesson["slug"]: lesson for lesson in sitting.attempt.version.outline["lessons"]}
    rows = []
    for number, item in enumerate(sitting.drawn, 1):
        body, response = bodies[item["question"]], by_key[item["question"]]
        options = {option["key"]: option for option in body["options"]}
        rows.append(
            Marked(
                number=number,
                stem=body["stem"],
                chosen=[options[key] for key in item["options"] if key in response.chosen],
                correct=response.correct,
                right_answer=[o["text"] for o in body["options"] if o["correct"]] if show_right else [],
                feedback=body["feedback"] if show_right or response.correct else "",
                lesson=lessons.get(body["lesson"]),
            )
        )
    return rows
