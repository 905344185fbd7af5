"""Addresses of the learner's screens, and of what anyone may read (SURFACE)."""

from django.urls import path

from courses.learner.views import catalogue, module, report

urlpatterns = [
    path("modules/", catalogue.catalogue, name="catalogue"),
    path("modules/<slug:slug>/", module.module, name="module"),
    path("help/report/", report.report, name="report"),
    path("help/report/thanks/", report.thanks, name="report_thanks"),
]
