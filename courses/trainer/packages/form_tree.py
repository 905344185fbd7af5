"""The form of an H5P content type, made from its semantics: fields in a tree, values from a posted form, and faults.

A field's name in the form is its path: `c.steps.2.choices.0.text` ("c" for the content). How many rows a list has
stands in `<path>:rows`.
Adding, taking out and moving rows are buttons of the form that come back to the server, so that they work without a
script and nothing that was typed is lost.
"""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import QueryDict
from django.utils.html import strip_tags
from wagtail.admin.rich_text import get_rich_text_editor_widget

from courses.interop.h5p.authoring import blank

from .form_nodes import Data, Node, id_of

Fields = list[Data]
ROOT = "c."
MOST_ROWS = 100
LONGEST = 20_000
LONGEST_FOR_PATTERN = 100
"""A content type's own pattern is tried on short words only: a bad pattern on a long text can run for ever."""
FEATURES = {"strong": "bold", "em": "italic", "ul": "ul", "ol": "ol", "a": "link"}


def nodes(semantics: Fields, params: Data, faults: dict[str, str], *, path: str = ROOT) -> list[Node]:
    """The fields of a form with these values."""
    return [_node(one, params.get(one["name"]), faults, f"{path}{one['name']}") for one in semantics]


def _node(one: Data, value: Any, faults: dict[str, str], path: str, label: str = "") -> Node:
    made = Node(
        kind=_kind(one),
        path=path,
        label=label or str(one.get("label") or one["name"]),
        help=str(one.get("description") or ""),
        value="" if value is None else value,
        required=_required(one),
        fault=faults.get(path, ""),
        aside=one.get("importance") == "low",
    )
    if made.kind == "group":
        made.children = nodes(one.get("fields", []), value if isinstance(value, dict) else {}, faults, path=f"{path}.")
    elif made.kind == "list":
        _rows(made, one, value if isinstance(value, list) else [], faults)
    elif made.kind == "select":
        made.options = list(one.get("options", []))
    elif made.kind == "html":
        editor = _widget(one)
        editor.options |= {"ariaLabelledBy": f"{made.id}-label", "ariaDescribedBy": made.described_by or None}
        made.widget = editor.render(path, str(made.value), {"id": made.id})
    elif made.kind == "number":
        made.minimum, made.most = one.get("min"), one.get("max")
    else:
        made.maximum = one.get("maxLength")
    return made


def _rows(made: Node, one: Data, values: list[Any], faults: dict[str, str]) -> None:
    made.entity = str(one.get("entity") or "row")
    inner = one["field"]
    for number, value in enumerate(values):
        label = f"{made.entity.capitalize()} {number + 1}"
        made.children.append(_node(inner, value, faults, f"{made.path}.{number}", label))
    made.may_add = len(values) < int(one.get("max") or MOST_ROWS)
    made.may_remove = len(values) > int(one.get("min") or 0)


def _kind(one: Data) -> str:
    if one["type"] == "text" and one.get("widget") in ("html", "textarea"):
        return str(one["widget"])
    return str(one["type"])


def _required(one: Data) -> bool:
    return not one.get("optional") and one["type"] in ("text", "number", "select") and not one.get("default")


def _widget(one: Data) -> Any:
    tags = one.get("tags") or []
    return get_rich_text_editor_widget(features=[FEATURES[tag] for tag in FEATURES if tag in tags])


# What was posted -------------------------------------------------------------------------------------------------


def given(semantics: Fields, data: QueryDict, *, path: str = ROOT) -> Data:
    """The values of a posted form."""
    return {one["name"]: _given(one, data, f"{path}{one['name']}") for one in semantics}


def _given(one: Data, data: QueryDict, path: str) -> Any:
    kind = _kind(one)
    if kind == "group":
        return given(one.get("fields", []), data, path=f"{path}.")
    if kind == "list":
        rows = data.get(f"{path}:rows", "0")
        count = min(int(rows), MOST_ROWS) if re.fullmatch(r"[0-9]{1,4}", rows) else 0
        return [_given(one["field"], data, f"{path}.{number}") for number in range(count)]
    if kind == "boolean":
        return path in data
    if kind == "html":
        return _as_h5p(_widget(one).value_from_datadict(data, {}, path) or "") if path in data else ""
    text = data.get(path, "")[:LONGEST].strip()
    return _number(text) if kind == "number" else text


def _as_h5p(text: str) -> str:
    """Wagtail's rich text in H5P's words; a paragraph with nothing in it is nothing."""
    text = re.sub(r' data-block-key="[^"]*"', "", str(text))
    for ours, theirs in (("b", "strong"), ("i", "em")):
        text = re.sub(rf"<(/?){ours}>", rf"<\1{theirs}>", text)
    return text if strip_tags(text).strip() else ""


