"""What somebody who answers for a team may read: her units, their people, the modules a manager may know of.

Everything the manager's screens show starts from a `Team`, so that no page can ask for more than she may see. Private
modules are left out here, once, for all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Membership, Organisation, Person, Role, Unit, User
from courses.people.permissions import is_manager, learners_of, led_organisations, managed

from .models import Attempt, Completion, Enrolment, PathStep, Requirement
from .states import States


class ModuleRef(NamedTuple):
    """A module as a manager sees it: never the page, whose draft is the trainer's, nor the heavy version."""

    id: int
    slug: str
    title: str


ALL_READ = 100
"""So many units are read at once; of more, those at the top and those around the one that is looked at."""


class Near(NamedTuple):
    """Units by organisation and path, and whether these are all."""

    units: tuple[Unit, ...]
    whole: bool


@dataclass(frozen=True)
class Team:
    """The units and people that somebody answers for on a day."""

    on: datetime.date
    visible: QuerySet[Unit]
    tops: tuple[Unit, ...]
    """Her topmost units, by organisation and path."""
    led: Mapping[int, Organisation] = field(default_factory=dict)
    """The organisations whose training lead she is."""
    beside: str = ""
    """The key of the unit that is looked at, as an address has it."""

    @classmethod
    def of(cls, user: User | AnonymousUser, on: datetime.date | None = None, *, beside: str = "") -> Team | None:
        """The team of `user`, or None for who manages nobody and may not open a manager's screen. One query.

        A past day shows the people of that day in the units that she may see today: nobody gets back what she managed
        once by asking about a day in the past."""
        hers = managed(user)
        if not hers.tops and not is_manager(user):
            return None
        led = hers.led if hers.tops else {each.pk: each for each in led_organisations(user)}
        return cls(on or timezone.localdate(), hers.units, hers.tops, led, beside)

    def at(self, day: datetime.date | None) -> Team:
        """The same units on another day: who learned in them then, under the rules that were in force."""
        return self if day in {None, self.on} else replace(self, on=day)

    @property
    def past(self) -> bool:
        """Whether the day is over: what is shown is how it was."""
        return self.on < timezone.localdate()

    @property
    def kept(self) -> str:
        """What an address of these screens ends in, so that a link stays on the day that is looked at."""
        return f"?as_at={self.on.isoformat()}" if self.past else ""

    @cached_property
    def near(self) -> Near:
        """Her units to choose from: all of them, or of thousands the topmost, those right below these, and around the
        one that is looked at what is above it, beside it and right below it. One query."""
        few = ~Exists(self.visible.order_by()[ALL_READ : ALL_READ + 1])
        tops = [top.pk for top in self.tops]
        near = Q(pk__in=tops) | Q(parent__in=tops)
        if is_key(self.beside):
            near |= _around(int(self.beside))
        found = _listed(self.visible).annotate(few=few).filter(near | Q(few=True))
        return Near(tuple(found), all(unit.few for unit in found))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All her units, of which there may be thousands: no page that is asked for often does it. One query."""
        return tuple(_listed(self.visible))

    def unit(self, key: str) -> Unit | None:
        """One of her units by its key, as an address or a form has it; one that is not hers and one that does not exist
        answer alike. At most two queries; none where all were read."""
        every = Near(self.units, whole=True) if "units" in vars(self) else self.near
        found = next((unit for unit in every.units if str(unit.pk) == key), None)
        if found or every.whole or not is_key(key):
            return found
        return self.visible.select_related("organisation").filter(pk=int(key)).first()

    def has(self, unit: Unit | None) -> bool:
        """Whether a unit is one of hers. No query."""
        return unit is not None and any(unit.path.startswith(top.path) for top in self.tops)

    @property
    def several(self) -> bool:
        """Whether she answers for more than one unit."""
        return len(self.near.units) > 1

    @cached_property
    def organisations(self) -> frozenset[int]:
        """Whose requirements count: an employer never sees another's rules."""
        return frozenset(top.organisation_id for top in self.tops)

    @cached_property
    def name(self) -> str:
        """What the heading calls the team: its topmost unit or two, or the organisation where these are its roots."""
        tops = self.tops
        if len(tops) > 2 or (len(tops) == 2 and all(unit.parent_id is None for unit in tops)):
            return " and ".join(sorted({unit.organisation.name for unit in tops}))
        return " and ".join(unit.name for unit in tops)

    @property
    def people(self) -> QuerySet[Person]:
        """Everybody who learns in her units today, by family name."""
        return in_order(learners_of(self.visible, self.on))

    def people_of(self, unit: Unit, *, alone: bool = False) -> QuerySet[Person]:
        """Those of one of her units and of all below it; `alone`: of the unit itself."""
        where = self.visible.filter(pk=unit.pk) if alone else self.visible.filter(path__startswith=unit.path)
        return in_order(learners_of(where, self.on))

    def gone_from(self, unit: Unit | None) -> QuerySet[Person]:
        """Who learned in one of her units (None: any) once, and on the day in none of hers; by family name."""
        where = self.visible.filter(path__startswith=unit.path) if unit else self.visible
        once = Membership.objects.filter(role=Role.LEARNER, unit__in=where, ends_on__lt=self.on)
        gone = Person.objects.filter(pk__in=once.values("person_id"))
        return in_order(gone.exclude(pk__in=learners_of(self.visible, self.on).values("pk")))

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        """Every module that she may know of and that can be taken, or is asked for; by title. One query."""
        return tuple(module for module, shown in self._known if shown)

    @cached_property
    def ever_asked(self) -> tuple[ModuleRef, ...]:
        """Those and every other public one that was asked for once: what a count of past months needs."""
        return tuple(module for module, _ in self._known)

    @cached_property
    def _known(self) -> tuple[tuple[ModuleRef, bool], ...]:
        """The modules of `ever_asked`, and whether each is one of `modules`."""
        asked = Requirement.objects.filter(module=OuterRef("pk"), organisation__in=self.organisations)
        steps = PathStep.objects.filter(module=OuterRef("pk"), path__requirements__organisation__in=self.organisations)
        on = Q(path__requirements__ends_on__isnull=True) | Q(path__requirements__ends_on__gte=self.on)
        by_path = _lasting(steps, self.on).filter(on, path__requirements__starts_on__lte=self.on)
        found = public_modules().annotate(
            shown=Case(
                When(Q(live=True) | Exists(in_force(asked, self.on)) | Exists(by_path), then=True), default=False
            ),
        )
        rows = (
            found.filter(Q(shown=True) | Exists(asked) | Exists(steps))
            .order_by(Lower("current_version__title"), "pk")
            .values_list("pk", "current_version__slug", "current_version__title", "shown")
        )
        return tuple((ModuleRef(pk, slug, title), shown) for pk, slug, title, shown in rows)

    def module(self, slug: str) -> ModuleRef | None:
        """One of `modules` by its slug; an unknown and a private one answer alike and cost the same."""
        return next((module for module in self.modules if module.slug == slug), None)

    def states(self, people: QuerySet[Person], modules: Iterable[ModuleRef], kept: int | None = None) -> States:
        """Where `people` stand with `modules` today; as they were counted, where `records.kept` says so."""
        ids = [module.id for module in modules]
        return States(people=people, modules=ids, on=self.on, organisations=self.organisations, kept=kept)

    def with_post(self, people: QuerySet[Person]) -> list[tuple[Person, str, str]]:
        """The people, each with job title and unit of the first post in her units, for lists. One query."""
        posts = self.posts().filter(person=OuterRef("pk"))
        found = people.annotate(
            job_title=Coalesce(Subquery(posts.values("job_title")[:1]), Value("")),
            unit_name=Coalesce(Subquery(posts.values("unit__name")[:1]), Value("")),
        )
        return [(person, person.job_title, person.unit_name) for person in found]

    def with_last_post(self, people: QuerySet[Person]) -> list[tuple[Person, str, str]]:
        """People who have left, each with job title and unit of the last post in her units and, as `left_on`, its last
        day. One query."""
        over = Membership.objects.filter(role=Role.LEARNER, unit__in=self.visible, ends_on__lt=self.on)
        last = over.filter(person=OuterRef("pk")).order_by("-ends_on", "-pk")
        found = people.annotate(
            job_title=Coalesce(Subquery(last.values("job_title")[:1]), Value("")),
            unit_name=Coalesce(Subquery(last.values("unit__name")[:1]), Value("")),
            left_on=Subquery(last.values("ends_on")[:1]),
        )
        return [(person, person.job_title, person.unit_name) for person in found]

    def posts(self) -> QuerySet[Membership]:
        """Learners' memberships in her units today: she is not told of posts elsewhere."""
        current = Membership.objects.current(self.on).filter(role=Role.LEARNER, unit__in=self.visible)
        return current.order_by("starts_on", "pk")


