"""Content filtered by the semantics of its libraries."""

from __future__ import annotations

import time
from typing import Any

import pytest

from courses.interop.h5p.hints import addresses_in_style, external_addresses
from courses.interop.h5p.semantics import Filter
from tests.interop.packages import CHOICE_CONTENT, CHOICE_SEMANTICS

TAGS = ["strong", "em", "a", "ul", "table"]
LIBRARIES: dict[str, list[dict[str, Any]]] = {
    "Test.Choice 1.1": CHOICE_SEMANTICS,
    "Test.Box 1.1": [
        {"name": "parts", "type": "list", "field": {"name": "part", "type": "group", "fields": [
            {"name": "content", "type": "library", "options": ["Test.Choice 1.1", "Test.Box 1.1"]},
            {"name": "size", "type": "number"},
        ]}},
        {"name": "only", "type": "group", "fields": [{"name": "one", "type": "text"}]},
        {"name": "film", "type": "video"},
        {"name": "sub", "type": "group", "isSubContent": True, "fields": [{"name": "one", "type": "text"}]},
    ],
}  # fmt: skip


def filtered(value: Any, library: str = "Test.Choice 1.1", files: tuple[str, ...] = ("images/a.png",)) -> Any:
    sieve = Filter(LIBRARIES.get, files.__contains__)
    return sieve.content(value, library)


def changes(value: Any, library: str = "Test.Choice 1.1") -> str:
    sieve = Filter(LIBRARIES.get, lambda _path: False)
    sieve.content(value, library)
    return "\n".join(sieve.changes)


def one(field: dict[str, Any], value: Any) -> Any:
    """What is left of `value` in one field, None when it is left out."""
    return (
        Filter({"One 1.0": [{"name": "x", **field}]}.get, lambda _path: True).content({"x": value}, "One 1.0").get("x")
    )


def test_what_fits_stays_as_it_is() -> None:
    assert filtered(CHOICE_CONTENT) == CHOICE_CONTENT
    assert changes(CHOICE_CONTENT) == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>Plain <strong>and</strong> <em>not</em></p>", "<p>Plain <strong>and</strong> <em>not</em></p>"),
        ("<script>alert(1)</script>x", "x"),
        ("<ScRiPt src=//evil></sCrIpT>x", "x"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("<p onclick='alert(1)'>x</p>", "<p>x</p>"),
        ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        ("<a href='&#106;avascript:alert(1)'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        ("<svg><script>alert(1)</script></svg>x", "x"),
        ("<iframe src='//evil'></iframe>x", "x"),
        ("<u>x</u>", "x"),
        ("<p style='text-align: center'>x</p>", '<p style="text-align: center;">x</p>'),
        ("<p style='position:fixed;background:url(//evil)'>x</p>", "<p>x</p>"),
        ("<p><!-- <script> --></p>", "<p></p>"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ("<form action=//evil><input name=a></form>x", "x"),
    ],
)
def test_html_keeps_the_tags_of_its_field_alone(given: str, kept: str) -> None:
    assert one({"type": "text", "widget": "html", "tags": ["strong", "em", "a"]}, given) == kept


def test_tags_that_belong_together_come_together() -> None:
    table = "<table><tbody><tr><td>x</td></tr></tbody></table>"
    assert one({"type": "text", "widget": "html", "tags": TAGS}, table) == table
    assert one({"type": "text", "widget": "html", "tags": TAGS}, "<ul><li>x</li></ul>") == "<ul><li>x</li></ul>"


def test_a_library_cannot_ask_for_scripts() -> None:
    field = {"type": "text", "widget": "html", "tags": ["script", "iframe", "object", "style", "form"]}
    assert one(field, "<script>x</script><iframe src=a></iframe><style>x</style>y") == "y"


def test_styles_are_kept_where_the_field_allows_them() -> None:
    field = {"type": "text", "widget": "html", "tags": ["span"], "font": {"color": True, "size": True}}
    given = '<span style="color: #ff0000; font-size: 2em; behavior: url(x); font-family: Arial">x</span>'
    assert one(field, given) == '<span style="color: #ff0000; font-size: 2em;">x</span>'


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"quoted"', "&quot;quoted&quot;"),
        ("It's hers", "It&#039;s hers"),
        (7, "7"),
        (["list"], None),
        ({"a": 1}, None),
    ],
)
def test_text_without_html_is_plain_text(given: Any, kept: Any) -> None:
    assert one({"type": "text"}, given) == kept


def test_long_texts_are_cut_at_letters_not_in_the_middle_of_an_escape() -> None:
    assert one({"type": "text", "maxLength": 3}, "a<bcd") == "a&lt;b"