def _number(text: str) -> int | float | str:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def changed(semantics: Fields, params: Data, what: str) -> Data:
    """`params` after one of the buttons "add:<path>", "remove:<path>.<n>", "up:<path>.<n>", "down:<path>.<n>"; anything
    else changes nothing."""
    verb, _, path = what.partition(":")
    steps = path.removeprefix(ROOT).split(".")
    rows = _at(params, steps if verb == "add" else steps[:-1])
    if not isinstance(rows, list):
        return params
    if verb == "add":
        one = _field_at(semantics, steps)
        if one and len(rows) < MOST_ROWS:
            rows.append(blank([one["field"]])[one["field"]["name"]])
        return params
    place = int(steps[-1]) if steps[-1].isdigit() else len(rows)
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if place < len(rows) and verb == "remove":
        del rows[place]
    elif place < len(rows) and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return params


def row_after(params: Data, what: str) -> str:
    """Where she goes on after such a button: the id of the row that was added or moved, or of the list."""
    verb, _, path = what.partition(":")
    above, _, last = path.rpartition(".")
    rows = _at(params, (path if verb == "add" else above).removeprefix(ROOT).split("."))
    if not isinstance(rows, list):
        return ""
    if verb == "add":
        return id_of(f"{path}.{len(rows) - 1}")
    step = {"up": -1, "down": 1}.get(verb)
    return id_of(f"{above}.{int(last) + step}") if step and last.isdigit() else id_of(above)


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _field_at(semantics: Fields, steps: list[str]) -> Data | None:
    fields, found = semantics, None
    for step in steps:
        if step.isdigit():
            continue
        found = next((one for one in fields if one["name"] == step), None)
        inner = (found or {}).get("field") or found or {}
        fields = inner.get("fields", [])
    return found


# What is wrong with it -------------------------------------------------------------------------------------------


def faults(semantics: Fields, params: Data, *, path: str = ROOT) -> dict[str, str]:
    """Why it cannot be saved, by the path of the field it belongs to."""
    found: dict[str, str] = {}
    for one in semantics:
        found |= _faults(one, params.get(one["name"]), f"{path}{one['name']}")
    return found


def _faults(one: Data, value: Any, path: str) -> dict[str, str]:
    kind = _kind(one)
    if kind == "group":
        return faults(one.get("fields", []), value if isinstance(value, dict) else {}, path=f"{path}.")
    if kind == "list":
        rows = value if isinstance(value, list) else []
        found = {
            key: said
            for number, row in enumerate(rows)
            for key, said in _faults(one["field"], row, f"{path}.{number}").items()
        }
        least = int(one.get("min") or 0)
        if len(rows) < least:
            found[path] = f"At least {least} are needed."
        return found
    fault = _fault(one, kind, value)
    return {path: fault} if fault else {}


def _fault(one: Data, kind: str, value: Any) -> str:
    if value in ("", None):
        return "Fill this in." if _required(one) else ""
    if kind == "number":
        return _number_fault(one, value)
    if kind == "select":
        known = [str(option["value"]) for option in one.get("options", [])]
        return "" if str(value) in known else "Choose one of these."
    return "" if kind == "boolean" else _text_fault(one, strip_tags(str(value)) if kind == "html" else str(value))


def _text_fault(one: Data, text: str) -> str:
    longest = one.get("maxLength")
    if longest and len(text) > int(longest):
        return f"At most {longest} characters; these are {len(text)}."
    pattern = str((one.get("regexp") or {}).get("pattern") or "")
    if not pattern or len(text) > LONGEST_FOR_PATTERN or _fits(pattern, text):
        return ""
    small = "a-z0-9-" in pattern
    return "Use small letters, digits and hyphens only." if small else "This does not have the form it needs."


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True


def _number_fault(one: Data, value: Any) -> str:
    if not isinstance(value, (int, float)):
        return "Write a number."
    least, most = one.get("min"), one.get("max")
    if (least is not None and value < least) or (most is not None and value > most):
        return f"Write a number from {least if least is not None else 'any'} to {most if most is not None else 'any'}."
    return ""


def readable(semantics: Fields, params: Data) -> Data:
    """Stored values as people read them: H5P keeps plain text as HTML."""
    return {one["name"]: _readable(one, params.get(one["name"])) for one in semantics if one["name"] in params}


def _readable(one: Data, value: Any) -> Any:
    kind = _kind(one)
    if kind == "group":
        return readable(one.get("fields", []), value if isinstance(value, dict) else {})
    if kind == "list":
        return [_readable(one["field"], row) for row in value] if isinstance(value, list) else []
    return html.unescape(value) if kind in ("text", "textarea") and isinstance(value, str) else value


def filled(semantics: Fields, params: Data) -> Data:
    """The values without what was left empty: the content type has words of its own for it."""
    made = {one["name"]: _filled(one, params.get(one["name"])) for one in semantics}
    return {name: value for name, value in made.items() if value not in ("", None, {})}


def _filled(one: Data, value: Any) -> Any:
    if one["type"] == "group":
        return filled(one.get("fields", []), value if isinstance(value, dict) else {})
    if one["type"] == "list":
        return [_filled(one["field"], row) for row in value or []]
    return value