def _listed(units: QuerySet[Unit]) -> QuerySet[Unit]:
    return units.select_related("organisation").order_by("organisation__name", "path")


def _around(unit_id: int) -> Q:
    """What is above a unit, beside it and right below it, and itself."""
    this = Unit.objects.filter(pk=unit_id)
    above = Exists(this.filter(path__startswith=OuterRef("path")))
    return Q(above) | Q(parent=unit_id) | Q(parent__in=this.values("parent"))


def is_key(text: str) -> bool:
    """Whether it can be a key: databases refuse numbers that are too long."""
    return text.isdecimal() and len(text) < 19


def public_modules() -> QuerySet[ModulePage]:
    """Published modules that are not private, now or in the version that learners read."""
    found: QuerySet[ModulePage] = ModulePage.objects.filter(
        private=False, current_version__private=False, alias_of__isnull=True
    )
    return found


def in_order(people: QuerySet[Person]) -> QuerySet[Person]:
    """By family name, then name; the id makes the order one."""
    key = Lower(Coalesce(NullIf(F("family_name"), Value("")), F("name")))
    return people.order_by(key, Lower("name"), "pk")


def in_force(requirements: QuerySet[Requirement], on: datetime.date) -> QuerySet[Requirement]:
    """The requirements that apply on the day `on` (one ends at the end of `ends_on`)."""
    return requirements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


