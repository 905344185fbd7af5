from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "courses.privacy"
    label = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from courses.people.jobs import KINDS
        from courses.people.services.claiming import both_have_records

        from .services import carrying_out, requests, retaining
        from .services.merging.claims import join

        KINDS[requests.ERASE] = carrying_out.carry_out
        KINDS[retaining.RETAIN] = retaining.carry_out
        both_have_records.append(join)
