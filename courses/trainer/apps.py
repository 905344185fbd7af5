from django.apps import AppConfig


class TrainerConfig(AppConfig):
    name = "courses.trainer"
    label = "trainer"
    verbose_name = "Trainer screens"
