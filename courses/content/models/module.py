from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, Revision

from courses.content.lesson_blocks import ModuleStream
from courses.content.panels import module_edit_handler

from .principle import Nation, Principle, Sector
from .version import ChangeKind, ModuleVersion


class Layout(models.TextChoices):
    ONE_A_PAGE = "one-a-page", "One question a page"
    ALL_ON_ONE = "all-on-one", "All questions on one page"


class Retention(models.TextChoices):
    """Retention classes (fact pack §5.8); the clock and the action are the organisation's."""

    STATUTORY_10 = "training-10-years", "Statutory and mandatory training: 10 years after the training"
    OTHER_6 = "training-6-years", "Other training: 6 years after the training"
    LEAVING_6 = "leaving-6-years", "6 years after leaving"


class CataloguePage(Page):
    """The list of modules, `/modules/`. The list itself is a Django view over the published versions."""

    intro = models.TextField(blank=True)
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.ModulePage"]
    max_count_per_parent = 1


class ModulePage(Page):
    """A module as trainers edit it. Learners never see this page, only the versions that publishing makes of it."""

    summary = models.TextField()
    for_whom = models.TextField("who it is for", blank=True)
    sectors = ParentalManyToManyField(Sector, blank=True)
    nations = ParentalManyToManyField(Nation, blank=True)
    minutes = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1), MaxValueValidator(1000)])
    principles = ParentalManyToManyField(Principle, blank=True, verbose_name="principles taught")
    pass_mark = models.PositiveSmallIntegerField(default=80, validators=[MaxValueValidator(100)], help_text="Per cent.")
    tries = models.PositiveSmallIntegerField(default=3, help_text="0 means as many as she likes.")
    after_last_try = models.TextField(blank=True, help_text="What happens next, in words.")
    questions_per_outcome = models.PositiveSmallIntegerField(default=2)
    layout = models.CharField("assessment layout", max_length=20, choices=Layout.choices, default=Layout.ONE_A_PAGE)
    valid_months = models.PositiveSmallIntegerField(default=24, help_text="0 means for ever.")
    retention = models.CharField(max_length=20, choices=Retention.choices, default=Retention.STATUTORY_10)
    private = models.BooleanField(
        default=False, help_text="Never shown to a manager in any way; for modules that could reveal who is a carer."
    )
    owner_name = models.CharField("content owner", max_length=200, blank=True)
    review_by = models.DateField(null=True, blank=True)
    change_kind = models.CharField(
        max_length=20,
        choices=ChangeKind.choices,
        blank=True,
        help_text="Needed to publish a change; cleared afterwards.",
    )
    change_note = models.TextField(blank=True, help_text="What changed, in a sentence. Cleared after publishing.")
    holders_due_by = models.DateField(
        null=True, blank=True, help_text="For new training: by when holders need it again."
    )
    lessons = StreamField(ModuleStream(), blank=True)
    current_version = models.ForeignKey(
        ModuleVersion, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    parent_page_types = ["content.CataloguePage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["current_version"]
    edit_handler = module_edit_handler()

    def with_content_json(self, content: dict[str, Any]) -> ModulePage:
        """A revision brought back must not bring an old `current_version` back with it."""
        page: ModulePage = super().with_content_json(content)
        page.current_version_id = self.current_version_id
        return page

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        from courses.content.previewing import preview_modes

        return preview_modes(self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """As learners will see it; Wagtail's own template-by-name does not know of frozen modules."""
        from courses.content.previewing import preview

        return preview(self, request, mode_name)

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Publishes in one transaction with the version that the publish signal makes: both, or neither.

        A revision that is only scheduled makes no version yet, but is refused now for what would refuse it then.
        """
        from courses.content.publishing import refuse_unless_publishable

        with transaction.atomic():
            result = super().publish(revision, *args, **kwargs)
            if revision.approved_go_live_at:
                refuse_unless_publishable(revision.as_object())
            return result


class ModuleOutcome(Orderable):
    """Something the learner can do afterwards."""

    page = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="outcomes")
    key = models.CharField(max_length=20, help_text="O1, O2, …: stays the same for ever.")
    text = models.CharField(max_length=300)

    panels = [FieldPanel("key"), FieldPanel("text")]

    class Meta(Orderable.Meta):
        constraints: list[Any] = [models.UniqueConstraint(fields=["page", "key"], name="outcome_key_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.text}"
