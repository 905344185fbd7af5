from .merge import JoinRequest, Merge, SaidBy
from .tombstone import Tombstone, Why

__all__ = ["JoinRequest", "Merge", "SaidBy", "Tombstone", "Why"]
