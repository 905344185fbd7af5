"""What can be refused, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence


class RecordsError(Exception):
    """Something was refused and nothing was changed; `message` says what happened and what to do next."""

    message = "That could not be done. Nothing was changed."

    def __init__(self, message: str = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class NotPublished(RecordsError):
    message = "This module is not open just now. Your record is safe. Choose another from the list of modules."


class HeldFirst(RecordsError):
    """`first` are the modules, as (address, title), that come before it on a path that is asked of her."""

    def __init__(self, first: Sequence[tuple[str, str]]) -> None:
        self.first = first
        titles = " and ".join(f"“{title}”" for _, title in first)
        super().__init__(f"{titles} comes first on your learning path. Begin there; this one opens when you hold it.")


class LessonsMissing(RecordsError):
    message = "The assessment opens when you have worked through every lesson."


class TriesUsedUp(RecordsError):
    message = "You have used every try. The page says what happens next."


class AlreadyCompleted(RecordsError):
    message = "You have completed this module. Your certificate is in My learning."


class NotOpen(RecordsError):
    message = "This try is closed, so nothing was changed."


class Unanswered(RecordsError):
    message = "Answer every question before you hand in."


class BadAnswer(RecordsError):
    message = "That answer does not belong to this question, so it was not saved. Load the page again."
