"""What a lesson page shows: the outline with its states, and the body, of which only the learner's own parts are
rendered for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import Http404
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString

from courses.content.queries import generation
from courses.content.rendering import KEPT_SECONDS, KEPT_SECONDS_WITH_STORY, PERSONAL, levelled, render_blocks
from courses.records import queries, rules
from courses.records.models import Attempt

from .addresses import Addresses

Data = dict[str, Any]
SMALL_WORDS = frozenset(
    {
        "a",
        "after",
        "an",
        "and",
        "as",
        "at",
        "before",
        "between",
        "by",
        "deciding",
        "for",
        "from",
        "how",
        "if",
        "in",
        "into",
    }
    | {"is", "lessons", "numbers", "of", "on", "our", "people", "reasons", "signs", "small", "talking", "the", "their"}
    | {"there", "to", "what", "when", "where", "which", "who", "why", "with", "words", "writing", "young", "your"}
)
"""First words of titles that may be written small inside a sentence; a name may not."""


@dataclass(frozen=True)
class Place:
    """A lesson within the outline of an attempt."""

    lesson: Data
    number: int
    previous: Data | None
    following: Data | None


@dataclass(frozen=True)
class Row:
    """A line of the outline: `state` is done, here, part, open or locked; `words` says it."""

    title: str
    url: str
    state: str
    words: str


def place(attempt: Attempt, slug: str) -> Place:
    """The lesson with this address in the attempt's version; 404 when it has none."""
    lessons = attempt.version.outline["lessons"]
    for index, lesson in enumerate(lessons):
        if lesson["slug"] == slug:
            return Place(
                lesson=lesson,
                number=index + 1,
                previous=lessons[index - 1] if index else None,
                following=lessons[index + 1] if index + 1 < len(lessons) else None,
            )
    raise Http404


def outline_html(attempt: Attempt, done: frozenset[str], to: Addresses, here: str, number: int = 0) -> SafeString:
    """The outline beside a lesson, or beside the assessment. The same for everybody who stands at the same point of
    the same version, so it is kept."""
    state = "".join("1" if lesson["id"] in done else "0" for lesson in attempt.version.outline["lessons"])
    key = f"outline:{attempt.version_id}:{to.base}:{here}:{state}:{attempt.finished_at is not None:d}"
    html: str | None = cache.get(key)
    if html is None:
        progress = rules.progress(attempt.version.outline, done)
        html = get_template("learner/player/_outline.html").render(
            {
                "title": attempt.version.title,
                "module_url": f"/modules/{attempt.version.slug}/",
                "progress": progress,
                "progress_words": f"{progress.done} of {progress.total} lessons done",
                "where_words": where_words(progress, number),
                "rows": outline_rows(attempt, done, to, here),
            }
        )
        cache.set(key, html, KEPT_SECONDS)
    return SafeString(html)


def outline_rows(attempt: Attempt, done: frozenset[str], to: Addresses, here: str) -> list[Row]:
    """The lessons, and the assessment where there is one. `here` is the slug of the lesson that is open, or
    "assessment"."""
    outline = attempt.version.outline
    rows = []
    ahead = False
    for lesson in outline["lessons"]:
        is_done = lesson["id"] in done
        if lesson["slug"] == here:
            ahead = True
            words = "you are here, done" if is_done else "you are here"
            rows.append(Row(lesson["title"], "", "here", words))
        elif lesson.get("activities") and not is_done and not ahead:
            # She has gone past it: what is missing there is its activity, or the lesson would be done.
            rows.append(Row(lesson["title"], to.lesson(lesson["slug"]), "part", "activity not done yet"))
        else:
            state, words = ("done", "done") if is_done else ("open", "not yet")
            rows.append(Row(lesson["title"], to.lesson(lesson["slug"]), state, words))
    if rules.has_assessment(outline):
        rows.append(_assessment_row(attempt, done, to, here))
    return rows


def _assessment_row(attempt: Attempt, done: frozenset[str], to: Addresses, here: str) -> Row:
    if here == "assessment":
        return Row("Assessment", "", "here", "you are here")
    if attempt.finished_at is not None:
        return Row("Assessment", to.assessment, "done", "passed")
    if rules.can_sit(attempt.version.outline, done):
        return Row("Assessment", to.assessment, "open", "open to you now")
    return Row("Assessment", "", "locked", "opens after the lessons")


def segments(attempt: Attempt, lesson: Data) -> list[SafeString | Data]:
    """The body of a lesson: runs of rendered blocks, and between them, as data, the blocks that are the learner's own.

    Kept under the hash of the body, so that it is rendered once and not once a reader, and no lesson is even fetched.
    The day is part of the key, because the consent to a story may end on a day.
    """
    key = f"lesson:{lesson['sha256']}:{generation()}:{timezone.localdate()}"
    kept: list[SafeString | Data] | None = cache.get(key)
    if kept is not None:
        return kept
    stored = queries.lesson_version(attempt, lesson["slug"])
    if stored is None:
        raise Http404
    made = _rendered(stored.body)
    told = any(block["type"] == "story" for block in stored.body)
    cache.set(key, made, KEPT_SECONDS_WITH_STORY if told else KEPT_SECONDS)
    return made


def _rendered(body: list[Data]) -> list[SafeString | Data]:
    made: list[SafeString | Data] = []
    run: list[Data] = []
    for block in levelled(body):
        if block["type"] not in PERSONAL:
            run.append(block)
            continue
        if run:
            made.append(render_blocks(run))
            run = []
        made.append(block)
    if run:
        made.append(render_blocks(run))
    return made


def own_block(attempt: Attempt, lesson: Data, block_id: str, kind: str) -> Data:
    """A knowledge check, reflection or activity of a lesson; 404 when the lesson has none with this id."""
    for segment in segments(attempt, lesson):
        if isinstance(segment, dict) and segment["type"] == kind and segment["id"] == block_id:
            return segment
    raise Http404


def where_words(progress: rules.Progress, number: int) -> str:
    """ "Lesson 3 of 7, about 40 minutes left"."""
    where = f"Lesson {number} of {progress.total}" if number else f"{progress.done} of {progress.total} lessons done"
    left = progress.minutes_left
    if progress.done == progress.total or not left:
        return where
    return f"{where}, about {left} minute{'' if left == 1 else 's'} left"


def inside_a_sentence(title: str) -> str:
    """ "The eight outcomes" as it stands after "Next: "; a title that may begin with a name keeps its capital."""
    first, _, rest = title.partition(" ")
    return f"{first.lower()} {rest}".rstrip() if first.lower() in SMALL_WORDS else title
