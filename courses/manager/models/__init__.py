"""What managers keep for themselves: saved views, formats of files, schedules."""

from .export_format import DateFormat, ExportFormat, FileKind, ModuleInFormat
from .saved_view import SavedView, ViewKind
from .scheduled_report import Every, ReportSending, ScheduledReport

__all__ = [
    "DateFormat",
    "Every",
    "ExportFormat",
    "FileKind",
    "ModuleInFormat",
    "ReportSending",
    "SavedView",
    "ScheduledReport",
    "ViewKind",
]
