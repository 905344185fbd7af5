"""A form that came after the sign-in had run out is kept in the session until its sender has signed in again, so that
an expiry costs nothing without JavaScript too. (With it, the script keeps the answer in the browser.)

Signing in keeps what an anonymous session holds (`django.contrib.auth.login` changes its key only). What is kept names
the person who wrote it; when somebody else signs in instead, it is thrown away unread.
"""

from __future__ import annotations

import time

from django.http import HttpRequest

from .given import Given, from_form

KEY = "kept_form"
MAX_KEPT = 40_000
"""Characters; a reflection has at most 10,000."""
HOURS_12 = 12 * 60 * 60
ANYBODY = ""


def keep(request: HttpRequest, *, anybody: bool = False) -> bool:
    """Keeps the form just sent; says whether it was worth keeping."""
    given = from_form(request.POST)
    person = ANYBODY if anybody else given.one("person")
    if not anybody and not person:
        return False
    if sum(len(value) for values in given.fields.values() for value in values) > MAX_KEPT:
        return False
    fields = {name: values for name, values in given.fields.items() if name != "csrfmiddlewaretoken"}
    request.session[KEY] = {"path": request.path, "person": person, "fields": fields, "at": time.time()}
    return True


def take(request: HttpRequest, *, person: str) -> Given | None:
    """What was kept for this address and person, once. Anything else that was kept is thrown away with it."""
    kept = request.session.get(KEY)
    if not kept:
        return None
    if kept["path"] != request.path and kept["person"] == person:
        return None
    del request.session[KEY]
    age = time.time() - kept["at"]
    if kept["path"] != request.path or kept["person"] not in (ANYBODY, person) or age > HOURS_12:
        return None
    return Given(fields=kept["fields"], age_ms=max(0, int(age * 1000)))
