"""The list of packages, and the chooser in a lesson: Wagtail's own, over ours."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from courses.content.models import Package


def kind_words(package: Package) -> str:
    """H5P, SCORM 1.2, …; nothing before its first file is kept."""
    return package.current_version.get_kind_display() if package.current_version else ""


class UploadInstead(CreateView):
    """A package begins with a file."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("package_upload")


class OverviewInstead(EditView):
    """A package has a page of its own: what is in it, where it is used, its versions."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("package", kwargs["pk"])


class _ReadyToUse:
    def get_object_list(self) -> QuerySet[Package]:
        """What a lesson can play: it has a version and was not put away."""
        return Package.objects.filter(current_version__isnull=False, archived_at=None).select_related("current_version")


class ChoosePackage(_ReadyToUse, ChooseView):
    pass


class ChoosePackageResults(_ReadyToUse, ChooseResultsView):
    pass


class PackageChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChoosePackage
    choose_results_view_class = ChoosePackageResults


class PackageViewSet(SnippetViewSet):
    """Interactive packages."""

    model = Package
    icon = "cogs"
    menu_label = "Packages"
    menu_order = 160
    add_to_admin_menu = True
    add_view_class = UploadInstead
    edit_view_class = OverviewInstead
    chooser_viewset_class = PackageChooserViewSet
    copy_view_enabled = False
    inspect_view_enabled = False
    panels = [FieldPanel("title")]
    list_display = [
        "title",
        Column("kind", label="Kind", accessor=kind_words),
        Column("version", label="Version", accessor=lambda p: p.current_version.number if p.current_version else ""),
        Column("stored", label="Changed", accessor=lambda p: p.current_version and p.current_version.stored_at.date()),
        Column("state", label="State", accessor=lambda p: "Put away" if p.archived_at else "In use"),
    ]
    list_per_page = 50
    search_fields = ["title"]
    ordering = ["title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Package]:
        """One query for the list."""
        every: QuerySet[Package] = Package.objects.select_related("current_version")
        return every
