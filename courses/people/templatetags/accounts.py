"""Filters of the account pages: `{% load accounts %}`."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

from courses.people.rules import device_name

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """A browser's long name in words a person recognises."""
    return device_name(user_agent or "")


@register.filter
def as_json(data: Any) -> str:
    """Data for a script, as the value of a data attribute: our pages carry no script elements of their own."""
    return json.dumps(data, cls=DjangoJSONEncoder)
