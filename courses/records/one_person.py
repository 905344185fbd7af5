"""What a manager may read of one person's records, as they were on a day. Reads in a few statements all that her page
shows, of modules that a manager may know of and of versions that were not private."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_date

from courses.content.models import ChangeKind, ModuleVersion
from courses.people.models import Membership, Person, Role

from .models import Attempt, Completion, Enrolment, Event, Exemption
from .models.event import EventKind
from .team import Team, end_of
from .timeline import given_reason


class Posts(NamedTuple):
    """Somebody's posts, the newest first."""

    shown: list[Membership]
    """Those in units that the team shows, all that had begun by the day; none when she had no such post on the day."""
    held: list[Membership]
    """Those of the day in the team's organisations, for the reasons why something is asked of her; the team's first."""


def posts_of(team: Team, public_id: UUID) -> Posts:
    """One query."""
    found = (
        Membership.objects.filter(
            person__public_id=public_id,
            role=Role.LEARNER,
            unit__organisation__in=team.organisations,
            starts_on__lte=team.on,
        )
        .select_related("person", "unit__organisation", "job_role", "manager", "deputy")
        .order_by("-starts_on", "-pk")
    )
    shown = [post for post in found if team.has(post.unit)]
    beside = [post for post in found if not team.has(post.unit)]
    held = [post for post in (*shown, *beside) if lasts(post, team.on)]
    return Posts(shown if any(lasts(post, team.on) for post in shown) else [], held)


def lasts(post: Membership, on: datetime.date) -> bool:
    return post.starts_on <= on and (post.ends_on is None or post.ends_on >= on)


@dataclass
class History:
    """What she had done with one module."""

    completions: list[Completion] = field(default_factory=list)
    begun: Enrolment | None = None
    anew: dict[int, datetime.date] = field(default_factory=dict)
    """By completion: by when the trainer wants it taken again, where the module was taught anew since."""


def history_of(person: Person, team: Team) -> dict[int, History]:
    """Completions with their certificates, and what was begun and not finished, by module. One query."""
    private = Attempt.objects.filter(enrolment=OuterRef("pk"), version__private=True)
    night = end_of(team.on)
    found = (
        Enrolment.objects.filter(person=person, module__in=[m.id for m in team.modules], started_at__lt=night)
        .annotate(in_private=Exists(private), anew=Subquery(_taught_anew(night)))
        .select_related("completion__version", "completion__certificate__revocation")
        .defer("completion__snapshot", "completion__version__outline")
        .order_by("-completed_at", "-period")
    )
    history: dict[int, History] = {module.id: History() for module in team.modules}
    newest: dict[int, int] = {}
    for enrolment in found:
        newest[enrolment.module_id] = max(enrolment.period, newest.get(enrolment.module_id, 0))
    for enrolment in found:
        done: Completion | None = getattr(enrolment, "completion", None)
        of_module = history[enrolment.module_id]
        if done and done.completed_at < night:
            if not done.version.private:
                of_module.completions.append(done)
                if enrolment.anew:
                    of_module.anew[done.pk] = enrolment.anew
        elif not enrolment.in_private and enrolment.period == newest[enrolment.module_id]:
            of_module.begun = enrolment
    return history


def _taught_anew(before: datetime.datetime) -> QuerySet[ModuleVersion, datetime.date | None]:
    """The first day by which holders of a completion's version were asked to take a later one."""
    later = ModuleVersion.objects.filter(
        module=OuterRef("module"),
        number__gt=OuterRef("completion__version__number"),
        change_kind=ChangeKind.NEW_TRAINING,
        holders_due_by__isnull=False,
        published_at__lt=before,
    )
    return later.order_by("holders_due_by").values_list("holders_due_by", flat=True)[:1]


def exemptions_of(person: Person, on: datetime.date) -> dict[int, Exemption]:
    """Exemptions in force, by module; the one that lasts longest. Never the reason in words, which is not for lists."""
    found = Exemption.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        Q(ended=None) | Q(ended__ends_on__gte=on),
        person=person,
        starts_on__lte=on,
    )
    return {exemption.module_id: exemption for exemption in found.order_by(F("ends_on").asc(nulls_last=True))}


@dataclass(frozen=True)
class Line:
    """Something that happened."""

    at: datetime.datetime
    words: str
    why: str = ""
    kind: EventKind | None = None


