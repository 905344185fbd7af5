"""Our forms: label, hint, error and control belong together, for people and for machines."""

from __future__ import annotations

from django import forms

from courses.forms import Form


class Sample(Form):
    name = forms.CharField(
        label="Your name", help_text="As on your certificate", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    note = forms.CharField(label="Anything else", required=False, widget=forms.Textarea)
    days = forms.MultipleChoiceField(
        label="Days", choices=[("mo", "Monday"), ("tu", "Tuesday")], widget=forms.CheckboxSelectMultiple
    )
    answer = forms.ChoiceField(label="Answer", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")


def shown(form: Form) -> str:
    """The form's HTML, however its source is broken into lines."""
    return " ".join(str(form).split())


def test_a_fresh_form_has_labels_hints_and_no_errors() -> None:
    html = shown(Sample())
    assert '<label class="govuk-label" for="id_name">Your name</label>' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'autocomplete="name"' in html
    assert "(optional)" in html
    assert "There is a problem" not in html


def test_errors_are_listed_and_lead_to_their_fields() -> None:
    html = shown(Sample({}))
    assert "There is a problem" in html
    for target in ("id_name", "id_days_0", "id_answer_0", "id_agree"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_groups_of_choices_are_fieldsets_with_a_legend() -> None:
    html = shown(Sample({"days": ["tu"], "answer": "y"}))
    assert '<legend class="govuk-fieldset__legend">Days</legend>' in html
    assert 'value="tu" id="id_days_1" checked' in html
    assert 'value="y" id="id_answer_0" checked' in html
