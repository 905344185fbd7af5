"""A learner's post and coming leave, her manager's role and a job role: what the addresses of posts and roles need."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from courses.people.models import Absence, Employment, JobRole, Organisation, Person, Role
from courses.privacy.models import LegalHold, Merge, RetentionClass, RetentionRun, SaidBy
from courses.privacy.services import requests


def staff_parts(learner: Person, manager: Person, organisation: Organisation) -> dict[str, Any]:
    leave = Absence.objects.create(
        person=learner,
        organisation=organisation,
        starts_on=timezone.localdate() + datetime.timedelta(days=30),
        entered_by=manager,
    )
    twin = Person.objects.create(name="Amara's Second Entry", family_name="Entry")
    goes = Person.objects.create(name="Amara's Third Entry", family_name="Entry")
    for one in (twin, learner):
        Employment.objects.get_or_create(
            person=one, organisation=organisation, defaults={"starts_on": timezone.localdate()}
        )
    merged = Merge.objects.create(
        goes=goes, stays=learner, said_by=SaidBy.LEAD, by=manager, organisation=organisation, at=timezone.now()
    )
    return {
        "twin": twin.public_id,
        "merge": merged.pk,
        "manager": manager.public_id,
        "held": manager.memberships.get(role=Role.UNIT_MANAGER).pk,
        "post": learner.memberships.get(role=Role.LEARNER).pk,
        "absence": leave.pk,
        "job_role": JobRole.objects.create(organisation=organisation, name="Assessor").pk,
    }


def privacy_parts(learner: Person, manager: Person, organisation: Organisation) -> dict[str, Any]:
    """A request for erasure, a legal hold, and a list of what is due: what the lead's addresses of privacy need."""
    now = timezone.now()
    hold = LegalHold.objects.create(
        organisation=organisation, person=learner, reason="A claim", placed_by=manager, placed_at=now
    )
    run = RetentionRun.objects.create(organisation=organisation, day=timezone.localdate(), made_at=now)
    return {
        "erasure": requests.ask(person=learner).parts.get().pk,
        "hold": hold.pk,
        "retention": run.public_id,
        "kept_as": RetentionClass.objects.get(organisation=None, key="clinical").pk,
    }
