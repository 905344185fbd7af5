"""Addresses below /cms/packages/."""

from django.urls import path

from . import authoring, trying, views

urlpatterns = [
    path("upload/", views.upload, name="package_upload"),
    path("uploads/", views.uploads, name="package_uploads"),
    path("uploads/<uuid:upload_id>/", views.uploaded, name="package_uploaded"),
    path("uploads/<uuid:upload_id>/keep/", views.keep, name="package_keep"),
    path("uploads/<uuid:upload_id>/discard/", views.discard, name="package_discard"),
    path("<int:package_id>/", views.package, name="package"),
    path("<int:package_id>/upload/", views.upload, name="package_new_version"),
    path("<int:package_id>/try/<int:number>/", trying.try_it, name="package_try"),
    path("trials/<int:trial_id>/calls/", trying.calls, name="package_trial_calls"),
    path("trials/<int:trial_id>/renew/", trying.renew, name="package_trial_renew"),
    path("trials/<int:trial_id>/reset/", trying.reset, name="package_trial_reset"),
    path("new/", authoring.kinds, name="package_kinds"),
    path("new/<int:library_id>/", authoring.new, name="package_new"),
    path("<int:package_id>/edit/", authoring.edit, name="package_edit"),
    path("<int:package_id>/editor/", authoring.open_editor, name="package_editor"),
    path("<int:package_id>/edited/", authoring.fetch_edited, name="package_edited"),
    path("<int:package_id>/put-away/", views.put_away, name="package_put_away"),
]
