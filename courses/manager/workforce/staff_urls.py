from __future__ import annotations

from django.urls import URLPattern, path

from .audit import audit
from .leavers import leavers
from .posts import absence, absence_end, person_leave, person_new, post_change, post_end, post_new, posts
from .roles import person_roles, role_end, roles
from .units import job_role, job_roles, unit, unit_close, unit_new, units

PERSON = "people/<uuid:public_id>"

urlpatterns: list[URLPattern] = [
    path("people/new/", person_new, name="person-new"),
    path(f"{PERSON}/posts/", posts, name="posts"),
    path(f"{PERSON}/posts/new/", post_new, name="post-new"),
    path(f"{PERSON}/posts/<int:pk>/", post_change, name="post"),
    path(f"{PERSON}/posts/<int:pk>/end/", post_end, name="post-end"),
    path(f"{PERSON}/leave/", person_leave, name="person-leave"),
    path(f"{PERSON}/absence/", absence, name="absence"),
    path(f"{PERSON}/absence/<int:pk>/end/", absence_end, name="absence-end"),
    path(f"{PERSON}/roles/", person_roles, name="person-roles"),
    path(f"{PERSON}/roles/<int:pk>/end/", role_end, name="role-end"),
    path("roles/", roles, name="roles"),
    path("leavers/", leavers, name="leavers"),
    path("audit/", audit, name="audit"),
    path("units/", units, name="units"),
    path("units/new/", unit_new, name="unit-new"),
    path("units/<int:pk>/", unit, name="unit"),
    path("units/<int:pk>/close/", unit_close, name="unit-close"),
    path("job-roles/", job_roles, name="job-roles"),
    path("job-roles/<int:pk>/", job_role, name="job-role"),
]
