from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "courses.content"
    label = "content"
    verbose_name = "What is taught"

    def ready(self) -> None:
        from wagtail.signals import copy_for_translation_done, page_published, page_unpublished

        from .copying import on_copied_for_translation
        from .publishing import on_published, on_unpublished

        page_published.connect(on_published, dispatch_uid="content_version")
        page_unpublished.connect(on_unpublished, dispatch_uid="content_unpublished")
        copy_for_translation_done.connect(on_copied_for_translation, dispatch_uid="content_copied")
