"""What can be refused, in words for the person who asked."""

from __future__ import annotations


class RecordsError(Exception):
    """Something was refused and nothing was changed; `message` says what happened and what to do next."""

    message = "That could not be done. Nothing was changed."

    def __init__(self, message: str = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class NotPublished(RecordsError):
    message = "This module is not open just now. Your record is safe. Choose another from the list of modules."


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
