from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "courses.credentials"
    label = "credentials"
    verbose_name = "Certificates"

    def ready(self) -> None:
        from courses.records.completing import after_completion

        from .services import issue_for

        after_completion.append(issue_for)
