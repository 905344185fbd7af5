"""Made-up working lives: one person's name, posts and five years of training, drawn by lot from her number alone.

The same number and seed give the same life, in whichever order and on whichever engine lives are written. Rows are text
as COPY reads it; nothing here knows a database.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_GIVEN = (
    "Aisha Amara Amina Ben Bethan Blessing Catrin Chidi Daniel Dilys Eilidh Ewan Farah Fiona Gareth George Grace Hana "
    "Helen Ivy Jamal Jonah Joyce Kemi Liam Lowri Maeve Mei Mohammed Niamh Noor Olive Owen Pavel Priya Ravi Rosa Ruth "
    "Sanjay Siobhan Tariq Tomasz Uma Vera Wanda Yusuf Zainab Zofia"
)
_FAMILY = (
    "Abbott Adeyemi Ahmed Akhtar Ali Baker Balogun Barker Begum Bennett Campbell Carter Chen Clarke Cooper Daly Davies "
    "Edwards Ellis Evans Fraser Garcia Green Griffiths Hall Harris Hassan Hughes Hussain Iqbal Jackson James Jenkins "
    "Johnson Jones Kaur Khan King Kowalski Lee Lewis Mensah Menon Miller Mitchell Moore Morgan Murphy Nair Novak "
    "O'Brien O'Connor Okafor Osei Owen Parker Patel Petrov Phillips Powell Price Rahman Roberts Robinson Rossi "
    "Siddiqui Silva Singh Smith Stewart Taylor Thomas Thompson Walker Watson Whitfield Williams Wilson Wood Wright "
    "Yilmaz Young"
)
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()
DAY = datetime.timedelta(days=1)
YEARS = 5 * 365
NEVER = r"\N"


@dataclass
class Numbers:
    """The next key of each table."""

    person: int
    membership: int
    employment: int
    enrolment: int
    attempt: int
    completion: int
    event: int
    exemption: int


@dataclass(frozen=True)
class Ground:
    """What lives are set in: one organisation, its teams and job roles, and what is taught."""

    organisation: int
    teams: Sequence[int]
    roles: Sequence[int]
    modules: Sequence[tuple[int, int]]
    """Module and version; the first ten are taken by nearly everybody."""
    today: datetime.date
    entered_by: int


Rows = Mapping[str, list[str]]


def live(number: int, seed: int, ground: Ground, keys: Numbers, rows: Rows, *, left: bool, history: bool) -> None:
    """Writes one life into `rows`."""
    chance = random.Random(seed * 10_000_019 + number)  # noqa: S311 made-up lives
    family = chance.choice(FAMILY)
    if chance.random() < 0.15:
        family = f"{family}-{chance.choice(FAMILY)}"
    name = f"{chance.choice(GIVEN)} {family}"
    here = ground.today
    joined = here - DAY * int(20 + (chance.random() ** 1.4) * (YEARS - 20))
    last = joined + (here - joined) * chance.random() if left else None
    person = keys.person
    keys.person += 1
    rows["people_person"].append(
        f"{person}\t{chance.getrandbits(128):032x}\t{name}\t{family}\tother\t{joined} 08:00:00"
    )
    rows["people_employment"].append(
        f"{keys.employment}\t{person}\t{ground.organisation}\tE{person:08}\t\t{joined}\t{last or NEVER}"
    )
    keys.employment += 1
    _posts(number, ground, keys, rows, chance, person, joined, last)
    if history:
        for place, (module, version) in enumerate(ground.modules):
            if place < 10 or chance.random() < 0.1:
                _module(ground, keys, rows, chance, person, module, version, joined, last or here)


def _posts(
    number: int, ground: Ground, keys: Numbers, rows: Rows, chance: random.Random, person: int,
    joined: datetime.date, last: datetime.date | None,
) -> None:  # fmt: skip
    """Her post; one in ten came from another team, one in fifty has two."""
    team = ground.teams[number % len(ground.teams)]
    role = ground.roles[int(chance.random() ** 2 * len(ground.roles))]
    began, stay = joined, ((last or ground.today) - joined).days
    posts: list[tuple[int, datetime.date, datetime.date | None]] = []
    if stay > 60 and chance.random() < 0.1:
        moved = joined + DAY * int(stay * chance.uniform(0.2, 0.8))
        posts.append((chance.choice(ground.teams), joined, moved - DAY))
        began = moved
    posts.append((team, began, last))
    if last is None and chance.random() < 0.02:
        posts.append((ground.teams[(number + 1) % len(ground.teams)], began, None))
    for unit, first, end in posts:
        rows["people_membership"].append(
            f"{keys.membership}\t{person}\t{ground.organisation}\t{unit}\tlearner\t\t{role}\t{NEVER}\t{NEVER}\t"
            f"{first}\t{joined}\t{first}\t{end or NEVER}"
        )
        keys.membership += 1


def _module(
    ground: Ground, keys: Numbers, rows: Rows, chance: random.Random, person: int, module: int, version: int,
    joined: datetime.date, until: datetime.date,
) -> None:  # fmt: skip
    """Her way with one module: taken soon after joining and again every second year, late at times, or not at all."""
    fate = chance.random()
    if fate < 0.02:
        rows["records_exemption"].append(
            f"{keys.exemption}\t{person}\t{module}\tequivalent\t{joined}\t{NEVER}\t{ground.entered_by}\t"
            f"{joined} 09:00:00"
        )
        keys.exemption += 1
        return
    if fate < 0.05:
        return
    when = joined + DAY * int(2 + chance.random() ** 3 * 90)
    period, stops = 1, fate < 0.12
    while when <= until:
        valid = when + DAY * 730
        again = valid + DAY * int(chance.gauss(-20, 14))
        stops_now = stops and (again > until or chance.random() < 0.3)
        if stops_now and fate > 0.08:
            _take(keys, rows, chance, person, module, version, period, when, None, failed=fate > 0.115)
            return
        _take(keys, rows, chance, person, module, version, period, when, valid, failed=False)
        if stops_now:
            return
        when, period = again, period + 1


def _take(
    keys: Numbers, rows: Rows, chance: random.Random, person: int, module: int, version: int, period: int,
    when: datetime.date, valid: datetime.date | None, *, failed: bool,
) -> None:  # fmt: skip
    """One period: begun, and completed where `valid` says until when it counts."""
    begun, done = f"{when} 10:{chance.randrange(60):02}:00", f"{when} 15:{chance.randrange(60):02}:00"
    ended = done if valid else NEVER
    enrolment = keys.enrolment
    rows["records_enrolment"].append(
        f"{enrolment}\t{person}\t{module}\t{period}\t{begun}\t{NEVER}\t{begun}\t{ended}\t{valid or NEVER}\t"
        f"{int(failed)}\t{6 if valid else 2}\t\t{done}"
    )
    rows["records_attempt"].append(f"{keys.attempt}\t{enrolment}\t{version}\t1\t{begun}\t{ended}")
    happened = [("started", begun)]
    if failed:
        happened.append(("tries-used-up", done))
    if valid:
        rows["records_completion"].append(
            f"{keys.completion}\t{enrolment}\t{keys.attempt}\t{person}\t{module}\t{version}\t{done}\t{valid}\t{NEVER}\t"
            f"{chance.randrange(80, 101)}\t25\t{{}}"
        )
        keys.completion += 1
        happened.append(("completed", done))
    for kind, at in happened:
        rows["records_event"].append(f"{keys.event}\t{person}\t{enrolment}\t{kind}\t{at}\tscale:{keys.event}\t{{}}")
        keys.event += 1
    keys.enrolment += 1
    keys.attempt += 1
