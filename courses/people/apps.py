from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "courses.people"
    label = "people"
    verbose_name = "People and organisations"

    def ready(self) -> None:
        from .importing import checking, services, undoing, writing
        from .jobs import KINDS
        from .services.inviting import INVITE, invite_many

        KINDS[services.CHECK] = checking.check
        KINDS[services.WRITE] = writing.write
        KINDS[services.UNDO] = undoing.undo
        KINDS[INVITE] = invite_many
