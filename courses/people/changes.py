"""Where layers above are told that somebody's post, leave or employment changed, inside the change's transaction:
records counts her standings again.

A plain list, as `records.completing` has: who listens is visible in `AppConfig.ready` of each app.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

after_change: list[Callable[[Collection[int]], None]] = []


def changed(person_ids: Collection[int]) -> None:
    """Tells everybody who listens; `person_ids` may be many thousands after an import."""
    for listener in after_change:
        listener(person_ids)
