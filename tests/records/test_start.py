"""Starting a module: enrolled once, brought back to where she was, on the version she began with."""

from __future__ import annotations

import pytest

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records import services
from courses.records.errors import NotPublished
from courses.records.models import Attempt, Enrolment, Event
from tests.records.quick import quick_module, quick_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return quick_module("Carer awareness")


def test_enrols_and_begins(amara: User, module: ModulePage) -> None:
    attempt = services.start(person=amara.person, module=module)
    assert (attempt.number, attempt.version, attempt.finished_at) == (1, module.current_version, None)
    enrolment = Enrolment.objects.get()
    assert (enrolment.person, enrolment.period) == (amara.person, 1)
    assert enrolment.started_at == attempt.started_at
    assert list(Event.objects.order_by("pk").values_list("kind", "data")) == [
        ("enrolled", {"period": 1}),
        ("started", {"version": 1}),
    ]


def test_starting_again_changes_nothing(amara: User, module: ModulePage) -> None:
    first = services.start(person=amara.person, module=module)
    assert services.start(person=amara.person, module=module) == first
    assert (Enrolment.objects.count(), Attempt.objects.count(), Event.objects.count()) == (1, 1, 2)


def test_publishing_does_not_move_the_ground(amara: User, module: ModulePage) -> None:
    first = services.start(person=amara.person, module=module)
    quick_version(module, kind="new-training")
    module.refresh_from_db()
    again = services.start(person=amara.person, module=module)
    assert again.version == first.version != module.current_version


def test_each_person_her_own(amara: User, chidi: User, module: ModulePage) -> None:
    assert services.start(person=amara.person, module=module) != services.start(person=chidi.person, module=module)


@pytest.mark.parametrize("change", [{"live": False}, {"current_version": None}])
def test_what_is_not_published_cannot_be_begun(amara: User, module: ModulePage, change: dict[str, object]) -> None:
    ModulePage.objects.filter(pk=module.pk).update(**change)
    module.refresh_from_db()
    with pytest.raises(NotPublished):
        services.start(person=amara.person, module=module)
    assert not Enrolment.objects.exists()


def test_what_was_begun_goes_on_when_the_module_is_taken_off(amara: User, module: ModulePage) -> None:
    first = services.start(person=amara.person, module=module)
    ModulePage.objects.filter(pk=module.pk).update(live=False)
    module.refresh_from_db()
    assert services.start(person=amara.person, module=module) == first
