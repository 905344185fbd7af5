from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "courses.content"
    label = "content"
    verbose_name = "What is taught"
