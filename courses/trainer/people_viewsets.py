"""For platform administrators: organisations, their units, who belongs where, and closing a login.

Nobody sets another's address or password here: that would be a second way into her account, past the mail that
proves an address and past two-step sign-in.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet, SnippetViewSetGroup
from wagtail.users.views import users

from courses.people.models import EmailDomain, Membership, Organisation, Person, Unit, User
from courses.people.services import check_place, place_unit


class PersonChooserViewSet(ChooserViewSet):
    """Finds one of thousands of people by name, in place of a list of them all."""

    model = Person
    icon = "user"
    choose_one_text = "Choose a person"
    choose_another_text = "Choose another person"


person_chooser = PersonChooserViewSet("person_chooser")


class LoginForm(forms.ModelForm):  # type: ignore[type-arg]
    """Open or closed; everything else belongs to the person herself."""

    class Meta:
        model = User
        fields = ("is_active",)
        labels = {"is_active": "May sign in"}
        help_texts = {"is_active": "Untick to close the account. Certificates stay valid and can still be checked."}

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"].disabled = editing_self


class NoNewLogin(users.CreateView):
    """People create their own account: only they can prove the address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        messages.info(
            request, "People create their own account, or come by an invitation. Give them roles as memberships."
        )
        return redirect(self.index_url_name)


class LoginViewSet(users.UserViewSet):
    """Logins, in place of Wagtail's users."""

    menu_label = "Logins"
    template_prefix = "trainer/logins/"
    index_template_name = "wagtailusers/users/index.html"
    index_results_template_name = "wagtailusers/users/index_results.html"
    add_view_class = NoNewLogin

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[User]]:
        return LoginForm


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit and the one it is a part of."""

    class Meta:
        model = Unit
        fields = ("organisation", "parent", "name")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if {"organisation", "parent"} <= data.keys():
            check_place(unit=Unit(pk=self.instance.pk, organisation=data["organisation"], parent=data["parent"]))
        return data


class PlacedUnit:
    """Mixed into the views that save a unit: its path, and those below, follow its place."""

    form: Any

    def save_instance(self) -> Unit:
        unit: Unit = self.form.save(commit=False)
        place_unit(unit=unit)
        return unit


class CreateUnit(PlacedUnit, CreateView):
    """A new unit."""


class EditUnit(PlacedUnit, EditView):
    """A unit that may move."""


class OrganisationViewSet(SnippetViewSet):
    """Employers and groups."""

    model = Organisation
    icon = "group"
    list_display = ("name", "signatory_name")
    search_fields = ("name",)
    panels = (FieldPanel("name"), FieldPanel("slug"), FieldPanel("signatory_name"), FieldPanel("signatory_title"))


class UnitViewSet(SnippetViewSet):
    """Their parts, in a tree."""

    model = Unit
    icon = "folder-open-1"
    list_display = ("name", "parent", "organisation")
    list_filter = ("organisation",)
    search_fields = ("name",)
    add_view_class = CreateUnit
    edit_view_class = EditUnit

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm[Unit]]:
        return UnitForm


class MembershipViewSet(SnippetViewSet):
    """Who holds which role where, from a day to a day. Groups of the CMS follow at her next request."""

    model = Membership
    icon = "user"
    list_display = ("person", "role", "unit", "organisation", "starts_on", "ends_on")
    list_filter = ("role", "organisation")
    search_fields = ("person__name",)
    panels = (
        FieldPanel("person"),
        FieldPanel("role"),
        FieldPanel("organisation"),
        FieldPanel("unit"),
        FieldPanel("job_title"),
        FieldPanel("starts_on"),
        FieldPanel("ends_on", help_text="The last day. End a membership, do not delete it: past days stay answerable."),
    )


class EmailDomainViewSet(SnippetViewSet):
    """Domains whose people may join by themselves."""

    model = EmailDomain
    icon = "mail"
    list_display = ("domain", "organisation", "unit")
    panels = (FieldPanel("domain"), FieldPanel("organisation"), FieldPanel("unit"))


class PeopleGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    menu_label = "People"
    menu_name = "people"
    menu_icon = "group"
    menu_order = 550
    items = (OrganisationViewSet, UnitViewSet, MembershipViewSet, EmailDomainViewSet)
