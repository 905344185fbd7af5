"""Addresses of the learner's screens, and of what anyone may read (SURFACE)."""

from django.urls import include, path

from courses.learner.views import (
    another_account,
    catalogue,
    certificates,
    module,
    report,
    resource_pdf,
    verify,
    verify_pack,
)

urlpatterns = [
    path("learn/<slug:slug>/", include("courses.learner.player_urls")),
    path("my-learning/", include("courses.learner.my_learning_urls")),
    path("accounts/another/", another_account.another_account, name="another_account"),
    path("accounts/another/<str:token>/", another_account.another_account_confirm, name="another_account_confirm"),
    path("modules/", catalogue.catalogue, name="catalogue"),
    path("modules/<slug:slug>/", module.module, name="module"),
    path("help/report/", report.report, name="report"),
    path("help/report/thanks/", report.thanks, name="report_thanks"),
    path("certificates/<str:number>.pdf", certificates.certificate_pdf, name="certificate_pdf"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("certificates/<str:number>/sharing/", certificates.certificate_sharing, name="certificate_sharing"),
    path("resources/<slug:pack>/zip/", resource_pdf.pack_zip, name="pack_zip"),
    path("resources/<slug:pack>/<slug:slug>/pdf/", resource_pdf.resource_pdf, name="resource_pdf"),
    path("verify/pack/", verify_pack.verify_pack, name="verify_pack"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<path:number>/", verify.verify_number, name="verify_number"),
]
