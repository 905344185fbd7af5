from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "courses.privacy"
    label = "privacy"
    verbose_name = "Privacy"
