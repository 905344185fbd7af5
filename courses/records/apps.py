from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "courses.records"
    label = "records"
    verbose_name = "What happened"

    def ready(self) -> None:
        from courses.content.publishing import after_version
        from courses.people.changes import after_change
        from courses.people.jobs import KINDS

        from . import sql_functions, standing
        from .correcting import on_version

        after_version.append(on_version)
        after_version.append(standing.on_version)
        after_change.append(standing.touched)
        KINDS[standing.KIND] = standing.count
        sql_functions.register()
