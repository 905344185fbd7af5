from __future__ import annotations

from django.urls import URLPattern, path

from .views import cancel, file, job, jobs

urlpatterns: list[URLPattern] = [
    path("jobs/", jobs, name="jobs"),
    path("jobs/<uuid:public_id>/", job, name="job"),
    path("jobs/<uuid:public_id>/file/", file, name="job-file"),
    path("jobs/<uuid:public_id>/cancel/", cancel, name="job-cancel"),
]
