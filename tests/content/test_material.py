"""The material folder: what stands there is sound, and what is unsound is said in words."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from courses.content.material import MaterialError, read_material, read_page, to_html

ROOT = Path(settings.BASE_DIR) / "material"


def test_our_material_has_no_fault() -> None:
    material = read_material(ROOT)
    assert material.faults == []
    assert {module["code"] for module in material.modules} >= {"M1", "M3", "M5"}


@pytest.mark.parametrize(("code", "least"), [("M1", 18), ("M3", 24), ("M5", 18)])
def test_each_bank_is_large_enough_and_tests_every_outcome_and_principle(code: str, least: int) -> None:
    module = next(module for module in read_material(ROOT).modules if module["code"] == code)
    assessed = [question for question in module["questions"] if question["use"] == "assessment"]
    assert len(assessed) >= least
    outcomes = Counter(question["outcome"] for question in assessed)
    assert set(outcomes) == {outcome["key"] for outcome in module["outcomes"]}
    assert set(module["principles"]) == {code for question in assessed for code in question["principles"]}
    assert all(option["feedback"] for question in module["questions"] for option in question["options"])


def test_every_kind_of_block_has_an_example() -> None:
    material = read_material(ROOT)
    pages = [lesson for module in material.modules for lesson in module["lessons"]]
    pages += [page for pack in material.packs for page in pack["resources"]]
    seen = {block["type"] for page in pages for block in page["blocks"]}
    assert seen >= {
        *("text", "heading", "image", "statistic", "story", "key-point", "law", "details", "scenario"),
        *("knowledge-check", "reflection", "content-note", "video", "audio", "document", "table"),
        *("two-columns", "next-steps", "lines", "tick-list"),
    }


def test_no_census_figure_is_typed_into_prose() -> None:
    material = read_material(ROOT)
    values = {figure["value"] for figure in material.figures.values() if "million" in figure["value"]}
    for module in material.modules:
        for lesson in module["lessons"]:
            prose = " ".join(block["text"] for block in lesson["blocks"] if block["type"] == "text")
            assert not [value for value in values if value in prose], lesson["path"]


def test_faults_are_said_all_at_once(tmp_path: Path) -> None:
    root = tmp_path / "material"
    shutil.copytree(ROOT, root)
    lesson = next((root / "modules/young-carers-in-school/lessons").glob("01-*.md"))
    lesson.write_text(
        lesson.read_text(encoding="utf-8")
        + "\n# Too large a heading\n\n::: nonsense\na: b\n:::\n"
        + "\n{{ no-such-figure }}\n\n::: image\nfile: gone.svg\n:::\n",
        encoding="utf-8",
    )
    faults = "\n".join(read_material(root).faults)
    assert "use ## or ###" in faults
    assert "nonsense: not a block that can stand here" in faults
    assert "no figure no-such-figure" in faults
    assert "no file images/gone.svg" in faults
    assert "alt or decorative: true" in faults


def test_a_file_without_front_matter_or_an_open_block_is_named(tmp_path: Path) -> None:
    bare = tmp_path / "01-bare.md"
    bare.write_text("Only text.", encoding="utf-8")
    with pytest.raises(MaterialError, match=r"01-bare.md: no front matter"):
        read_page(bare)
    bare.write_text("---\ntitle: T\n---\n::: law\nact: A\n", encoding="utf-8")
    with pytest.raises(MaterialError, match=r"block law .* is not closed"):
        read_page(bare)


def test_html_in_markdown_is_shown_and_not_obeyed() -> None:
    assert to_html("A <script>alert(1)</script> carer's day") == (
        "<p>A &lt;script&gt;alert(1)&lt;/script&gt; carer’s day</p>"
    )
