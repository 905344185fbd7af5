"""Wagtail's app of users, with our screens in place of its own (settings name this instead of `wagtail.users`)."""

from wagtail.users.apps import WagtailUsersAppConfig


class CmsUsersConfig(WagtailUsersAppConfig):
    user_viewset = "courses.trainer.people_viewsets.LoginViewSet"
