"""Files as people really have them, and files as nobody should: read rightly, or refused in words."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.people.importing import reading
from courses.people.importing.parsing import parse
from courses.people.importing.reading import open_table
from courses.people.importing.rules import guess, order_of, read_date, read_email
from courses.people.jobs import Fault

from .files import ADA, HEADINGS, csv_of, xlsx_of


def rows_of(data: bytes) -> tuple[list[str], list[list[str]]]:
    table = open_table(io.BytesIO(data), len(data))
    return table.headings, [row for _, row in table.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_letters_and_separators_are_found(encoding: str, sign: str) -> None:
    row = ("1", "Zoë", "Müller", "zoe@example.org", "Adults", "Nurse", "01/02/2026")
    assert rows_of(csv_of(row, encoding=encoding, sign=sign)) == (list(HEADINGS), [list(row)])


def test_a_quoted_line_break_is_one_row_and_empty_rows_are_none() -> None:
    data = b'Name,Unit\r\n\r\n"Ada\nObi",Adults\r\n,,\r\nBea,Adults'
    table = open_table(io.BytesIO(data), len(data))
    assert list(table.rows()) == [(3, ["Ada\nObi", "Adults"]), (5, ["Bea", "Adults"])]


def test_the_same_heading_twice_and_none_at_all_are_told_apart() -> None:
    headings, _ = rows_of(b"Name,Unit,Unit,,Start\nA,B,C,D,E")
    assert headings == ["Name", "Unit", "Unit (column 3)", "Column 4", "Start"]


def test_excels_own_first_line_names_the_separator() -> None:
    assert rows_of(b"sep=;\nName;Unit\nAda;Adults") == (["Name", "Unit"], [["Ada", "Adults"]])


def test_a_sheet_gives_days_numbers_and_saved_values() -> None:
    headings, rows = rows_of(xlsx_of([12.0, "=1+1", None, True], headings=["A", "B", "C", "D"]))
    assert (headings, rows) == (["A", "B", "C", "D"], [["12", "", "", "True"]])


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def bomb(size: int) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(size):
                part.write(b"0" * 1024 * 1024)
    return kept.getvalue()


def entities() -> bytes:
    """A workbook whose words name each other a billion times."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of(ADA))) as before, zipfile.ZipFile(kept, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
                cell = '<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>'
                sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{cell}</sheetData></worksheet>'
                data = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{lol}]>{sheet}'.encode()
            after.writestr(name, data)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "no row"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "no table"),
        (b'Name,Unit\n"Ada,Adults\n' + b"x" * 200_000, "quotation mark"),
        ((",".join(f"c{n}" for n in range(20_000)) + "\n1").encode(), "more than 200 columns"),
        (xlsx_of(headings=[f"c{n}" for n in range(300)]), "more than 200 columns"),
        (entities(), "cannot be read|damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Fault, match=words):
        rows_of(data)


def test_a_zip_bomb_is_measured_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 8 * reading.MB)
    with pytest.raises(Fault, match="unpacks to more"):
        rows_of(bomb(9))


def test_too_many_rows_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(Fault, match="more than 3 rows"):
        rows_of(b"Name\n" + b"Ada\n" * 4)


def test_every_fault_of_a_row_is_told_field_by_field() -> None:
    cells = {
        "reference": "=cmd()", "name": "<b>Ada</b>", "email": "ada at example", "unit": "", "starts_on": "31/02/2026",
        "nation": "Atlantis", "job_title": "#REF!",
    }  # fmt: skip
    values, faults = parse(cells, order="day")
    assert faults.keys() == cells.keys()
    assert "31/02/2026" in faults["starts_on"]
    assert not values


def test_known_headings_are_guessed() -> None:
    found = guess(
        ["EMP. NO", "Employee No.", "Forename", "Surname", "E-Mail Address", "Directorate", "Service", "Team"]
    )
    assert found == {
        "reference": "Employee No.", "first_name": "Forename", "last_name": "Surname", "email": "E-Mail Address",
        "region": "Directorate", "service": "Service", "team": "Team",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["22/11/2026", "22.11.26", "2026-11-22 00:00:00", "22 Nov 2026", "Nov 22, 2026", "20261122", "46348"]
)
def test_one_day_in_many_hands(text: str) -> None:
    day = read_date(text)
    assert day is not None
    assert day.isoformat() == "2026-11-22"


@given(st.dates(min_value=datetime.date(1950, 1, 1), max_value=datetime.date(2050, 1, 1)))
def test_a_day_is_read_back_in_either_order(day: datetime.date) -> None:
    for order, form in (("day", "%d/%m/%Y"), ("month", "%m/%d/%Y")):
        said = day.strftime(form)
        assert read_date(said, order) == day
        assert order_of(said) in {order, ""}
    assert read_date(day.isoformat()) == day


@given(st.text(max_size=60))
def test_no_words_are_a_fault_of_ours(text: str) -> None:
    read_date(text)
    read_email(text)
    parse({"name": text, "reference": text, "unit": text, "starts_on": text, "email": text}, order="day")
