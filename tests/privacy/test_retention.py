"""What has come due, what comes of it, and what stays right."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people import jobs
from courses.people.models import Organisation, Person, Unit, User
from courses.people.rules import ERASED
from courses.privacy import clocks
from courses.privacy.models import (
    AnswerTotal,
    ModuleRetention,
    Outcome,
    RetentionClass,
    RetentionLine,
    RetentionRun,
    Tombstone,
)
from courses.privacy.services import holding, retaining
from courses.records.models import AnswerDraft, Completion, Response, Try
from courses.records.rebuilding import differences
from courses.trainer.queries import question_report
from tests.factories import MembershipFactory, PersonFactory, UserFactory
from tests.manager.history import completed, make_module, today
from tests.people import signed_in
from tests.records.quick import quick_module
from tests.records.trips import complete

from .world import counts

pytestmark = pytest.mark.django_db
LONG_AGO = 12 * 366


def run(organisation: Organisation, by: User, *, dry: bool = True) -> RetentionRun:
    """Asked for and done, here and now."""
    found = retaining.ask(organisation=organisation, by=by, dry=dry)
    assert found.job is not None
    jobs.work_on.call(found.job.pk)
    found.job.refresh_from_db()
    assert found.job.status == "done", found.job.said
    return found


def outcomes(found: RetentionRun) -> list[tuple[str, str]]:
    lines = found.lines.select_related("person").order_by("person__name", "pk")
    return [(line.person.name, line.outcome) for line in lines]


def leaver(unit: Unit, name: str, days_ago: int = 400) -> Person:
    """Somebody who learned in the unit, and left."""
    person = PersonFactory(name=name)
    MembershipFactory(person=person, unit=unit, starts_on=today(-6000), ends_on=today(-days_ago))
    return person


def own_class(organisation: Organisation, module: ModulePage, **fields: Any) -> RetentionClass:
    kept_as = RetentionClass.objects.create(
        organisation=organisation,
        **{"name": "Ours", "starts": "after-completion", "months": 12, "action": "anonymise", **fields},
    )
    ModuleRetention.objects.create(organisation=organisation, module=module, kept_as=kept_as)
    return kept_as


def test_a_dry_run_lists_and_does_nothing(council: Organisation, assessments: Unit, lena: User) -> None:
    module = make_module()
    gone, lately = leaver(assessments, "Ada Gone"), leaver(assessments, "Bo Lately")
    completed(gone, module, days_ago=LONG_AGO)
    completed(lately, module, days_ago=500)
    found = run(council, lena)
    assert outcomes(found) == [("Ada Gone", Outcome.NAME_OFF)]
    line = found.lines.get()
    assert line.until == line.completed_on.replace(year=line.completed_on.year + 10)
    gone.refresh_from_db()
    assert gone.name == "Ada Gone"


def test_carried_out_the_name_goes_and_the_counts_stay(
    council: Organisation, assessments: Unit, lena: User, lena_client: Any
) -> None:
    module = make_module()
    gone = leaver(assessments, "Ada Gone", days_ago=20)
    completed(gone, module, days_ago=LONG_AGO)
    before = counts(lena_client)
    assert outcomes(run(council, lena, dry=False)) == [(ERASED, Outcome.NAME_OFF)]
    assert counts(lena_client) == before
    assert Completion.objects.filter(person=gone).count() == 1
    assert Tombstone.objects.get(person=gone).why == "kept-long-enough"
    assert outcomes(run(council, lena, dry=False)) == []


def test_who_works_here_or_has_a_younger_record_waits(council: Organisation, assessments: Unit, lena: User) -> None:
    module, other = make_module(), make_module("Other")
    here = MembershipFactory(person=PersonFactory(name="Ada Here"), unit=assessments).person
    young = leaver(assessments, "Bo Young")
    for person in (here, young):
        completed(person, module, days_ago=LONG_AGO)
    completed(young, other, days_ago=30)
    found = run(council, lena, dry=False)
    assert outcomes(found) == [("Ada Here", Outcome.WAITS), ("Bo Young", Outcome.WAITS)]


def test_who_uses_the_account_keeps_the_name(council: Organisation, assessments: Unit, lena: User, amara: User) -> None:
    completed(amara.person, make_module(), days_ago=LONG_AGO)
    amara.person.memberships.update(ends_on=today(-400), job_title="Assessor")
    User.objects.filter(pk=amara.pk).update(last_login=timezone.now())
    found = run(council, lena, dry=False)
    assert outcomes(found) == [("Amara Okafor", Outcome.OURS_OFF)]
    assert amara.person.memberships.get().job_title == ""
    assert outcomes(run(council, lena)) == []


def test_who_is_kept_by_another_employer_keeps_the_name(
    council: Organisation, assessments: Unit, other_unit: Unit, lena: User
) -> None:
    gone = leaver(assessments, "Ada Gone")
    completed(gone, make_module(), days_ago=LONG_AGO)
    MembershipFactory(person=gone, unit=other_unit)
    assert outcomes(run(council, lena)) == [("Ada Gone", Outcome.OURS_OFF)]


@pytest.mark.parametrize("on", ["person", "unit", "everybody"])
def test_a_hold_stops_it_also_between_list_and_deed(
    on: str, council: Organisation, assessments: Unit, adult_care: Unit, lena: User
) -> None:
    gone = leaver(assessments, "Ada Gone")
    completed(gone, make_module(), days_ago=LONG_AGO)
    assert outcomes(run(council, lena)) == [("Ada Gone", Outcome.NAME_OFF)]
    on_whom: dict[str, dict[str, Any]] = {"person": {"person": gone}, "unit": {"unit": adult_care}, "everybody": {}}
    holding.place(organisation=council, reason="A claim", by=lena, **on_whom[on])
    assert outcomes(run(council, lena, dry=False)) == [("Ada Gone", Outcome.HELD)]
    gone.refresh_from_db()
    assert gone.name == "Ada Gone"


def test_the_clock_of_leaving_begins_when_she_leaves(council: Organisation, assessments: Unit, lena: User) -> None:
    module = make_module()
    own_class(council, module, starts="after-leaving", months=72)
    here = MembershipFactory(unit=assessments).person
    old, new = leaver(assessments, "Ada Old", days_ago=6 * 366), leaver(assessments, "Bo New", days_ago=6 * 365 - 1)
    for person in (here, old, new):
        completed(person, module, days_ago=6 * 366)
    assert outcomes(run(council, lena)) == [("Ada Old", Outcome.NAME_OFF)]


def test_review_lists_and_does_nothing(council: Organisation, assessments: Unit, lena: User) -> None:
    module = make_module()
    own_class(council, module, action="review")
    completed(leaver(assessments, "Ada Gone"), module, days_ago=500)
    assert outcomes(run(council, lena, dry=False)) == [("Ada Gone", Outcome.REVIEW)]


def test_private_modules_are_in_no_list(council: Organisation, assessments: Unit, lena: User) -> None:
    completed(leaver(assessments, "Ada Gone"), make_module("Are you a carer", private=True), days_ago=LONG_AGO)
    assert outcomes(run(council, lena)) == []
    assert clocks.class_of_modules(council) == {}


def test_details_go_and_statistics_stay(
    council: Organisation, assessments: Unit, lena: User, ben_client: Any, lena_client: Any
) -> None:
    """Answers are added up before they go: every figure about questions is as it was, and nobody's answers are left."""
    module = quick_module("Carer awareness")
    then = timezone.now() - datetime.timedelta(days=500)
    for number in range(7):
        person = MembershipFactory(person=PersonFactory(name=f"Person No{number}"), unit=assessments).person
        complete(person, module, now=then if number < 6 else None)
    own_class(council, module, action="details")
    before = counts(ben_client), counts(lena_client)
    questions = [(row.key, row.given, row.right, row.wrong) for row in question_report(module)]
    found = run(council, lena, dry=False)
    assert {line.outcome for line in found.lines.all()} == {Outcome.DETAILS}
    assert found.lines.count() == 6
    assert Response.objects.count() == AnswerDraft.objects.count() == 4
    assert AnswerTotal.objects.exists()
    assert Try.objects.filter(score=100).count() == 7
    assert (counts(ben_client), counts(lena_client)) == before
    assert [(row.key, row.given, row.right, row.wrong) for row in question_report(module)] == questions
    assert list(differences()) == []
    assert Tombstone.objects.filter(why="kept-long-enough").count() == 6
    assert outcomes(run(council, lena, dry=False)) == []
    first = Completion.objects.order_by("pk")[0]
    learner = signed_in(UserFactory(person=first.person))
    html = learner.get("/learn/carer-awareness/assessment/result/1/").content.decode()
    assert "Your answers are no longer kept" in html


