from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "courses.people"
    label = "people"
    verbose_name = "People and organisations"
