from __future__ import annotations

from django.urls import URLPattern, path

from .views import ask_them, merge_part, person_merge, person_same

PERSON = "people/<uuid:public_id>"

urlpatterns: list[URLPattern] = [
    path(f"{PERSON}/same/", person_same, name="person-same"),
    path(f"{PERSON}/same/<uuid:other_id>/", person_merge, name="person-merge"),
    path(f"{PERSON}/same/<uuid:other_id>/ask/", ask_them, name="merge-ask"),
    path(f"{PERSON}/joined/<int:pk>/", merge_part, name="merge-part"),
]
