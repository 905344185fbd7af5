from django.apps import AppConfig


class ManagerConfig(AppConfig):
    name = "courses.manager"
    label = "manager"
    verbose_name = "Manager screens"

    def ready(self) -> None:
        from .evidence import kinds as evidence
        from .out import kinds as out
        from .privacy.reports import show_jobs as show_privacy_jobs
        from .workforce.imports import show_jobs

        out.register()
        evidence.register()
        show_jobs()
        show_privacy_jobs()
