from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "courses.demo"
    label = "demo"
    verbose_name = "Demo"
