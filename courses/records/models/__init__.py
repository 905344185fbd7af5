from .activity import ActivityAttempt, ActivityCall, ActivityProgress, CallOutcome, ItemResponse, SatisfiedBy
from .agreement import (
    AcceptedDetail,
    AcceptedEnd,
    AcceptedKind,
    AcceptedTraining,
    Adjustment,
    AdjustmentNote,
    ExemptionEnd,
    ReasonableAdjustment,
)
from .answer import AnswerDraft, Reflection
from .attempt import Attempt, LessonProgress
from .completion import Completion
from .cpd import CpdNote
from .enrolment import Enrolment
from .event import Event, EventNote
from .exemption import Exemption, ExemptionReason
from .path import LearningPath, PathStep
from .requirement import Requirement, RequirementPerson
from .sitting import Response, Try
from .standing import Recount, Roll, Standing, UnitDay

__all__ = [
    "AcceptedDetail",
    "AcceptedEnd",
    "AcceptedKind",
    "AcceptedTraining",
    "ActivityAttempt",
    "ActivityCall",
    "ActivityProgress",
    "Adjustment",
    "AdjustmentNote",
    "AnswerDraft",
    "Attempt",
    "CallOutcome",
    "Completion",
    "CpdNote",
    "Enrolment",
    "Event",
    "EventNote",
    "Exemption",
    "ExemptionEnd",
    "ExemptionReason",
    "ItemResponse",
    "LearningPath",
    "LessonProgress",
    "PathStep",
    "ReasonableAdjustment",
    "Recount",
    "Reflection",
    "Requirement",
    "RequirementPerson",
    "Response",
    "Roll",
    "SatisfiedBy",
    "Standing",
    "Try",
    "UnitDay",
]
