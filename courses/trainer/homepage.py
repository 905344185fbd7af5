"""What waits for a trainer, on the first page of the editor."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from . import queries

WITHIN = datetime.timedelta(days=60)
MOST = 8


class WaitingPanel(Component):
    """Modules to review, figures out of date, consent that runs out, drafts nobody sees. 4 queries."""

    name = "alongside_waiting"
    template_name = "trainer/panels/waiting.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        today = timezone.localdate()
        lists = [
            (
                "Modules to review",
                [
                    (page.title, page.review_by, reverse("wagtailadmin_pages:edit", args=[page.pk]))
                    for page in queries.modules_to_review(today, WITHIN)[:MOST]
                ],
            ),
            (
                "Figures past their day of review",
                [
                    (str(figure), figure.review_by, reverse("wagtailsnippets_content_figure:edit", args=[figure.pk]))
                    for figure in queries.figures_to_review(today)[:MOST]
                ],
            ),
            (
                "Stories whose consent runs out",
                [
                    (story.who, story.consent_until, reverse("wagtailsnippets_content_story:edit", args=[story.pk]))
                    for story in queries.stories_running_out(today, WITHIN)[:MOST]
                ],
            ),
            (
                "Changes not published yet",
                [
                    (page.draft_title, None, reverse("wagtailadmin_pages:edit", args=[page.pk]))
                    for page in queries.drafts()[:MOST]
                ],
            ),
        ]
        return {"lists": [(heading, rows) for heading, rows in lists if rows], "today": today}


def waiting(request: HttpRequest, panels: list[Any]) -> None:
    """Hook `construct_homepage_panels`: for those who edit; a reviewer's list is Wagtail's own."""
    if request.user.has_perm("content.change_question"):
        panels.append(WaitingPanel())
