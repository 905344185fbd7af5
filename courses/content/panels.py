"""The form in which a trainer edits a module: four tabs in the order in which one works."""

from __future__ import annotations

from typing import Any

from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)


class ReadinessPanel(Panel):
    """ "Can this be published?": every problem with what to do, and which principles are taught but not assessed."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "trainer/panels/readiness.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from .readiness import readiness

            context: dict[str, Any] = super().get_context_data(parent_context)
            saved = self.instance if self.instance.pk else None
            context["readiness"] = readiness(saved, timezone.localdate()) if saved else None
            return context


def module_edit_handler() -> TabbedInterface:
    """Lessons first: that is what a trainer comes for."""
    ticks = CheckboxSelectMultiple
    return TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title", help_text="As learners and certificates show it."),
                    FieldPanel(
                        "lessons",
                        help_text="In the order in which they are taught. Learners see changes after publishing only.",
                    ),
                ],
                heading="Lessons",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("summary", help_text="Two sentences for the catalogue."),
                            FieldPanel("for_whom", help_text="In a sentence: who should take this."),
                            FieldPanel(
                                "minutes",
                                heading="Minutes",
                                help_text="How long it takes, assessment included. Counts as CPD.",
                            ),
                        ],
                        heading="In the catalogue",
                    ),
                    InlinePanel(
                        "outcomes",
                        heading="Outcomes",
                        label="Outcome",
                        help_text="What the learner can do afterwards. Each is tested by questions of its own.",
                    ),
                    FieldPanel(
                        "principles",
                        widget=ticks,
                        help_text="The common core principles this module teaches. Printed on the certificate.",
                    ),
                    FieldPanel("sectors", widget=ticks, help_text="Whose people it is written for."),
                    FieldPanel("nations", widget=ticks, help_text="Whose law and figures it teaches."),
                    MultiFieldPanel(
                        [
                            FieldPanel("owner_name", help_text="Who answers for the content."),
                            FieldPanel(
                                "review_by",
                                help_text="The start page of the editor reminds you when this day comes near.",
                            ),
                            FieldPanel("private"),
                            FieldPanel(
                                "slug",
                                heading="Address",
                                help_text="The last part of the module's address: /modules/…/",
                            ),
                        ],
                        heading="Keeping it",
                    ),
                ],
                heading="About the module",
            ),
            ObjectList(
                [
                    HelpPanel(
                        content="The questions themselves are under “Building blocks” in the menu. Each sitting draws "
                        "anew, so that nobody gets the same set twice in a row.",
                    ),
                    FieldRowPanel(
                        [
                            FieldPanel(
                                "questions_per_outcome",
                                heading="Questions drawn for each outcome",
                                help_text="0: no assessment.",
                            ),
                            FieldPanel("pass_mark", help_text="Per cent."),
                            FieldPanel("tries", help_text="0 means as many as the learner likes."),
                        ],
                        heading="The assessment",
                    ),
                    FieldPanel("layout"),
                    FieldPanel(
                        "after_last_try",
                        heading="After the last try",
                        help_text="What happens next, in kind words. Shown to somebody who has not passed.",
                    ),
                    FieldRowPanel(
                        [
                            FieldPanel(
                                "valid_months", heading="Months a certificate is valid", help_text="0 means for ever."
                            ),
                            FieldPanel("retention", heading="How long records are kept"),
                        ],
                        heading="The certificate",
                    ),
                ],
                heading="Assessment",
            ),
            ObjectList(
                [
                    ReadinessPanel(heading="Can this be published?"),
                    MultiFieldPanel(
                        [
                            FieldPanel("change_kind", heading="What kind of change is this?"),
                            FieldPanel(
                                "change_note",
                                heading="What changed?",
                                help_text="In a sentence, for learners. Cleared after publishing.",
                            ),
                            FieldPanel(
                                "holders_due_by",
                                heading="New training: needed again by",
                                help_text="People who hold the module are asked to take it again by this day.",
                            ),
                        ],
                        heading="This change",
                        help_text="Needed from the second publishing on. People in the middle of the module finish the "
                        "version they began, whatever you choose.",
                    ),
                    PublishingPanel(),
                    CommentPanel(),
                ],
                heading="Publishing this change",
            ),
        ]
    )
