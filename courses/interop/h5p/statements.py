"""What an H5P package says of a learner, as statements in the manner of xAPI 1.0.3: what of one is believed.

Only verb, result, sub-content, kind and wording of the question are read, and each is checked. Actor, id, time, object
and category are the server's own: whatever the package says of them is dropped. Nothing here knows of a database.

Sources: the H5P core's xAPI vocabulary (H5P.XAPIEvent.allowedXAPIVerbs, and "consumed" of the accordion), xAPI 1.0.3
§4.1.5 (result) and §4.1.4.1 (interaction activities), ISO 8601 durations as in §4.2.7.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.interop.calls import RefusedCallError

Data = dict[str, Any]
ADL = "http://adlnet.gov/expapi/verbs/"
VERBS = {f"{ADL}{name}": name for name in (
    "answered", "asked", "attempted", "attended", "commented", "completed", "exited", "experienced", "failed",
    "initialized", "interacted", "launched", "mastered", "passed", "preferred", "progressed", "responded", "resumed",
    "scored", "suspended", "terminated",
)} | {
    "http://activitystrea.ms/schema/1.0/consume": "consumed",
    "http://activitystrea.ms/schema/1.0/consumed": "consumed",
    f"{ADL}consumed": "consumed",
}  # fmt: skip
"""By IRI. "voided" and the verbs of the toolbar (downloaded, copied) are nobody's record of learning."""
ENDING = frozenset({"answered", "completed", "passed", "failed", "mastered"})
"""Said of the whole activity, these end the attempt at it."""
INTERACTIONS = frozenset(
    {"choice", "fill-in", "long-fill-in", "matching", "sequencing", "true-false", "likert", "numeric", "performance"}
)
LARGEST_SCORE = 1_000_000
MOST_SECONDS = 7 * 24 * 3600
MOST_ANSWER, MOST_ASKED = 4000, 2000
SUB_CONTENT = "http://h5p.org/x-api/h5p-subContentId"
SUB_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
DURATION = re.compile(
    r"P(?:(?P<days>[0-9]{1,5})D)?(?:T(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?"
    r"(?:(?P<seconds>[0-9]{1,9}(?:[.,][0-9]{1,9})?)S)?)?"
)
PIECE = "[,]"


@dataclass(frozen=True)
class Score:
    """Marks, in the package's own measure. `scaled` is -1 to 1; None where there is nothing to have."""

    raw: float | None = None
    maximum: float | None = None
    scaled: float | None = None


@dataclass(frozen=True)
class Statement:
    """One statement as the server believes it. `sub_id` is "" for the whole activity."""

    verb: str
    sub_id: str = ""
    parent: bool = False
    score: Score = field(default_factory=Score)
    success: bool | None = None
    completion: bool | None = None
    seconds: float | None = None
    response: str = ""
    interaction: str = ""
    asked: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    category: str = ""

    @property
    def root(self) -> bool:
        """Whether it is said of the whole activity."""
        return not self.sub_id and not self.parent

    @property
    def ends(self) -> bool:
        """Whether the attempt at the activity is over with it."""
        return self.root and self.verb in ENDING

    @property
    def answer(self) -> str:
        """What was answered, in the package's words where it has some."""
        if not self.choices:
            return self.response
        said = [self.choices.get(piece, piece) for piece in self.response.split(PIECE)]
        return "; ".join(piece for piece in said if piece)[:MOST_ANSWER]


def read(body: Any, libraries: Iterable[Mapping[str, Any]] = ()) -> Statement:
    """The statement in a call's body, cleaned already. `libraries` are those of the stored package. Raises
    RefusedCallError."""
    if not isinstance(body, dict):
        raise RefusedCallError("It is no statement.")
    verb = VERBS.get(_text(_part(body, "verb").get("id")))
    if verb is None:
        raise RefusedCallError("Its verb is none of those that are recorded.")
    thing = _part(body, "object")
    definition = _part(thing, "definition")
    result = _part(body, "result")
    activities = _part(_part(body, "context"), "contextActivities")
    return Statement(
        verb=verb,
        sub_id=_sub_id(thing, definition),
        parent=bool(activities.get("parent")),
        score=_score(_part(result, "score")),
        success=_yes_or_no(result, "success"),
        completion=_yes_or_no(result, "completion"),
        seconds=duration(result.get("duration")),
        response=_text(result.get("response"))[:MOST_ANSWER],
        interaction=_interaction(definition),
        asked=plain(_in_a_language(definition.get("description")) or _in_a_language(definition.get("name"))),
        choices=_choices(definition),
        category=category(activities.get("category"), libraries),
    )


def _part(value: Mapping[str, Any], name: str) -> Data:
    """An object inside an object; an empty one where there is none. Refuses anything else."""
    found = value.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise RefusedCallError(f"Its “{name}” is no object.")
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _yes_or_no(result: Data, name: str) -> bool | None:
    value = result.get(name)
    if value is not None and not isinstance(value, bool):
        raise RefusedCallError(f"Its “{name}” is neither true nor false.")
    return value


def _sub_id(thing: Data, definition: Data) -> str:
    """The id of a part inside the activity; "" for the whole."""
    extensions = definition.get("extensions")
    found = extensions.get(SUB_CONTENT) if isinstance(extensions, dict) else None
    if not found:
        found = _text(thing.get("id")).partition("subContentId=")[2].partition("&")[0]
    if not found:
        return ""
    if not isinstance(found, str) or not SUB_ID.fullmatch(found):
        raise RefusedCallError("The id of the part is none.")
    return found


