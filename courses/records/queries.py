"""Reads of one learner's records. Each says how many queries it makes; each is given the person it reads for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet

from courses.content.models import LessonVersion, ModulePage, ModuleVersion, Question, QuestionVersion
from courses.content.queries import generation
from courses.people.models import Person

from . import rules
from .models import ActivityProgress, AnswerDraft, Attempt, Enrolment, Event, LessonProgress, Reflection, Try
from .models.event import EventKind

KEPT_SECONDS = 60 * 60


@dataclass(frozen=True)
class LessonFacts:
    """What is known of the lessons of an attempt."""

    done: frozenset[str]
    """Ids of the lessons worked through."""


def attempt_for(person: Person, slug: str) -> Attempt | None:
    """The latest attempt of the latest period at a module, by its address or one it once had, with its enrolment and
    pinned version. 1 query; the module behind the address and the version are kept."""
    module_id = module_behind(slug)
    if module_id is None:
        return None
    hers = Attempt.objects.filter(enrolment__person=person, enrolment__module=module_id).select_related("enrolment")
    # She has a few at most: choosing the latest here costs less than having it put into words for the database.
    attempt = max(hers, key=lambda each: (each.enrolment.period, each.number), default=None)
    if attempt is not None:
        attempt.version = version_of(attempt)
        attempt.enrolment.person = person
    return attempt


def module_behind(slug: str) -> int | None:
    """The module that has this address, or had it once. 1 query when it is not kept yet."""
    key = f"module-behind:{generation()}:{slug}"
    module_id: int | None = cache.get(key)
    if module_id is None:
        found = ModulePage.objects.filter(slug=slug).values_list("pk", flat=True).first()
        module_id = found or (
            ModuleVersion.objects.filter(slug=slug).order_by("-pk").values_list("module_id", flat=True).first()
        )
        if module_id is not None:
            cache.set(key, module_id, KEPT_SECONDS)
    return module_id


def version_of(attempt: Attempt) -> ModuleVersion:
    """The version an attempt has pinned. It never changes, so it is kept; 1 query when it is not kept yet."""
    key = f"version:{attempt.version_id}"
    version: ModuleVersion | None = cache.get(key)
    if version is None:
        version = ModuleVersion.objects.get(pk=attempt.version_id)
        cache.set(key, version, KEPT_SECONDS)
    return version


def lesson_facts(attempt: Attempt) -> LessonFacts:
    """1 query."""
    return LessonFacts(frozenset(LessonProgress.objects.filter(attempt=attempt).values_list("lesson_id", flat=True)))


def activities_done(attempt: Attempt) -> frozenset[str]:
    """Block ids of the attempt's activities whose rule is met. 1 query."""
    met = ActivityProgress.objects.filter(attempt=attempt, satisfied_at__isnull=False)
    return frozenset(met.values_list("block_id", flat=True))


def parts_done(attempt: Attempt) -> frozenset[str]:
    """Ids of the lessons worked through and of the activities whose rule is met, together. 1 query."""
    lessons = LessonProgress.objects.filter(attempt=attempt).values_list("lesson_id", flat=True)
    met = ActivityProgress.objects.filter(attempt=attempt, satisfied_at__isnull=False)
    return frozenset(lessons.union(met.values_list("block_id", flat=True)))


def activity_block(attempt: Attempt, block_id: str) -> dict[str, Any] | None:
    """An activity of the attempt's version, by value; None when it has none with this id. 1 query when it is not kept
    yet."""
    lesson = rules.lesson_of_activity(attempt.version.outline, block_id)
    if lesson is None:
        return None
    key = f"activity:{attempt.version_id}:{block_id}"
    block: dict[str, Any] | None = cache.get(key)
    if block is None:
        stored = lesson_version(attempt, lesson["slug"])
        block = next((one for one in (stored.body if stored else []) if one.get("id") == block_id), None)
        if block is not None:
            cache.set(key, block, KEPT_SECONDS)
    return block


def lesson_version(attempt: Attempt, slug: str) -> LessonVersion | None:
    """A lesson of the attempt's version. 1 query."""
    return LessonVersion.objects.filter(version_id=attempt.version_id, slug=slug).first()


def drafts(attempt: Attempt, prefix: str) -> dict[str, AnswerDraft]:
    """Kept answers whose slot begins with `prefix`, by slot. 1 query."""
    return {draft.slot: draft for draft in AnswerDraft.objects.filter(attempt=attempt, slot__startswith=prefix)}


def reflections(attempt: Attempt) -> dict[str, Reflection]:
    """What she wrote for herself, by block id. 1 query."""
    return {note.block_id: note for note in Reflection.objects.filter(attempt=attempt)}


def open_try(attempt: Attempt) -> Try | None:
    """The try that is not handed in yet. 1 query."""
    return Try.objects.filter(attempt=attempt, submitted_at__isnull=True).first()


def latest_try(attempt: Attempt) -> Try | None:
    """1 query."""
    return Try.objects.filter(attempt=attempt).order_by("-number").first()


def try_numbered(attempt: Attempt, number: int) -> Try | None:
    """1 query."""
    return Try.objects.filter(attempt=attempt, number=number).first()


def tries_used(attempt: Attempt) -> int:
    """Tries handed in. 1 query."""
    return Try.objects.filter(attempt=attempt, submitted_at__isnull=False).count()


def extra_tries(enrolment: Enrolment) -> int:
    """Tries that somebody allowed beyond the module's number. 1 query."""
    return Event.objects.filter(enrolment=enrolment, kind=EventKind.EXTRA_TRY).count()


def is_revoked(enrolment_id: int) -> bool:
    """Whether the certificate of an enrolment was revoked, as the timeline tells (credentials are a layer above).
    1 query."""
    return Event.objects.filter(enrolment=enrolment_id, kind=EventKind.REVOKED).exists()


def questions_of(version: ModuleVersion, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Bodies of questions of a version, by key. 1 query."""
    found = QuestionVersion.objects.filter(version=version, key__in=keys)
    return {question.key: question.body for question in found}


def timeline(enrolment: Enrolment, *, with_agreements: bool = False) -> QuerySet[Event]:
    """What happened to an enrolment, oldest first; with what was agreed about her and the module, for herself alone."""
    hers = Q(enrolment=enrolment)
    if with_agreements:
        hers |= Q(enrolment=None, person=enrolment.person_id, data__module=enrolment.module_id)
    return Event.objects.filter(hers).select_related("note").order_by("at", "pk")


def withdrawn_keys(module_id: int) -> frozenset[str]:
    """Keys of the questions of a module that were withdrawn: they count as right for everybody. 1 query."""
    return frozenset(Question.objects.filter(module=module_id, withdrawn=True).values_list("key", flat=True))
