from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "courses.content"
    label = "content"
    verbose_name = "What is taught"

    def ready(self) -> None:
        from wagtail.signals import page_published, page_unpublished

        from .publishing import on_published, on_unpublished

        page_published.connect(on_published, dispatch_uid="content_version")
        page_unpublished.connect(on_unpublished, dispatch_uid="content_unpublished")
