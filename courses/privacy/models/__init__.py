from .tombstone import Tombstone, Why

__all__ = ["Tombstone", "Why"]
