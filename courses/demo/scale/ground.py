"""The ground of a made-up workforce: modules, organisations with their trees, rules, a lead and a manager."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

from django.utils import timezone

from courses.content.models import CataloguePage, ChangeKind, HomePage, ModulePage, ModuleVersion
from courses.demo.people import PASSWORD
from courses.people.models import JobRole, Membership, Organisation, Person, Role, Unit, User
from courses.records.models import Requirement

from .lives import Ground

MODULES = 12
TEAM = 50
LARGEST = 100_000
"""People of one organisation; more make further organisations."""

ROLES = ("Care worker", "Social worker", "Nurse", "Occupational therapist", "Administrator", "Team leader")


def modules() -> list[tuple[int, int]]:
    """Twelve published modules, made once, with their versions."""
    home = HomePage.objects.first()
    above = CataloguePage.objects.first() or (home and home.add_child(instance=CataloguePage(title="All", slug="all")))
    if above is None:
        above = HomePage.get_first_root_node().add_child(instance=CataloguePage(title="All", slug="all"))
    return [_module(above, number) for number in range(1, MODULES + 1)]


def _module(above: CataloguePage, number: int) -> tuple[int, int]:
    slug, title = f"scale-{number}", f"Module {number:02} of the made-up workforce"
    page = ModulePage.objects.filter(slug=slug).first()
    if page is None:
        page = above.add_child(instance=ModulePage(title=title, slug=slug, summary=title, live=True))
        version = ModuleVersion.objects.create(
            module=page, number=1, sha256="0" * 64, slug=slug, title=title, minutes=25, private=False, outline={},
            change_kind=ChangeKind.CORRECTION, published_at=timezone.now() - datetime.timedelta(days=6 * 365),
        )  # fmt: skip
        ModulePage.objects.filter(pk=page.pk).update(current_version=version)
        return page.pk, version.pk
    return page.pk, page.current_version_id


def organisation(number: int, learners: int, taught: list[tuple[int, int]], today: datetime.date) -> Ground | None:
    """One organisation with its tree, rules, lead and manager; None when it is there already."""
    if Organisation.objects.filter(slug=f"scale-{number}").exists():
        return None
    found = Organisation.objects.create(name=f"Made-up Organisation {number}", slug=f"scale-{number}")
    teams = _tree(found, math.ceil(learners / TEAM))
    roles = [JobRole.objects.create(organisation=found, name=name).pk for name in ROLES]
    lead = _login(f"lead-{number}@scale.example", f"Lena Lead {number}")
    Membership.objects.create(
        person=lead, organisation=found, role=Role.TRAINING_LEAD, starts_on=today - datetime.timedelta(days=900)
    )
    manager = _login(f"manager-{number}@scale.example", f"Mary Manager {number}")
    Membership.objects.create(
        person=manager, organisation=found, unit_id=teams[0], role=Role.UNIT_MANAGER,
        starts_on=today - datetime.timedelta(days=900),
    )  # fmt: skip
    _rules(found, taught, roles, today)
    return Ground(found.pk, teams, roles, taught, today, lead.pk)


def _login(email: str, name: str) -> Person:
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user.person


def _tree(organisation: Organisation, teams: int) -> list[int]:
    """Regions of services of teams; the teams, in order. Each level is written at once."""
    nations = ("england", "england", "england", "wales", "scotland", "northern-ireland")
    level = _below(organisation, [None], [(organisation.name, "england")])
    for size, what in ((500, "Region"), (20, "Service"), (1, "Team")):
        number = math.ceil(teams / size)
        if size > 1 and number == 1 and teams <= size // 5:
            continue
        named = [(f"{what} {place + 1}", nations[place * size // 500 % len(nations)]) for place in range(number)]
        level = _below(organisation, level, named)
    return [unit.pk for unit in level]


def _below(organisation: Organisation, above: Sequence[Unit | None], named: Sequence[tuple[str, str]]) -> list[Unit]:
    """Units of these names and nations, shared out among those above in order."""
    units = [
        Unit(
            organisation=organisation, parent=above[place * len(above) // len(named)], name=name, nation=nation,
            path=f"new/{organisation.pk}/{name}",
        )
        for place, (name, nation) in enumerate(named)
    ]  # fmt: skip
    Unit.objects.bulk_create(units)
    for unit in units:
        unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    Unit.objects.bulk_update(units, ["path"], batch_size=500)
    return units


def _rules(organisation: Organisation, taught: list[tuple[int, int]], roles: list[int], today: datetime.date) -> None:
    """Ten modules: of everybody, some by role, nation or a window of the year."""
    since = today - datetime.timedelta(days=5 * 365)
    kinds: list[dict[str, object]] = [{}] * 5 + [
        {"refresh_months": 18}, {"grace_days": 60}, {"job_role_id": roles[0]}, {"nation": "england"}, {},
    ]  # fmt: skip
    for place, more in enumerate(kinds):
        Requirement.objects.create(
            organisation=organisation, module_id=taught[place][0], starts_on=since,
            days_after_joining=30 + 15 * (place % 4), **more,
        )  # fmt: skip
