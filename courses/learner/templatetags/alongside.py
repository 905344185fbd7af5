"""Tags and filters every template may use (registered as builtins)."""

from django import template

register = template.Library()
