"""Deletes the details of training whose time is over: answers handed in, drafts, what was done in activities.

That somebody completed what, when and with what score stays. Question statistics stay right: answers are added up first
(`AnswerTotal`), of nobody, and whoever reads statistics counts the sums in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from courses.people.models import Organisation, Person
from courses.privacy.models import AnswerTotal, Why
from courses.privacy.opening import opened
from courses.privacy.queries import unit_of
from courses.records.models import ActivityCall, ActivityProgress, AnswerDraft, ItemResponse, Response


def with_details(enrolments: Collection[int]) -> set[int]:
    """Which of these have details left. 5 queries."""
    found: set[int] = set()
    for model, way in (
        (Response, "sitting__attempt__enrolment"),
        (AnswerDraft, "attempt__enrolment"),
        (ActivityCall, "progress__attempt__enrolment"),
        (ItemResponse, "attempt__progress__attempt__enrolment"),
    ):
        rows: Any = model._base_manager.filter(**{f"{way}__in": enrolments})
        found |= set(rows.order_by().values_list(way, flat=True).distinct())
    states = ActivityProgress.objects.filter(attempt__enrolment__in=enrolments).exclude(state={}, marks={})
    return found | set(states.values_list("attempt__enrolment", flat=True))


def forget_details(
    *, person: Person, enrolments: Collection[int], organisation: Organisation, by: Person | None
) -> None:
    """Deletes the details of these periods of hers, in one transaction, and leaves a tombstone. Again does nothing."""
    if not with_details(enrolments):
        return
    with opened(why=Why.KEPT_LONG_ENOUGH, by=by, person=person, organisation=organisation) as (changed, data):
        answers = Response.objects.filter(
            sitting__attempt__enrolment__person=person, sitting__attempt__enrolment__in=enrolments
        )
        _add_up(person, organisation, answers)
        changed["records_response"] = answers.delete()[0]
        for model, way in (
            (AnswerDraft, "attempt__"),
            (ActivityCall, "progress__attempt__"),
            (ItemResponse, "attempt__progress__attempt__"),
        ):
            rows: Any = model._base_manager.filter(
                **{f"{way}enrolment__person": person, f"{way}enrolment__in": enrolments}
            )
            changed[model._meta.db_table] = rows.delete()[0]
        progress = ActivityProgress.objects.filter(
            attempt__enrolment__person=person, attempt__enrolment__in=enrolments
        ).exclude(state={}, marks={})
        changed["records_activityprogress"] = progress.update(state={}, marks={})
        data["enrolments"] = sorted(enrolments)


def _add_up(person: Person, organisation: Organisation, answers: Any) -> None:
    """Adds answers to the sums before they go. She counts as one of the people when the last of her answers to that
    question of that version goes, so that nobody is counted twice."""
    unit = unit_of(person, organisation)
    rows = list(
        answers.values_list(
            "sitting__attempt__version", "question_key", "chosen", "correct", "sitting__submitted_at", "pk"
        )
    )
    going = {row[5] for row in rows}
    stays = set(
        Response.objects.filter(sitting__attempt__enrolment__person=person)
        .exclude(pk__in=going)
        .values_list("sitting__attempt__version", "question_key")
    )
    counted: set[tuple[int, str]] = set()
    given, people = Counter[tuple[Any, ...]](), Counter[tuple[Any, ...]]()
    for version, question, chosen, correct, submitted_at, _ in rows:
        key = (version, timezone.localtime(submitted_at).year, question, tuple(chosen), correct)
        given[key] += 1
        if (version, question) not in counted | stays:
            counted.add((version, question))
            people[key] += 1
    for (version, year, question, chosen, correct), number in given.items():
        total, _ = AnswerTotal.objects.get_or_create(
            version_id=version, unit=unit, year=year, question_key=question, chosen=list(chosen), correct=correct,
            defaults={"given": 0, "people": 0},
        )  # fmt: skip
        total.given += number
        total.people += people[version, year, question, chosen, correct]
        total.save(update_fields=["given", "people"])
