"""The training file for ASC-WDS and the interchange file for ESR: their lines, and what must be mended before there can
be a file.

ASC-WDS (fact pack §5.4, read in its open code): LOCALESTID, UNIQUEWORKERID, CATEGORY, DESCRIPTION (or TRAININGNAME),
DATECOMPLETED, EXPIRYDATE, ACCREDITED, NOTES; dates DD/MM/YYYY, the expiry after the completion, references up to 50
characters, the name up to 120. Nothing sensitive may stand in NOTES, so it says of training accepted from elsewhere
that it is that, in words of ours, and nothing else; whether it was accredited we do not know (999).
ESR (§5.5): each trust loads files in its own way, so columns, headings, names and the date layout are the lead's.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from courses.manager.models import DateFormat, ExportFormat, FileKind, ModuleInFormat
from courses.records.models.agreement import AcceptedKind
from courses.spreadsheets import FORMULA

from .records import Record

LONGEST_NAME, LONGEST_REFERENCE = 120, 50
ASC_WDS_HEAD = ("LOCALESTID", "UNIQUEWORKERID", "CATEGORY", "", "DATECOMPLETED", "EXPIRYDATE", "ACCREDITED", "NOTES")
FIELDS = {
    "reference": "Employee or assignment number",
    "family-name": "Surname",
    "first-name": "First name",
    "competence": "Competence name",
    "level": "Level",
    "achieved": "Date achieved",
    "expires": "Expiry date",
    "certificate": "Certificate number",
    "version": "Course version",
}
"""What a column of an ESR file may hold, and its usual heading."""
CHECKED = ("reference", "family-name", "first-name", "competence")


class Wrong(NamedTuple):
    """Something to mend: keys alone, which the page turns into words for who may see them."""

    what: str
    person: int = 0
    module: int = 0
    unit: int = 0


WRONG = {
    "workplace": (
        "{unit} has no workplace reference, nor has any unit above it.",
        "Give the unit its reference, as in your workplace file, under Organisation, Units.",
    ),
    "reference": (
        "{person} has no employer’s reference.",
        "Give it by an import of people, or under the person’s posts.",
    ),
    "family-name": (
        "We do not know which part of the name of {person} is the surname.",
        "Give the family name by an import of people; they can also give it in their own profile.",
    ),
    "expiry": (
        "{person}, {module}: it expires on or before the day it was completed.",
        "Look at the person’s page; if a refresher rule is too short, change it under Requirements.",
    ),
    "name": (
        "{module} has a name of more than 120 characters.",
        "Give it a shorter name in the settings of this file.",
    ),
    "formula": (
        "A name, reference or number of {person} begins with a sign that a spreadsheet would run (=, +, - or @).",
        "Correct it where it was entered; the file must hold it exactly as it is.",
    ),
    "formula-module": (
        "The name of {module} begins with a sign that a spreadsheet would run (=, +, - or @).",
        "Give it another name in the settings of this file.",
    ),
}
"""What is wrong, and how to mend it."""

NOT_KNOWN = "999"
ELSEWHERE = {
    AcceptedKind.ELSEWHERE: "Training done elsewhere",
    AcceptedKind.CERTIFICATE: "Certificate of another issuer",
}


def head_of(layout: ExportFormat) -> list[str]:
    if layout.kind == FileKind.ASC_WDS:
        return [name or layout.fourth_column for name in ASC_WDS_HEAD]
    return [heading for _, heading in layout.columns]


def line_of(layout: ExportFormat, record: Record, module: ModuleInFormat) -> list[str]:
    """A record as a line of the file."""
    name = name_of(record, module)
    if layout.kind == FileKind.ASC_WDS:
        done, until = (day(d, DateFormat.DAY_FIRST) for d in (record.completed_on, record.expires_on))
        accredited, said = (NOT_KNOWN, ELSEWHERE[record.elsewhere]) if record.elsewhere else (module.accredited, "")
        return [record.workplace, record.reference, module.category, name, done, until, accredited, said]
    family = record.person.family_name
    values = {
        "reference": record.reference,
        "family-name": family,
        "first-name": first_name(record.person.name, family),
        "competence": name,
        "level": module.level,
        "achieved": day(record.completed_on, layout.date_format),
        "expires": day(record.expires_on, layout.date_format),
        "certificate": record.certificate,
        "version": record.version,
    }
    return [values[field] for field, _ in layout.columns]


def faults_of(layout: ExportFormat, record: Record, module: ModuleInFormat) -> list[Wrong]:
    """What must be mended before this record can stand in the file."""
    person, found = record.person.pk, []
    name = name_of(record, module)
    if layout.kind == FileKind.ASC_WDS:
        fields, typed = {"reference"}, [record.workplace, record.reference]
        if not record.workplace:
            found.append(Wrong("workplace", unit=record.unit_id))
        if len(name) > LONGEST_NAME:
            found.append(Wrong("name", module=record.module.id))
        if record.expires_on is not None and record.expires_on <= record.completed_on:
            found.append(Wrong("expiry", person, record.module.id))
    else:
        fields = {field for field, _ in layout.columns}
        typed = [record.reference, record.person.family_name, record.person.name]
        if "certificate" in fields:
            typed.append(record.certificate)
        if fields & {"family-name", "first-name"} and not splits(record.person.name, record.person.family_name):
            found.append(Wrong("family-name", person))
    if "reference" in fields and not record.reference:
        found.append(Wrong("reference", person))
    if any(text.lstrip(" ").startswith(FORMULA) for text in typed):
        found.append(Wrong("formula", person))
    if name.startswith(FORMULA):
        found.append(Wrong("formula-module", module=record.module.id))
    return found


def name_of(record: Record, module: ModuleInFormat) -> str:
    return module.name or record.module.title


def splits(name: str, family_name: str) -> bool:
    """Whether the name is a first and a family name."""
    return bool(family_name) and family_name in name and bool(first_name(name, family_name))


def first_name(name: str, family_name: str) -> str:
    return " ".join(name.replace(family_name, " ", 1).split()) if family_name else name


def day(value: datetime.date | None, layout: str) -> str:
    """A date as the file wants it; months in letters are English, whatever the server speaks."""
    if value is None:
        return ""
    if layout == DateFormat.YEAR_FIRST:
        return value.isoformat()
    if layout == DateFormat.DAY_FIRST:
        return f"{value.day:02}/{value.month:02}/{value.year:04}"
    month = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"][value.month - 1]
    return f"{value.day:02}-{month}-{value.year:04}"
