"""Where layers above are told of a completion, inside its transaction: credentials issues the certificate here.

A plain list rather than a signal: who listens is visible in one place (`AppConfig.ready` of each app), and an error in
one of them undoes the completion, so that there is never one without the other (DESIGN §4).
"""

from __future__ import annotations

from collections.abc import Callable

from .models import Completion

after_completion: list[Callable[[Completion], None]] = []
