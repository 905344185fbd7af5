"""Our forms: GOV.UK markup under our tokens, errors tied to their fields.

A renderer set on our own Form classes, not FORM_RENDERER: a global one would restyle the Wagtail admin (DESIGN §6).
Forms of others (allauth's) get the same markup in templates by `{% form_field %}` and `{% form_errors %}`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.Widget, "govuk-input"),
)


class Renderer(TemplatesSetting):
    """Renders our forms from templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class Form(forms.Form):
    """The base of our forms."""

    default_renderer = Renderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def control_class(field: forms.BoundField) -> str:
    """The class of the control of `field`, with that of an error when it has one."""
    name = next(name for kind, name in CLASSES if isinstance(field.field.widget, kind))
    return f"{name} govuk-input--error" if field.errors and not name.endswith("__input") else name


def control(field: forms.BoundField) -> SafeString:
    """The control of `field` in our look. Django itself adds aria-describedby (hint, errors) and aria-invalid."""
    return field.as_widget(attrs={"class": control_class(field)})
