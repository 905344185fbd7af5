"""Writing H5P in a form: a trainer makes a question and a conversation, changes them, and is told what is missing."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from courses.content.models import Library, Package, PackageVersion
from courses.interop.h5p import authoring
from scripts.build_h5p import build
from tests.packages import version_of

from .test_packages import refused

pytestmark = pytest.mark.django_db
RICH = (
    '{{"blocks":[{{"key":"a","text":"{}","type":"unstyled","depth":0,"inlineStyleRanges":[],"entityRanges":[]}}],'
    '"entityMap":{{}}}}'
)
NAMES = {"choice": "just-her-husband", "conversation": "first-talk-with-a-carer"}


@pytest.fixture
def installed(tmp_path: Path, settings: Settings) -> dict[str, Package]:
    """Our two content types, with a package of each, as `make demo` brings them. No authoring service."""
    settings.H5P_SERVICE_URL = ""
    found = {}
    for kind, name in NAMES.items():
        file = build(Path(settings.BASE_DIR) / "h5p" / "packages" / name, tmp_path)
        call_command("import_package", str(file), approve_libraries=True, stdout=StringIO())
        found[kind] = Package.objects.get(current_version__source_name=f"{name}.h5p")
    return found


def posted(html: str) -> dict[str, Any]:
    """The form of a page as a browser would send it."""
    from bs4 import BeautifulSoup

    form = BeautifulSoup(html, "html.parser").select_one("form.alongside-h5p")
    assert form is not None
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            data[name] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            data[name] = field.text
        elif field.get("type") != "checkbox" or field.has_attr("checked"):
            data[name] = field.get("value", "")
    return data


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """A form without what is drawn anew each time: its token, and the keys of paragraphs."""
    kept = {name: re.sub(r'"key": "[^"]*"', "", value) for name, value in data.items()}
    kept.pop("csrfmiddlewaretoken")
    return kept


def text_of(version: PackageVersion) -> str:
    return str(authoring.params_of(version))


def test_a_question_is_written_and_tried(trainer: Client, installed: dict[str, Package]) -> None:
    library = Library.objects.get(name="Alongside.Choice")
    assert "/cms/packages/new/" in trainer.get("/cms/packages/upload/").content.decode()
    assert library.title in trainer.get("/cms/packages/new/").content.decode()
    address = f"/cms/packages/new/{library.pk}/"
    data = posted(trainer.get(address).content.decode())
    data |= {"title": "At the counter", "c.question": RICH.format("What do you ask first?")}
    for number, words in enumerate(["How are you?", "Sign here.", "Next, please."]):
        data |= {f"c.answers.{number}.text": words}
    data["c.answers.0.correct"] = "on"

    answer = trainer.post(address, data)

    version = PackageVersion.objects.latest("pk")
    assert answer.headers["Location"] == f"/cms/packages/{version.package_id}/try/1/"
    assert version.package.title == "At the counter"
    assert "What do you ask first?" in text_of(version)
    assert authoring.params_of(version)["answers"][0]["correct"] is True


def test_a_conversation_is_changed_and_keeps_its_other_words(trainer: Client, installed: dict[str, Package]) -> None:
    package = installed["conversation"]
    before = authoring.params_of(version_of(package))
    address = f"/cms/packages/{package.pk}/edit/"
    data = posted(trainer.get(address).content.decode())
    data["c.steps.0.speaker"] = "Ruth & Len"

    answer = trainer.post(address, data)

    assert answer.status_code == 302, re.findall(r'error-message"[^>]*>([^<]*)', answer.content.decode())
    package.refresh_from_db()
    assert package.current_version is not None
    assert package.current_version.number == 2
    after = authoring.params_of(package.current_version)
    assert after["steps"][0]["speaker"] == "Ruth &amp; Len"
    assert [step["id"] for step in after["steps"]] == [step["id"] for step in before["steps"]]
    assert after["steps"][3]["says"] == before["steps"][3]["says"]


def test_saved_unchanged_makes_no_version(trainer: Client, installed: dict[str, Package]) -> None:
    address = f"/cms/packages/{installed['choice'].pk}/edit/"
    first = trainer.post(address, posted(trainer.get(address).content.decode()))
    number = PackageVersion.objects.filter(package=installed["choice"]).count()
    second = trainer.post(address, posted(trainer.get(address).content.decode()))
    assert (first.status_code, second.status_code) == (302, 302)
    assert PackageVersion.objects.filter(package=installed["choice"]).count() == number


def test_what_is_missing_is_said_at_its_field_and_nothing_is_saved(
    trainer: Client, installed: dict[str, Package]
) -> None:
    address = f"/cms/packages/{installed['choice'].pk}/edit/"
    data = posted(trainer.get(address).content.decode()) | {"c.answers.1.text": "", "title": ""}
    answer = trainer.post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert re.search(r'id="f-c-answers-1-text-error">\s*<span class="w-sr-only">Error:</span> Fill this in\.', page)
    assert '<a href="#f-c-answers-1-text">Answer 2, ' in page
    assert not set(re.findall(r'aria-describedby="([^" ]+)', page)) - set(re.findall(r' id="([^"]+)"', page))
    assert "Give it a title." in page
    assert data["c.answers.0.text"].split("“")[-1][:20] in page  # what she typed is still there
    assert PackageVersion.objects.filter(package=installed["choice"]).count() == 1


def test_a_choice_that_leads_nowhere_is_found(trainer: Client, installed: dict[str, Package]) -> None:
    address = f"/cms/packages/{installed['conversation'].pk}/edit/"
    data = posted(trainer.get(address).content.decode()) | {"c.steps.0.choices.0.next": "nowhere"}
    page = trainer.post(address, data).content.decode()
    assert "No step and no ending has this name." in page
    assert PackageVersion.objects.filter(package=installed["conversation"]).count() == 1


def test_rows_are_added_moved_and_taken_out_without_saving(trainer: Client, installed: dict[str, Package]) -> None:
    address = f"/cms/packages/{installed['choice'].pk}/edit/"
    data = posted(trainer.get(address).content.decode())
    rows = int(data["c.answers:rows"])
    more = posted(trainer.post(address, data | {"change": "add:c.answers"}).content.decode())
    assert int(more["c.answers:rows"]) == rows + 1
    moved = posted(trainer.post(address, more | {"change": "down:c.answers.0"}).content.decode())
    assert (moved["c.answers.0.text"], moved["c.answers.1.text"]) == (
        more["c.answers.1.text"],
        more["c.answers.0.text"],
    )
    fewer = posted(trainer.post(address, moved | {"change": "remove:c.answers.0"}).content.decode())
    assert fewer["c.answers.0.text"] == moved["c.answers.1.text"]
    assert PackageVersion.objects.filter(package=installed["choice"]).count() == 1


@pytest.mark.parametrize(
    "what", ["add:nothing", "remove:c.answers.99", "up:c.answers.x", "banana", "add:c.answers.0.text.y"]
)
def test_absurd_buttons_change_nothing(trainer: Client, installed: dict[str, Package], what: str) -> None:
    address = f"/cms/packages/{installed['choice'].pk}/edit/"
    data = posted(trainer.get(address).content.decode())
    after = posted(trainer.post(address, data | {"change": what}).content.decode())
    assert plain(after) == plain(data)


def test_script_in_a_text_is_a_text(trainer: Client, installed: dict[str, Package]) -> None:
    address = f"/cms/packages/{installed['choice'].pk}/edit/"
    data = posted(trainer.get(address).content.decode()) | {"c.answers.0.text": "<script>alert(1)</script>"}
    trainer.post(address, data)
    version = PackageVersion.objects.filter(package=installed["choice"]).latest("number")
    assert "<script" not in text_of(version)


def test_a_service_that_is_away_is_told_and_costs_nothing(
    trainer: Client, installed: dict[str, Package], settings: Settings
) -> None:
    settings.H5P_SERVICE_URL, settings.H5P_SERVICE_TOKEN = "http://127.0.0.1:9", "x" * 40
    address = f"/cms/packages/{installed['choice'].pk}/edit/"
    data = posted(trainer.get(address).content.decode()) | {"c.answers.0.text": "“How are you?”"}
    page = trainer.post(address, data, follow=True).content.decode()
    assert "saved without it" in page
    assert PackageVersion.objects.filter(package=installed["choice"]).count() == 2
    overview = trainer.get(f"/cms/packages/{installed['choice'].pk}/").content.decode()
    assert "The H5P editor is not at hand" in overview


def test_forms_are_for_trainers(
    installed: dict[str, Package], amara_client: Client, ben_client: Client, olga_client: Client
) -> None:
    library = Library.objects.get(name="Alongside.Choice")
    package = installed["choice"]
    for client in (amara_client, ben_client, olga_client):
        for address in ("/cms/packages/new/", f"/cms/packages/new/{library.pk}/", f"/cms/packages/{package.pk}/edit/"):
            assert refused(client.get(address)) or client.get(address).status_code == 302
        for door in ("editor", "edited", "edit"):
            assert client.post(f"/cms/packages/{package.pk}/{door}/").status_code in (302, 403)
    assert PackageVersion.objects.count() == 2


def test_a_content_type_that_asks_for_files_has_no_form(trainer: Client, installed: dict[str, Package]) -> None:
    library = Library.objects.filter(runnable=True).first()
    assert library
    library.semantics = [*library.semantics, {"name": "picture", "type": "image", "label": "Picture"}]
    library.save()
    assert trainer.get(f"/cms/packages/new/{library.pk}/").status_code == 404
