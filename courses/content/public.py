"""What anyone may find: published modules, as data that is read once and kept until something is published.

Why not a query a page: the catalogue is the same for everybody but for what is private, and it is the page most often
opened. Everything kept is named after `public_mark`, which one cheap query reads from the database, so that publishing,
unpublishing, moving or closing a page shows at once, from whichever process it was done.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from wagtail.models import PageLogEntry, PageViewRestriction

from .models import CataloguePage, ModulePage, ModuleVersion
from .queries import generation

Data = dict[str, Any]
KEPT_SECONDS = 300
"""Upper limit for what no log tells of (a figure corrected in its register)."""
CHANGES = (
    *(f"wagtail.{verb}" for verb in ("publish", "unpublish", "delete", "move", "rename", "reorder", "copy")),
    *(f"wagtail.view_restriction.{verb}" for verb in ("create", "edit", "delete")),
)
"""What in Wagtail's log changes what visitors see. Drafts do not."""


def public_mark() -> str:
    """A token that changes whenever what visitors see changes. 1 query.

    Written out in SQL, because it is asked for every page of every visitor and the ORM takes longer to phrase it than
    the database to answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK, CHANGES)
        seen = cursor.fetchone()
    return "-".join([*(str(number or 0) for number in seen), generation()])


_MARK = (
    f"SELECT (SELECT MAX(id) FROM {ModuleVersion._meta.db_table}), (SELECT id FROM {PageLogEntry._meta.db_table} "  # noqa: S608
    f"WHERE action IN ({', '.join(['%s'] * len(CHANGES))}) ORDER BY id DESC LIMIT 1)"
)


@dataclass(frozen=True)
class Card:
    """A module as the catalogue shows and searches it."""

    module_id: int
    slug: str
    title: str
    summary: str
    minutes: int
    lessons: int
    valid_months: int
    sectors: dict[str, str]
    principles: dict[str, str]
    nations: tuple[str, ...]
    words: str
    """Everything that is searched, folded."""
    gates: tuple[PageViewRestriction, ...]

    @property
    def url(self) -> str:
        return f"/modules/{self.slug}/"


@dataclass(frozen=True)
class Catalogue:
    """The catalogue's own words and its modules in the trainers' order."""

    title: str = "Modules"
    intro: str = ""
    cards: tuple[Card, ...] = ()

    def open_to(self, request: HttpRequest) -> list[Card]:
        """The modules this visitor may open. A query more where a module is for certain groups only."""
        return [card for card in self.cards if passes(card.gates, request)]


@dataclass(frozen=True)
class Module:
    """One published module: the page it belongs to, and its version by value."""

    module_id: int
    slug: str
    number: int
    published_at: datetime.datetime
    outline: Data = field(repr=False)
    gates: tuple[PageViewRestriction, ...] = ()

    @property
    def principles(self) -> list[Data]:
        """Principles taught, each with whether its assessment is part of the certificate."""
        assessed = set(self.outline["principles_assessed"])
        return [{**taught, "assessed": taught["code"] in assessed} for taught in self.outline["principles_taught"]]

    @property
    def questions(self) -> int:
        """How many questions one try asks."""
        each: int = self.outline["questions_per_outcome"]
        return sum(min(each, held) for held in self.outline["question_counts"].values())


def catalogue(mark: str | None = None) -> Catalogue:
    """All published modules. 1 query for the mark, 4 more when they are not kept yet."""
    key = f"catalogue:{mark or public_mark()}"
    kept: Catalogue | None = cache.get(key)
    if kept is None:
        kept = _read_catalogue()
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def module(slug: str, mark: str | None = None) -> Module | None:
    """The published module at this address, or None. 1 query for the mark, 3 more when it is not kept yet."""
    key = f"module:{mark or public_mark()}:{slug}"
    kept: Module | None = cache.get(key)
    if kept is None:
        page = _live_modules().filter(slug=slug).first()
        if page is None:
            return None
        version = page.current_version
        kept = Module(
            module_id=page.pk,
            slug=page.slug,
            number=version.number,
            published_at=version.published_at,
            outline=version.outline,
            gates=gates_of(page.path, restrictions()),
        )
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def moved_to(slug: str) -> str | None:
    """The address today of a live module that was once published as `slug`. 1 query."""
    page = _live_modules().filter(versions__slug=slug).first()
    return f"/modules/{page.slug}/" if page else None


def passes(gates: Iterable[PageViewRestriction], request: HttpRequest) -> bool:
    """Whether this visitor fulfils every one of Wagtail's view restrictions."""
    return all(gate.accept_request(request) for gate in gates)


def fold(text: str) -> str:
    """Text as it is compared in a search: case, and straight or curly apostrophes, make no difference."""
    return text.casefold().replace("’", "'").replace("‘", "'")


def _live_modules() -> Any:
    return ModulePage.objects.filter(
        live=True,
        current_version__isnull=False,
        alias_of__isnull=True,
        locale__language_code=settings.LANGUAGE_CODE,
    ).select_related("current_version")


def restrictions() -> list[tuple[str, PageViewRestriction]]:
    """Every view restriction with the path below which it holds. 1 query, 1 more where groups are named."""
    rows = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    return [(row.page.path, row) for row in rows]


def gates_of(path: str, closed: list[tuple[str, PageViewRestriction]]) -> tuple[PageViewRestriction, ...]:
    """The restrictions that hold for the page at `path`: its own, and those of the pages above."""
    return tuple(row for above, row in closed if path.startswith(above))


def _read_catalogue() -> Catalogue:
    page = CataloguePage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    closed = restrictions()
    cards = tuple(_card(row, row.current_version.outline, closed) for row in _live_modules().order_by("path"))
    return Catalogue(title=page.title, intro=page.intro, cards=cards) if page else Catalogue(cards=cards)


def _card(page: ModulePage, outline: Data, closed: list[tuple[str, PageViewRestriction]]) -> Card:
    searched = [
        outline["title"],
        outline["summary"],
        outline["for_whom"],
        *(outcome["text"] for outcome in outline["outcomes"]),
        *(f"{lesson['title']} {lesson['summary']}" for lesson in outline["lessons"]),
        *(sector["title"] for sector in outline["sectors"]),
    ]
    return Card(
        module_id=page.pk,
        slug=page.slug,
        title=outline["title"],
        summary=outline["summary"],
        minutes=outline["minutes"],
        lessons=len(outline["lessons"]),
        valid_months=outline["valid_months"],
        sectors={sector["slug"]: sector["title"] for sector in outline["sectors"]},
        principles={principle["code"]: principle["title"] for principle in outline["principles_taught"]},
        nations=tuple(outline["nations"]),
        words=fold(" ".join(searched)),
        gates=gates_of(page.path, closed),
    )
