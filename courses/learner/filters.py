"""The catalogue's search and filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from courses.content.public import Card, fold
from courses.forms import Form

MINUTES = (15, 30, 45, 60, 90)


class CatalogueFilter(Form):
    """Search words and filters over the modules on offer. A value that is not on offer is left out, not an error:
    a link kept from last year must still show something."""

    q = forms.CharField(label="Words to look for", required=False, max_length=100, strip=True)
    sector = forms.ChoiceField(label="Where you work", required=False)
    minutes = forms.ChoiceField(
        label="How long it may take",
        required=False,
        choices=[("", "Any time"), *((str(count), f"Up to {count} minutes") for count in MINUTES)],
    )
    principle = forms.ChoiceField(label="A principle it teaches", required=False)

    all_optional = True

    def __init__(self, cards: Sequence[Card], data: Any = None) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.cards = cards
        sectors = {slug: title for card in cards for slug, title in card.sectors.items()}
        principles = {code: title for card in cards for code, title in card.principles.items()}
        self._offer("sector", [("", "Any sector"), *sorted(sectors.items(), key=lambda item: item[1])])
        self._offer("principle", [("", "Any principle"), *sorted(principles.items())])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def _value(self, name: str) -> str:
        if not self.is_bound:
            return ""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return any(self._value(name) for name in self.fields)

    def chosen(self) -> list[Card]:
        """The modules that match everything asked for."""
        wanted, sector, principle = fold(self._value("q")).split(), self._value("sector"), self._value("principle")
        at_most = int(self._value("minutes") or 0)
        return [
            card
            for card in self.cards
            if all(word in card.words for word in wanted)
            and (not sector or sector in card.sectors)
            and (not principle or principle in card.principles)
            and (not at_most or card.minutes <= at_most)
        ]
