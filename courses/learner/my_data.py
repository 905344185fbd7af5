"""Everything held about one person, for her alone (UK GDPR, articles 15 and 20: access and portability).

Each section is a name, what it holds in words (printed on the page and in the file), and its rows, read as they are
written so that a long history costs no memory. No secret is in it (password, second factor, link), no right answer of a
question bank, and nothing about anybody else but what stands in her own record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone

from courses.credentials.models import Certificate
from courses.credentials.queries import checkable
from courses.people.models import Invitation, Membership, Person
from courses.records.models import (
    ActivityAttempt,
    ActivityCall,
    ActivityProgress,
    AnswerDraft,
    Attempt,
    CpdNote,
    Enrolment,
    Event,
    Exemption,
    ItemResponse,
    LessonProgress,
    Reflection,
    Response,
    Try,
)

from .my_data_work import WORK
from .my_sections import Row, Section, rows

FORMAT = "alongside-my-data"
VERSION = 1


def _person(person: Person) -> Iterator[Row]:
    return rows(Person.objects.filter(pk=person.pk), "public_id", "name", "family_name", "profession", "created_at")


def _logins(person: Person) -> Iterator[Row]:
    return rows(person.logins.all(), "id", "email", "is_active", "date_joined", "last_login")


def _addresses(person: Person) -> Iterator[Row]:
    return rows(EmailAddress.objects.filter(user__person=person), "email", "verified", "primary", login="user_id")


def _sessions(person: Person) -> Iterator[Row]:
    found = UserSession.objects.filter(user__person=person)
    return rows(found, "created_at", "last_seen_at", "ip", "user_agent", login="user_id")


def _factors(person: Person) -> Iterator[Row]:
    found = Authenticator.objects.filter(user__person=person)
    return rows(found, "type", "created_at", "last_used_at", login="user_id")


def _memberships(person: Person) -> Iterator[Row]:
    found = Membership.objects.filter(person=person)
    return rows(
        found, "role", "job_title", "starts_on", "ends_on",
        organisation_name="organisation__name", unit_name="unit__name",
    )  # fmt: skip


def _invitations(person: Person) -> Iterator[Row]:
    found = Invitation.objects.filter(Q(used_by=person) | Q(person=person))
    return rows(found, "role", "email", "created_at", "used_at", unit_name="unit__name")


def _enrolments(person: Person) -> Iterator[Row]:
    return rows(
        Enrolment.objects.filter(person=person),
        "id", "period", "enrolled_at", "due_on", "started_at", "completed_at", "valid_until", "tries_used_up",
        "lessons_done", "last_lesson", "last_active_at", module_slug="module__slug", module_title="module__title",
    )  # fmt: skip


def _attempts(person: Person) -> Iterator[Row]:
    found = Attempt.objects.filter(enrolment__person=person)
    return rows(
        found, "id", "number", "started_at", "finished_at",
        of_enrolment="enrolment_id", title="version__title", version_number="version__number",
    )  # fmt: skip


def _progress(person: Person) -> Iterator[Row]:
    found = LessonProgress.objects.filter(attempt__enrolment__person=person)
    return rows(found, "lesson_id", "satisfied_at", in_attempt="attempt_id")


def _tries(person: Person) -> Iterator[Row]:
    found = Try.objects.filter(attempt__enrolment__person=person)
    return rows(
        found, "id", "number", "drawn", "started_at", "submitted_at", "score", "passed", in_attempt="attempt_id"
    )


def _responses(person: Person) -> Iterator[Row]:
    found = Response.objects.filter(sitting__attempt__enrolment__person=person)
    return rows(found, "question_key", "outcome", "chosen", "correct", "answered_at", in_try="sitting_id")


def _drafts(person: Person) -> Iterator[Row]:
    found = AnswerDraft.objects.filter(attempt__enrolment__person=person)
    return rows(found, "slot", "value", "given_at", "saved_at", in_attempt="attempt_id")


def _reflections(person: Person) -> Iterator[Row]:
    found = Reflection.objects.filter(attempt__enrolment__person=person)
    return rows(found, "block_id", "text", "given_at", "saved_at", in_attempt="attempt_id")


def _activities(person: Person) -> Iterator[Row]:
    found = ActivityProgress.objects.filter(attempt__enrolment__person=person)
    return rows(
        found, "id", "block_id", "state", "saved_at", "satisfied_at", "satisfied_by",
        in_attempt="attempt_id", activity_title="version__title", activity_version="version__number",
    )  # fmt: skip


def _activity_attempts(person: Person) -> Iterator[Row]:
    found = ActivityAttempt.objects.filter(progress__attempt__enrolment__person=person)
    return rows(
        found, "id", "number", "by", "started_at", "finished_at", "raw", "maximum", "scaled", "success", "completion",
        "seconds", of_activity="progress_id",
    )  # fmt: skip


def _activity_answers(person: Person) -> Iterator[Row]:
    found = ItemResponse.objects.filter(attempt__progress__attempt__enrolment__person=person)
    return rows(
        found, "item", "position", "kind", "asked", "answer", "correct", "score", "maximum", "seconds", "at",
        in_activity_attempt="attempt_id",
    )  # fmt: skip


def _activity_calls(person: Person) -> Iterator[Row]:
    found = ActivityCall.objects.filter(progress__attempt__enrolment__person=person)
    return rows(
        found, "kind", "part", "given_at", "received_at", "outcome", "reason", "body", of_activity="progress_id"
    )


def _completions(person: Person) -> Iterator[Row]:
    return rows(
        person.completions.all(),
        "id", "completed_at", "valid_until", "score", "minutes", "snapshot",
        of_enrolment="enrolment_id", in_attempt="attempt_id",
    )  # fmt: skip


def _certificates(person: Person) -> Iterator[Row]:
    return rows(
        Certificate.objects.filter(person=person).annotate(anybody_may_check=checkable()),
        "number", "issued_at", "valid_until", "issuer", "signatory_title", "anybody_may_check",
        of_completion="completion_id", printed_name="holder__name", printed_family_name="holder__family_name",
        signatory_name="holder__signatory_name", allowed_by_you="holder__allowed",
        revoked_at="revocation__revoked_at", revoked_because="revocation__reason__text",
    )  # fmt: skip


def _exemptions(person: Person) -> Iterator[Row]:
    found = Exemption.objects.filter(person=person)
    return rows(
        found,
        "id",
        "kind",
        "starts_on",
        "ends_on",
        "entered_at",
        module_title="module__title",
        because="reason__text",
        evidence="reason__evidence",
        ended_on="ended__ends_on",
    )


def _events(person: Person) -> Iterator[Row]:
    return rows(
        Event.objects.filter(person=person), "kind", "at", "client_id", "data", of_enrolment="enrolment_id",
        because="note__text",
    )  # fmt: skip


def _cpd_notes(person: Person) -> Iterator[Row]:
    return rows(
        CpdNote.objects.filter(person=person),
        "learned", "change", "discussed_on", "peer_name", "peer_role", "peer_signed_at", "peer_link_expires_at",
        "updated_at", of_completion="completion_id",
    )  # fmt: skip


SECTIONS = (
    Section("person", "You: your name, your profession, and since when we know you.", _person),
    Section("logins", "Your logins with their e-mail addresses.", _logins, ("people.User.person",)),
    Section("email_addresses", "Every address you gave us, and whether it is confirmed.", _addresses),
    Section("sessions", "Devices on which you are signed in: network address, browser, and when.", _sessions),
    Section(
        "second_factors", "Ways in which you confirm a sign-in: which kind and since when, never the secret.", _factors
    ),
    Section(
        "memberships",
        "Organisations and units you belong or belonged to, with your role and job title.",
        _memberships,
        ("people.Membership.person",),
    ),
    Section(
        "invitations",
        "Invitations that were made for you.",
        _invitations,
        (
            "people.Invitation.used_by",
            "people.Invitation.person",
        ),
    ),
    Section(
        "enrolments",
        "Modules you took, each period: when begun, completed, and until when valid.",
        _enrolments,
        ("records.Enrolment.person",),
    ),
    Section("attempts", "Each run through a module, and which version of it you learned from.", _attempts),
    Section("lesson_progress", "Lessons you worked through.", _progress),
    Section("tries", "Each sitting of an assessment: the questions drawn, when, the score in per cent.", _tries),
    Section(
        "responses", "Your answers to questions of assessments you handed in, and whether they were right.", _responses
    ),
    Section("drafts", "Answers saved as you went, in lessons and assessments.", _drafts),
    Section("reflections", "What you wrote for yourself in lessons. Nobody else reads it.", _reflections),
    Section("activities", "Interactive activities you opened, where you left them, which count.", _activities),
    Section("activity_attempts", "Each of your attempts at them, with what it came to.", _activity_attempts),
    Section("activity_answers", "Your answers to the questions inside them.", _activity_answers),
    Section("activity_calls", "Each report that they sent about you, and whether it was taken.", _activity_calls),
    Section(
        "completions",
        "Modules you completed, with outcomes, principles and rules as they were.",
        _completions,
        ("records.Completion.person",),
    ),
    Section(
        "certificates",
        "Your certificates, the name printed on them, and whether one was revoked.",
        _certificates,
        ("credentials.Certificate.person",),
    ),
    Section(
        "exemptions",
        "Modules you need not hold for a time, and the reason given.",
        _exemptions,
        ("records.Exemption.person",),
    ),
    Section("events", "The timeline: what happened, when.", _events, ("records.Event.person",)),
    Section(
        "cpd_notes",
        "Your notes for continuing professional development, and who signed them.",
        _cpd_notes,
        ("records.CpdNote.person",),
    ),
    *WORK,
)


def as_json(person: Person) -> Iterator[str]:
    """The whole file, piece by piece: {"format", "version", "made_at", "about": {section: words}, section: [rows]}."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": timezone.now(),
        "about": {section.key: section.about for section in SECTIONS},
    }
    yield _dump(head)[:-1]
    for section in SECTIONS:
        yield f',\n"{section.key}": ['
        for number, row in enumerate(section.rows(person)):
            yield (",\n" if number else "\n") + _dump(row)
        yield "]"
    yield "}\n"


def _dump(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
