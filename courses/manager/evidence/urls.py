from __future__ import annotations

from django.urls import URLPattern, path

from .views import evidence, evidence_file, evidence_new, evidence_pack, evidence_share, evidence_withdraw

urlpatterns: list[URLPattern] = [
    path("evidence/", evidence, name="evidence"),
    path("evidence/new/", evidence_new, name="evidence-new"),
    path("evidence/<uuid:public_id>/", evidence_pack, name="evidence-pack"),
    path("evidence/<uuid:public_id>/file/", evidence_file, name="evidence-file"),
    path("evidence/<uuid:public_id>/share/", evidence_share, name="evidence-share"),
    path("evidence/<uuid:public_id>/shares/<uuid:share>/withdraw/", evidence_withdraw, name="evidence-withdraw"),
]
