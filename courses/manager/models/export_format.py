from __future__ import annotations

from django.db import models

from courses.content.models import ModulePage
from courses.people.models import Organisation, Person


class FileKind(models.TextChoices):
    """Files for the systems that employers keep training in (fact pack §5.4 and §5.5)."""

    ASC_WDS = "asc-wds", "ASC-WDS training file"
    ESR = "esr", "ESR interchange file"


class DateFormat(models.TextChoices):
    DAY_FIRST = "dmy", "31/12/2026"
    MONTH_IN_LETTERS = "mon", "31-DEC-2026"
    YEAR_FIRST = "iso", "2026-12-31"


class ExportFormat(models.Model):
    """How an organisation wants one of these files: what it calls columns and modules there.

    `columns` of an ESR file are pairs of a field and its heading, in their order. An ASC-WDS file has the columns that
    Skills for Care asks for; only the name of its fourth is not certain, so it can be set.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=FileKind.choices)
    fourth_column = models.CharField(max_length=40, default="DESCRIPTION")
    date_format = models.CharField(max_length=3, choices=DateFormat.choices, default=DateFormat.MONTH_IN_LETTERS)
    columns = models.JSONField(default=list)
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "kind"], name="export_format_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.organisation}"


class ModuleInFormat(models.Model):
    """A module that goes into the file, and what it is called there."""

    format = models.ForeignKey(ExportFormat, on_delete=models.CASCADE, related_name="modules")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True, help_text="Empty: its title.")
    category = models.CharField(max_length=10, blank=True, help_text="ASC-WDS: the number of the training category.")
    accredited = models.CharField(max_length=3, blank=True, help_text="ASC-WDS: 0, 1, 999 or nothing.")
    level = models.CharField(max_length=50, blank=True, help_text="ESR: the level of the competence.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["format", "module"], name="module_in_format_once")]

    def __str__(self) -> str:
        return f"{self.module} in {self.format}"
