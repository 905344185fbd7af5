"""What explains a date and what works it out for a hundred thousand people say the same: random rules, posts and
completions, with leap days, ends of months, windows over New Year and the midnights of London."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courses.append_only import rewriting
from courses.content.models import ModulePage
from courses.people.models import JobRole, Membership, Organisation, Person, Unit, User
from courses.records import due
from courses.records.models import Completion, Requirement, RequirementPerson
from courses.records.rules_in_force import rules_of
from courses.records.states import States
from tests.factories import MembershipFactory, UnitFactory
from tests.manager.history import completed, make_module, require

pytestmark = pytest.mark.django_db
D = datetime.date
ON = D(2028, 2, 29)
FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)

ends_of_months = st.sampled_from(
    [D(2024, 2, 29), D(2025, 2, 28), D(2027, 1, 31), D(2027, 3, 31), D(2027, 12, 31), D(2028, 1, 1), D(2028, 2, 29)]
)
days = st.one_of(ends_of_months, st.dates(D(2024, 1, 1), ON))
maybe = st.one_of(st.none(), days)
month_days = st.dates(D(2023, 1, 1), D(2023, 12, 31)).map(lambda day: f"{day:%m%d}")
refreshers: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.integers(1, 60).map(lambda months: {"refresh_months": months}),
    st.tuples(month_days, month_days).map(lambda pair: {"window_from": pair[0], "window_to": pair[1]}),
)
dues = st.one_of(
    days.map(lambda day: {"due_on": day}), st.integers(0, 3650).map(lambda number: {"days_after_joining": number})
)
rules = st.fixed_dictionaries(
    {
        "due": dues,
        "refresher": refreshers,
        "grace_days": st.sampled_from([0, 0, 1, 28, 365]),
        "starts_on": days,
        "applies_since": maybe,
        "where": st.sampled_from(["all", "council", "part", "elsewhere"]),
        "job": st.sampled_from([None, "hers", "other"]),
        "nation": st.sampled_from(["", "england", "wales"]),
        "listed": st.sampled_from([None, True, False]),
    }
)
posts = st.fixed_dictionaries(
    {"starts_on": days, "joined_on": maybe, "employed_on": maybe, "ends_on": st.just(None), "job": st.booleans()}
)


@pytest.fixture
def places(council: Organisation) -> dict[str, Unit | None]:
    top = UnitFactory(organisation=council, nation="england")
    return {
        "all": None,
        "council": top,
        "part": UnitFactory(parent=top, nation="wales"),
        "elsewhere": UnitFactory(organisation=council),
    }


@FEW
@given(given_rules=st.lists(rules, min_size=1, max_size=3), held=st.lists(posts, min_size=1, max_size=2), on=days)
def test_the_same_due_date(
    amara: User, council: Organisation, places: dict[str, Unit | None], given_rules: Any, held: Any, on: D
) -> None:
    module = _module()
    with transaction.atomic():
        Membership.objects.filter(person=amara.person).delete()
        hers = JobRole.objects.create(organisation=council, name="Social worker")
        other = JobRole.objects.create(organisation=council, name="Nurse")
        for unit, post in zip((places["part"], places["council"]), held, strict=False):
            fields = {**post, "job_role": hers if post["job"] else None}
            del fields["job"]
            MembershipFactory(person=amara.person, unit=unit, **fields)
        for one in given_rules:
            made = Requirement.objects.create(
                organisation=council,
                unit=places[one["where"]],
                job_role={None: None, "hers": hers, "other": other}[one["job"]],
                nation=one["nation"],
                named=one["listed"] is not None,
                module=module,
                grace_days=one["grace_days"],
                starts_on=one["starts_on"],
                applies_since=one["applies_since"],
                **one["due"],
                **one["refresher"],
            )
            if one["listed"]:
                RequirementPerson.objects.create(requirement=made, person=amara.person)
        found = rules_of(amara.person, on).get(module.pk, [])
        [cell] = States(people=Person.objects.filter(pk=amara.person.pk), modules=[module.pk], on=on).cells()
        assert cell.due_on == min((rule.due_on for rule in found), default=None)
        assert cell.required == bool(found)
        transaction.set_rollback(True)


def _module() -> Any:
    return ModulePage.objects.first() or make_module()


moments = st.one_of(
    st.sampled_from(
        [
            datetime.datetime(2027, 6, 30, 23, 30, tzinfo=datetime.UTC),  # the first of July in London
            datetime.datetime(2027, 3, 28, 0, 59, tzinfo=datetime.UTC),  # the clocks go forward
            datetime.datetime(2027, 10, 31, 0, 30, tzinfo=datetime.UTC),  # and back
            datetime.datetime(2027, 12, 31, 23, 59, tzinfo=datetime.UTC),
            datetime.datetime(2024, 2, 29, 12, 0, tzinfo=datetime.UTC),
        ]
    ),
    st.integers(0, 4 * 365 * 24 * 60).map(
        lambda minutes: datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
    ),
)


@FEW
@given(at=moments, refresher=refreshers, certificate=st.one_of(st.none(), st.integers(0, 1500)))
@example(at=datetime.datetime(2027, 12, 30, 12, tzinfo=datetime.UTC), certificate=None,
         refresher={"window_from": "1201", "window_to": "0131"})  # fmt: skip
@example(at=datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC), certificate=None, refresher={"refresh_months": 12})
def test_the_same_last_day(
    amara: User, council: Organisation, at: datetime.datetime, refresher: dict[str, Any], certificate: int | None
) -> None:
    module = _module()
    done_on = timezone.localdate(at)
    until = None if certificate is None else done_on + datetime.timedelta(days=certificate)
    with transaction.atomic():
        require(module, council, **refresher)
        _completed_at(amara.person, module, at, until)
        [cell] = States(people=Person.objects.filter(pk=amara.person.pk), modules=[module.pk], on=ON).cells()
        asked = due.counts_until(
            done_on,
            refresh_months=refresher.get("refresh_months"),
            window_from=refresher.get("window_from", ""),
            window_to=refresher.get("window_to", ""),
        )
        assert cell.valid_until == min((day for day in (until, asked) if day), default=None)
        transaction.set_rollback(True)


def _completed_at(person: Person, module: Any, at: datetime.datetime, until: D | None) -> None:
    made = completed(person, module, valid=None)
    with rewriting():
        Completion.objects.filter(pk=made.pk).update(completed_at=at, valid_until=until)
