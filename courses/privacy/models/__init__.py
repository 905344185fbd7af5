from .erasure import Decision, ErasurePart, ErasureRequest
from .hold import LegalHold
from .retention import (
    AnswerTotal,
    ClockStart,
    ModuleRetention,
    Outcome,
    RetentionAction,
    RetentionClass,
    RetentionLine,
    RetentionRun,
)
from .tombstone import Tombstone, Why

__all__ = [
    "AnswerTotal",
    "ClockStart",
    "Decision",
    "ErasurePart",
    "ErasureRequest",
    "LegalHold",
    "ModuleRetention",
    "Outcome",
    "RetentionAction",
    "RetentionClass",
    "RetentionLine",
    "RetentionRun",
    "Tombstone",
    "Why",
]
