from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "courses.records"
    label = "records"
    verbose_name = "What happened"
