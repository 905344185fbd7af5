"""Pages of people by name: each goes on where the last one ended, forwards and backwards, and none is left out."""

from __future__ import annotations

import random

import pytest
from pytest_django import DjangoAssertNumQueries

from courses.people.models import Person
from courses.records.keyset import Cut, in_order

pytestmark = pytest.mark.django_db

NAMES = ["Okafor", "okafor", "O'Neill", "Ó Briain", "", "Whitfield", "Nair", "Zed", "zed", "Şahin"]


@pytest.fixture
def people() -> list[int]:
    """Twenty-seven of them in the order of names: many share one, in capitals or not; some have no family name."""
    chance = random.Random(4)
    for number in range(27):
        Person.objects.create(name=f"Person {chance.randrange(5)}", family_name=NAMES[number % len(NAMES)])
    return [person.pk for person in in_order(Person.objects.all())]


def read(address: dict[str, str], size: int = 10) -> tuple[list[int], str, str]:
    cut = Cut.read(address, size)
    page = cut.page(list(cut.of(Person.objects.all())), lambda person: person.pk)
    return [person.pk for person in page.rows], page.after, page.before


def test_there_and_back_again(people: list[int]) -> None:
    first, after, before = read({})
    assert (first, before) == (people[:10], "")
    second, after, before = read({"after": after})
    assert second == people[10:20]
    assert read({"before": before})[0] == first
    last, after, before = read({"after": after})
    assert (last, after) == (people[20:], "")
    assert read({"before": before})[0] == second


def test_whatever_the_size(people: list[int]) -> None:
    for size in (1, 2, 7, 26, 27, 28):
        found: list[int] = []
        address: dict[str, str] = {}
        while True:
            rows, after, _ = read(address, size)
            found += rows
            if not after:
                break
            address = {"after": after}
        assert found == people


def test_a_page_is_one_query(people: list[int], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _, after, _ = read({})
    with django_assert_num_queries(1):
        read({"after": after})


def test_a_place_we_did_not_give_out_is_the_first_page(people: list[int]) -> None:
    assert read({"after": str(people[3])})[0] == people[:10]
    assert read({"before": "nonsense:1:2"})[0] == people[:10]


def test_who_was_there_at_the_turn_of_the_page_may_have_left_the_list(people: list[int]) -> None:
    cut = Cut.read({}, 10)
    token = cut.page(list(cut.of(Person.objects.all())), lambda person: person.pk).after
    others = Person.objects.exclude(pk=people[9])
    assert [person.pk for person in Cut.read({"after": token}, 10).of(others)[:10]] == people[10:20]
