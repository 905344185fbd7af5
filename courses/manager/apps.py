from django.apps import AppConfig


class ManagerConfig(AppConfig):
    name = "courses.manager"
    label = "manager"
    verbose_name = "Manager screens"
