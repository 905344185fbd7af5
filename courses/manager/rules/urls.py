"""Requirements, learning paths, and what was agreed with one person."""

from django.urls import path

from . import views

urlpatterns = [
    path("assignments/", views.assignments, name="assignments"),
    path("assignments/new/", views.new, name="assignment-new"),
    path("assignments/<int:pk>/", views.assignment, name="assignment"),
    path("assignments/<int:pk>/edit/", views.edit, name="assignment-edit"),
    path("assignments/<int:pk>/end/", views.end, name="assignment-end"),
]
