"""Reads of the trainer's own screens. No names of learners, ever."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.html import strip_tags

from courses.content.models import Figure, ModulePage, ModuleVersion, Question, QuestionVersion, Story
from courses.privacy.totals import kept_choices
from courses.records.models import Response

FEWEST = 5
"""Counts below this are not shown: few enough to be somebody (fact pack §5.8)."""


@dataclass
class Asked:
    """How one question was answered, over all versions of its module."""

    key: str
    stem: str
    outcome: str
    given: int = 0
    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    options: dict[str, str] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def known(self) -> bool:
        """Whether there are enough answers to show anything of."""
        return self.given >= FEWEST

    @property
    def share_right(self) -> int | None:
        return round(100 * self.right / self.given) if self.known else None

    @property
    def most_chosen_wrong(self) -> str:
        """The wrong answer that is chosen most, if by enough people."""
        if not self.known or not self.wrong:
            return ""
        chosen, count = self.wrong.most_common(1)[0]
        return self.options.get(chosen, "") if count >= FEWEST else ""


def question_report(module: ModulePage) -> list[Asked]:
    """Every question that was ever in a version of `module`, with how it was answered. 4 queries."""
    asked: dict[str, Asked] = {}
    wrong_keys: dict[str, set[str]] = defaultdict(set)
    versions = QuestionVersion.objects.filter(version__module=module).order_by("version__number", "key")
    for question in versions:
        body = question.body
        asked[question.key] = Asked(key=question.key, stem=body["stem"], outcome=question.outcome)
        asked[question.key].options = {option["key"]: option["text"] for option in body["options"]}
        wrong_keys[question.key] = {option["key"] for option in body["options"] if not option["correct"]}
    withdrawn = set(Question.objects.filter(module=module, withdrawn=True).values_list("key", flat=True))
    counted = (
        Response.objects.filter(sitting__attempt__version__module=module)
        .order_by()
        .values_list("question_key", "chosen", "correct")
        .annotate(times=Count("pk"))
    )
    for key, chosen, correct, times in counted.union(kept_choices(module.pk), all=True):
        if row := asked.get(key):
            row.given += times
            row.right += times if correct else 0
            for option in set(chosen) & wrong_keys[key]:
                row.wrong[option] += times
    for key in withdrawn & set(asked):
        asked[key].withdrawn = True
    return sorted(asked.values(), key=lambda row: (row.share_right is None, row.share_right or 0, row.key))


def versions_of(module: ModulePage) -> QuerySet[ModuleVersion]:
    """The versions of a module, newest first. 1 query."""
    return ModuleVersion.objects.filter(module=module).select_related("published_by").order_by("-number")


def modules_to_review(today: datetime.date, within: datetime.timedelta) -> QuerySet[ModulePage]:
    """Live modules whose day of review is near or past."""
    live: QuerySet[ModulePage] = ModulePage.objects.live()
    return live.filter(review_by__lte=today + within).order_by("review_by")


def figures_to_review(today: datetime.date) -> QuerySet[Figure]:
    """Figures past their day of review."""
    return Figure.objects.filter(review_by__lt=today).order_by("review_by")


def stories_running_out(today: datetime.date, within: datetime.timedelta) -> QuerySet[Story]:
    """Stories whose consent ends soon or has ended, and which nobody has withdrawn yet."""
    return Story.objects.filter(withdrawn_at__isnull=True, consent_until__lte=today + within).order_by("consent_until")


def drafts() -> QuerySet[ModulePage]:
    """Modules with changes that learners do not see yet."""
    own: QuerySet[ModulePage] = ModulePage.objects.filter(alias_of__isnull=True)
    unseen = Q(live=False) | Q(has_unpublished_changes=True)
    return own.filter(unseen).order_by("-latest_revision_created_at")


def as_text(data: Any) -> list[str]:
    """The words of frozen blocks, a line each, for comparing two versions."""
    if isinstance(data, dict):
        if data.get("type") == "story":
            return [f"A carer's story, number {data['story'][:8]}"]
        skip = {"id", "type", "anchor", "level", "src", "width", "height", "key", "mime", "sha256"}
        return [line for name, value in data.items() if name not in skip for line in as_text(value)]
    if isinstance(data, list):
        return [line for item in data for line in as_text(item)]
    return _lines(data) if isinstance(data, str) else []


def _lines(text: str) -> list[str]:
    for end in ("</p>", "</li>", "<br/>", "<br>"):
        text = text.replace(end, end + "\n")
    return [line.strip() for line in strip_tags(text).splitlines() if line.strip()]
