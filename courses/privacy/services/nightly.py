"""What the night does about retention, in one organisation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from courses.people import jobs
from courses.people.models import Organisation
from courses.privacy.clocks import classes_for
from courses.privacy.models import RetentionRun

from . import retaining


def retain(organisation: Organisation, *, dry: bool = False) -> Iterator[str]:
    """Carries out the classes that the organisation lets go without asking, then lists what is left for somebody to
    decide. Of the lists that nobody asked for, one a month is kept, the latest. Says how each went."""
    if not dry and any(one.by_itself for one in classes_for(organisation) if one.organisation_id is not None):
        yield _work(retaining.begin(organisation=organisation, by=None, dry=False, only_by_itself=True, queue=False))
    run = retaining.begin(organisation=organisation, by=None, dry=True, queue=False)
    yield _work(run)
    month = timezone.localdate().replace(day=1)
    earlier = RetentionRun.objects.filter(organisation=organisation, by=None, dry=True, day__gte=month)
    earlier.exclude(pk=run.pk).exclude(ended_at=None).delete()


def _work(run: RetentionRun) -> str:
    if run.job is None:
        return "is being worked on."
    jobs.work_on.call(run.job.pk)
    run.job.refresh_from_db()
    return run.job.said or "is being worked on."
