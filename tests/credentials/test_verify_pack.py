"""/verify/pack/: a manifest and its signature, checked by anybody, without an account or a tool."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.credentials import signing
from courses.learner.views import verify, verify_pack

pytestmark = pytest.mark.django_db
MANIFEST = (
    json.dumps({
        "format": "alongside-evidence-1", "made_at": "2026-03-03T10:00:00+00:00",
        "as_at": "2026-02-28", "organisation": "Northfield Council", "people": 2, "certificates": 3, "files": [],
    }, indent=2) + "\n"
).encode()  # fmt: skip


def check(client: Client, manifest: bytes | str = MANIFEST, signature: bytes | str | None = None) -> Any:
    """What is answered; bytes are uploaded, text is pasted."""
    signed = signing.sign(MANIFEST) if signature is None else signature
    data: dict[str, Any] = {}
    for name, value in (("manifest", manifest), ("signature", signed)):
        if isinstance(value, bytes):
            data[name] = SimpleUploadedFile(name, value)
        else:
            data[f"{name}_text"] = value
    return client.post("/verify/pack/", data)


def test_a_manifest_made_here_is_told_from_another(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(0):
        page = check(client).content.decode()
    assert "This manifest was made here on 3 March 2026, 10:00 and has not been changed." in page
    assert "Northfield Council" in page
    for change in (MANIFEST.replace(b"2026-02-28", b"2026-02-27"), MANIFEST + b" ", b"{}"):
        page = check(client, change).content.decode()
        assert "do not belong together" in page
        assert "Northfield" not in page


def test_it_can_be_pasted_as_a_browser_sends_it(client: Client) -> None:
    pasted = MANIFEST.decode().replace("\n", "\r\n")
    for text in (pasted, pasted.strip(), f"\r\n{pasted}\r\n"):
        page = check(client, text, signing.as_text(signing.sign(MANIFEST)) + "\r\n").content.decode()
        assert "has not been changed" in page
    assert (
        "has not been changed"
        in check(client, signature=signing.as_text(signing.sign(MANIFEST)).encode()).content.decode()
    )


@pytest.mark.parametrize(
    ("manifest", "signature", "words"),
    [
        ("", "", verify_pack.NOT_GIVEN),
        (MANIFEST, "", verify_pack.NOT_GIVEN),
        ("", signing.as_text(b"x" * 64), verify_pack.NOT_GIVEN),
        (MANIFEST, "no signature", verify_pack.NO_SIGNATURE),
        (MANIFEST, b"short", verify_pack.NO_SIGNATURE),
        (MANIFEST, "\udcff".encode("utf-8", "surrogatepass"), verify_pack.NO_SIGNATURE),
    ],
)
def test_what_is_missing_is_said(client: Client, manifest: bytes | str, signature: bytes | str, words: str) -> None:
    response = check(client, manifest, signature)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_what_was_pasted_stays_where_something_is_missing(client: Client) -> None:
    html = client.post("/verify/pack/", {"manifest_text": '{"made_at": "today"}'}).content.decode()
    assert "{&quot;made_at&quot;: &quot;today&quot;}</textarea>" in html
    assert 'href="#signature_text"' in html
    assert '<details class="govuk-details" open>' in html


def test_a_file_too_large_is_not_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_pack, "LARGEST", 10)
    assert verify_pack.TOO_LARGE in check(client).content.decode()


def test_the_public_key_is_shown_and_strangers_are_held_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client.get("/verify/pack/").content.decode()
    assert "BEGIN PUBLIC KEY" in page
    assert signing.fingerprint() in page
    monkeypatch.setattr(verify, "A_MINUTE", 0)
    assert client.get("/verify/pack/").status_code == 429


def test_another_key_signs_otherwise(settings: Any) -> None:
    signature = signing.sign(MANIFEST)
    settings.EVIDENCE_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
    assert not signing.holds(MANIFEST, signature)
