"""Frozen blocks as HTML, by `templates/blocks/<type>.html`.

One way for a published version, a resource, a help page and the editor's preview. What is rendered depends on the
blocks alone (no request, no person), so it is kept under their hash: a lesson is rendered once, not once a reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from django.template.loader import get_template
from django.utils.html import linebreaks
from django.utils.safestring import SafeString

from .freezing import digest, freeze_body
from .models import FrozenStory
from .queries import generation

Data = dict[str, Any]
PERSONAL = frozenset({"knowledge_check", "reflection", "activity"})
"""Blocks with something of the learner's in them (a form, where she stands): rendered for each request by the player,
never kept."""
KEPT_SECONDS = 60 * 60 * 24
KEPT_SECONDS_OF_BODY = 300
"""A corrected figure reaches pages that have no versions within minutes."""
KEPT_SECONDS_WITH_STORY = 60
"""A withdrawn story must go everywhere soon, also where web processes do not share a cache."""


def kept_body(stream: Any) -> list[Data]:
    """The body of a Wagtail page without versions (resource, help) as frozen blocks, frozen once while it stays."""
    key = f"body:{generation()}:{digest(list(stream.raw_data))}"
    blocks: list[Data] | None = cache.get(key)
    if blocks is None:
        blocks = freeze_body(stream)
        cache.set(key, blocks, KEPT_SECONDS_OF_BODY)
    return blocks


def render_blocks(blocks: list[Data]) -> SafeString:
    """All of `blocks` in order, from the cache when they were rendered before. Leaves out what is personal."""
    shown = [block for block in levelled(blocks) if block["type"] not in PERSONAL]
    if not shown:
        return SafeString("")
    key = f"blocks:{generation()}:{digest(shown)}"
    html: str | None = cache.get(key)
    if html is None:
        told = any(block["type"] == "story" for block in shown)
        html = "".join(map(render_block, with_stories(shown)))
        cache.set(key, html, KEPT_SECONDS_WITH_STORY if told else KEPT_SECONDS)
    return SafeString(html)


def levelled(blocks: Iterable[Data]) -> list[Data]:
    """`blocks` with the level of the title that some of them carry: below the heading before them, or, with none before
    them, straight below the page's own, so that no level is left out (WCAG 1.3.1). Safe on blocks that have it."""
    level = 2
    made = []
    for block in blocks:
        made.append({"title_level": level, **block})
        level = 3 if block["type"] == "heading" else made[-1]["title_level"]
    return made


def render_block(block: Data, **extra: Any) -> SafeString:
    """One block. `extra` is what the player gives to a knowledge check or a reflection. A story's words must be in
    already (`with_stories`)."""
    context = {**extra, "block": block}
    return SafeString(get_template(f"blocks/{block['type']}.html").render(context))


def with_stories(blocks: Iterable[Data]) -> list[Data]:
    """`blocks` with the words of each story as they stand today: withdrawn ones have none (DESIGN §3). One query, or
    none without a story."""
    found = list(blocks)
    pointers = [block for block in found if block["type"] == "story" and "html" not in block]
    digests = {block["story"] for block in pointers}
    if not digests:
        return found
    rows = {row.sha256: row for row in FrozenStory.objects.filter(sha256__in=digests)}
    return [{**block, **_words(rows.get(block["story"]))} if block in pointers else block for block in found]


def _words(story: FrozenStory | None) -> Data:
    if story is None or story.withdrawn_at:
        return {"html": "", "who": "", "consent_words": "", "withdrawn": True}
    return {
        "html": linebreaks(story.text, autoescape=True),
        "who": story.who,
        "consent_words": f"{story.get_consent_display()}." if story.consent == "composite" else "",
        "withdrawn": False,
    }
