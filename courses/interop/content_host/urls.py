"""The addresses of a package's origin. The site answers none of them, and a content host answers no others."""

from django.urls import path

from .views import calls, files, launch

urlpatterns = [
    path("launch/<str:token>/", launch.show),
    path("launch/<str:token>/calls", calls.take),
    path("files/<str:capability>/<str:tree>/<path:path>", files.package_file),
    path("player/<str:capability>/<path:path>", files.player_file),
]
