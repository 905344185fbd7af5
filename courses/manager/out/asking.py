"""What several screens of this area ask: who is here, which reports she set up, what the files are for."""

from __future__ import annotations

from typing import cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from courses.manager.models import FileKind, ScheduledReport
from courses.people.models import Person, User
from courses.people.permissions import led_organisations

ABOUT = {
    FileKind.ASC_WDS: "The training of your people as the Adult Social Care Workforce Data Set takes it in.",
    FileKind.ESR: "What your people hold, for the team that loads competences into the Electronic Staff Record.",
}


def asker(request: HttpRequest) -> Person:
    return cast("User", request.user).person


def schedules_of(request: HttpRequest) -> QuerySet[ScheduledReport]:
    """The reports that she set up, or as a lead answers for. One query."""
    mine = Q(by=asker(request)) | Q(organisation__in=led_organisations(request.user))
    return ScheduledReport.objects.filter(mine, ended_on=None).select_related("by").order_by("-pk")
