"""Whether the site and the packages are kept apart as DESIGN §5 needs it: pure, so that it can be asked before Django
starts.

What shares a host shares everything. What lies under the site's host (or holds it) shares cookies: a page on
a.learn.example may set one for learn.example, and the site would be sent it. Two hosts under one domain
(learn.example.org and x.packages.example.org) still share what is set for that domain; the names of our own cookies
begin with "__Host-", which no other host can set, so that is allowed, and the operator's guide advises against it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

MARK = "{package}"
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def origin_faults(site: str, content: str) -> list[str]:
    """What is wrong with the two addresses, in sentences; what is not given at all is not looked at."""
    faults = [f"SITE_ORIGIN {fault}" for fault in _own(site)] if site else []
    if content:
        faults += [f"CONTENT_ORIGIN {fault}" for fault in (*_pattern(content), *_own(content.replace(MARK, "package")))]
    if site and content and not faults:
        faults += _together(_host(site), _host(content.replace(MARK, "package")).removeprefix("package."))
    return faults


def _own(origin: str) -> Iterator[str]:
    """What any origin must be: https, a host by name, and nothing behind it."""
    parts = _split(origin)
    if parts is None or not all(LABEL.fullmatch(label) for label in (parts.hostname or "").split(".")):
        yield "is no address of a host, such as https://learn.example.org"
        return
    if parts.scheme != "https":
        yield "must begin with https://"
    if parts.username or parts.password or parts.path or parts.query or parts.fragment:
        yield "must be scheme and host alone, without anything behind them"


def _pattern(content: str) -> Iterator[str]:
    if content.count(MARK) != 1 or f"://{MARK}." not in content:
        yield f"must begin with https://{MARK}. and a domain: no package shares an origin with the site or another one"
        return
    domain = _host(content.replace(MARK, "package")).removeprefix("package.")
    if "." not in domain or _is_address(domain):
        yield f"needs a domain of two names or more after {MARK}"


def _together(site: str, domain: str) -> list[str]:
    """`site` is the site's host, `domain` what stands after the package's name."""
    if domain == site or domain.endswith(f".{site}"):
        return [f"CONTENT_ORIGIN must not lie under the site's host ({site}): packages could set cookies for it"]
    if site.endswith(f".{domain}"):
        return [f"CONTENT_ORIGIN must not hold the site's host: packages could set cookies for all under {domain}"]
    return []


def _split(origin: str) -> SplitResult | None:
    try:
        parts = urlsplit(origin)
        is_usable = parts.port != 0  # reading a port that is none raises
    except ValueError:
        return None
    return parts if is_usable else None


def _host(origin: str) -> str:
    parts = _split(origin)
    return (parts.hostname or "") if parts else ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
