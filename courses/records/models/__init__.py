from .activity import ActivityAttempt, ActivityCall, ActivityProgress, CallOutcome, ItemResponse, SatisfiedBy
from .answer import AnswerDraft, Reflection
from .attempt import Attempt, LessonProgress
from .completion import Completion
from .cpd import CpdNote
from .enrolment import Enrolment
from .event import Event
from .exemption import Exemption, ExemptionReason
from .requirement import Requirement
from .sitting import Response, Try

__all__ = [
    "ActivityAttempt",
    "ActivityCall",
    "ActivityProgress",
    "AnswerDraft",
    "Attempt",
    "CallOutcome",
    "Completion",
    "CpdNote",
    "Enrolment",
    "Event",
    "Exemption",
    "ExemptionReason",
    "ItemResponse",
    "LessonProgress",
    "Reflection",
    "Requirement",
    "Response",
    "SatisfiedBy",
    "Try",
]
