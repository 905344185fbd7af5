"""How a page is timed, the same for every system: Django's own client through the full middleware, DEBUG off.

CPU time (`process_time`) is what is compared, because it does not depend on what else the machine does. Queries are
counted in a round of their own, so that counting costs nothing in the timed ones; BEGIN and COMMIT count.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROUNDS = 40
WARM_UP = 2
WRITES = ("INSERT", "UPDATE", "DELETE")
LESSONS = 12
LEARNERS = 500
PARAGRAPH = (
    "<p>Mina looks after her mother and works four days a week. She has not slept through a night since spring. When "
    "the duty team rings, ask first what she would like to go on doing, and then what would have to change for that. "
    "<b>An assessment is a conversation</b>, not a form; write down what she says in <i>her</i> words.</p>"
)
PARAGRAPHS = 10
MATRIX, LIST, ENROLMENT = "team matrix 50 × 10", "people, or enrolments", "one person, or enrolment"
"""The manager's pages, and what the peer has in their place: its admin's list of enrolments, and the form of one. It
has no matrix and no export. Its list shows 20 rows a page, ours 50."""


@dataclass(frozen=True)
class Row:
    """One page of one system, as `build/bench.json` has it."""

    name: str
    system: str
    queries: int
    writes: int
    median_ms: float
    p95_ms: float
    min_ms: float
    cpu_ms: float
    bytes: int
    requests: int = 1
    """How many a round makes; the other figures are of all of them together."""


def measure(name: str, system: str, act: Callable[[int], Any], *, requests: int = 1, rounds: int = ROUNDS) -> Row:
    """Times `act(round)`, which returns a response (or bytes) of success."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number in range(WARM_UP):
        _size(name, act(number))
    wall, cpu, size = [], [], 0
    for number in range(WARM_UP, WARM_UP + rounds):
        began, worked = time.perf_counter(), time.process_time()
        answer = act(number)
        cpu.append((time.process_time() - worked) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
        size = _size(name, answer)
    with CaptureQueriesContext(connection) as captured:
        _size(name, act(WARM_UP + rounds))
    sql = [query["sql"].lstrip().upper() for query in captured.captured_queries]
    return Row(
        name=name,
        system=system,
        queries=len(sql),
        writes=sum(text.startswith(WRITES) for text in sql),
        median_ms=round(statistics.median(wall), 2),
        p95_ms=round(statistics.quantiles(wall, n=20)[-1], 2),
        min_ms=round(min(wall), 2),
        cpu_ms=round(statistics.median(cpu), 2),
        bytes=size,
        requests=requests,
    )


NEEDED = WARM_UP + ROUNDS + 1
"""How many people a page needs that can be asked once only."""


def _size(name: str, answer: Any) -> int:
    if isinstance(answer, bytes):
        return len(answer)
    if answer.status_code >= 400:
        raise RuntimeError(f"{name}: answered {answer.status_code}: {answer.content[:300]!r}")
    return len(answer.content)


def write(rows: list[Row], to: Path) -> None:
    """Rows as JSON."""
    to.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
