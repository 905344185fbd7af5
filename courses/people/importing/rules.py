"""What a file of people may say, and how its words are understood. Pure."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple


class Field(NamedTuple):
    """Something that a column of the file may be."""

    key: str
    label: str
    about: str
    known: tuple[str, ...]
    """Headings it is guessed from, folded (`fold`)."""


FIELDS = (
    Field("reference", "Employee number", "What you call the person in your own system.", (
        "employee number", "employee no", "employee id", "employee reference", "employee ref", "employeeid",
        "employer reference", "employers reference", "reference", "ref", "payroll number", "payroll no", "payroll id",
        "staff number", "staff no", "staff id", "assignment number", "personnel number", "person number",
        "worker id", "unique worker id", "id", "number",
    )),
    Field("first_name", "First name", "", (
        "first name", "firstname", "forename", "given name", "given names", "known as", "preferred name",
    )),
    Field("last_name", "Surname", "", ("surname", "last name", "lastname", "family name")),
    Field("name", "Full name", "In place of first name and surname.", (
        "name", "full name", "fullname", "employee name", "display name", "staff name",
    )),
    Field("email", "E-mail address", "An invitation can be sent there.", (
        "email", "e mail", "email address", "e mail address", "work email", "work e mail", "work email address", "mail",
    )),
    Field("unit", "Unit or team", "One name, or the way to it: Adults > Assessments.", (
        "unit", "unit path", "unit team path", "team path", "organisation path", "org unit", "organisation unit",
        "location", "workplace", "establishment",
    )),
    Field("region", "Region", "The level above the service.", ("region", "directorate", "division", "area")),
    Field("service", "Service", "The level above the team.", (
        "service", "department", "service area", "business unit",
    )),
    Field("team", "Team", "The lowest level.", ("team", "team name", "ward")),
    Field("job_role", "Job role", "The kind of job, as your requirements name it.", (
        "job role", "role", "staff group", "occupation", "job family",
    )),
    Field("job_title", "Job title", "As it stands on a badge.", (
        "job title", "title", "position", "position title", "post title",
    )),
    Field("starts_on", "Start date", "The first day with you.", (
        "start date", "started", "starts on", "date started", "joined", "joining date", "hire date", "date of joining",
        "employment start date", "latest start date",
    )),
    Field("leaves_on", "Leave date", "The last day with you; empty while somebody works for you.", (
        "leave date", "leaving date", "end date", "leaver date", "date left", "termination date", "last day",
        "last working day",
    )),
    Field("manager", "Manager’s employee number", "", (
        "manager", "managers reference", "manager reference", "manager employee number", "managers employee number",
        "manager id", "line manager", "line manager id", "supervisor id", "reports to",
    )),
    Field("deputy", "Deputy’s employee number", "Who stands in for the manager.", (
        "deputy", "deputys reference", "deputy reference", "deputy employee number", "deputys employee number",
        "deputy id",
    )),
    Field("nation", "Nation", "For units that the file makes new: whose law its people work under.", (
        "nation", "country", "nation of work",
    )),
    Field("second_unit", "Second post: unit", "Where she works besides.", (
        "second post", "second unit", "second team", "second post unit", "unit 2", "team 2",
    )),
    Field("second_job_role", "Second post: job role", "", (
        "second job role", "second role", "second post job role", "job role 2",
    )),
)  # fmt: skip
LABELS = {field.key: field.label for field in FIELDS} | {"": "Row"}
DATES = ("starts_on", "leaves_on")
LEVELS = ("region", "service", "team")
LONGEST = {"reference": 50, "email": 254}
LONGEST_TEXT = 200
DEEPEST = 8
CLEARED = "-"
"""What a cell holds to empty what stood there. An empty cell changes nothing: half a file must not wipe a half."""
NATIONS = {
    "england": "england", "eng": "england", "scotland": "scotland", "sco": "scotland", "wales": "wales",
    "cymru": "wales", "wal": "wales", "northern ireland": "northern-ireland", "ni": "northern-ireland",
    "n ireland": "northern-ireland",
}  # fmt: skip
FIRST_DAY, LAST_DAY = datetime.date(1940, 1, 1), datetime.date(2099, 12, 31)
_NUMBERS = re.compile(r"(\d{1,4})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*(\d{1,4})")
_WORDY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([A-Za-z]{3,9})\.?,?[\s\-]+(\d{2,4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{2,4})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]+@([a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_QUOTED_NUMBER = re.compile(r'="([^"]*)"')


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """A heading without what differs from one system to the next: case, signs, spaces. Remembered, because a file names
    the same few thousand units and job roles in each of its rows."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def guess(headings: Sequence[str]) -> dict[str, str]:
    """Which heading is probably which field; the better known name wins, each heading is used once."""
    folded = {heading: fold(heading) for heading in headings}
    found: dict[str, str] = {}
    for field in FIELDS:
        for known in field.known:
            match = next((h for h, f in folded.items() if f == known and h not in found.values()), None)
            if match is not None:
                found[field.key] = match
                break
    if "first_name" in found and "last_name" in found:
        found.pop("name", None)
    elif "name" in found:
        found = {key: heading for key, heading in found.items() if key not in {"first_name", "last_name"}}
    if any(level in found for level in LEVELS) and "unit" in found:
        found.pop("unit")
    return found


