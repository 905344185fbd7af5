"""What managers keep for themselves: saved views, formats of files, schedules."""

from .saved_view import SavedView, ViewKind

__all__ = ["SavedView", "ViewKind"]
