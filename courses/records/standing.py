"""Kept standings of large organisations: counted from the one SQL of states, never written by anybody else."""

from __future__ import annotations

from courses.people.models import Person


def rule_changed(*, organisation_id: int, by: Person | None) -> None:
    """A rule of the organisation was set, changed or ended, in the transaction that did it: where standings are kept,
    they have to be counted again. Small organisations keep none, and see it at once."""
