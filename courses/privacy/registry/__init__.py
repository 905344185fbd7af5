"""What erasure does with every model and field that may hold something about a person. One table, kept by a test that
walks all models: a field that is added must be added here.
"""

from .fates import Fate, Rule, Special
from .kept import STAYS
from .rules import RULES

__all__ = ["RULES", "STAYS", "Fate", "Rule", "Special"]
