"""Writes of learning records. Each is one transaction, harmless when repeated, and on the timeline.

What may happen to one enrolment at the same moment (two tabs, a retry, two devices) is put in line by locking its row:
`select_for_update` on PostgreSQL, the immediate transaction on SQLite.
"""

from __future__ import annotations

from courses.records.saving import Saved, delete_reflection, note_place, save_answer, save_reflection

from .activities import Standing, begun_progress, held_progress, note_activity, note_refused, progress_of, settle
from .enrolling import start
from .finishing import RENEW_WITHIN, complete_if_satisfied, locked
from .in_words import InWords, answer_in_words
from .lessons import finish_lesson
from .sitting import Result, allow_another_try, begin_try, submit_try

__all__ = [
    "RENEW_WITHIN",
    "InWords",
    "Result",
    "Saved",
    "Standing",
    "allow_another_try",
    "answer_in_words",
    "begin_try",
    "begun_progress",
    "complete_if_satisfied",
    "delete_reflection",
    "finish_lesson",
    "held_progress",
    "locked",
    "note_activity",
    "note_place",
    "note_refused",
    "progress_of",
    "save_answer",
    "save_reflection",
    "settle",
    "start",
    "submit_try",
]
