"""What leaves this system when something goes wrong in it: nothing of a person's."""

from __future__ import annotations

from typing import Any

from learning_site.error_reports import OPTIONS, bare


def report(**more: Any) -> dict[str, Any]:
    """A report as the library makes it."""
    return {
        "logger": "django.request",
        "transaction": "/learn/{slug}/",
        "transaction_info": {"source": "route"},
        "request": {
            "method": "POST",
            "url": "https://kabc.content.example/launch/s3cret/calls",
            "query_string": "key=s3cret",
            "data": {"answer": "My mother"},
            "headers": {"Referer": "https://learn.example/reset/s3cret/"},
        },
        "user": {"id": "7"},
        "extra": {"request": "<WSGIRequest: POST '/launch/s3cret/calls'>"},
        "breadcrumbs": {"values": [{"message": "Not Found: /reset/s3cret/"}]},
        "exception": {
            "values": [
                {"type": "ZeroDivisionError", "value": "division by zero", "stacktrace": {"frames": [{"lineno": 7}]}},
                {"type": "IntegrityError", "value": "duplicate key\nDETAIL:  Key (email)=(amara@example.org) exists."},
            ]
        },
        **more,
    }


def test_it_says_what_went_wrong_and_where() -> None:
    sent = bare(report(), {})
    assert sent is not None
    assert sent["request"] == {"method": "POST"}
    assert [fault["value"] for fault in sent["exception"]["values"]] == ["division by zero", "duplicate key"]
    assert sent["exception"]["values"][0]["stacktrace"]["frames"] == [{"lineno": 7}]
    assert sent["transaction"] == "/learn/{slug}/"


def test_it_holds_no_secret_and_nothing_of_a_person() -> None:
    said = repr(bare(report(), {}))
    for private in ("s3cret", "amara", "My mother", "user", "breadcrumbs"):
        assert private not in said
    assert OPTIONS["include_local_variables"] is OPTIONS["send_default_pii"] is False
    assert OPTIONS["max_request_body_size"] == "never"


def test_an_address_that_is_no_pattern_of_ours_is_left_out() -> None:
    """As on a package's own origin, where the address is the token."""
    sent = bare(report(transaction="/launch/s3cret/", transaction_info={"source": "url"}), {})
    assert sent is not None
    assert "s3cret" not in repr(sent)


def test_the_same_fault_in_the_log_of_requests_is_not_sent_again() -> None:
    assert bare(report(logger="django_structlog.middlewares.request"), {}) is None


def test_a_fault_outside_a_request_is_sent_too() -> None:
    assert bare({"message": "A task failed"}, {}) == {"message": "A task failed", "request": {}}
