from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "courses.credentials"
    label = "credentials"
    verbose_name = "Certificates"
