"""Requests of somebody signed in."""

from __future__ import annotations

from django.http import HttpRequest

from courses.people.models import User


class LearnerRequest(HttpRequest):
    """What a view behind `login_required` is given: `user` is never a visitor."""

    user: User
