from django.apps import apps
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from courses.learner.views import health, media
from courses.learner.views.profile import profile
from courses.learner.visitors import kept_for_visitors
from courses.trainer.deleting import keeps_files_in_use
from courses.trainer.transactions import one_transaction

decorate_urlpatterns(wagtail_urls.urlpatterns, kept_for_visitors)
decorate_urlpatterns(wagtailadmin_urls.urlpatterns, keeps_files_in_use)
decorate_urlpatterns(wagtailadmin_urls.urlpatterns, one_transaction)

urlpatterns = [
    *([path("demo/", include("courses.demo.urls"))] if apps.is_installed("courses.demo") else []),
    # allauth's parts one by one: its URLs for social sign-in stay shut until a provider is wired.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/profile/", profile, name="profile"),
    path("", include("courses.people.urls")),
    path("", include("courses.reminders.urls")),
    path("manage/", include("courses.manager.urls")),
    path("shared/", include("courses.manager.evidence.shared_urls")),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("media/<path:name>", media.serve),
    path("documents/", include(wagtaildocs_urls)),
    path("cms/", include(wagtailadmin_urls)),
    path("", include("courses.learner.urls")),
    path("", include(wagtail_urls)),
]

handler400 = "courses.learner.views.errors.bad_request"
handler403 = "courses.learner.views.errors.forbidden"
handler404 = "courses.learner.views.errors.not_found"
handler500 = "courses.learner.views.errors.broken"
handler429 = "courses.learner.views.errors.too_many"
"""Not Django's: allauth looks for it."""
