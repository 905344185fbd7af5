"""What may be uploaded: no drawing with a program in it, no file of a strange kind or size, captions that are some."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from courses.content.models import LessonMedia
from courses.trainer import forms

pytestmark = pytest.mark.django_db

PLAIN = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle cx="2" cy="2" r="1"/></svg>'


def root() -> int:
    return int(Collection.get_first_root_node().pk)


def add_image(client: Client, content: bytes, name: str = "drawing.svg") -> Any:
    file = SimpleUploadedFile(name, content, "image/svg+xml")
    data = {"title": "Drawing", "file": file, "collection": root(), "description": ""}
    return client.post(reverse("wagtailimages:add"), data)


def test_a_plain_drawing_is_taken(trainer: Client) -> None:
    assert add_image(trainer, PLAIN).status_code == 302
    assert get_image_model().objects.count() == 1


@pytest.mark.parametrize(
    "harm",
    [b"<script>alert(1)</script>", b'<circle r="1" onload="alert(1)"/>', b'<a href="javascript:alert(1)"><path/></a>'],
)
def test_a_drawing_with_a_program_is_refused_at_its_field(trainer: Client, harm: bytes) -> None:
    response = add_image(trainer, PLAIN.replace(b"</svg>", harm + b"</svg>"))
    assert "This drawing cannot be used" in response.content.decode()
    assert not get_image_model().objects.exists()


def test_many_drawings_at_once_are_asked_too(trainer: Client) -> None:
    bad = SimpleUploadedFile("bad.svg", PLAIN.replace(b"</svg>", b"<script/></svg>"), "image/svg+xml")
    url = reverse("wagtailimages:add_multiple")
    answer = trainer.post(url, {"files[]": bad}, headers={"x-requested-with": "XMLHttpRequest"}).json()
    assert answer["success"] is False
    assert not get_image_model().objects.exists()


def add_document(client: Client, name: str, content: bytes = b"words") -> Any:
    data = {"title": "Paper", "file": SimpleUploadedFile(name, content), "collection": root()}
    return client.post(reverse("wagtaildocs:add"), data)


@pytest.mark.parametrize("name", ["page.html", "tool.exe", "drawing.svg", "macro.docm"])
def test_a_document_of_a_strange_kind_is_refused(trainer: Client, name: str) -> None:
    add_document(trainer, name)
    assert not get_document_model().objects.exists()


def test_a_document_too_large_is_refused(trainer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LARGEST_DOCUMENT", 3)
    assert "too large" in add_document(trainer, "paper.pdf").content.decode()
    assert not get_document_model().objects.exists()


def test_a_document_is_a_download_and_never_a_page_of_ours(trainer: Client, client: Client) -> None:
    add_document(trainer, "paper.pdf", b"%PDF-1.4")
    response = client.get(get_document_model().objects.get().url)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def add_media(client: Client, name: str, captions: bytes) -> Any:
    data = {
        "title": "Film",
        "file": SimpleUploadedFile(name, b"film"),
        "collection": root(),
        "duration": "0",
        "captions": SimpleUploadedFile("film.vtt", captions),
        "transcript": "Said and shown.",
        "tags": "",
    }
    return client.post(reverse("wagtailmedia:add", args=["video"]), data)


def test_a_film_comes_with_captions(trainer: Client) -> None:
    add_media(trainer, "film.mp4", b"WEBVTT\n\n")
    assert LessonMedia.objects.get().missing_for_everyone == [
        "an audio-described version, or the note that nothing visual goes unspoken"
    ]


@pytest.mark.parametrize(("name", "captions"), [("film.avi", b"WEBVTT\n"), ("film.mp4", b"1\n00:00 --> 00:01\n")])
def test_a_strange_film_or_captions_that_are_none_are_refused(trainer: Client, name: str, captions: bytes) -> None:
    add_media(trainer, name, captions)
    assert not LessonMedia.objects.exists()