@pytest.mark.parametrize(
    ("value", "kept"),
    [(5, 5), (-1, 0), (601, 600), ("7", 7), ("7.5", 7.5), ("seven", None), (True, None), ([], None), (1e400, None)],
)
def test_numbers_stay_within_their_limits(value: Any, kept: Any) -> None:
    assert one({"type": "number", "min": 0, "max": 600}, value) == kept


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ({"optional": True}, "plain", "plain"),
        ({"optional": True}, "evil", None),
        ({"default": "big"}, "evil", "big"),
        ({}, ["plain"], "plain"),
        ({"multiple": True}, ["big", "evil"], ["big"]),
    ],
)
def test_only_what_is_offered_can_be_chosen(field: dict[str, Any], value: Any, kept: Any) -> None:
    options = [{"value": "plain", "label": "Plain"}, {"value": "big", "label": "Big"}]
    assert one({"type": "select", "options": options} | field, value) == kept


def test_lists_are_as_long_as_they_may_be() -> None:
    kept = filtered({"answers": [{"text": str(n), "correct": "0"} for n in range(9)]})
    assert [each["text"] for each in kept["answers"]] == ["0", "1", "2", "3", "4", "5"]
    assert kept["answers"][0]["correct"] is False
    assert one({"type": "list", "field": {"type": "text"}}, "no list") is None


def test_what_no_field_is_named_for_is_left_out_and_said() -> None:
    value = CHOICE_CONTENT | {"secret": "<script>", "answers": [{"text": "a", "onload": "x"}]}
    assert "secret" not in filtered(value)
    assert filtered(value)["answers"] == [{"text": "a"}]
    assert "secret: left out" in changes(value)
    assert "answers[1].onload" in changes(value)


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        ("images/a.png", True),
        ("images/a.png#tmp", True),
        ("https://pictures.example/a.png", True),
        ("images/b.png", False),
        ("../../h5p.json", False),
        ("/etc/passwd", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("images\\a.png", False),
        ('https://a.example/"onerror=', False),
    ],
)
def test_files_are_those_of_the_package(path: str, stays: bool) -> None:
    kept = filtered({"picture": {"path": path, "mime": "image/png", "evil": "x", "copyright": {"title": "<b>"}}})
    assert ("picture" in kept) is stays
    if stays:
        assert kept["picture"]["path"] == path.removesuffix("#tmp")
        assert kept["picture"]["copyright"] == {"title": "&lt;b&gt;"}
        assert "evil" not in kept["picture"]


def test_libraries_inside_are_filtered_by_their_own_semantics() -> None:
    inner = {
        "library": "Test.Choice 1.1",
        "params": {"question": "<u onclick=x>Why?</u>", "secret": 1},
        "subContentId": "0f2f1b6c-8a0e-4d3c-9a57-7b1a2c3d4e5f",
        "metadata": {"title": "<b>Why</b>", "authors": [{"name": "A"}]},
        "evil": 1,
    }
    kept = filtered({"parts": [{"content": inner, "size": 3}]}, "Test.Box 1.1")["parts"][0]["content"]
    assert kept["params"] == {"question": "Why?"}
    assert kept["subContentId"] == inner["subContentId"]
    assert kept["metadata"]["title"] == "&lt;b&gt;Why&lt;/b&gt;"
    assert "evil" not in kept


def test_a_library_that_cannot_be_used_there_is_left_out_and_said() -> None:
    value = {"parts": [{"content": {"library": "Evil.Thing 1.0", "params": {}}, "size": 1}]}
    assert filtered(value, "Test.Box 1.1") == {"parts": [{"size": 1}]}
    assert "Evil.Thing 1.0 was left out" in changes(value, "Test.Box 1.1")


def test_groups_of_one_field_films_and_sub_content() -> None:
    value = {
        "only": "just text",
        "film": [
            {"path": "videos/a.mp4", "mime": "video/mp4"},
            {"path": "https://v.example/a", "mime": "video/YouTube"},
        ],
        "sub": {"one": "x", "subContentId": "no uuid", "two": 2},
    }
    kept = filtered(value, "Test.Box 1.1", ("videos/a.mp4",))
    assert kept["only"] == "just text"
    assert [each["path"] for each in kept["film"]] == ["videos/a.mp4", "https://v.example/a"]
    assert kept["sub"] == {"one": "x"}


def test_filtering_twice_changes_nothing_more() -> None:
    value = CHOICE_CONTENT | {"question": '<p>A & B <a href="https://a.example/?x=1&y=2">"c"</a></p>'}
    once = filtered(value)
    assert filtered(once) == once


@pytest.mark.parametrize(
    "text",
    [
        '<p title="' + "<a " * 300_000 + '">x</p>',
        "<p style='font-family:" + " " * 300_000 + "!'>x</p>",
        "<a " * 300_000,
        "&amp;" * 300_000,
        "<b>" * 20_000,
    ],
    ids=["links in a title", "spaces in a style", "open links", "escapes", "deep"],
)
def test_texts_made_to_take_for_ever_do_not(text: str) -> None:
    text = text[:190_000]
    began = time.process_time()
    value = {"question": text, "answers": [{"text": text}]}
    external_addresses(filtered(value))
    addresses_in_style("@import" + " " * 300_000 + "x")
    changes(value)
    assert time.process_time() - began < 3


def test_a_text_longer_than_a_book_is_left_out() -> None:
    value = CHOICE_CONTENT | {"question": "x" * 200_001}
    assert "question" not in filtered(value)
    assert "question: left out, it is longer" in changes(value)
