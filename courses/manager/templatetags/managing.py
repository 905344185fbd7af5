"""Tags of the manager's screens."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

register = template.Library()

TABS = {
    "overview": ("", "modules", "principles"),
    "people": ("people",),
    "matrix": ("matrix", "views"),
    "requirements": ("assignments", "paths", "exemptions", "accepted"),
    "reports": ("exports", "schedules", "jobs", "evidence"),
    "organisation": (
        "organisation", "imports", "invitations", "domains", "reminders", "units", "job-roles", "leavers", "roles",
        "audit", "erasure", "holds", "retention",
    ),
}  # fmt: skip
"""Which pages stand behind each tab, by the first part of their address below /manage/."""


@register.simple_tag(takes_context=True)
def tab_current(context: template.Context, tab: str) -> SafeString:
    """`<a href="…" {% tab_current "people" %}>`: marks the part of the manager's screens that one is in."""
    path = getattr(context.get("request"), "path", "")
    part = path.removeprefix("/manage/").partition("/")[0]
    return SafeString('aria-current="page"') if part in TABS[tab] else SafeString("")
