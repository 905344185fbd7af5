"""The content of our own packages: the talk can be walked to its ends, the words are ours, every ink can be read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts import build_h5p

SOURCES = sorted(path for path in build_h5p.PACKAGES.iterdir() if path.is_dir())
CONVERSATION = build_h5p.PACKAGES / "first-talk-with-a-carer"
STYLE = build_h5p.LIBRARIES / "Alongside.Base-1.1" / "css" / "base.css"


@pytest.fixture(scope="module")
def talk() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONVERSATION / "content.json").read_bytes())
    return found


def test_the_talk_has_no_dead_end_and_no_part_that_nobody_reaches(talk: dict[str, Any]) -> None:
    steps = {step["id"]: step for step in talk["steps"]}
    endings = {ending["id"] for ending in talk["endings"]}
    assert len(steps) == len(talk["steps"]) >= 12
    assert len(endings) == 3
    assert not endings & set(steps)
    reached, coming = set(), [talk["steps"][0]["id"]]
    while coming:
        here = coming.pop()
        assert here in steps or here in endings, here
        if here not in reached:
            reached.add(here)
            coming += [choice["next"] for choice in steps[here]["choices"]] if here in steps else []
    assert reached == set(steps) | endings


def test_every_step_has_one_best_choice_and_each_leads_to_the_good_end(talk: dict[str, Any]) -> None:
    steps = {step["id"]: step for step in talk["steps"]}
    best = {name: [one for one in step["choices"] if one["mark"] == "best"] for name, step in steps.items()}
    assert all(len(choices) == 1 for choices in best.values())
    for name in steps:
        here, seen = name, set()
        while here in steps and here not in seen:
            seen.add(here)
            here = best[here][0]["next"]
        assert here == "agreed", name


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_words_are_those_of_our_material(source: Path) -> None:
    text = (source / "content.json").read_text(encoding="utf-8")
    assert not re.search(r"burden|informal carer|loved one|\bCCG|£|\d+%|per cent", text, re.IGNORECASE)
    for prose in texts(json.loads(text)):
        for sentence in re.split(r"(?<=[.?!:;])[”’]?\s+|</p>", prose):
            assert len(re.sub(r"<[^>]+>", " ", sentence).split()) <= 30, sentence


def texts(value: Any) -> list[str]:
    """Every text of a content."""
    if isinstance(value, dict | list):
        return [text for inner in (value.values() if isinstance(value, dict) else value) for text in texts(inner)]
    return [value] if isinstance(value, str) else []


def test_every_ink_can_be_read_on_its_paper() -> None:
    style = STYLE.read_text(encoding="utf-8")
    colours = dict(re.findall(r"--al-([a-z-]+): (#[0-9a-f]{6});", style))
    inks = {
        "ink": ["paper", "card", "plum-tint", "coral-tint", "honey-tint", "sage-tint", "honey"],
        "ink-soft": ["paper", "card", "plum-tint", "coral-tint", "honey-tint", "sage-tint"],
        "plum-deep": ["paper", "card", "plum-tint", "coral-tint", "honey-tint", "sage-tint"],
        "sage-ink": ["sage-tint", "card"],
        "red-ink": ["red-tint", "card"],
        "honey-ink": ["honey-tint", "card"],
        "card": ["coral-deep", "coral-dark", "plum"],
    }
    for ink, papers in inks.items():
        for paper in papers:
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: (L1 + 0.05) / (L2 + 0.05)."""
    lights = sorted((light(one), light(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def light(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
