from __future__ import annotations


class CannotMergeError(ValueError):
    """The two cannot be made one, or not be parted; the words are for whoever asked."""


class LinkClosedError(CannotMergeError):
    """The link is used, too old, or not for whoever opened it. It does not say which."""


__all__ = ["CannotMergeError", "LinkClosedError"]