def test_only_what_may_go_by_itself_goes_at_night(
    council: Organisation, assessments: Unit, lena: User, capsys: pytest.CaptureFixture[str]
) -> None:
    module = make_module()
    gone = leaver(assessments, "Ada Gone")
    completed(gone, module, days_ago=LONG_AGO)
    call_command("retain")
    gone.refresh_from_db()
    assert gone.name == "Ada Gone"
    (listed,) = RetentionRun.objects.all()
    assert (listed.dry, listed.by, listed.lines.count()) == (True, None, 1)
    assert "1 records of 1 people are due." in capsys.readouterr().out

    own_class(council, module, by_itself=True)
    call_command("retain", "--dry-run", "--organisation", council.slug)
    gone.refresh_from_db()
    assert gone.name == "Ada Gone"
    call_command("retain")
    gone.refresh_from_db()
    assert gone.name == ERASED
    assert RetentionRun.objects.filter(dry=True).count() == 1
    call_command("retain")
    with pytest.raises(CommandError, match="no organisation"):
        call_command("retain", "--organisation", "nowhere")


def test_the_lead_s_alone(council: Organisation, other_council: Organisation, ben: User, lena: User) -> None:
    for who, where in ((ben, council), (lena, other_council)):
        with pytest.raises(PermissionDenied):
            retaining.ask(organisation=where, by=who)
    assert not RetentionLine.objects.exists()


def test_an_own_class_stands_for_the_default(council: Organisation, other_council: Organisation) -> None:
    module = make_module()
    own = RetentionClass.objects.create(
        organisation=council, key="training-10-years", name="Shorter here", starts="after-completion", months=24,
        action="anonymise",
    )  # fmt: skip
    assert clocks.class_of_modules(council)[module.pk] == own
    assert clocks.class_of_modules(other_council)[module.pk].months == 120
    assert [one.months for one in clocks.classes_for(council)].count(120) == 0
