from __future__ import annotations

from django.urls import URLPattern, path

from courses.manager.hub import hub

from .domains import domain_remove, domains
from .imports import (
    import_columns,
    import_delete,
    import_new,
    import_page,
    import_undo,
    import_write,
    imports,
)
from .invitations import invitation_resend, invitation_withdraw, invitations

urlpatterns: list[URLPattern] = [
    path("organisation/", hub, name="organisation"),
    path("imports/", imports, name="imports"),
    path("imports/new/", import_new, name="import-new"),
    path("imports/<uuid:public_id>/", import_page, name="import"),
    path("imports/<uuid:public_id>/columns/", import_columns, name="import-columns"),
    path("imports/<uuid:public_id>/write/", import_write, name="import-write"),
    path("imports/<uuid:public_id>/undo/", import_undo, name="import-undo"),
    path("imports/<uuid:public_id>/delete/", import_delete, name="import-delete"),
    path("invitations/", invitations, name="invitations"),
    path("invitations/<int:pk>/resend/", invitation_resend, name="invitation-resend"),
    path("invitations/<int:pk>/withdraw/", invitation_withdraw, name="invitation-withdraw"),
    path("domains/", domains, name="domains"),
    path("domains/<int:pk>/remove/", domain_remove, name="domain-remove"),
]
