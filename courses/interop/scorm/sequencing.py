"""What a SCORM 2004 manifest asks of the order of its parts: what is obeyed, and what is said to the trainer instead.

Source: IMS Simple Sequencing 1.0 as profiled by SCORM 2004 4th Edition, Sequencing and Navigation §3. Learners choose
freely among the parts; continue, previous and choice that a part asks for are obeyed. Rules that lock parts, pick some
of them by chance or limit attempts are not: a locked part is a dead end for whoever needs another way through, and our
own rules say when a lesson counts. The trainer is told at upload, so that no learner has to discover it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

LOCKS = "Rules that skip, hide or lock parts are not applied: learners may open every part, in any order."
NOT_OBEYED = {
    "sequencingRules": LOCKS,
    "constrainedChoiceConsiderations": LOCKS,
    "randomizationControls": "Parts are not shuffled or picked by chance: learners see all of them in the given order.",
    "rollupRules": "Its own rules for when the whole is complete are not applied: it is complete when every part is, "
    "and passed when every scored part is.",
    "limitConditions": "A limit on the number of attempts is not applied: learners may try again.",
    "mapInfo": "Objectives shared between parts are kept for each part on its own.",
    "flow": "The package wants its parts to be worked through in order. Learners may open any part.",
    "prerequisites": "The package asks for an order of its parts. Learners may open any part.",
}


@dataclass
class Rules:
    """What one item asks for and is obeyed."""

    min_measure: float | None = None
    objectives: list[str] = field(default_factory=list)
    set_by_content: bool = False
    max_time: str = ""
    hints: list[str] = field(default_factory=list)


def read(item: Element, collection: Mapping[str, Element]) -> Rules:
    """The rules of an item, its own and those it takes from the package's collection by IDRef (its own come first)."""
    own = [child for child in item if _local(child) == "sequencing"]
    found = Rules()
    if not own:
        return found
    shared = collection.get(own[0].get("IDRef", ""))
    for sequencing in [own[0], *([shared] if shared is not None else [])]:
        found.hints.extend(_hints(sequencing))
        for part in sequencing:
            _take(found, part)
    return found


def _take(found: Rules, part: Element) -> None:
    name = _local(part)
    if name == "objectives":
        for objective in part:
            identifier = objective.get("objectiveID", "")
            if identifier and identifier not in found.objectives:
                found.objectives.append(identifier[:4000])
            if _local(objective) == "primaryObjective" and found.min_measure is None:
                found.min_measure = _min_measure(objective)
    elif name == "deliveryControls":
        found.set_by_content = found.set_by_content or part.get("completionSetByContent", "") == "true"
    elif name == "limitConditions":
        found.max_time = found.max_time or part.get("attemptAbsoluteDurationLimit", "")


def _min_measure(objective: Element) -> float | None:
    """minNormalizedMeasure counts where satisfiedByMeasure is true; its default is 1.0 (SN §3.10)."""
    if objective.get("satisfiedByMeasure", "false") not in {"true", "1"}:
        return None
    given = next((one for one in objective if _local(one) == "minNormalizedMeasure"), None)
    try:
        number = float("".join(given.itertext())) if given is not None else 1.0
    except ValueError:
        return 1.0
    return number if math.isfinite(number) and -1 <= number <= 1 else 1.0


def _hints(sequencing: Element) -> Iterator[str]:
    for part in sequencing.iter():
        if _not_obeyed(_local(part), part):
            yield NOT_OBEYED["flow" if _local(part) == "controlMode" else _local(part)]


def _not_obeyed(name: str, part: Element) -> bool:
    if name in {"sequencingRules", "rollupRules", "constrainedChoiceConsiderations"}:
        return bool(len(part) or part.attrib)
    if name == "randomizationControls":
        return bool({part.get("randomizationTiming", "never"), part.get("selectionTiming", "never")} - {"never"})
    if name == "controlMode":
        return part.get("choice", "true") == "false" or part.get("forwardOnly", "false") == "true"
    return name == "mapInfo" or (name == "limitConditions" and bool(part.get("attemptLimit")))


def _local(node: Element) -> str:
    return str(node.tag).rsplit("}", 1)[-1]
