from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "courses.records"
    label = "records"
    verbose_name = "What happened"

    def ready(self) -> None:
        from courses.content.publishing import after_version

        from . import sql_functions
        from .correcting import on_version

        after_version.append(on_version)
        sql_functions.register()
