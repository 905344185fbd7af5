"""Numbers, states, initials and surnames, as people read and type them."""

from __future__ import annotations

import datetime

import pytest

from courses.credentials import rules
from courses.credentials.rules import State


def test_a_number_is_three_groups_of_four_that_read_one_way_only() -> None:
    numbers = {rules.new_number() for _ in range(500)}
    assert len(numbers) == 500
    for number in numbers:
        assert len(number) == 14
        assert number[4] == number[9] == "-"
        assert not set(number) & set("01IOU")
        assert rules.parse_number(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "KX7M-42QD-9PLT",
        "kx7m-42qd-9plt",
        "KX7M42QD9PLT",
        " KX7M 42QD 9PLT ",
        "kx7m–42qd–9plt",
        "KX7M.42QD.9P1T",
        "KX7M-42QD-9PIT",
        "KX7M\u00a042QD\u00a09PLT",
    ],
)
def test_what_people_type_means_the_number_they_read(typed: str) -> None:
    assert rules.parse_number(typed) == "KX7M-42QD-9PLT"


@pytest.mark.parametrize(
    "typed", ["", "KX7M", "KX7M-42QD-9PLTT", "KX7M-42QD-9PUT", "О" * 12, "KX7M-42QD-9PL\x00", "é" * 12]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert rules.parse_number(typed) is None


def test_the_last_day_counts_and_a_revocation_outranks_everything() -> None:
    last = datetime.date(2028, 3, 3)
    assert rules.state(valid_until=last, revoked=False, today=last) is State.VALID
    assert rules.state(valid_until=last, revoked=False, today=last + datetime.timedelta(days=1)) is State.EXPIRED
    assert rules.state(valid_until=None, revoked=False, today=last) is State.VALID
    assert rules.state(valid_until=last, revoked=True, today=datetime.date(2030, 1, 1)) is State.REVOKED


def test_initials_are_a_hint_and_no_more() -> None:
    assert rules.initials("Amara Okafor") == "A. O."
    assert rules.initials("ŵyn") == "Ŵ."
    assert rules.initials("山田 太郎") == "山. 太."
    assert rules.initials("A B C D E F") == "A. B. C. D."


@pytest.mark.parametrize(
    ("typed", "family_name"),
    [
        ("okafor", "Okafor"),
        ("OBrien", "O’Brien"),
        ("van den berg", "Van den Berg"),
        ("Smith Jones", "Smith-Jones"),
        ("Lukasz", "Łukasz"),
        ("Strasse", "Straße"),
        ("Ngugi", "Ngũgĩ"),
        ("ﺣﺴﻦ", "حَسَن"),
        ("Παπαδοπουλος", "Παπαδόπουλος"),
    ],
)
def test_a_surname_matches_however_it_is_typed(typed: str, family_name: str) -> None:
    assert rules.surname_matches(typed=typed, family_name=family_name, name="Somebody Else")


def test_a_different_surname_does_not_match() -> None:
    assert not rules.surname_matches(typed="Okafo", family_name="Okafor", name="Amara Okafor")
    assert not rules.surname_matches(typed="Amara", family_name="Okafor", name="Amara Okafor")
    assert not rules.surname_matches(typed=" - ", family_name="Okafor", name="Amara Okafor")
    assert not rules.surname_matches(typed="कमर", family_name="कुमारी", name="x")


def test_without_a_family_name_the_end_of_the_name_is_compared() -> None:
    for typed in ("Berg", "van der Berg", "Anna van der Berg"):
        assert rules.surname_matches(typed=typed, family_name="", name="Anna van der Berg")
    assert not rules.surname_matches(typed="Anna", family_name="", name="Anna van der Berg")
