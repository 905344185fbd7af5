from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "courses.privacy"
    label = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from courses.people.services.claiming import both_have_records

        from .services.merging.claims import join

        both_have_records.append(join)
