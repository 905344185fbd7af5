from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "courses.interop"
    label = "interop"
    verbose_name = "Machine doors"
