"""A trainer with the groups of her role, as signing in gives them, and forms filled in as the editor posts them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from courses.content.models import ModulePage
from courses.people.models import User
from courses.people.services.cms import sync_cms_groups


@pytest.fixture(autouse=True)
def _groups(request: pytest.FixtureRequest) -> None:
    for name in {"tariq", "rosa", "admin"} & set(request.fixturenames):
        sync_cms_groups(request.getfixturevalue(name))


@pytest.fixture
def trainer(tariq: User, tariq_client: Client) -> Client:
    return tariq_client


def lesson_form(title: str, **fields: Any) -> dict[str, Any]:
    """One lesson as the editor posts it, with a paragraph."""
    return {
        "title": title,
        "slug": "",
        "summary": "",
        "minutes": "10",
        "outcomes": {"count": "0"},
        "principles": {"count": "0"},
        "body": streamfield(
            [
                (
                    "text",
                    (
                        '{"blocks":[{"key":"a","text":"Words.","type":"unstyled","depth":0,'
                        '"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}'
                    ),
                )
            ]
        ),
        **fields,
    }


def module_form(page: ModulePage | None = None, *lessons: str, **fields: Any) -> dict[str, Any]:
    """The whole form of a module; what `page` says, with `fields` changed."""
    outcomes = list(page.outcomes.all()) if page else []
    rows = [{"id": o.pk or "", "key": o.key, "text": o.text, "ORDER": n} for n, o in enumerate(outcomes, 1)]
    data = {
        "title": page.title if page else "A new module",
        "slug": page.slug if page else "a-new-module",
        "summary": page.summary if page else "What it is about.",
        "for_whom": "Anyone.",
        "minutes": "20",
        "principles": [p.pk for p in page.principles.all()] if page else [],
        "sectors": [],
        "nations": [],
        "owner_name": "",
        "review_by": "",
        "pass_mark": "80",
        "tries": "3",
        "after_last_try": "",
        "questions_per_outcome": "2",
        "layout": "one-a-page",
        "valid_months": "24",
        "retention": "training-10-years",
        "change_kind": "",
        "change_note": "",
        "holders_due_by": "",
        "go_live_at": "",
        "expire_at": "",
        "lessons": streamfield(
            [("lesson", lesson_form(title)) for title in lessons or ("First lesson", "Second lesson")]
        ),
        "outcomes": inline_formset(rows, initial=len([o for o in outcomes if o.pk])),
        "comments": inline_formset([]),
        **fields,
    }
    return dict(nested_form_data(data))
