"""How often one address may ask. Kept in the cache, which all web processes share in production.

Why here and not in the web server: the page that answers must say, in words, when to try again.
"""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 60


def seconds_to_wait(request: HttpRequest, *, name: str, most: int) -> int:
    """Counts this request; 0 when it is among the first `most` of its minute, else the seconds until the next minute.

    The address is the one the sign-in limits use, so that the operator says once which proxy is trusted.
    """
    now = int(time.time())
    window, passed = divmod(now, WINDOW_SECONDS)
    key = f"limit:{name}:{get_adapter().get_client_ip(request)}:{window}"
    cache.add(key, 0, 2 * WINDOW_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two calls
        return 0
    return WINDOW_SECONDS - passed if count > most else 0
