"""`/learn/<slug>/<lesson>/activity/<block>/`: the page around a package. Budget: 8 queries, 10 the first time."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.interop import launches
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityProgress, Attempt, Event
from tests.factories import republish
from tests.learner.taught import URL, taught_module, text
from tests.packages import (
    activity_of,
    add_version,
    h5p_files,
    make_package,
    sco,
    scorm_files,
    scorm_manifest,
    with_activity,
)
from tests.people import signed_in
from tests.records import trips

pytestmark = pytest.mark.django_db
FIRST = f"{URL}the-eight-outcomes/"


@pytest.fixture
def module() -> ModulePage:
    return with_activity(taught_module(), rule="score", score=80)


@pytest.fixture
def begun(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module, lessons=0)


@pytest.fixture
def here(module: ModulePage) -> str:
    return f"{FIRST}activity/{activity_of(module)['id']}/"


def launch_of(html: str) -> launches.Launch:
    """What the page opens."""
    found = re.search(r'data-token="([^"]+)"', html)
    assert found
    return launches.read(found[1])


def progress_of(begun: Attempt, **values: object) -> ActivityProgress:
    """Amara has opened the activity."""
    block = activity_of(begun.enrolment.module)
    return ActivityProgress.objects.create(
        attempt=begun, block_id=block["id"], version_id=block["version_id"], **values
    )


def test_shows_the_activity_in_a_frame_of_its_own_origin(amara_client: Client, begun: Attempt, here: str) -> None:
    block = activity_of(begun.enrolment.module)
    response = amara_client.get(here)
    assert response.status_code == 200
    said, html = text(response), response.content.decode()
    for words in (
        "A first talk",
        "Not begun",
        "Counts when you score at least 80 per cent. Your best attempt counts.",
        "Full window",
        "Back to the lesson",
        "Do it in words",
        "Something is not working",
        "Nothing has been saved yet.",
        "Report a problem",
        "The activity needs JavaScript.",
    ):
        assert words in said
    origin = f"http://{block['package']}.localhost:8000"
    assert 'sandbox="allow-scripts allow-same-origin allow-forms"' in html
    assert 'title="A first talk"' in html
    assert f'data-origin="{origin}"' in html
    assert f"frame-src {origin};" in response["Content-Security-Policy"] + ";"
    launch = launch_of(html)
    assert (launch.mode, launch.attempt_id, launch.block_id) == ("normal", begun.pk, block["id"])
    assert launch.version_id == block["version_id"]
    assert Event.objects.filter(kind="activity-opened").count() == 1
    assert not ActivityAttempt.objects.exists(), "an attempt begins with the first report"


def test_no_other_page_may_frame_anything(amara_client: Client, begun: Attempt, here: str) -> None:
    amara_client.get(here)
    assert "frame-src 'none'" in amara_client.get(FIRST)["Content-Security-Policy"]


def test_each_opening_has_a_name_of_its_own(amara_client: Client, begun: Attempt, here: str) -> None:
    first, second = (launch_of(amara_client.get(here).content.decode()) for _ in range(2))
    assert first.client != second.client


def test_costs_at_most_eight_queries(
    amara_client: Client, begun: Attempt, here: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(FIRST)
    with django_assert_max_num_queries(10):
        amara_client.get(here)
    with django_assert_max_num_queries(8):  # login, attempt, where she stands, and five of the opening
        amara_client.get(here)


def test_says_what_was_saved_and_what_came_of_it(amara_client: Client, begun: Attempt, here: str) -> None:
    now = timezone.now()
    progress = progress_of(begun, saved_at=now)
    ActivityAttempt.objects.create(
        progress=progress, number=1, started_at=now, finished_at=now, scaled=0.5, success=False, completion="completed"
    )
    ActivityAttempt.objects.create(progress=progress, number=2, started_at=now, scaled=0.7, by="words")
    said = text(amara_client.get(here))
    clock = f"{timezone.localtime(now):%H:%M}"
    assert f"What you did was saved last today at {clock}" in said
    assert f"{clock}: 50 per cent, not passed" in said
    assert f"{clock}, in words: 70 per cent" in said
    assert "Begun" in said
    assert "Your best 70 per cent so far." in said


def test_starting_again_keeps_the_attempt_and_forgets_the_place(
    amara_client: Client, begun: Attempt, here: str
) -> None:
    now = timezone.now()
    progress = progress_of(begun, state={"0": {"state": '{"chosen":"wrong"}'}}, marks={"0": ["x", 5, now.isoformat()]})
    ActivityAttempt.objects.create(progress=progress, number=1, started_at=now, scaled=0.5)
    assert "Begin a new attempt" in text(amara_client.get(here))
    answer = amara_client.post(here, {"again": "1"}, follow=True)
    assert answer.redirect_chain == [(here, 302)]
    assert "A new attempt begins. What you did before is kept." in answer.content.decode()
    progress.refresh_from_db()
    assert progress.state == {}
    assert progress.marks["0"][:2] == ["", 0], "a late call of the earlier opening is stale"
    assert progress.attempts.get().finished_at is not None
    assert Event.objects.filter(kind="activity-opened", data__again=True).count() == 1


def test_there_is_nothing_to_start_again_before_it_is_begun(amara_client: Client, begun: Attempt, here: str) -> None:
    amara_client.get(here)
    assert "Begin a new attempt" not in text(amara_client.get(here)), "opened, but nothing was reported"
    assert amara_client.post(here, {"again": "1"})["Location"] == here
    assert not Event.objects.filter(kind="activity-opened", data__again=True).exists()


def test_after_completion_it_is_looked_at_and_says_so(amara: User, amara_client: Client, module: ModulePage) -> None:
    page = with_activity(taught_module_two(), rule="opened", questions=0)
    attempt = trips.begin(amara.person, page, lessons=0)
    ActivityProgress.objects.create(
        attempt=attempt,
        block_id=activity_of(page)["id"],
        version_id=activity_of(page)["version_id"],
        satisfied_at=timezone.now(),
    )
    trips.begin(amara.person, page)
    trips.sit(attempt)
    answer = amara_client.get(f"/learn/{page.slug}/first-lesson/activity/{activity_of(page)['id']}/")
    assert "nothing here is recorded any more" in text(answer)
    assert "Begin a new attempt" not in text(answer)
    assert launch_of(answer.content.decode()).mode == "review"


def taught_module_two() -> ModulePage:
    """A module of its own address."""
    from tests.factories import ModuleFactory

    return ModuleFactory(title="Another module", published=True)


def test_several_parts_are_listed_with_their_states(amara: User, amara_client: Client) -> None:
    parts = scorm_manifest(
        sco(1), {**sco(2), "href": "", "title": "A folder", "id": "folder", "items": [sco(3), sco(4)]}, sco(5)
    )
    package = make_package(kind="scorm-1.2", manifest=parts, files=scorm_files(5))
    page = with_activity(taught_module(), package=package)
    attempt = trips.begin(amara.person, page, lessons=0)
    block = activity_of(page)
    state = {
        "item-1": {"cmi.core.lesson_status": "passed"},
        "item-3": {"cmi.core.lesson_status": "incomplete"},
    }
    ActivityProgress.objects.create(attempt=attempt, block_id=block["id"], version_id=block["version_id"], state=state)
    here = f"{FIRST}activity/{block['id']}/"
    answer = amara_client.get(here)
    said = text(answer)
    for words in ("Part 1 Passed", "A folder", "Part 3 Begun", "Part 4 Not begun", "Part 5 Not begun"):
        assert words in said
    assert launch_of(answer.content.decode()).part == "item-3", "the first that is not done"
    chosen = amara_client.get(f"{here}?part=item-5")
    assert launch_of(chosen.content.decode()).part == "item-5"
    absurd = amara_client.get(f"{here}?part=../../x")
    assert launch_of(absurd.content.decode()).part == "item-3"


def test_a_single_sco_has_no_menu(amara: User, amara_client: Client) -> None:
    page = with_activity(taught_module(), package=make_package(kind="scorm-2004"))
    trips.begin(amara.person, page, lessons=0)
    answer = amara_client.get(f"{FIRST}activity/{activity_of(page)['id']}/")
    assert "Parts of this activity" not in answer.content.decode()
    assert launch_of(answer.content.decode()).part == ""


def test_a_new_version_of_the_package_changes_nothing_for_her(
    amara_client: Client, begun: Attempt, module: ModulePage, here: str
) -> None:
    before = activity_of(module)
    from courses.content.models import Package

    add_version(Package.objects.get(public_id=before["package"]), files=h5p_files(question="Another?"))
    republish(module, summary="Another")
    assert launch_of(amara_client.get(here).content.decode()).version_id == before["version_id"]


def test_who_has_not_begun_is_led_to_the_module(client: Client, omar: User, module: ModulePage, here: str) -> None:
    assert client.get(here)["Location"].startswith("/accounts/login/?next=")
    assert signed_in(omar).get(here)["Location"] == "/modules/carer-awareness/"
    assert signed_in(omar).post(here, {"again": "1"}).status_code == 404


@pytest.mark.parametrize("block", ["nothing", "00000000-0000-0000-0000-000000000000"])
def test_what_the_lesson_does_not_have_is_not_found(amara_client: Client, begun: Attempt, block: str) -> None:
    assert amara_client.get(f"{FIRST}activity/{block}/").status_code == 404
    assert amara_client.post(f"{FIRST}activity/{block}/").status_code == 404


def test_an_activity_of_another_lesson_is_not_found(amara_client: Client, begun: Attempt, here: str) -> None:
    assert amara_client.get(here.replace("the-eight-outcomes", "minas-morning")).status_code == 404
