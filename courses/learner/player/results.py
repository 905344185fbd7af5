from __future__ import annotations

from typing import Any

from courses.records import queries, rules
from courses.records.models import Completion, Response, Try

from .sitting import marked


def result_context(sitting: Try, completion: Completion | None) -> dict[str, Any]:
    """What the result page shows of a handed-in try. 3 or 4 queries.

    The right answers are told when it no longer matters: the module is completed, or no try is left.
    """
    attempt = sitting.attempt
    outline = attempt.version.outline
    left: int | None = 0
    latest: Try | None = sitting
    if completion is None:
        latest = queries.latest_try(attempt)
        used = latest.number - (latest.submitted_at is None) if latest else 0
        left = rules.tries_left(outline, used, queries.extra_tries(attempt.enrolment))
    show_right = completion is not None or left == 0
    responses = list(Response.objects.filter(sitting=sitting))
    bodies = queries.questions_of(attempt.version, [item["question"] for item in sitting.drawn])
    # The time for which answers are kept may be over (`courses.privacy`); what it came to stays.
    rows = [] if not responses else marked(sitting, responses, bodies, show_right=show_right)
    right = sum(row.correct for row in rows)
    return {
        "sitting": sitting,
        "rows": rows,
        "answers_gone": bool(sitting.drawn) and not responses,
        "right": right,
        "total": len(rows),
        "passed": bool(sitting.passed) or completion is not None,
        "show_right": show_right,
        "tries_left": left,
        "another_open": latest is not None and latest.submitted_at is None,
        "lessons_to_reread": _lessons_to_reread(rows),
    }


def _lessons_to_reread(rows: list[Any]) -> list[dict[str, Any]]:
    """The lessons that wrong answers point to, each once, in the order of the questions."""
    found = {row.lesson["slug"]: row.lesson for row in rows if row.lesson and not row.correct}
    return list(found.values())