def _lasting(steps: QuerySet[PathStep], on: datetime.date) -> QuerySet[PathStep]:
    """The steps that belong to their path on the day `on`."""
    return steps.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


def completions_of(
    people: QuerySet[Person] | Collection[Person], modules: Iterable[ModuleRef], on: datetime.date | None = None
) -> QuerySet[Completion]:
    """What people had completed of `modules` by the day `on` (ever), newest first, without what was taken while a
    module was private."""
    ids = [module.id for module in modules]
    found = Completion.objects.filter(person__in=people, module__in=ids, version__private=False)
    if on is not None:
        found = found.filter(completed_at__lt=end_of(on))
    return found.select_related("version").defer("snapshot", "version__outline").order_by("-completed_at", "-pk")


def end_of(day: datetime.date) -> datetime.datetime:
    """The midnight at which the day is over, in our time zone."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))


class UsedUp(NamedTuple):
    """A period of a module in which every try has been handed in without a pass."""

    enrolment: Enrolment
    tries: int


def tries_used_up(person: Person, module: ModuleRef) -> UsedUp | None:
    """The latest period, when its tries are used up and its attempt is not of a private version. One query."""
    later = Enrolment.objects.filter(person=person, module=module.id, period__gt=OuterRef("enrolment__period"))
    latest = Attempt.objects.filter(
        ~Exists(later),
        enrolment__person=person,
        enrolment__module=module.id,
        enrolment__tries_used_up=True,
        enrolment__completed_at__isnull=True,
        version__private=False,
    )
    found = (
        latest.annotate(handed_in=Count("tries", filter=Q(tries__submitted_at__isnull=False)))
        .select_related("enrolment")
        .order_by("-enrolment__period", "-number")
        .first()
    )
    return UsedUp(found.enrolment, found.handed_in) if found else None
