"""Forms of the editor that check what Wagtail's own do not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.template.defaultfilters import filesizeformat
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm
from wagtailmedia.settings import wagtailmedia_settings

from courses.content.frozen_files import svg_faults
from courses.content.models.question import QuestionKind

MEGABYTE = 1024 * 1024
LARGEST_SVG = MEGABYTE
LARGEST_DOCUMENT = 20 * MEGABYTE
LARGEST_MEDIA = 300 * MEGABYTE


class QuestionForm(WagtailAdminModelForm):
    """A question is right in itself before it is saved, so that a draw never meets a broken one."""

    def is_valid(self) -> bool:
        """The options are checked with the kind, once both have been read."""
        if not super().is_valid():
            return False
        options = [form.cleaned_data for form in self.formsets["options"].forms if not form.cleaned_data.get("DELETE")]
        kind, stem = self.cleaned_data["kind"], self.cleaned_data["stem"].rstrip()
        if fault := option_fault(kind, [bool(option.get("correct")) for option in options]):
            self.add_error("kind", fault)
        if kind == QuestionKind.SEVERAL and not stem.endswith("Choose all that apply."):
            self.add_error("stem", "End a question with several right answers with “Choose all that apply.”")
        return not self.errors


def option_fault(kind: str, right: list[bool]) -> str:
    """Why options with these marks do not fit the kind of question, in words; empty when they do."""
    count, options = sum(right), len(right)
    if kind == QuestionKind.TRUE_FALSE and (options, count) != (2, 1):
        return "True or false needs the two options True and False, one of them right."
    if kind == QuestionKind.SINGLE and (count != 1 or options < 3):
        return f"One right answer needs at least three options, exactly one of them right; {count} of {options} are."
    if kind == QuestionKind.SEVERAL and not 2 <= count < options:
        return f"Several right answers need two or more right options and one wrong at least; {count} of {options} are."
    return ""


class ImageForm(BaseImageForm):
    """A drawing must not carry a program: an SVG with script would run in the reader's browser."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile) and str(file.name).lower().endswith(".svg"):
            _refuse_larger(file, LARGEST_SVG)
            faults = svg_faults(file.read())
            file.seek(0)
            if faults:
                raise ValidationError(
                    f"This drawing cannot be used: {'; '.join(faults)}. Export it again as a plain SVG."
                )
        return file


class DocumentForm(BaseDocumentForm):
    """A document of a size that somebody on a phone can fetch."""

    def clean_file(self) -> Any:
        return _refuse_larger(self.cleaned_data["file"], LARGEST_DOCUMENT)


class MediaForm(BaseMediaForm):
    """A film or recording with what makes it usable by everyone; publishing asks for it, the form says so early."""

    def clean_file(self) -> Any:
        """Wagtailmedia only asks the browser for these kinds; here they are required."""
        allowed = getattr(wagtailmedia_settings, f"{str(self.instance.type).upper()}_EXTENSIONS")
        file = self.cleaned_data["file"]
        FileExtensionValidator(allowed)(file)
        return _refuse_larger(file, LARGEST_MEDIA)

    def clean_captions(self) -> Any:
        """A WebVTT file begins with that word."""
        file = self.cleaned_data["captions"]
        if isinstance(file, UploadedFile):
            start = file.read(10)
            file.seek(0)
            if not start.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
                raise ValidationError("This is not a WebVTT file: its first line must be WEBVTT.")
        return file


def _refuse_larger(file: Any, most: int) -> Any:
    if isinstance(file, UploadedFile) and file.size and file.size > most:
        raise forms.ValidationError(
            f"This file is too large ({filesizeformat(file.size)}): at most {filesizeformat(most)}."
        )
    return file
