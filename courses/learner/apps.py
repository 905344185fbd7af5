from django.apps import AppConfig


class LearnerConfig(AppConfig):
    name = "courses.learner"
    label = "learner"
    verbose_name = "Learner screens"
