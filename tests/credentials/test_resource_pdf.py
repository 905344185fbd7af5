"""`/resources/<pack>/<slug>/pdf/`: every block on paper, tagged, for anyone."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_svg
from wagtail.models import PageViewRestriction

from courses.content.freezing import freeze_body
from courses.content.models import Figure, ResourceIndexPage, ResourcePackPage, ResourcePage, Story
from courses.content.pdf_document import render_document
from courses.content.pdf_nodes import nodes
from tests.credentials.test_pdf import alternatives, opened, tags, words
from tests.factories import home

pytestmark = [pytest.mark.usefixtures("typefaces"), pytest.mark.django_db]

RICH = (
    "<p>Plain, <b>bold</b>, <i>leaning</i>, <a href='/modules/'>a link</a><br/>next #line *not markup* $x$</p>"
    "<ul><li>One<ul><li>inner</li></ul></li><li>Two</li></ul><ol><li>First</li></ol>"
)


def body() -> list[dict[str, Any]]:
    """One of everything that a resource may hold."""
    figure = Figure.objects.create(
        key="carers", value="5.0 million", says="people gave care", source="ONS", dated="2021-03-21",
        dated_words="Census day", checked_on="2026-01-01", review_by="2027-01-01",
    )  # fmt: skip
    story = Story.objects.create(text="I had not told anybody.", who="Winston, who cares for his wife")
    image = get_image_model()
    drawing = image.objects.create(title="Drawing", file=get_test_image_file_svg())
    photo = image.objects.create(title="Photo", file=get_test_image_file(size=(40, 30)))
    side = {"title": "Say", "text": "<p>How are you?</p>", "mark": "yes"}
    blocks: list[tuple[str, Any]] = [
        ("heading", {"text": "A smaller heading first", "level": "3"}),
        ("text", RICH),
        ("heading", {"text": "Then a heading", "level": "2"}),
        ("image", {"image": drawing.pk, "alt": "Two people talk", "decorative": False, "caption": "A talk"}),
        ("image", {"image": photo.pk, "alt": "", "decorative": True, "caption": ""}),
        ("statistic", {"figure": figure.pk, "says": ""}),
        ("story", story.pk),
        ("key_point", {"title": "Remember", "text": "<p>Ask again.</p>"}),
        ("law", {"act": "Care Act 2014", "section": "s.10", "nation": "England", "in_force": "2015-04-01",
                 "text": "<p>Assess.</p>", "url": "https://www.legislation.gov.uk/"}),
        ("details", {"summary": "More", "text": "<p>Inside.</p>"}),
        ("scenario", {"title": "At the door", "situation": "<p>He says no.</p>", "choices": [
            {"label": "Wait", "consequence": "<p>He talks.</p>", "best": True},
            {"label": "Leave", "consequence": "<p>He waits.</p>", "best": False}]}),
        ("content_note", {"about": "loss", "summary": "<p>Short.</p>", "text": "<p>Long.</p>"}),
        ("table", {"caption": "Who does what", "header": ["Who", "What"], "rows": [["Ada", "asks"], ["Ben", ""]]}),
        ("two_columns", {"left": side, "right": {**side, "title": "Avoid", "mark": "no"}}),
        ("next_steps", {"title": "Next", "items": ["<p>Call.</p>", "<p>Write.</p>"]}),
        ("lines", {"label": "I feel", "count": 3}),
        ("tick_list", {"title": "Tick", "items": ["Yes", "No"]}),
        ("tick_list", {"title": "", "items": list("abcdefgh")}),
    ]  # fmt: skip
    return [{"type": kind, "value": value, "id": f"b{number}"} for number, (kind, value) in enumerate(blocks)]


@pytest.fixture
def pack() -> ResourcePackPage:
    index = home().add_child(instance=ResourceIndexPage(title="Resources", slug="resources"))
    made: ResourcePackPage = index.add_child(instance=ResourcePackPage(title="School pack", slug="school-pack"))
    return made


@pytest.fixture
def sheet(pack: ResourcePackPage) -> ResourcePage:
    page: ResourcePage = pack.add_child(
        instance=ResourcePage(
            title="A worksheet with *stars*", slug="sheet", kind="worksheet", summary="For one lesson.",
            audience="Pupils", body=json.dumps(body()), last_published_at=timezone.now(), reviewed="2026-01-05",
        )
    )  # fmt: skip
    return page


def test_anyone_gets_a_tagged_pdf_of_all_it_says(client: Client, sheet: ResourcePage) -> None:
    response = client.get("/resources/school-pack/sheet/pdf/")
    assert response["Content-Type"] == "application/pdf"
    document = opened(response.content)
    found = tags(document)
    for tag in ("/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link", "/Figure", "/Caption"):
        assert tag in found or tag == "/H3", tag
    assert "Two people talk" in alternatives(document)
    text = words(document)
    for said in (
        "A worksheet with *stars*", "For one lesson.", "next #line *not markup* $x$", "inner", "5.0 million",
        "Source: ONS", "I had not told anybody.", "Composite, written for training", "Ask again.", "s.10",
        "in force from 1 April 2015", "Inside.", "He talks.", "This works best here.", "This part is about loss",
        "Who does what", "asks", "Avoid", "Call.", "I feel", "Tick", "Last reviewed 5 January 2026",
    ):  # fmt: skip
        assert said.replace(" ", "") in text.replace(" ", "").replace("\n", ""), said


def test_a_withdrawn_story_is_gone_at_once(client: Client, sheet: ResourcePage) -> None:
    first = client.get("/resources/school-pack/sheet/pdf/")
    story = Story.objects.get()
    story.frozen.update(withdrawn_at=timezone.now())
    second = client.get("/resources/school-pack/sheet/pdf/", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert "anybody" not in words(opened(second.content))


def test_the_same_again_is_not_sent_again(client: Client, sheet: ResourcePage) -> None:
    etag = client.get("/resources/school-pack/sheet/pdf/")["ETag"]
    assert client.get("/resources/school-pack/sheet/pdf/", headers={"If-None-Match": etag}).status_code == 304


def test_it_takes_few_queries(
    client: Client, sheet: ResourcePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/resources/school-pack/sheet/pdf/")
    with django_assert_max_num_queries(8):
        client.get("/resources/school-pack/sheet/pdf/")


def test_the_whole_pack_in_one_file(client: Client, sheet: ResourcePage, pack: ResourcePackPage) -> None:
    pack.add_child(instance=ResourcePage(title="Draft", slug="draft", live=False))
    response = client.get("/resources/school-pack/zip/")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["school-pack/01-sheet.pdf"]


def test_drafts_closed_pages_and_nonsense_are_not_there(
    client: Client, sheet: ResourcePage, pack: ResourcePackPage
) -> None:
    for path in ("school-pack/none/pdf/", "none/sheet/pdf/", "none/zip/"):
        assert client.get(f"/resources/{path}").status_code == 404
    PageViewRestriction.objects.create(page=pack, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/resources/school-pack/sheet/pdf/").status_code == 404
    assert client.get("/resources/school-pack/zip/").status_code == 404


def test_a_poster_fills_a_page_of_its_own(sheet: ResourcePage) -> None:
    blocks = freeze_body(sheet.body)
    hung = opened(render_document(title="Hands full?", blocks=blocks, at=timezone.now(), poster=True))
    assert words(hung).split("\n")[0] == ""
    assert "Two people talk" in alternatives(hung)
    flat = opened(render_document(title="Hands full?", blocks=blocks, at=timezone.now()))
    assert "Hands full?" in words(flat).split("\n")[0]


def test_html_becomes_a_tree_and_nothing_else() -> None:
    assert nodes("Loose <b>text</b>") == [{"t": "p", "c": ["Loose ", {"t": "strong", "c": ["text"]}]}]
    assert nodes("<p></p><p> </p><ul></ul>") == []
    assert nodes("<p><a href='javascript:alert(1)'>x</a><script>y</script><!-- z --></p>") == [{"t": "p", "c": ["x"]}]
    assert nodes("<div><h4>Small</h4><p>a<em>b</em></p></div>") == [
        {"t": "h", "level": 3, "c": ["Small"]},
        {"t": "p", "c": ["a", {"t": "em", "c": ["b"]}]},
    ]
    assert nodes("<ol><li>a<ul><li>b</li></ul></li></ol>") == [
        {"t": "ol", "items": [[{"t": "p", "c": ["a"]}, {"t": "ul", "items": [[{"t": "p", "c": ["b"]}]]}]]}
    ]
