"""How often one address may ask. Kept in the cache, which all web processes share in production.

Why here and not in the web server: the page that answers must say, in words, when to try again.
"""

from __future__ import annotations

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

A_MINUTE, AN_HOUR = 60, 3600


def seconds_to_wait(request: HttpRequest, *, name: str, most: int, seconds: int = A_MINUTE) -> int:
    """Counts this request; 0 when it is among the first `most` of its minute (or so many `seconds`), else how long
    it is until the next one.

    The address is the one the sign-in limits use, so that the operator says once which proxy is trusted.
    """
    window, passed = divmod(int(time.time()), seconds)
    key = f"limit:{name}:{_line(get_adapter().get_client_ip(request))}:{window}"
    cache.add(key, 0, 2 * seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two calls
        return 0
    return seconds - passed if count > most else 0


def _line(address: str) -> str:
    """The network line behind an address: with IPv6 everybody has 2 to the power of 64 addresses to ask from."""
    found = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((found, 64), strict=False) if found.version == 6 else found)
