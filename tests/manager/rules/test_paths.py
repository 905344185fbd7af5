"""`/manage/paths/`, and what a path that is required of her says to a learner."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from courses.content.models import ModulePage
from courses.people.models import Organisation, User
from courses.records import services
from courses.records.errors import HeldFirst
from courses.records.models import LearningPath, PathStep, Requirement
from courses.records.services.paths import mark_of_path
from courses.records.waiting import comes_first
from tests.manager.history import completed, exempted, make_module, require, started, today
from tests.manager.reading import page, said, words

pytestmark = pytest.mark.django_db
URL = "/manage/paths/"


@pytest.fixture
def modules(db: None) -> list[ModulePage]:
    return [make_module(title) for title in ("Carer awareness", "Young carers", "Carer’s assessments")]


def data(modules: list[ModulePage], **more: Any) -> dict[str, Any]:
    places = {f"place-{module.pk}": place for place, module in enumerate(modules, 1)}
    return {"name": "New to assessments", "how": "ordered", **places, **more}


def made(council: Organisation, modules: list[ModulePage], *, ordered: bool = True, days_ago: int = 50) -> LearningPath:
    path = LearningPath.objects.create(organisation=council, name="New to assessments", ordered=ordered)
    for place, module in enumerate(modules, 1):
        PathStep.objects.create(path=path, module=module, position=place, starts_on=today(-days_ago))
    return path


def asked(path: LearningPath) -> Requirement:
    return Requirement.objects.create(
        organisation=path.organisation, path=path, starts_on=today(-40), days_after_joining=900
    )


def test_a_lead_makes_a_path(council: Organisation, lena_client: Client, modules: list[ModulePage]) -> None:
    answer = lena_client.post(f"{URL}new/", data(modules, organisation=council.pk))
    assert answer.status_code == 302
    path = LearningPath.objects.get()
    assert [step.module for step in path.steps.order_by("position")] == modules
    html = said(lena_client, URL)
    assert "One after the other. Carer awareness Young carers Carer’s assessments" in html
    assert lena_client.post(f"{URL}new/", data(modules, organisation=council.pk)).status_code == 302
    assert LearningPath.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"needs-0": "2"}, "cannot wait for one that comes after it"),
        ({"how": "free", "needs-0": "1", "needs-1": "0"}, "Two modules wait for each other."),
        ({"how": "free", "needs-0": "2", "place-2": ""}, "must stand in the path too"),
        ({"place-0": "", "place-1": "", "place-2": ""}, "Choose at least one module."),
    ],
)
def test_what_cannot_be_is_said(
    council: Organisation, lena_client: Client, modules: list[ModulePage], change: dict[str, str], message: str
) -> None:
    real = {
        f"{name.split('-')[0]}-{modules[int(name[-1])].pk}" if "-" in name else name: str(modules[int(value)].pk)
        if name.startswith("needs")
        else value
        for name, value in change.items()
    }
    answer = lena_client.post(f"{URL}new/", {**data(modules, organisation=council.pk), **real})
    assert answer.status_code == 422
    assert message in words(answer.content.decode())
    assert not LearningPath.objects.exists()


def test_private_modules_have_no_place_in_it(council: Organisation, lena_client: Client) -> None:
    private = make_module("When home is hard", private=True)
    assert "hard" not in page(lena_client, f"{URL}new/").split("<main")[1]
    assert lena_client.post(f"{URL}new/", data([private], organisation=council.pk)).status_code == 422


def test_a_change_keeps_what_was_and_tells_the_second_lead(
    council: Organisation, lena_client: Client, modules: list[ModulePage]
) -> None:
    path = made(council, modules)
    url, seen = f"{URL}{path.pk}/", mark_of_path(path)
    new = data([modules[1], modules[0]], organisation=council.pk, seen=seen)
    assert lena_client.post(url, new).status_code == 302
    yesterday = PathStep.objects.filter(path=path, starts_on__lte=today(-1)).order_by("position")
    assert [(step.module, step.ends_on) for step in yesterday] == [(module, today(-1)) for module in modules]
    now = PathStep.objects.filter(path=path, ends_on=None).order_by("position")
    assert [step.module for step in now] == [modules[1], modules[0]]
    told = lena_client.post(url, data(modules, organisation=council.pk, seen=seen, name="Mine"))
    assert told.status_code == 409
    assert "Somebody else changed this path" in words(told.content.decode())
    assert 'value="Mine"' in told.content.decode()


def test_a_path_ends_when_no_requirement_asks_for_it(
    council: Organisation, lena_client: Client, modules: list[ModulePage]
) -> None:
    path = made(council, modules)
    rule = asked(path)
    answer = lena_client.post(f"{URL}{path.pk}/end/")
    assert answer.status_code == 409
    assert "End the requirement first" in words(answer.content.decode())
    Requirement.objects.filter(pk=rule.pk).update(ends_on=today(-1))
    assert lena_client.post(f"{URL}{path.pk}/end/").status_code == 302
    assert lena_client.get(f"{URL}{path.pk}/").status_code == 404


def test_managers_of_units_make_no_paths(ben_client: Client, council: Organisation, modules: list[ModulePage]) -> None:
    path = made(council, modules)
    for url in (URL, f"{URL}new/", f"{URL}{path.pk}/", f"{URL}{path.pk}/end/"):
        assert (ben_client.get(url).status_code, ben_client.post(url).status_code) in {(403, 403), (403, 405)}


def test_what_comes_first_is_said_and_holds_back_a_beginning(
    amara: User, council: Organisation, amara_client: Client, modules: list[ModulePage]
) -> None:
    asked(made(council, modules))
    with pytest.raises(HeldFirst, match="“Carer awareness” comes first"):
        services.start(person=amara.person, module=modules[1])
    answer = amara_client.post(f"/learn/{modules[1].slug}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/modules/{modules[1].slug}/")
    mine = page(amara_client, "/my-learning/")
    assert f'First: <a href="/modules/{modules[0].slug}/">Carer awareness</a>' in mine
    assert services.start(person=amara.person, module=modules[0]).pk
    completed(amara.person, modules[0], period=2)
    assert comes_first(amara.person, modules[1].pk, today()) == []
    assert [one.title for one in comes_first(amara.person, modules[2].pk, today())] == ["Young carers"]


def test_what_is_begun_goes_on(amara: User, council: Organisation, modules: list[ModulePage]) -> None:
    begun = started(amara.person, modules[1])
    asked(made(council, modules))
    assert services.start(person=amara.person, module=modules[1]).enrolment == begun


def test_nobody_waits_for_what_is_not_asked_of_her(
    amara: User, omar: User, council: Organisation, modules: list[ModulePage]
) -> None:
    path = made(council, modules)
    assert comes_first(amara.person, modules[1].pk, today()) == [], "nobody requires the path"
    rule = asked(path)
    assert comes_first(omar.person, modules[1].pk, today()) == [], "it is of another organisation"
    exempted(amara.person, modules[0])
    assert comes_first(amara.person, modules[1].pk, today()) == [], "she is exempt from what comes first"
    require(modules[2], council)
    assert comes_first(amara.person, modules[2].pk, today()) == [], "it is also required by itself"
    Requirement.objects.filter(pk=rule.pk).update(named=True)
    assert comes_first(amara.person, modules[1].pk, today()) == [], "she is not on the list"


def test_two_paths_that_put_each_before_the_other_hold_nobody_back(
    amara: User, council: Organisation, modules: list[ModulePage]
) -> None:
    asked(made(council, modules[:2]))
    LearningPath.objects.update(name="The other")
    asked(made(council, [modules[1], modules[0]]))
    for module in modules[:2]:
        assert comes_first(amara.person, module.pk, today()) == []


def test_a_module_that_is_not_open_holds_nobody_back(
    amara: User, council: Organisation, modules: list[ModulePage]
) -> None:
    asked(made(council, modules))
    ModulePage.objects.filter(pk=modules[0].pk).update(live=False)
    assert comes_first(amara.person, modules[1].pk, today()) == []


def test_prerequisites_of_a_free_path(amara: User, council: Organisation, modules: list[ModulePage]) -> None:
    path = made(council, modules, ordered=False)
    asked(path)
    assert comes_first(amara.person, modules[1].pk, today()) == []
    path.steps.filter(module=modules[2]).update(needs=modules[0])
    assert [one.title for one in comes_first(amara.person, modules[2].pk, today())] == ["Carer awareness"]
