from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "courses.reminders"
    label = "reminders"
    verbose_name = "Reminders"
