"""Nothing in the CMS tells somebody who writes or reviews content who learns here, or where people work.

Every address under /cms/ that can be put together is asked, Wagtail's own among them: Wagtail opens its choosers to
every editor.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

from courses.people.models import Role, User
from courses.records.services import save_reflection
from tests.learner.taught import blocks, taught_module
from tests.people import signed_in, somebody
from tests.records.trips import begin

from .world import body_of

pytestmark = pytest.mark.django_db

LEFT_OUT = ("/cms/logout/", "/cms/failwhale/", "/cms/jsi18n/")
WORDS = "Sekrit reflection of Amara"


def addresses(patterns: Any, pk: int, before: str = "") -> Iterator[str]:
    """Every address under /cms/, `pk` in the place of every number."""
    for pattern in patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, pk, route)
            continue
        url = "/" + re.sub(r"<(int|str):\w*(pk|id)>", str(pk), route).replace("^", "").replace("$", "")
        if url.startswith("/cms/") and "<" not in url and "(" not in url and url not in LEFT_OUT:
            yield url


@pytest.fixture
def secrets(amara: User, ben: User) -> tuple[str, ...]:
    module = taught_module()
    attempt = begin(amara.person, module)
    save_reflection(attempt=attempt, block_id=blocks(module, "reflection")[0], text=WORDS)
    return ("Okafor", "amara@", "Ben Hughes", "ben@", "Northfield", "Adult Assessments", WORDS)


@pytest.mark.parametrize("who", ["tariq", "rosa"])
def test_no_page_names_a_learner(
    who: str, secrets: tuple[str, ...], amara: User, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(who))
    client.raise_request_exception = False
    client.get("/cms/")
    logging.disable(logging.CRITICAL)
    shown = set()
    for url in addresses(get_resolver().url_patterns, amara.person_id):
        text = body_of(client.get(f"{url}?q=Amara")).decode(errors="replace")
        shown |= {f"{url} shows {secret}" for secret in secrets if secret in text}
    logging.disable(logging.NOTSET)
    assert shown == set()


def test_who_says_who_belongs_where_finds_people(amara: User) -> None:
    client = signed_in(somebody("Iris Bell", Role.PLATFORM_ADMINISTRATOR))
    assert "Okafor" in client.get("/cms/person_chooser/?q=Amara").content.decode()
    assert "Northfield" in client.get("/cms/snippets/choose/people/organisation/").content.decode()
