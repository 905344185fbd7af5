from __future__ import annotations

from django.core.validators import FileExtensionValidator
from django.db import models
from wagtailmedia.models import AbstractMedia


class LessonMedia(AbstractMedia):
    """Video or audio with what makes it usable by everyone: captions, a transcript and a described version."""

    captions = models.FileField(
        upload_to="captions",
        blank=True,
        validators=[FileExtensionValidator(["vtt"])],
        help_text="A WebVTT file (.vtt).",
    )
    transcript = models.TextField(blank=True, help_text="Everything that is said and shown, in words.")
    description = models.FileField(
        "audio-described version",
        upload_to="media",
        blank=True,
        validators=[FileExtensionValidator(["mp4", "webm"])],
    )
    nothing_visual = models.BooleanField(
        "nothing visual goes unspoken",
        default=False,
        help_text="Tick when the sound alone tells everything the picture shows.",
    )

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "duration",
        "width",
        "height",
        "thumbnail",
        "captions",
        "transcript",
        "description",
        "nothing_visual",
        "tags",
    )

    @property
    def missing_for_everyone(self) -> list[str]:
        """What must be added before this may be published (WCAG 2.2: 1.2.1, 1.2.2, 1.2.3, 1.2.5), in words."""
        missing = [] if self.transcript else ["a transcript"]
        if self.type == "video":
            if not self.captions:
                missing.append("captions (.vtt)")
            if not self.description and not self.nothing_visual:
                missing.append("an audio-described version, or the note that nothing visual goes unspoken")
        return missing
