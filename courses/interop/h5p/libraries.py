"""The libraries of H5P: what a package brings, what the site has, and what has to be asked of a curator.

Trust is split: content is a trainer's, code is a curator's. A library that was approved once serves
every package that needs it; a package that brings another copy of it is played with ours. Stored versions hold the list
of their files, so a library that is withdrawn or renewed changes nothing for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.content import trees
from courses.content.models import Library
from courses.people.models import Person

from .schemas import EDITOR, dependencies


@dataclass(frozen=True)
class Brought:
    """A library in the package: its folder's files, by their path inside the folder, as names in the zip file."""

    name: str
    major: int
    minor: int
    patch: int
    metadata: dict[str, Any]
    semantics: list[dict[str, Any]]
    files: Mapping[str, str]

    @property
    def ref(self) -> str:
        """`Name a.b`, how content and other libraries call it."""
        return f"{self.name} {self.major}.{self.minor}"

    @property
    def version(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass
class Resolution:
    """Which library serves each reference of a package. `missing` says who needs what nobody has."""

    installed: dict[str, Library] = field(default_factory=dict)
    new: dict[str, Brought] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)

    def metadata(self, ref: str) -> dict[str, Any]:
        """The library.json that counts."""
        found = self.installed.get(ref) or self.new.get(ref)
        return dict(found.metadata) if found else {}

    def semantics(self, ref: str) -> list[dict[str, Any]] | None:
        """The semantics.json that counts; None when nobody has the library."""
        found = self.installed.get(ref) or self.new.get(ref)
        return list(found.semantics) if found else None


def resolve(roots: Iterable[str], brought: Mapping[str, Brought]) -> Resolution:
    """Finds every library that `roots` need, and what those need, and so on; what only an editor needs is left.

    An installed copy of the same major and minor version wins when its patch is equal or newer.
    """
    found = Resolution()
    waiting = [(ref, "the package") for ref in roots]
    store = _store({ref.partition(" ")[0] for ref, _ in waiting} | {one.name for one in brought.values()})
    while waiting:
        ref, by = waiting.pop()
        if ref in found.installed or ref in found.new or ref in found.missing:
            continue
        name = ref.partition(" ")[0]
        if name not in store:
            store |= _store({name})
        ours, theirs = store[name].get(ref, []), brought.get(ref)
        usable = next((one for one in ours if one.withdrawn_at is None), None)
        if usable and (theirs is None or usable.patch >= theirs.patch):
            found.installed[ref] = usable
        elif theirs and any(one.patch == theirs.patch and one.withdrawn_at for one in ours):
            found.withdrawn.append(f"{theirs.name} {theirs.version}")
            found.missing[ref] = by
        elif theirs:
            found.new[ref] = theirs
        else:
            found.missing[ref] = by
        metadata = found.metadata(ref)
        for key in ("preloadedDependencies", "dynamicDependencies"):
            waiting += [(each, ref) for each in dependencies(metadata, key)[0]]
    return found


def editor_parts(found: Resolution) -> list[str]:
    """Parts of H5P's editor among the libraries that would be played: they have no business in a learner's page."""
    return sorted(ref for ref in (*found.new, *found.missing, *found.installed) if ref.startswith(EDITOR))


def neighbours(ref: str) -> list[str]:
    """Other versions of a missing library that the site has."""
    name = ref.partition(" ")[0]
    return [str(one) for one in Library.objects.filter(name=name, withdrawn_at=None)[:3]]


@transaction.atomic
def install(*, brought: Brought, sha256: str, by: Person | None) -> Library:
    """Puts an approved library into the store. The same version again changes nothing: the first copy stays."""
    library, _ = Library.objects.get_or_create(
        name=brought.name,
        major=brought.major,
        minor=brought.minor,
        patch=brought.patch,
        defaults={
            "title": str(brought.metadata["title"])[:255],
            "runnable": str(brought.metadata.get("runnable")) in {"1", "True"},
            "sha256": sha256,
            "metadata": brought.metadata,
            "semantics": brought.semantics,
            "installed_at": timezone.now(),
            "installed_by": by,
        },
    )
    return library


@transaction.atomic
def withdraw(*, library: Library) -> None:
    """No new package may use the library; stored versions and learners in the middle of one keep it."""
    Library.objects.filter(pk=library.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


@transaction.atomic
def restore(*, library: Library) -> None:
    """New packages may use a withdrawn library again."""
    Library.objects.filter(pk=library.pk).update(withdrawn_at=None)


def files_of(library: Library) -> dict[str, tuple[str, int]]:
    """The files of an installed library at the paths they have in a package's tree."""
    folder = f"{library.name}-{library.major}.{library.minor}"
    return {f"{folder}/{path}": entry for path, entry in trees.tree(library.sha256).items()}


def _store(names: Iterable[str]) -> dict[str, dict[str, list[Library]]]:
    """Installed libraries of these names, by name and reference, the newest patch first. One query."""
    found: dict[str, dict[str, list[Library]]] = {name: {} for name in names}
    for one in Library.objects.filter(name__in=found):
        found[one.name].setdefault(f"{one.name} {one.major}.{one.minor}", []).append(one)
    return found
