from __future__ import annotations

from typing import Any

from django import forms

LARGEST_MEGABYTES = 600
MOST_FILES = 20


class ManyFilesInput(forms.ClearableFileInput):
    """Several at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploaded files, each asked like one."""

    widget = ManyFilesInput(attrs={"accept": ".h5p,.zip", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    """One or more files; what is in them is looked at afterwards, in the background."""

    packages = ManyFilesField(label="Files", help_text="H5P (.h5p) or SCORM (.zip), one or several.")

    def clean_packages(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["packages"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"Choose {MOST_FILES} files at most at a time. Nothing was uploaded.")
        for file in files:
            if not file.name.lower().endswith((".h5p", ".zip")):
                raise forms.ValidationError(
                    f"“{file.name}” is neither an .h5p nor a .zip file. Nothing was uploaded: try without it."
                )
            if file.size > LARGEST_MEGABYTES * 1024 * 1024:
                raise forms.ValidationError(
                    f"“{file.name}” is larger than {LARGEST_MEGABYTES} MB. Make its films smaller, or link to them."
                )
        return files


class PackageForm(forms.Form):
    """What may be changed of a package: never its files, they are versions."""

    title = forms.CharField(
        max_length=255, help_text="As trainers find it, and as learners see it where the lesson gives no other."
    )
