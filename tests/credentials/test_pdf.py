"""The certificate as PDF: tagged, in every script, never read as markup, quick."""

from __future__ import annotations

import io
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.pdf import is_rtl
from courses.credentials import pdf, queries, services
from courses.credentials.models import Certificate
from courses.people.models import User

pytestmark = pytest.mark.usefixtures("typefaces")

NAMES = [
    "Siân Ŵyn ap Llŷr",
    "فاطمة الزهراء بنت محمد",
    "רות בן־דוד",
    "歐陽菲菲",
    "山田 さくら",
    "김민준",
    "प्रियंका शर्मा",
    "தமிழ்ச்செல்வி",
    "สมชาย ใจดี",
    "Їжакевич Ґанна",
    "Ελένη Παπαδοπούλου",
    "Nguyễn Thị Phương",
    "ਹਰਪ੍ਰੀਤ ਕੌਰ",
    "བསྟན་འཛིན",
    "Leila ليلى Ng 吳",
    '#let x = 1 *Bob* $x$ <b>y</b> \\ "q" @ref `r` [z] // c ~ = _u_',
    "Maximiliana " * 16 + "Oyelaran",
    "王" * 200,
    "X" * 200,
    "Sam 🙂",
    "",
]


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def tags(document: pikepdf.Pdf) -> list[str]:
    """The types of all structure elements, in reading order."""

    def walk(element: Any) -> Iterator[str]:
        if isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                yield str(element["/S"])
            children = element.get("/K", pikepdf.Array())
            for child in children if isinstance(children, pikepdf.Array) else [children]:
                yield from walk(child)

    return list(walk(document.Root["/StructTreeRoot"]))


def alternatives(document: pikepdf.Pdf) -> list[str]:
    """The text alternatives of the figures."""
    return [str(one["/Alt"]) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]


def words(document: pikepdf.Pdf) -> str:
    """What a reader copies: glyphs turned back by the fonts' own tables, or the text that is said to stand for them."""
    text = ""
    for page in document.pages:
        maps = {name: _unicode_of(font) for name, font in page.Resources.get("/Font", {}).items()}
        current: dict[int, str] = {}
        marked: list[bool] = []
        for instruction in pikepdf.parse_content_stream(page):
            kind, operands = str(instruction.operator), list(instruction.operands)
            if kind in {"BDC", "BMC"}:
                instead = kind == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/ActualText" in operands[1]
                text += str(operands[1]["/ActualText"]) if instead else ""
                marked.append(instead)
            elif kind == "EMC":
                marked.pop()
            elif kind == "Tf":
                current = maps[str(operands[0])]
            elif kind in {"Tj", "TJ"} and not any(marked):
                for part in operands[0] if kind == "TJ" else operands:
                    raw = bytes(part) if isinstance(part, pikepdf.String) else b""
                    codes = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
                    text += "".join(current.get(code, "") for code in codes)
        text += "\n"
    return text


