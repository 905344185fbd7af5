from __future__ import annotations

from django.urls import URLPattern

from .import_urls import urlpatterns as import_urls
from .staff_urls import urlpatterns as staff_urls

urlpatterns: list[URLPattern] = [*import_urls, *staff_urls]
