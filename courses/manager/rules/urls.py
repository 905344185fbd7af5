"""Requirements, learning paths, and what was agreed with one person."""

from django.urls import path

from . import agreements, paths, views

ONE = "people/<uuid:public_id>/<slug:slug>"

urlpatterns = [
    path("assignments/", views.assignments, name="assignments"),
    path("assignments/new/", views.new, name="assignment-new"),
    path("assignments/<int:pk>/", views.assignment, name="assignment"),
    path("assignments/<int:pk>/edit/", views.edit, name="assignment-edit"),
    path("assignments/<int:pk>/end/", views.end, name="assignment-end"),
    path("paths/", paths.paths, name="paths"),
    path("paths/new/", paths.new, name="path-new"),
    path("paths/<int:pk>/", paths.change, name="path"),
    path("paths/<int:pk>/end/", paths.end, name="path-end"),
    path("people/<uuid:public_id>/agreements/", agreements.agreements, name="agreements"),
    path(f"{ONE}/exempt/", agreements.exempt, name="exempt"),
    path(f"{ONE}/accept/", agreements.accept, name="accept"),
    path(f"{ONE}/adjust/", agreements.adjust, name="adjust"),
    path("exemptions/<int:pk>/end/", agreements.end_exemption, name="exemption-end"),
    path("exemptions/<int:pk>/evidence/", agreements.exemption_evidence, name="exemption-evidence"),
    path("accepted/<int:pk>/end/", agreements.end_accepted, name="accepted-end"),
    path("accepted/<int:pk>/evidence/", agreements.accepted_evidence, name="accepted-evidence"),
]