def _unicode_of(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    table = font["/ToUnicode"].read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    return found


def printed_for(certificate: Certificate, name: str) -> bytes:
    certificate.holder.name = name
    return pdf.render(certificate, public=True)


def test_amara_downloads_a_tagged_pdf(amara_client: Client, certificate: Certificate) -> None:
    response = amara_client.get(f"/certificates/{certificate.number}.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert certificate.number in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    document = opened(response.content)
    assert str(document.Root["/Lang"]).lower().startswith("en")
    assert bool(document.Root["/MarkInfo"]["/Marked"])
    assert bool(document.Root["/ViewerPreferences"]["/DisplayDocTitle"])
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == "Certificate of completion: Carers’ assessments: getting it right"
        assert metadata["pdfuaid:part"] == "1"
    found = tags(document)
    assert found.count("/H1") == 1
    assert "/H2" in found
    assert "/L" in found
    assert found.count("/Figure") == 2
    assert any("two people side by side" in text for text in alternatives(document))
    assert any(f"/verify/{certificate.number}/" in text for text in alternatives(document))


def test_it_says_what_the_page_says(certificate: Certificate) -> None:
    text = words(opened(pdf.render(certificate, public=True)))
    document = pdf.in_words(certificate)
    said = [document.name, document.module, document.issuer, document.number, document.signatory, document.knowledge]
    said += [value for _, value in document.facts] + document.outcomes + [row["title"] for row in document.assessed]
    plain = re.sub(r"\s+", "", text)
    for one in said:
        assert re.sub(r"\s+", "", one) in plain, one


def test_one_page_is_enough_for_a_usual_module(certificate: Certificate) -> None:
    assert len(opened(pdf.render(certificate, public=True)).pages) == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_name_prints(certificate: Certificate, name: str) -> None:
    document = opened(printed_for(certificate, name))
    assert len(document.pages) <= 2
    assert "/H1" in tags(document)


@pytest.mark.parametrize("name", [NAMES[0], *NAMES[3:13], NAMES[15], NAMES[17]])
def test_names_come_out_as_they_went_in(certificate: Certificate, name: str) -> None:
    text = words(opened(printed_for(certificate, name)))
    assert re.sub(r"\s+", "", name) in re.sub(r"\s+", "", text)


def test_every_letter_has_a_shape(certificate: Certificate, caplog: pytest.LogCaptureFixture) -> None:
    for name in NAMES[:-2]:
        printed_for(certificate, name)
    assert not caplog.records
    printed_for(certificate, "Sam 🙂")
    assert "U+1F642" in caplog.text


def test_the_direction_of_a_name() -> None:
    assert is_rtl("محمد Ali")
    assert is_rtl("42 רות")
    assert not is_rtl("Ali محمد")
    assert not is_rtl("42")


def test_a_private_one_does_not_claim_that_anyone_can_check_it(
    amara_client: Client, private_certificate: Certificate
) -> None:
    address = f"/certificates/{private_certificate.number}"
    text = words(opened(amara_client.get(f"{address}.pdf").content))
    assert "Anyone can check" not in text
    assert "Its holder can allow others to check" in text


def test_the_same_certificate_gives_the_same_bytes(certificate: Certificate) -> None:
    assert pdf.render(certificate, public=True) == pdf.render(certificate, public=True)


def test_it_takes_few_queries(
    amara_client: Client, certificate: Certificate, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(f"/certificates/{certificate.number}.pdf")
    with django_assert_max_num_queries(4):
        amara_client.get(f"/certificates/{certificate.number}.pdf")


def test_it_is_quick_once_warm(certificate: Certificate) -> None:
    """The aim is 40 ms (issue 2); `make bench` measures it. Here a wide limit that only a mistake would break."""
    pdf.render(certificate, public=True)
    times = []
    for number in range(15):
        start = time.process_time()
        printed_for(certificate, f"Amara {number}")
        times.append(time.process_time() - start)
    assert statistics.median(times) < 0.12


def test_a_corrected_name_is_on_the_next_copy(amara: User, certificate: Certificate) -> None:
    services.correct_name(person=amara.person, name="Amara Bello", family_name="Bello", follow=True)
    again = queries.held_by(amara.person, certificate.number)
    assert again is not None
    text = words(opened(pdf.render(again.certificate, public=again.public)))
    assert "AmaraBello" in text.replace(" ", "")
    assert "Okafor" not in text


def test_paper_and_screen_share_their_colours() -> None:
    """`look.typ` repeats colours of the theme: the typesetter cannot read Sass."""
    tokens = (settings.BASE_DIR / "learning_site/static_src/scss/_tokens.scss").read_text()
    theme = dict(re.findall(r'"([a-z-]+)": (#[0-9a-f]{3,6})', tokens))
    names = {"line-colour": "line", "link-colour": "link"}
    look = re.findall(r'#let ([a-z-]+) = rgb\("(#[0-9a-f]{6})"\)', Path(settings.PDF_TEMPLATES, "look.typ").read_text())
    assert len(look) > 10
    for name, colour in look:
        assert theme[names.get(name, name)] == colour, name
