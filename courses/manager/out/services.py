"""Writes of this area: the settings of a file for another system, and reports that come regularly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.manager.models import ExportFormat, ModuleInFormat, ScheduledReport
from courses.people.models import Action, Organisation, Person
from courses.people.services.auditing import note


@transaction.atomic
def set_format(
    *,
    organisation: Organisation,
    kind: str,
    by: Person,
    modules: Iterable[dict[str, Any]],
    seen: Iterable[int],
    fourth_column: str = "DESCRIPTION",
    date_format: str = "mon",
    columns: Iterable[tuple[str, str]] = (),
) -> ExportFormat:
    """Sets how the organisation wants a file. Modules that are not among `seen` (private today, say) stay as they
    were: nobody who cannot see them takes them out."""
    layout, _ = ExportFormat.objects.update_or_create(
        organisation=organisation,
        kind=kind,
        defaults={
            "fourth_column": fourth_column,
            "date_format": date_format,
            "columns": [list(column) for column in columns],
            "changed_by": by,
        },
    )
    layout.modules.filter(module__in=list(seen)).delete()
    ModuleInFormat.objects.bulk_create(ModuleInFormat(format=layout, **fields) for fields in modules)
    note(action=Action.CHANGED, what="export-format", by=by, organisation=organisation, key=layout.pk)
    return layout


@transaction.atomic
def schedule(
    *, by: Person, organisation: Organisation | None, recipients: Iterable[Person], **fields: Any
) -> ScheduledReport:
    """A report that comes regularly: `what`, `slug`, `ending`, `choice` and `every`."""
    made = ScheduledReport.objects.create(by=by, organisation=organisation, created_on=timezone.localdate(), **fields)
    made.recipients.set(recipients)
    note(
        action=Action.CHANGED,
        what="schedule",
        by=by,
        organisation=organisation,
        key=made.pk,
        recipients=made.recipients.count(),
    )
    return made


@transaction.atomic
def end_schedule(*, schedule: ScheduledReport, by: Person | None) -> None:
    """No more of it is sent. Twice is once."""
    if ScheduledReport.objects.filter(pk=schedule.pk, ended_on=None).update(ended_on=timezone.localdate()):
        note(
            action=Action.CHANGED,
            what="schedule-end",
            by=by,
            organisation_id=schedule.organisation_id,
            key=schedule.pk,
        )