TOLD = (
    EventKind.ENROLLED,
    EventKind.STARTED,
    EventKind.TRIES_USED_UP,
    EventKind.EXTRA_TRY,
    EventKind.COMPLETED,
    EventKind.CERTIFIED,
    EventKind.REVOKED,
    EventKind.NAME_CORRECTED,
    EventKind.CORRECTED,
    EventKind.EXEMPTED,
    EventKind.EXEMPTION_ENDED,
    EventKind.ACCEPTED,
    EventKind.ACCEPTED_ENDED,
    EventKind.ADJUSTED,
    EventKind.REMINDED,
    EventKind.MERGED,
    EventKind.PARTED,
)
"""What a manager is told. Not how she worked: which lessons and activities on which evening, what was answered, and
scores of tries that did not pass are hers."""

MOST = 200


def lines_of(person: Person, team: Team, *, me: Person, led: Collection[int]) -> list[Line]:
    """The timeline as a manager may read it, the newest first. `led` are organisations whose training lead reads: she,
    and who agreed it, may know of an adjustment. One query."""
    private = Attempt.objects.filter(enrolment=OuterRef("enrolment"), version__private=True)
    found = (
        Event.objects.filter(person=person, kind__in=TOLD, at__lt=end_of(team.on))
        .filter(Q(enrolment=None) | (Q(enrolment__module__in=[m.id for m in team.modules]) & ~Exists(private)))
        .select_related("enrolment", "note")
        .order_by("-at", "-pk")[:MOST]
    )
    titles = {module.id: module.title for module in team.modules}
    lines = []
    for event in found:
        if event.kind in {EventKind.MERGED, EventKind.PARTED}:
            if event.data.get("said_by") == "lead":  # that she has two accounts of her own is her own business
                lines.append(Line(timezone.localtime(event.at), event.get_kind_display(), kind=EventKind(event.kind)))
            continue
        module = event.enrolment.module_id if event.enrolment else event.data.get("module")
        if module not in titles or (
            event.kind == EventKind.ADJUSTED and not led and event.data.get("by") != str(me.public_id)
        ):
            continue
        words, why = _tell(event, titles[module])
        lines.append(Line(timezone.localtime(event.at), words, given_reason(event) or why))
    return lines


def _tell(event: Event, title: str) -> tuple[str, str]:
    """What happened and why, in words; a key that is missing still gives a line."""
    data = event.data
    until = _day(data.get("until"))
    done = "with every lesson done"
    if data.get("score") is not None:
        done += f" and the assessment passed with {data['score']}%"
    valid = _day(data.get("valid_until"))
    words = {
        EventKind.ENROLLED: (f"Joined “{title}”", ""),
        EventKind.STARTED: (f"Started “{title}”, version {data.get('version', '?')}", ""),
        EventKind.TRIES_USED_UP: (f"Used the last try of “{title}”", "It is not passed. Somebody has to help."),
        EventKind.EXTRA_TRY: (f"Was given another try of “{title}”", ""),
        EventKind.COMPLETED: (
            f"Completed “{title}”",
            f"{done.capitalize()}. " + (f"It counts until {valid}." if valid else "It has no end date."),
        ),
        EventKind.CERTIFIED: (f"Got the certificate of “{title}”", ""),
        EventKind.REVOKED: (f"The certificate of “{title}” was revoked", "It no longer counts."),
        EventKind.NAME_CORRECTED: (f"The name on the certificate of “{title}” was corrected", ""),
        EventKind.CORRECTED: (f"Was told of an urgent correction of “{title}”", ""),
        EventKind.EXEMPTED: (f"Was exempted from “{title}”", f"Until {until}." if until else "Without an end date."),
        EventKind.EXEMPTION_ENDED: (f"The exemption from “{title}” ended", ""),
        EventKind.ACCEPTED: (
            f"Training done elsewhere was accepted for “{title}”",
            f"It counts until {until}." if until else "It counts without an end date.",
        ),
        EventKind.ACCEPTED_ENDED: (f"Training done elsewhere no longer counts for “{title}”", ""),
        EventKind.ADJUSTED: (
            f"An adjustment was agreed for “{title}”",
            f"To be done by {until}. " * bool(until) + "Only they, who agreed it and the training lead see this.",
        ),
        EventKind.REMINDED: (f"Was reminded of “{title}” by e-mail", ""),
    }
    return words.get(EventKind(event.kind), (event.get_kind_display(), ""))


def _day(text: object) -> str:
    day = parse_date(text) if isinstance(text, str) else None
    return f"{day.day} {day:%B %Y}" if day else ""
