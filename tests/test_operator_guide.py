"""What the operator's guide tells people to type and to set exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "guides" / "operator.md").read_text(encoding="utf-8")
SETTINGS = ROOT / "learning_site" / "settings"


def test_the_readme_leads_to_it() -> None:
    assert "docs/guides/operator.md" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py (\w+)", GUIDE))))
def test_every_command_exists(command: str) -> None:
    assert command in get_commands()


@pytest.mark.parametrize("script", sorted(set(re.findall(r"\b(?:scripts|services)/[\w/]+\.\w+", GUIDE))))
def test_every_script_exists(script: str) -> None:
    assert (ROOT / script).is_file()


def test_everything_that_is_built_is_named() -> None:
    """`make demo` builds these (scripts/environment.py); whoever installs by hand has to."""
    built = re.findall(r'"(build_\w+)"', (ROOT / "scripts" / "environment.py").read_text(encoding="utf-8"))
    assert built
    for script in built:
        assert GUIDE.count(f"python -m scripts.{script} ") == 2, f"{script}: to install and to update"


def test_every_setting_of_production_is_told() -> None:
    text = "".join((SETTINGS / name).read_text(encoding="utf-8") for name in ("base.py", "production.py"))
    for name in set(re.findall(r'(?:env(?:\.\w+)?|_need)\(\s*"([A-Z_0-9]+)"', text)):
        assert f"`{name}`" in GUIDE, name
