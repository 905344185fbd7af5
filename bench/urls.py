"""The site's addresses, and the floor beside them."""

from django.urls import path

from bench.floor import floor
from learning_site.urls import handler400, handler403, handler404, handler429, handler500
from learning_site.urls import urlpatterns as site_urls

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500"]

urlpatterns = [path("bench-floor/", floor), *site_urls]
