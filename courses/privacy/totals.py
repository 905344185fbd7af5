"""Reads: sums of answers whose rows were deleted, for whoever reads question statistics."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, Sum, Value, When

from courses.people.models import Unit

from .models import AnswerTotal


def kept_answers(units: QuerySet[Unit], module_id: int, on: datetime.date) -> QuerySet[Any]:
    """Rows for `records.answers`, of what was handed in by the year of the day; nothing of a version that was private.
    No query of its own."""
    found = AnswerTotal.objects.filter(
        unit__in=units, version__module=module_id, version__private=False, year__lte=on.year
    )
    right = Sum(Case(When(correct=True, then=F("given")), default=Value(0)))
    rows = found.order_by().values_list("version", "question_key")
    return rows.annotate(times=Sum("given"), right=right, of=Sum("people"))


def kept_choices(module_id: int) -> QuerySet[Any]:
    """Question, chosen options, whether right, and how often: of every version of a module. No query of its own."""
    found = AnswerTotal.objects.filter(version__module=module_id)
    return found.values_list("question_key", "chosen", "correct", "given")
