from .erasure import Decision, ErasurePart, ErasureRequest
from .hold import LegalHold
from .merge import JoinRequest, Merge, SaidBy
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
    "JoinRequest",
    "LegalHold",
    "Merge",
    "ModuleRetention",
    "Outcome",
    "RetentionAction",
    "RetentionClass",
    "RetentionLine",
    "RetentionRun",
    "SaidBy",
    "Tombstone",
    "Why",
]
