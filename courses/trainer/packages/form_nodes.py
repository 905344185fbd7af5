"""What a form made from semantics consists of, as its template shows it, and its faults in a list that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]


def id_of(path: str) -> str:
    """The id in the page of the field at a path."""
    return f"f-{path.replace('.', '-')}"


@dataclass(frozen=True)
class Problem:
    """One line of the summary above a form: which field, by names that a reader finds again, and what is the matter."""

    field_id: str
    words: str


@dataclass
class Node:
    """One field as the template shows it."""

    kind: str
    path: str
    label: str
    help: str = ""
    value: Any = ""
    required: bool = False
    fault: str = ""
    options: list[Data] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    widget: str = ""
    entity: str = ""
    aside: bool = False
    """Shown folded up: what most trainers never change."""
    may_add: bool = False
    may_remove: bool = False
    maximum: int | None = None
    minimum: float | None = None
    most: float | None = None

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def described_by(self) -> str:
        """The ids of its help and of its fault, those that are there."""
        there = (("help", self.help), ("error", self.fault))
        return " ".join(f"{self.id}-{name}" for name, words in there if words)

    @property
    def has_fault(self) -> bool:
        return bool(self.fault) or any(child.has_fault for child in self.children)


def problems(nodes: Iterable[Node], faults: Mapping[str, str], *, first: Mapping[str, str]) -> list[Problem]:
    """Every fault in the order of the form. `first` are the fields above the tree: their names by their keys."""
    top = [Problem(key, f"{label}: {faults[key]}") for key, label in first.items() if key in faults]
    return top + list(_problems(nodes, ()))


def _problems(nodes: Iterable[Node], names: tuple[str, ...]) -> Iterator[Problem]:
    for node in nodes:
        trail = (*names, node.label)
        if node.fault:
            yield Problem(node.id, f"{', '.join(trail)}: {node.fault}")
        yield from _problems(node.children, names if node.kind == "list" else trail)
