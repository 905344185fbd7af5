"""For platform administrators: organisations, their units, who belongs where, and closing a login.

Nobody sets another's address or password here: that would be a second way into her account, past the mail that
proves an address and past two-step sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet, SnippetViewSetGroup
from wagtail.users.views import users

from courses.people.models import EmailDomain, Membership, Organisation, Person, Unit, User
from courses.people.services import check_place, place_unit


def for_administrators(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator: opens a view to those who may say who belongs where. Wagtail opens its choosers to every editor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("people.change_membership"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


class Guarded(ChooserViewSet):
    """Choosers of what trainers have no business with: names of people and of where they work."""

    def get_urlpatterns(self) -> list[URLPattern]:
        patterns: list[URLPattern] = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = for_administrators(pattern.callback)
        return patterns


class PeopleChooserViewSet(Guarded, SnippetChooserViewSet):
    """Chooses an organisation, a unit, a membership."""


class PersonChooserViewSet(Guarded):
    """Finds one of thousands of people by name, in place of a list of them all."""

    model = Person
    icon = "user"
    choose_one_text = "Choose a person"
    choose_another_text = "Choose another person"


person_chooser = PersonChooserViewSet("person_chooser")


class LoginForm(forms.ModelForm[User]):
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


class UnitForm(forms.ModelForm[Unit]):
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


class PeopleViewSet(SnippetViewSet):
    """The base of the lists below."""

    chooser_viewset_class = PeopleChooserViewSet


class OrganisationViewSet(PeopleViewSet):
    """Employers and groups."""

    model = Organisation
    icon = "group"
    list_display = ("name", "signatory_name")
    search_fields = ("name",)
    panels = (FieldPanel("name"), FieldPanel("slug"), FieldPanel("signatory_name"), FieldPanel("signatory_title"))


class UnitViewSet(PeopleViewSet):
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


class MembershipViewSet(PeopleViewSet):
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


class EmailDomainViewSet(PeopleViewSet):
    """Domains whose people may join by themselves. A training lead's wish waits here for an administrator's word."""

    model = EmailDomain
    icon = "mail"
    list_display = ("domain", "organisation", "unit", "approved_at")
    panels = (
        FieldPanel("domain"),
        FieldPanel("organisation"),
        FieldPanel("unit"),
        FieldPanel(
            "approved_at",
            help_text="Give the day on which you made sure that the domain is this organisation's and nobody else's "
            "(ask there, by a number that you know). Empty: nobody joins by it.",
        ),
    )


class PeopleGroup(SnippetViewSetGroup):
    """One entry of the menu."""

    menu_label = "People"
    menu_name = "people"
    menu_icon = "group"
    menu_order = 550
    items = (OrganisationViewSet, UnitViewSet, MembershipViewSet, EmailDomainViewSet)