def missing(mapping: Mapping[str, str]) -> list[str]:
    """What a file cannot do without, in words; nothing for a mapping that will do."""
    faults = []
    if not mapping.get("name") and not (mapping.get("first_name") and mapping.get("last_name")):
        faults.append("Say which column is the full name, or which two are the first name and the surname.")
    if not mapping.get("reference") and not mapping.get("email"):
        faults.append("Say which column is the employee number or the e-mail address: people are known by one.")
    if not any(mapping.get(key) for key in ("unit", *LEVELS)):
        faults.append("Say which column is the unit or team.")
    doubles = {h for h in mapping.values() if h and list(mapping.values()).count(h) > 1}
    faults.extend(f"The column “{heading}” is chosen twice." for heading in sorted(doubles))
    return faults


def tidy(text: str) -> str:
    """The words of a cell without what nobody sees; `="0012"`, as systems write to keep a zero, is 0012."""
    if text.isascii() and text.isprintable() and '="' not in text:
        return " ".join(text.split())  # nearly every cell
    match = _QUOTED_NUMBER.fullmatch(text.strip())
    kept = (" " if c in "\t\r\n\u00a0" else c for c in unicodedata.normalize("NFC", match[1] if match else text))
    visible = (c for c in kept if c in "\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(visible).split())


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it. A minus alone empties a field."""
    return text != CLEARED and text.startswith(("=", "+", "-", "@"))


def order_of(text: str) -> str:
    """ "day" or "month" where a date can only be read with that first; empty where both or neither will do."""
    match = _NUMBERS.match(tidy(text))
    if not match or len(match[1]) > 2:
        return ""
    first, second = int(match[1]), int(match[2])
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else ""


def read_date(text: str, order: str = "day") -> datetime.date | None:
    """The day that is meant; None where none can be. `order` decides what 3/4/2026 is. Year first is always understood,
    and so are months in words, and the serial number that a spreadsheet leaves when it exports a date as a number."""
    said = tidy(text)
    return _in_numbers(said, order) or _in_words(said)


def _in_numbers(said: str, order: str) -> datetime.date | None:
    if match := re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?=$|[T ])", said):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.match(_NUMBERS.pattern + r"(?=$|[T ,])", said):
        first, second, third = int(match[1]), int(match[2]), int(match[3])
        if len(match[1]) == 4:
            return _day(first, second, third)
        day, month = (first, second) if order != "month" else (second, first)
        return _day(_year(match[3]), month, day)
    if re.fullmatch(r"\d{5}(\.0+)?", said):
        return _ranged(datetime.date(1899, 12, 30) + datetime.timedelta(days=int(said.split(".", maxsplit=1)[0])))
    return None


def _in_words(said: str) -> datetime.date | None:
    if match := re.match(_WORDY.pattern + r"$", said):
        return _day(_year(match[3]), _month(match[2]), int(match[1]))
    if match := re.match(_MONTH_FIRST.pattern + r"$", said):
        return _day(_year(match[3]), _month(match[1]), int(match[2]))
    return None


def _year(text: str) -> int:
    return int(text) if len(text) > 2 else int(text) + (2000 if int(text) < 60 else 1900)


def _month(word: str) -> int:
    short = word[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return _ranged(datetime.date(year, month, day))
    except ValueError:
        return None


def _ranged(day: datetime.date) -> datetime.date | None:
    return day if FIRST_DAY <= day <= LAST_DAY else None


def read_email(text: str) -> str | None:
    """The address in lower case; None where it is none."""
    said = tidy(text).lower().removeprefix("mailto:")
    return said if len(said) <= 254 and _EMAIL.fullmatch(said) else None


def read_nation(text: str) -> str | None:
    return NATIONS.get(fold(text))


def read_path(parts: Iterable[str]) -> tuple[str, ...]:
    """The names from the top down; one cell may hold several: "Adults > Assessments"."""
    return tuple(name for part in parts for name in (tidy(piece) for piece in re.split(r"[>»]", part)) if name)
