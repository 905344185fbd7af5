"""The cells of a row as values, or as faults in words. Pure but for the rules of names."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from courses.people.rules import family_name_of, name_fault, tidy_name

from .rules import (
    CLEARED,
    DATES,
    DEEPEST,
    LEVELS,
    LONGEST,
    LONGEST_TEXT,
    is_formula,
    read_date,
    read_email,
    read_nation,
    read_path,
    tidy,
)

Values = dict[str, Any]
Faults = dict[str, str]
CLEARABLE = ("job_role", "job_title", "manager", "deputy", "second_unit", "second_job_role")
SPREADSHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


def parse(cells: Mapping[str, str], *, order: str) -> tuple[Values, Faults]:
    """`cells` is {field: what the cell holds}. An empty cell gives no value. Every fault of the row is told at once."""
    said = {key: tidy(text) for key, text in cells.items()}
    values: Values = {key: text for key, text in said.items() if text}
    faults: Faults = {}
    for key, text in list(values.items()):
        if fault := _fault(key, text):
            faults[key] = fault
            del values[key]
    _name(values, faults)
    for key in DATES:
        if key in values:
            _date(key, values, faults, order)
    _place(values, faults)
    for key, read, words in (
        ("email", read_email, "is no e-mail address"),
        ("nation", read_nation, "is not one of England, Scotland, Wales, Northern Ireland"),
    ):
        if key in values:
            found = read(values[key])
            if found is None:
                faults[key] = f"“{values.pop(key)}” {words}."
            else:
                values[key] = found
    if "reference" not in values and "email" not in values and not {"reference", "email"} & faults.keys():
        faults["reference"] = "There is neither an employee number nor an e-mail address to know this person by."
    if {"starts_on", "leaves_on"} <= values.keys() and values["leaves_on"] < values["starts_on"]:
        faults["leaves_on"] = "The last day comes before the first."
    if values.get("manager", CLEARED) != CLEARED and values["manager"] == values.get("reference"):
        faults["manager"] = "This is the person’s own number: nobody is her own manager."
    return values, faults


def _fault(key: str, text: str) -> str:
    if text == CLEARED:
        return "" if key in CLEARABLE else "A minus empties a cell that can be empty. This one cannot."
    if text.upper() in SPREADSHEET_ERRORS:
        return f"The spreadsheet has a fault here ({text})."
    if is_formula(text):
        return "This begins like a formula of a spreadsheet. Put the plain words there."
    most = LONGEST.get(key, LONGEST_TEXT * (4 if key in {"unit", "second_unit"} else 1))
    return f"This is longer than {most} characters." if len(text) > most else ""


def _name(values: Values, faults: Faults) -> None:
    first, last, full = (values.pop(key, "") for key in ("first_name", "last_name", "name"))
    if {"first_name", "last_name", "name"} & faults.keys():
        return
    if not full and (first or last) and not (first and last):
        faults["first_name" if last else "last_name"] = "Both the first name and the surname are needed."
        return
    name = tidy_name(full or f"{first} {last}")
    if not name:
        faults["name"] = "The name is missing."
    elif name_fault(name):
        faults["name"] = "This cannot be used as a name: no letters, too long, or with brackets or an address in it."
    else:
        values["name"], values["family_name"] = name, tidy_name(last) or family_name_of(name)


def _date(key: str, values: Values, faults: Faults, order: str) -> None:
    day = read_date(values[key], order)
    if day is None:
        written = "month first" if order == "month" else "day first"
        faults[key] = f"“{values.pop(key)}” is no day that exists, read {written}."
    else:
        values[key] = day.isoformat()


def _place(values: Values, faults: Faults) -> None:
    levels = [values.pop(key) for key in LEVELS if key in values]
    path = read_path(levels or ([values["unit"]] if "unit" in values else []))
    if path:
        values["unit"] = list(path)
    elif not {"unit", *LEVELS} & faults.keys():
        faults["unit"] = "The unit is missing."
    if values.get("second_unit", CLEARED) != CLEARED:
        values["second_unit"] = list(read_path([values["second_unit"]]))
    for key in ("unit", "second_unit"):
        names = values.get(key)
        if isinstance(names, list) and (len(names) > DEEPEST or any(len(name) > LONGEST_TEXT for name in names)):
            faults[key] = f"A unit has at most {DEEPEST} levels, and a name at most {LONGEST_TEXT} characters."
            del values[key]


def day_of(values: Mapping[str, Any], key: str) -> datetime.date | None:
    return datetime.date.fromisoformat(values[key]) if key in values else None
