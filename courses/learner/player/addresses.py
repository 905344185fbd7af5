from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Addresses:
    """The addresses under /learn/<slug>/. Put together from one `reverse`, because a lesson page needs a dozen."""

    base: str

    @classmethod
    def of(cls, slug: str) -> Addresses:
        return cls(reverse("learn", args=[slug]))

    @property
    def assessment(self) -> str:
        return f"{self.base}assessment/"

    @property
    def questions(self) -> str:
        return f"{self.assessment}questions/"

    @property
    def review(self) -> str:
        return f"{self.assessment}review/"

    @property
    def submit(self) -> str:
        return f"{self.assessment}submit/"

    def lesson(self, slug: str) -> str:
        return f"{self.base}{slug}/"

    def finish(self, slug: str) -> str:
        return f"{self.base}{slug}/finish/"

    def check(self, slug: str, block_id: str) -> str:
        return f"{self.base}{slug}/check/{block_id}/"

    def reflection(self, slug: str, block_id: str) -> str:
        return f"{self.base}{slug}/reflection/{block_id}/"

    def activity(self, slug: str, block_id: str) -> str:
        return f"{self.base}{slug}/activity/{block_id}/"

    def words(self, slug: str, block_id: str) -> str:
        return f"{self.activity(slug, block_id)}words/"

    def question(self, number: int) -> str:
        return f"{self.assessment}{number}/"

    def result(self, number: int) -> str:
        return f"{self.assessment}result/{number}/"
