"""What is said of an interactive activity's rule, to learners, reviewers and trainers alike."""

from __future__ import annotations

from typing import Any

Data = dict[str, Any]
PASS_PERCENT = 80
"""What "passed" means where questions are marked by us: in the same in words."""
COUNTED = {
    "best": "Your best attempt counts.",
    "last": "Your last attempt counts.",
    "first": "Your first attempt counts.",
}


def rule_words(block: Data) -> str:
    """What must be done for it to count: "Counts when you score at least 80 per cent. Your best attempt counts." """
    rule = block["rule"]
    if rule["kind"] == "opened":
        return "Counts when you have opened it."
    if rule["kind"] == "completed":
        return "Counts when you have worked through it."
    said = "pass it" if rule["kind"] == "passed" else f"score at least {rule['score']} per cent"
    return f"Counts when you {said}. {COUNTED[block['counts']]}"


def words_needed(block: Data) -> int:
    """Per cent of the questions in words that must be right; 0 when reading them is enough."""
    rule = block["rule"]
    if rule["kind"] == "passed":
        return PASS_PERCENT
    return int(rule["score"]) if rule["kind"] == "score" else 0
