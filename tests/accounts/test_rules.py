"""Names and domains."""

from __future__ import annotations

import pytest

from courses.people.rules import device_name, domain_of, family_name_of, name_fault, tidy_name


@pytest.mark.parametrize(
    "name",
    [
        "Amara Okafor",
        "O’Neill-Śmith",
        "نور الهدى",
        "山田 太郎",
        "Zoë",
        "J. R. Hartley",
        "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
        "X" * 200,
        "St. John Com",
    ],
)
def test_names_of_any_script_are_names(name: str) -> None:
    assert name_fault(tidy_name(name)) == ""


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "full name"),
        (" \t\n ", "full name"),
        ("\u200b\u202e", "full name"),
        ("X" * 201, "200"),
        ("<b>Amara</b>", "brackets"),
        ("{{ 7*7 }}", "brackets"),
        ("Win at http://prize.example", "web addresses"),
        ("Visit www.prize", "web addresses"),
        ("prize.com", "web addresses"),
        ("Amara\x00Okafor", "cannot be shown"),
        ("12345", "letter"),
    ],
)
def test_what_is_no_name_is_refused_in_words(name: str, word: str) -> None:
    assert word in name_fault(tidy_name(name))


def test_tidying_keeps_the_name_and_drops_what_cannot_be_seen() -> None:
    assert tidy_name("  Amara \u202e  Okafor\n") == "Amara Okafor"
    assert tidy_name("Zoe\u0308") == "Zoë"
    assert tidy_name("می\u200cخواهم") == "می\u200cخواهم"


def test_family_name_is_a_guess() -> None:
    assert family_name_of("Amara Grace Okafor") == "Okafor"
    assert family_name_of("山田太郎") == "山田太郎"


def test_domain_is_what_stands_after_the_last_at() -> None:
    assert domain_of("Amara@Northfield.Example") == "northfield.example"
    assert domain_of('"odd@northfield.example"@evil.example') == "evil.example"
    assert domain_of("nothing") == "nothing"


def test_devices_are_named_as_people_name_them() -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
    assert device_name(firefox) == "Firefox on Windows"
    assert device_name("curl/8") == "A browser"
