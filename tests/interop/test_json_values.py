"""Values of strangers, made fit to be kept: whatever JSON can say is either clean afterwards or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from courses.interop.calls import RefusedCallError, envelopes
from courses.interop.calls.json_values import LARGEST, clean, size
from courses.interop.h5p import statements

TEXT = st.text(st.characters(blacklist_categories=()), max_size=20)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
ANYTHING = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5))
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine that is busy with something else is no fault of the code."""


def test_plain_values_stay_as_they_are() -> None:
    value = {"a": [1, 2.5, "é 👩🏽‍🦽", None, True, {"b": ""}]}
    assert clean(value) == value
    assert size(value) == len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


@UNHURRIED
@given(ANYTHING)
@example({"\x00": "\ud800"})
@example([float("nan")])
@example(10**400)
def test_whatever_is_not_refused_can_be_kept(value: Any) -> None:
    try:
        kept = clean(value)
    except RefusedCallError:
        return
    text = json.dumps(kept, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode()  # no half of a character is left
    assert clean(kept) == kept


@UNHURRIED
@given(ANYTHING)
def test_any_value_is_a_statement_or_is_refused(value: Any) -> None:
    for body in (value, {"verb": {"id": "http://adlnet.gov/expapi/verbs/answered"}, "result": value, "object": value}):
        try:
            found = statements.read(clean(body))
        except RefusedCallError:
            continue
        json.dumps(statements.kept(found, iri="x", library="", at=""), allow_nan=False)


@UNHURRIED
@given(ANYTHING)
def test_any_body_is_an_envelope_or_is_refused(value: Any) -> None:
    bodies = (value, {"calls": value}, {"calls": [value]}, {"calls": [{"seq": 1, "kind": "opened", "age_ms": value}]})
    for body in bodies:
        try:
            found = envelopes.read(json.dumps(body).encode())
        except envelopes.EnvelopeError:
            continue
        assert all(0 < call.seq <= LARGEST and call.age_ms >= 0 for call in found.calls)


@pytest.mark.parametrize("value", [2**53 + 1, -(2**60), float("inf"), [[float("nan")]], {"a": 10**400}])
def test_numbers_that_nobody_can_count_are_refused(value: Any) -> None:
    with pytest.raises(RefusedCallError, match="number"):
        clean(value)
