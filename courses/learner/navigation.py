"""What the header offers. A link is a convenience: every view checks for itself who may open it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from courses.people.models import Role
from courses.people.permissions import EDITING, MANAGING


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    current: bool = False


EVERYBODY = (
    ("Modules", "/modules/"),
    ("My learning", "/my-learning/"),
    ("Resources", "/resources/"),
    ("Help", "/help/"),
)


def links(request: HttpRequest | None) -> list[Link]:
    """The links of the header for this visitor, without a query: roles were noted at sign-in (`people.adapters`)."""
    path = getattr(request, "path", "/")
    session = getattr(request, "session", None)
    roles = set(session.get("roles", ())) if session is not None else set()
    offered = list(EVERYBODY)
    if roles.intersection(MANAGING):
        offered.append(("Manage", "/manage/"))
    if Role.AUDITOR in roles:
        offered.append(("Evidence", "/shared/"))
    if roles.intersection(EDITING):
        offered.append(("CMS", "/cms/"))
    return [Link(title, url, current=path.startswith(url)) for title, url in offered]
