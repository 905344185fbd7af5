"""What a report to an error tracker (Sentry) holds: what went wrong and where in the code, and nothing of a person's.

`send_default_pii=False` leaves in more than its name says: the address (with the token of an opening, of an invitation,
of a new password), what was posted (answers), the variables of each function, the log before the fault, and what
PostgreSQL says of a row that it refused.
"""

from __future__ import annotations

from typing import Any

LOGS_OF_REQUESTS = "django_structlog"
"""It writes down each fault a second time, with the address."""
PATTERNS = frozenset({"route", "component"})
"""Where the name of a report comes from when it is a pattern of ours; otherwise it is the address that was asked."""


def bare(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any] | None:
    """The report as it may be sent; None for one that is not."""
    if str(event.get("logger", "")).startswith(LOGS_OF_REQUESTS):
        return None
    method = event.get("request", {}).get("method")
    event["request"] = {"method": method} if method else {}
    if event.get("transaction_info", {}).get("source") not in PATTERNS:
        event.pop("transaction", None)
    for name in ("user", "extra", "breadcrumbs"):
        event.pop(name, None)
    for fault in event.get("exception", {}).get("values", []):
        fault["value"] = str(fault.get("value") or "").partition("\nDETAIL:")[0]
    return event


OPTIONS: dict[str, Any] = {
    "send_default_pii": False,
    "include_local_variables": False,
    "max_request_body_size": "never",
    "max_breadcrumbs": 0,
    "before_send": bare,
}
