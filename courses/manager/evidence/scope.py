"""What a pack covers, and who may find it: the units that she sees today, on the day that was asked about."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from courses.manager.models import EvidencePack
from courses.people.models import Organisation, Unit
from courses.records.models import Completion
from courses.records.team import ModuleRef, Team, end_of


@dataclass(frozen=True)
class Scope:
    """Units on a day, and the modules that are looked at.

    The team is narrowed to the units of the pack, so that a pack says nothing that a manager of exactly these units
    could not read on her own screens, whoever made it.
    """

    team: Team
    modules: tuple[ModuleRef, ...]

    @property
    def on(self) -> datetime.date:
        return self.team.on

    @property
    def organisation(self) -> Organisation:
        return self.team.tops[0].organisation

    @property
    def choice(self) -> QueryDict:
        """The same choice as an address of the matrix has it."""
        data = QueryDict(mutable=True)
        data["as_at"] = self.on.isoformat()
        data.setlist("module", [module.slug for module in self.modules])
        return data

    def most_certificates(self) -> int:
        """How many certificates it holds at most: a rule may ask for some of them again sooner than they run out. One
        query."""
        standing = Completion.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=self.on),
            person__in=self.team.people,
            module__in=[module.id for module in self.modules],
            version__private=False,
            completed_at__lt=end_of(self.on),
        )
        return standing.order_by().values("person", "module").distinct().count()


def narrowed(team: Team, tops: Sequence[Unit]) -> Team:
    """As much of the team as lies in some units and below them."""
    if {unit.pk for unit in team.tops} == {unit.pk for unit in tops}:
        return team
    paths = tuple(unit.path for unit in tops)
    within = Q(*(("path__startswith", path) for path in paths), _connector=Q.OR) if paths else Q(pk__in=[])
    covered = {each.pk: each for each in tops if team.has(each)}
    covered |= {each.pk: each for each in team.tops if each.path.startswith(paths)}
    known = covered.keys()
    left = tuple(each for each in covered.values() if known.isdisjoint(each.above))
    return replace(team, visible=team.visible.filter(within), tops=left, led={})


def scope(team: Team, *, on: datetime.date | None, tops: Sequence[Unit], modules: Collection[int] = ()) -> Scope:
    """`team` is of today; `tops` are the topmost units covered; `modules` those that were chosen, none for all. One
    query."""
    then = narrowed(team, tops).at(on)
    return Scope(then, tuple(module for module in then.modules if not modules or module.id in modules))


def packs_seen(team: Team) -> QuerySet[EvidencePack]:
    """Packs of units that she sees, whoever made them; of a larger part than hers she is not told that it exists."""
    through = EvidencePack.units.through.objects.filter(evidencepack=OuterRef("pk"))
    inside = through.filter(unit__in=team.visible)
    found = EvidencePack.objects.filter(Exists(inside), ~Exists(through.exclude(unit__in=team.visible)))
    return found.filter(organisation__in=team.organisations).select_related("organisation", "unit", "by", "job")


def covers(team: Team, pack: EvidencePack) -> bool:
    """Whether she sees every unit of the pack. One query."""
    units = list(pack.units.all())
    return bool(units) and all(team.has(unit) for unit in units)
