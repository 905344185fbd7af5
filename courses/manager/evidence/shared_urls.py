"""Addresses of packs that are shared: outside /manage/, because whoever reads there manages nothing."""

from __future__ import annotations

from django.urls import URLPattern, path

from .reading import shared, shared_file, shared_home, shared_open, shared_page

urlpatterns: list[URLPattern] = [
    path("", shared, name="shared"),
    path("open/<str:token>/", shared_open, name="shared-open"),
    path("<uuid:public_id>/", shared_home, name="shared-home"),
    path("<uuid:public_id>/pack.zip", shared_file, name="shared-file"),
    path("<uuid:public_id>/pack/<path:name>", shared_page, name="shared-page"),
]
