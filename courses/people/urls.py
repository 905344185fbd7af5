from django.urls import path

from .views import doors, invitations, joining

urlpatterns = [
    path("accounts/", joining.account, name="people_account"),
    path("accounts/join/", joining.organisations, name="people_organisations"),
    path("accounts/join/<int:pk>/leave/", joining.leave_organisation, name="people_leave"),
    path("accounts/invitations/", invitations.invitations, name="people_invitations"),
    path("accounts/invitations/<int:pk>/withdraw/", invitations.withdraw_invitation, name="people_withdraw"),
    path("join/<str:token>/", joining.join, name="people_join"),
    # Wagtail's own doors; these stand before Wagtail's patterns.
    path("cms/login/", doors.sign_in),
    path("cms/logout/", doors.sign_out),
    path("cms/account/", doors.cms_account),
    path("cms/password_reset/", doors.reset_password),
    path("cms/password_reset/<path:rest>", doors.reset_password),
    path("_util/login/", doors.sign_in),
]
