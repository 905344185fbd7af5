"""`render_blocks`: what a lesson, a resource or a help page looks like in HTML."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.content.models import FrozenStory, Story
from courses.content.queries import GENERATION
from courses.content.rendering import render_block, render_blocks

pytestmark = pytest.mark.django_db

SAMPLES: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"html": "<p>Hello.</p>"}, "<p>Hello.</p>"),
    "heading": (
        {"level": 2, "text": "A carer's day", "anchor": "a-carers-day"},
        '<h2 id="a-carers-day">A carer’s day</h2>',
    ),
    "image": (
        {"src": "frozen/ab.svg", "width": 300, "height": 200, "alt": "Two people", "caption": "Side by side"},
        '<img src="/media/frozen/ab.svg" width="300" height="200" alt="Two people"',
    ),
    "statistic": (
        {"value": "5.0 million", "says": "people care", "source": "ONS", "dated_words": "March 2021", "review_by": ""},
        "March 2021. Source: ONS.",
    ),
    "key_point": ({"title": "Remember", "html": "<p>Ask.</p>"}, "Remember</h3>"),
    "law": (
        {
            "act": "Care Act 2014",
            "section": "s.10",
            "nation": "England",
            "in_force": "2015-04-01",
            "html": "<p>Must.</p>",
            "url": "",
        },
        "England, in force from 1 April 2015",
    ),
    "details": ({"summary": "More", "html": "<p>Text.</p>"}, "<summary>"),
    "scenario": (
        {
            "title": "Mina",
            "html": "<p>She calls.</p>",
            "choices": [{"key": "1", "label": "Ask", "html": "<p>Good.</p>", "best": True}],
        },
        "This works best here",
    ),
    "content_note": (
        {"about": "a death", "summary_html": "<p>Short.</p>", "html": "<p>Long.</p>"},
        "I’d rather read a summary",
    ),
    "video": (
        {
            "src": "frozen/v.mp4",
            "mime": "video/mp4",
            "title": "Film",
            "captions_src": "frozen/v.vtt",
            "transcript_html": "<p>Said.</p>",
            "described_src": "",
            "nothing_visual": True,
            "poster_src": "",
            "width": 640,
            "height": 360,
        },
        '<track kind="captions" src="/media/frozen/v.vtt"',
    ),
    "audio": (
        {"src": "frozen/a.mp3", "mime": "audio/mpeg", "title": "Voice", "transcript_html": "<p>Said.</p>"},
        "Read the transcript",
    ),
    "document": (
        {"title": "Guide", "url": "/g/", "kind_words": "Guide", "text": "", "pdf_url": "/g/pdf/"},
        'href="/g/pdf/"',
    ),
    "table": ({"caption": "Rates", "header": ["Year", "Rate"], "rows": [["2026", "x"]]}, '<th scope="row">2026</th>'),
    "two_columns": (
        {
            "left": {"title": "Say", "html": "<p>Yes.</p>", "mark": "yes"},
            "right": {"title": "Avoid", "html": "<p>No.</p>", "mark": "no"},
        },
        "column--no",
    ),
    "next_steps": ({"title": "Next", "items_html": ["<p>Call.</p>"]}, "<li><p>Call.</p></li>"),
    "lines": ({"label": "My name", "count": 3}, "lines__line"),
    "tick_list": ({"title": "", "items": ["Scissors"]}, "Scissors"),
}


def block(kind: str, **values: Any) -> dict[str, Any]:
    return {"type": kind, "id": "b1", **values}


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_block_has_its_look(kind: str) -> None:
    values, expected = SAMPLES[kind]
    html = render_blocks([block(kind, **values)])
    assert expected in html
    assert "style=" not in html


def test_text_typed_by_hand_cannot_carry_markup() -> None:
    html = render_blocks([block("heading", level=2, text="<script>x</script>", anchor="a")])
    assert "<script>" not in html


def test_same_blocks_are_rendered_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    blocks = [block("text", html="<p>First.</p>")]
    with django_assert_num_queries(0):
        assert render_blocks(blocks) == render_blocks(blocks)


def test_what_is_the_learners_own_is_never_kept() -> None:
    assert render_blocks([block("reflection", prompt="What will you change?")]) == ""


def test_a_story_is_told_until_it_is_withdrawn() -> None:
    story = Story.objects.create(text="Nobody had asked.", who="Mina, who cares for her mother")
    frozen = FrozenStory.objects.create(
        story=story, sha256="a" * 64, text=story.text, who=story.who, consent="composite"
    )
    blocks = [block("story", story="a" * 64)]
    told = render_blocks(blocks)
    assert "Nobody had asked." in told
    assert "Mina, who cares for her mother" in told
    assert "Composite, written for training" in told
    frozen.withdrawn_at = timezone.now()
    frozen.text = frozen.who = ""
    frozen.save()
    cache.delete(GENERATION)
    withdrawn = render_blocks(blocks)
    assert "has withdrawn it" in withdrawn
    assert "Mina" not in withdrawn


QUESTION = {
    "key": "Q1",
    "kind": "several",
    "stem": "What helps?",
    "options": [{"key": "a", "text": "Time"}, {"key": "b", "text": "Haste"}],
}


def test_a_knowledge_check_is_a_form_that_needs_no_script() -> None:
    made = render_block(block("knowledge_check", question=QUESTION), action="/learn/x/", csrf_token="t", chosen=["a"])
    html = " ".join(made.split())
    assert '<form class="check" method="post" action="/learn/x/"' in html
    assert 'type="checkbox" name="choice" value="a" id="c-b1-a" checked' in html
    assert "Check my answer" in html
    assert "answer--right" not in html


def test_feedback_stands_beside_what_was_chosen_and_nowhere_else() -> None:
    feedback = {"a": {"text": "Yes, time.", "correct": True}, "b": {"text": "No.", "correct": False}}
    html = render_block(
        block("knowledge_check", question=QUESTION),
        action="/",
        csrf_token="t",
        chosen=["a"],
        checked=True,
        feedback=feedback,
    )
    assert "Yes, time." in html
    assert "No." not in html


def test_a_reflection_says_who_can_read_it() -> None:
    html = render_block(block("reflection", prompt="What will you change?"), action="/", csrf_token="t", text="<b>Mine")
    assert "Only you can read this" in html
    assert "do not name people" in html
    assert "&lt;b&gt;Mine" in html


def test_a_title_in_a_block_leaves_out_no_level_of_headings() -> None:
    point = block("key_point", title="Remember", html="<p>x</p>")
    heading = block("heading", level=2, text="A part", anchor="a-part")
    assert 'aria-level="2"' in render_blocks([point])
    assert 'aria-level="2"' not in render_blocks([heading, point])
