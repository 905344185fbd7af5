"""Forms of the learner's screens."""

from __future__ import annotations

from django import forms

from courses.forms import Form


class ReportForm(Form):
    """Report a problem with a page. Nothing of it is stored: it becomes one mail to the people behind the site."""

    what = forms.CharField(
        label="What went wrong?",
        help_text="What were you doing, what did you expect, and what happened? Please leave out names, "
        "and anything about anyone’s health or private life.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Say what went wrong"},
    )
    page = forms.CharField(
        label="Which page?",
        help_text="Its address, or its name.",
        max_length=300,
        required=False,
    )
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="Only if you would like an answer. We use it for nothing else.",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Write the e-mail address in full, such as name@example.org"},
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_from_a_program(self) -> bool:
        """The field that people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))
