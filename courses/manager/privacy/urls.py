from __future__ import annotations

from django.urls import URLPattern, path

from .erasure import erasure_request, erasures
from .holds import hold_end, hold_new, holds
from .reports import carry_out, make_report, report, report_csv
from .retention import class_edit, class_new, modules, retention

urlpatterns: list[URLPattern] = [
    path("erasure/", erasures, name="erasures"),
    path("erasure/<int:pk>/", erasure_request, name="erasure-request"),
    path("holds/", holds, name="holds"),
    path("holds/new/", hold_new, name="hold-new"),
    path("holds/<int:pk>/end/", hold_end, name="hold-end"),
    path("retention/", retention, name="retention"),
    path("retention/classes/new/", class_new, name="retention-class-new"),
    path("retention/classes/<int:pk>/", class_edit, name="retention-class"),
    path("retention/modules/", modules, name="retention-modules"),
    path("retention/reports/new/", make_report, name="retention-report-new"),
    path("retention/reports/<uuid:public_id>/", report, name="retention-report"),
    path("retention/reports/<uuid:public_id>.csv", report_csv, name="retention-report-csv"),
    path("retention/reports/<uuid:public_id>/carry-out/", carry_out, name="retention-carry-out"),
]
