"""What managers keep for themselves: saved views, formats of files, schedules, packs for an inspector."""

from .evidence_pack import EvidencePack
from .evidence_share import EvidenceShare
from .export_format import DateFormat, ExportFormat, FileKind, ModuleInFormat
from .saved_view import SavedView, ViewKind
from .scheduled_report import Every, ReportSending, ScheduledReport

__all__ = [
    "DateFormat",
    "Every",
    "EvidencePack",
    "EvidenceShare",
    "ExportFormat",
    "FileKind",
    "ModuleInFormat",
    "ReportSending",
    "SavedView",
    "ScheduledReport",
    "ViewKind",
]
