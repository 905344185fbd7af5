from __future__ import annotations

from django.urls import URLPattern, path

from .outside_views import outside_file, outside_settings
from .schedule_views import schedule_end, schedule_new
from .views import list_file, list_page, reports

LISTS = ("matrix", "people", "overdue", "requirements")

urlpatterns: list[URLPattern] = [
    path("exports/", reports, name="exports"),
    *[path(f"exports/{what}/", list_page, {"what": what}, name=f"{what}-list") for what in LISTS],
    *[
        path(f"exports/{what}.{ending}", list_file, {"what": what, "ending": ending}, name=f"{what}-{ending}")
        for what in LISTS
        for ending in ("csv", "xlsx")
    ],
    path("exports/modules/<slug:slug>/", list_page, {"what": "module"}, name="module-list"),
    path("exports/modules/<slug:slug>.csv", list_file, {"what": "module", "ending": "csv"}, name="module-csv"),
    path("exports/modules/<slug:slug>.xlsx", list_file, {"what": "module", "ending": "xlsx"}, name="module-xlsx"),
    path("exports/for/<slug:kind>/", outside_file, name="outside"),
    path("exports/for/<slug:kind>/settings/", outside_settings, name="outside-settings"),
    path("schedules/new/", schedule_new, name="schedule-new"),
    path("schedules/<int:pk>/end/", schedule_end, name="schedule-end"),
]
