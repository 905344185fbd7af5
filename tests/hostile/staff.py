"""A learner's post and coming leave, her manager's role and a job role: what the addresses of posts and roles need."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from courses.people.models import Absence, JobRole, Organisation, Person, Role


def staff_parts(learner: Person, manager: Person, organisation: Organisation) -> dict[str, Any]:
    leave = Absence.objects.create(
        person=learner,
        organisation=organisation,
        starts_on=timezone.localdate() + datetime.timedelta(days=30),
        entered_by=manager,
    )
    return {
        "manager": manager.public_id,
        "held": manager.memberships.get(role=Role.UNIT_MANAGER).pk,
        "post": learner.memberships.get(role=Role.LEARNER).pk,
        "absence": leave.pk,
        "job_role": JobRole.objects.create(organisation=organisation, name="Assessor").pk,
    }
