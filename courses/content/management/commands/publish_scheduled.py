"""Wagtail's publish_scheduled, in which one module that cannot be published does not hold up the rest."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone
from wagtail.log_actions import log
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand
from wagtail.models import Revision

from courses.content.models import ModulePage
from courses.content.publishing import PublishingRefused

logger = logging.getLogger(__name__)


class Command(WagtailCommand):
    """Publishes what is due. A refused module stays as it was, its schedule is taken off, and its history says why."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dryrun"]:
            due = Revision.page_revisions.filter(approved_go_live_at__lt=timezone.now())
            for revision in due.order_by("approved_go_live_at"):
                if isinstance(page := revision.content_object, ModulePage):
                    self._publish(page, revision)
        super().handle(*args, **options)

    def _publish(self, page: ModulePage, revision: Revision) -> None:
        try:
            revision.publish(log_action="wagtail.publish.scheduled")
        except PublishingRefused as refused:
            Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
            said = {"problems": refused.messages}
            log(instance=page, action="alongside.publish_refused", revision=revision, data=said)
            reasons = " ".join(refused.messages)
            logger.warning("Scheduled publishing of “%s” was refused: %s", page.title, reasons)
            self.stderr.write(f"Not published: “{page.title}”. {reasons}")
