"""The same request twice, requests out of order, and requests about what is another's: one effect, or none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from courses.people.models import Invitation, Organisation, Person, Unit, User
from courses.records import queries
from courses.records.models import AnswerDraft, Attempt, Completion, Enrolment, LessonProgress, Try
from tests.records.trips import begin, choose

from .world import World, build, rows, watched

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(
    amara: User, ben: User, chidi: User, lena: User, tariq: User, council: Organisation, assessments: Unit
) -> Iterator[World]:
    people = {"amara": amara, "ben": ben, "chidi": chidi, "lena": lena, "tariq": tariq}
    made = build(people, organisation=council, unit=assessments)
    logging.disable(logging.CRITICAL)
    yield made
    logging.disable(logging.NOTSET)


def own(attempt: Attempt, **more: Any) -> dict[str, Any]:
    return {"person": attempt.enrolment.person.public_id, "attempt": attempt.pk, **more}


def requests(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """What people do, in an order in which it can be done."""
    parts, attempt = world.parts, world.attempt
    learn = "/learn/{module}/".format(**parts)
    today = timezone.localdate()
    return [
        ("amara", learn, {}),
        ("tariq", learn, {}),
        ("amara", "{0}{lesson}/check/{check}/".format(learn, **parts), own(attempt, choice="a", check="1")),
        ("amara", "{0}{lesson}/reflection/{reflection}/".format(learn, **parts), own(attempt, text="Again")),
        ("amara", "{0}{lesson}/finish/".format(learn, **parts), own(attempt)),
        ("amara", f"{learn}assessment/", own(attempt)),
        ("amara", f"{learn}assessment/1/", own(attempt, **{"answer": world.sitting.drawn[0]["options"][0], "try": 1})),
        ("amara", "/accounts/profile/", {"name": "Amara Eze", "family_name": "Eze", "profession": "other",
                                         "earlier": "follow"}),
        ("amara", "/my-learning/cpd/notes/{completion}/".format(**parts), {"learned": "More", "change": "More"}),
        ("amara", "/certificates/{certificate}/sharing/".format(**parts), {"public": "no"}),
        ("lena", "/manage/assignments/new/", {"who": world.unit.pk, "module": parts["done"], "rule": "joining",
                                              "days_after_joining": 400, "starts_on": today, "do": "save"}),
        ("lena", "/manage/reminders/now/", {"person": world.chidi.person.public_id}),
        ("lena", "/manage/assignments/{rule}/end/".format(**parts), {}),
        ("lena", "/accounts/invitations/", {"unit": world.unit.pk, "role": "learner", "email": "noor@example.org",
                                            "days": 14}),
        ("chidi", "/join/{invited}/".format(**parts), {}),
        ("lena", "/accounts/invitations/{invitation}/withdraw/".format(**parts), {}),
        ("amara", "/my-learning/cpd/notes/{completion}/withdraw/".format(**parts), {}),
        ("amara", "/accounts/join/{membership}/leave/".format(**parts), {}),
        ("amara", "/my-learning/cpd/notes/{completion}/delete/".format(**parts), {}),
    ]  # fmt: skip


def test_the_same_request_twice_has_one_effect(world: World) -> None:
    start = rows()
    for who, url, data in requests(world):
        client = world.clients[who]
        assert client.post(url, data).status_code in {200, 302}, (who, url)
        once, mails = rows(), len(mail.outbox)
        assert client.post(url, data).status_code in {200, 302, 404}, (who, url)
        assert (rows(), len(mail.outbox)) == (once, mails), (who, url)
    changed = {table for table, count in rows().items() if count != start[table]}
    assert {"people_invitation", "people_membership", "records_requirement", "records_answerdraft"} <= changed
    assert Person.objects.get(pk=world.amara.person_id).name == "Amara Eze"
    assert Invitation.objects.filter(email="noor@example.org").count() == 1


def test_a_sign_off_is_given_once(world: World) -> None:
    link = f"/my-learning/peer/{world.peer_token}/"
    page = world.clients["visitor"].get(link).content.decode()
    read = page.split('name="read" value="', 1)[1].split('"', 1)[0]
    data = {"name": "Ruth Adeyemi", "role": "Social worker", "agreed": "on", "read": read}
    assert world.clients["visitor"].post(link, data).status_code == 302
    assert world.clients["visitor"].post(link, {**data, "name": "Somebody Else"}).status_code == 404
    note = world.completion.cpd_note
    note.refresh_from_db()
    assert note.peer_name == "Ruth Adeyemi"


def test_out_of_order(world: World) -> None:
    """Handing in before beginning, answering after handing in, finishing after completing: nothing changes."""
    amara, learn, attempt = world.clients["amara"], f"/learn/{world.module.slug}/", world.attempt
    tariq = world.clients["tariq"]
    for url in (
        "assessment/",
        "assessment/1/",
        "assessment/submit/",
        "assessment/questions/",
        "the-eight-outcomes/finish/",
    ):
        with watched() as (writes, _):
            assert tariq.post(f"{learn}{url}", {"try": 1, "answer": "a"}).status_code == 404
        assert writes.made == []
    choose(world.sitting)
    assert amara.post(f"{learn}assessment/submit/", own(attempt, **{"try": 1})).status_code == 302
    assert Completion.objects.filter(person=attempt.enrolment.person, module=world.module).count() == 1
    before, option = rows(), world.sitting.drawn[0]["options"][0]
    for url, data in (
        ("assessment/submit/", {"try": 1}), ("assessment/1/", {"answer": option, "try": 1}), ("assessment/", {}),
        ("assessment/questions/", {"answer-1": option, "try": 1}), (f"{world.parts['lesson']}/finish/", {}),
        (f"{world.parts['lesson']}/check/{world.parts['check']}/", {"choice": "b"}), ("", {}),
    ):  # fmt: skip
        assert amara.post(f"{learn}{url}", own(attempt, **data)).status_code in {302, 409}
    assert rows() == before
    assert Enrolment.objects.get(pk=attempt.enrolment_id).completed_at is not None


def test_what_is_another_s_is_refused_and_nothing_written(world: World) -> None:
    theirs = begin(world.chidi.person, world.module, lessons=1)
    amara, learn, attempt, parts = world.clients["amara"], f"/learn/{world.module.slug}/", world.attempt, world.parts
    option, foreign = world.sitting.drawn[0]["options"][0], {"attempt": theirs.pk}
    hers, lesson, last = own(attempt), f"{learn}{parts['lesson']}/", attempt.version.outline["lessons"][-1]["slug"]
    cases: list[tuple[str, dict[str, Any]]] = [
        (f"{learn}assessment/1/", {**hers, **foreign, "answer": option, "try": 1}),
        (f"{learn}assessment/1/", {**hers, "person": world.chidi.person.public_id, "answer": option, "try": 1}),
        (f"{learn}assessment/1/", {**hers, "answer": option, "try": 2}),
        (f"{learn}assessment/1/", {**hers, "answer": "no-such-option", "try": 1}),
        (f"{learn}assessment/99/", {**hers, "answer": option, "try": 1}),
        (f"{learn}assessment/0/", {**hers, "answer": option, "try": 1}),
        (f"{learn}assessment/submit/", {**hers, "try": 2}),
        (f"{learn}assessment/submit/", {**hers, **foreign, "try": 1}),
        (f"{learn}assessment/", {**hers, **foreign}),
        (f"{lesson}finish/", {**hers, **foreign}),
        (f"{learn}no-such-lesson/finish/", hers),
        (f"{lesson}check/{parts['reflection']}/", {**hers, "choice": "a"}),
        (f"{lesson}check/{parts['check']}/", {**hers, "choice": "no-such-option"}),
        (f"{learn}{last}/check/{parts['check']}/", {**hers, "choice": "a"}),
        (f"{lesson}reflection/{parts['check']}/", {**hers, "text": "x"}),
        (f"{lesson}reflection/{parts['reflection']}/", {**hers, **foreign, "text": "x"}),
        (f"{lesson}reflection/{parts['reflection']}/", {**hers, "text": "x" * 10_001}),
        (f"/my-learning/cpd/notes/{world.others_completion.pk}/", {"learned": "x", "change": "x"}),
        (f"/my-learning/cpd/notes/{world.others_completion.pk}/ask/", {}),
        (f"/my-learning/cpd/notes/{world.others_completion.pk}/delete/", {}),
        (f"/certificates/{world.others.number}/sharing/", {"public": "yes"}),
        (f"/accounts/join/{world.chidi.person.memberships.get().pk}/leave/", {}),
        (f"/accounts/invitations/{world.invitation_id}/withdraw/", {}),
        (f"/manage/assignments/{world.rule.pk}/end/", {}),
        ("/accounts/profile/", {"name": "x" * 201, "profession": "other"}),
        ("/accounts/profile/", {"name": "<b>Amara</b>", "profession": "other"}),
        ("/accounts/profile/", {"name": "Amara", "profession": "carer"}),
        ("/my-learning/cpd/notes/{completion}/".format(**parts), {"learned": "x" * 5_001, "change": "x"}),
    ]
    for url, data in cases:
        with watched() as (writes, faults):
            answer = amara.post(url, data)
        assert faults == [], url
        assert answer.status_code in {400, 403, 404, 409, 422}, (url, data, answer.status_code)
        assert writes.made == [], (url, data, writes.made)
    assert not AnswerDraft.objects.filter(attempt=theirs).exists()
    assert LessonProgress.objects.filter(attempt=theirs).count() == 1
    assert not Try.objects.filter(attempt=theirs).exists()
    assert queries.attempt_for(world.chidi.person, world.module.slug) == theirs