# Marks


def _score(given: Data) -> Score:
    numbers = {name: _number(given.get(name), name) for name in ("raw", "min", "max", "scaled")}
    raw, least, most, scaled = (numbers[name] for name in ("raw", "min", "max", "scaled"))
    if most is not None and raw is not None and raw > most:
        raise RefusedCallError("Its score is more than there is to have.")
    if least is not None and ((raw is not None and raw < least) or (most is not None and most < least)):
        raise RefusedCallError("Its score is less than the least.")
    if scaled is not None and not -1 <= scaled <= 1:
        raise RefusedCallError("Its scaled score is outside -1 to 1.")
    if raw is not None and most is not None:
        # Reckoned here: what the package says of it may be rounded, or wrong.
        scaled = max(-1.0, raw / most) if most > 0 else None
    return Score(raw=raw, maximum=most, scaled=scaled)


def _number(value: Any, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST_SCORE:
        raise RefusedCallError(f"Its score has no usable “{name}”.")
    return float(value)


def duration(value: Any) -> float | None:
    """Seconds of an ISO 8601 duration; None for none, or one that cannot be read: it is worth no answer."""
    found = DURATION.fullmatch(value) if isinstance(value, str) and len(value) <= 60 else None
    if found is None or value in {"P", "PT"}:
        return None
    days, hours, minutes, seconds = (
        float((found[name] or "0").replace(",", ".")) for name in ("days", "hours", "minutes", "seconds")
    )
    return min(round(((days * 24 + hours) * 60 + minutes) * 60 + seconds, 2), float(MOST_SECONDS))


def passed(statement: Statement, pass_mark: float) -> bool | None:
    """Whether the whole was passed: as the package says; by the pass mark (per cent) where it does not say, as columns
    and drag-the-words do not; None where there are no marks either."""
    if statement.success is not None:
        return statement.success
    if statement.verb in {"passed", "mastered", "failed"}:
        return statement.verb != "failed"
    if statement.score.scaled is None:
        return None
    return round(statement.score.scaled * 100, 6) >= pass_mark


def right(statement: Statement) -> bool | None:
    """Whether one question was answered right: all its marks, where the package does not say."""
    if statement.success is not None or statement.score.scaled is None:
        return statement.success
    return statement.score.scaled >= 1


# Words


def _interaction(definition: Data) -> str:
    given = _text(definition.get("interactionType"))
    return given if given in INTERACTIONS else ("other" if given else "")


def _in_a_language(value: Any) -> str:
    """The first wording of a language map; packages give one language, whatever they call it."""
    if not isinstance(value, dict):
        return ""
    return next((text for text in value.values() if isinstance(text, str) and text.strip()), "")


def plain(text: str, most: int = MOST_ASKED) -> str:
    """Words without markup, on one line."""
    words = html.unescape(re.sub(r"<[^<>]*>", " ", text[: 4 * most]))
    return " ".join(words.split())[:most]


def _choices(definition: Data) -> dict[str, str]:
    """What the options of a choice are called, by id."""
    found = definition.get("choices")
    rows = found[:200] if isinstance(found, list) else []
    named = {
        str(row["id"]): plain(_in_a_language(row.get("description")), 300)
        for row in rows
        if isinstance(row, dict) and isinstance(row.get("id"), (str, int))
    }
    return {key: words for key, words in named.items() if words}


def category(given: Any, libraries: Iterable[Mapping[str, Any]]) -> str:
    """The library that speaks, as "H5P.Crossword 0.5"; "" when the stored package has none such.

    The core writes a version whose major or minor is 0 as "-.5" or "-1.": what stands in the package is right.
    """
    rows = given if isinstance(given, list) else [given]
    said = rows[0].get("id") if rows and isinstance(rows[0], dict) else ""
    found = re.match(r"https?://h5p\.org/libraries/([A-Za-z0-9_.-]{1,255})", _text(said))
    if found is None:
        return ""
    # The longest name first: one may begin like another.
    known = sorted(
        ((str(one.get("name", "")), _short(str(one.get("version", "")))) for one in libraries),
        key=lambda one: -len(one[0]),
    )
    exact = [f"{name} {version}" for name, version in known if found[1] == f"{name}-{version}"]
    near = [f"{name} {version}" for name, version in known if re.fullmatch(rf"{re.escape(name)}-[0-9.]*", found[1])]
    return next(iter([*exact, *near]), "")


def _short(version: str) -> str:
    """ "1.16.5" is "1.16": content names no patch."""
    return ".".join(version.split(".")[:2])


def kept(statement: Statement, *, iri: str, library: str, at: str) -> Data:
    """What is written down of it: the server's own statement, without an actor (the row it hangs on is hers)."""
    score = {"raw": statement.score.raw, "max": statement.score.maximum, "scaled": statement.score.scaled}
    result = {
        "score": {name: value for name, value in score.items() if value is not None},
        "success": statement.success,
        "completion": statement.completion,
        "duration": None if statement.seconds is None else f"PT{statement.seconds:g}S",
        "response": statement.response,
    }
    said = {
        "verb": statement.verb,
        "object": f"{iri}?subContentId={statement.sub_id}" if statement.sub_id else iri,
        "part": not statement.root,
        "timestamp": at,
        "category": statement.category or library,
        "kind": statement.interaction,
        "asked": statement.asked,
        "answer": statement.answer if statement.choices else "",
        "result": {name: value for name, value in result.items() if value not in (None, "", {})},
    }
    return {name: value for name, value in said.items() if value not in ("", {})}
