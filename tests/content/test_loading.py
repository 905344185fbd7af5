"""`manage.py load_material`: from the files to pages, versions and questions; again without harm."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.content.models import (
    Figure,
    HelpPage,
    LessonVersion,
    ModulePage,
    ModuleVersion,
    Package,
    Question,
    ResourcePage,
)
from tests.packages import make_package

pytestmark = pytest.mark.django_db
NAMES = ("first-talk-with-a-carer.h5p", "just-her-husband.h5p", "please-do-not-make-a-fuss.h5p", "spot-the-carer.zip")


@pytest.fixture(autouse=True)
def packages() -> None:
    """What the activities of the material play."""
    for name in NAMES:
        make_package(title=name, name=name)


def load(*args: str) -> str:
    out = StringIO()
    call_command("load_material", *args, stdout=out)
    return out.getvalue()


def test_the_material_becomes_published_modules_and_resources() -> None:
    load()
    module = ModulePage.objects.get(slug="carers-assessments-getting-it-right")
    version = module.current_version
    assert version is not None
    assert module.live
    assert version.number == 1
    assert [lesson["title"] for lesson in version.outline["lessons"]] == [
        "What the law asks",
        "Before you meet",
        "Able and willing?",
        "The eight outcomes",
        "Deciding on eligibility",
        "The whole family",
        "Writing it up",
    ]
    assert version.questions.count() >= 24
    assert version.outline["principles_assessed"] == ["CCP2", "CCP3", "CCP4", "CCP5", "CCP6"]
    assert ResourcePage.objects.filter(live=True).count() >= 13
    assert HelpPage.objects.filter(live=True).exists()


def test_loading_again_changes_nothing_and_keeps_what_a_trainer_edited() -> None:
    load()
    page = ModulePage.objects.get(slug="young-carers-in-school")
    page.title = "Young carers in our school"
    page.change_kind = "correction"
    page.save_revision().publish()
    counts = [model.objects.count() for model in (ModuleVersion, Question, Figure, ResourcePage)]
    assert load() == ""
    assert [model.objects.count() for model in (ModuleVersion, Question, Figure, ResourcePage)] == counts
    page.refresh_from_db()
    assert page.title == "Young carers in our school"


def test_update_brings_a_module_back_to_the_files_as_a_correction_with_the_same_lesson_ids() -> None:
    load()
    page = ModulePage.objects.get(slug="young-carers-in-school")
    ids = list(LessonVersion.objects.filter(version=page.current_version).values_list("lesson_id", flat=True))
    page.title = "Changed"
    page.change_kind = "correction"
    page.save_revision().publish()
    load("--update")
    page.refresh_from_db()
    assert page.title == "Young carers in school"
    assert page.current_version is not None
    assert (page.current_version.number, page.current_version.change_kind) == (3, "correction")
    assert list(LessonVersion.objects.filter(version=page.current_version).values_list("lesson_id", flat=True)) == ids


def test_figures_are_filled_in_everywhere_a_learner_reads() -> None:
    load()
    for lesson in LessonVersion.objects.all():
        assert "{{" not in str(lesson.body), lesson
    for version in ModuleVersion.objects.all():
        assert "{{" not in str(version.outline)
        assert not version.questions.filter(body__icontains="{{").exists()


def test_a_folder_with_faults_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "principles.yaml").write_text("[]")
    bad = tmp_path / "help"
    bad.mkdir()
    (bad / "01-x.md").write_text("no front matter")
    with pytest.raises(CommandError, match="nothing was loaded"):
        load(str(tmp_path))
    assert not ModulePage.objects.exists()


def test_an_activity_whose_package_is_not_here_says_what_to_do_and_loads_nothing() -> None:
    Package.objects.update(current_version=None)
    with pytest.raises(CommandError, match="make setup"):
        load()
    assert not ModulePage.objects.exists()


def test_a_lesson_plays_its_package_and_tells_the_same_in_words() -> None:
    load()
    version = ModulePage.objects.get(slug="young-carers-in-school").current_version
    assert version is not None
    lesson = version.lessons.get(slug="when-a-pupil-tells-you")
    block = lesson.body[-1]
    assert (block["type"], block["rule"]["kind"]) == ("activity", "passed")
    assert [word["type"] for word in block["words"]] == ["text", "knowledge_check"]
    outline = version.outline["lessons"][lesson.position - 1]
    assert outline["activities"] == [{"id": block["id"], "rule": block["rule"]}]
