"""Sections of the file about work: employers, agreements, reminders, who looked, and what she set up herself."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps

from courses.interop.models import Trial
from courses.people.models import Absence, AuditEntry, Employment, ImportRow, Job, PeopleImport, Person
from courses.privacy.models import ErasurePart, JoinRequest, Merge, Tombstone
from courses.records.models import AcceptedTraining, Adjustment, RequirementPerson
from courses.reminders.models import MailChoice, Reminded, ReminderMail

from .my_sections import Row, Section, rows

NOT_TOLD = ("hold",)
"""Entries of the audit log that are not hers to read: DPA 2018, schedule 2, paragraph 5 (legal proceedings)."""


def _employments(person: Person) -> Iterator[Row]:
    found = Employment.objects.filter(person=person)
    return rows(found, "reference", "email", "starts_on", "ends_on", organisation_name="organisation__name")


def _absences(person: Person) -> Iterator[Row]:
    found = Absence.objects.filter(person=person)
    return rows(found, "starts_on", "ends_on", organisation_name="organisation__name")


def _imported(person: Person) -> Iterator[Row]:
    return rows(
        ImportRow.objects.filter(person=person), "number", "kind", "values", "changes", "written",
        file="of__file_name", put_in_at="of__created_at", organisation_name="of__organisation__name",
    )  # fmt: skip


def _accepted(person: Person) -> Iterator[Row]:
    return rows(
        AcceptedTraining.objects.filter(person=person),
        "id", "kind", "completed_on", "valid_until", "entered_at", module_title="module__title", title="detail__title",
        provider="detail__provider", number="detail__number", note="detail__note", evidence="detail__evidence",
        ended_on="ended__ends_on",
    )  # fmt: skip


def _adjustments(person: Person) -> Iterator[Row]:
    return rows(
        Adjustment.objects.filter(person=person),
        "kind", "due_on", "agreed_on", module_title="module__title", words="note__text",
    )  # fmt: skip


def _named(person: Person) -> Iterator[Row]:
    return rows(
        RequirementPerson.objects.filter(person=person),
        starts_on="requirement__starts_on", ends_on="requirement__ends_on", module_title="requirement__module__title",
        path_name="requirement__path__name", organisation_name="requirement__organisation__name",
    )  # fmt: skip


def _mails(person: Person) -> Iterator[Row]:
    found = ReminderMail.objects.filter(person=person)
    return rows(found, "id", "kind", "day", "sent_at", "figures", organisation_name="organisation__name")


def _reminded(person: Person) -> Iterator[Row]:
    found = Reminded.objects.filter(person=person)
    return rows(found, "date", "stage", "required", in_mail="mail_id", module_title="module__title")


def _mail_choice(person: Person) -> Iterator[Row]:
    return rows(MailChoice.objects.filter(person=person), "optional", "digest")


def _looked_at(person: Person) -> Iterator[Row]:
    """In kind and time. Who it was is a colleague's data, and not needed to know what was done with hers (guidance of
    the Information Commissioner on requests that are about others too); the training lead can be asked."""
    found = AuditEntry.objects.filter(about=person).exclude(by=person).exclude(what__in=NOT_TOLD)
    return rows(found, "at", "action", "what", organisation_name="organisation__name")


def _did(person: Person) -> Iterator[Row]:
    found = AuditEntry.objects.filter(by=person).exclude(what__in=NOT_TOLD)
    return rows(found, "at", "action", "what", organisation_name="organisation__name")


def _jobs(person: Person) -> Iterator[Row]:
    return rows(Job.objects.filter(by=person), "kind", "status", "said", "file_name", "asked_at", "ended_at")


def _imports(person: Person) -> Iterator[Row]:
    return rows(PeopleImport.objects.filter(by=person), "file_name", "status", "created_at", "written_at")


def _views(person: Person) -> Iterator[Row]:
    found = apps.get_model("manager", "SavedView")._base_manager.filter(owner=person)
    return rows(found, "kind", "name", "choices", "shared", "saved_at")


def _schedules(person: Person) -> Iterator[Row]:
    found = apps.get_model("manager", "ScheduledReport")._base_manager.filter(by=person)
    return rows(found, "id", "what", "every", "choice", "created_on", "ended_on")


def _reports(person: Person) -> Iterator[Row]:
    found = apps.get_model("manager", "ReportSending")._base_manager.filter(recipient=person)
    return rows(found, "period", "mailed_at", what="schedule__what", every="schedule__every")


def _trials(person: Person) -> Iterator[Row]:
    found = Trial.objects.filter(person=person)
    return rows(found, "state", "attempts", "log", "started_at", "touched_at", activity_title="version__title")


def _erasures(person: Person) -> Iterator[Row]:
    return rows(
        ErasurePart.objects.filter(request__person=person),
        "decision", "reason", "decided_at", "keep_until", asked_at="request__asked_at",
        answer_by="request__answer_by", withdrawn_at="request__withdrawn_at", organisation_name="organisation__name",
    )  # fmt: skip


def _changed(person: Person) -> Iterator[Row]:
    return rows(Tombstone.objects.filter(person=person), "why", "at", "changed")


def _joined(person: Person) -> Iterator[Row]:
    return rows(Merge.objects.filter(stays=person), "said_by", "at", "reason", "parted_at", entry="goes__name")


def _other_accounts(person: Person) -> Iterator[Row]:
    return rows(JoinRequest.objects.filter(person=person), "address", "asked_at", "used_at")


WORK = (
    Section(
        "employments", "Whom you work or worked for, as your employer gave it: reference, work address, days.",
        _employments, ("people.Employment.person",),
    ),
    Section("absences", "Leave of absence; why is not kept.", _absences, ("people.Absence.person",)),
    Section(
        "imported_rows", "What files of your employer’s own system said about you, and what it changed.", _imported,
        ("people.ImportRow.person",),
    ),
    Section(
        "accepted_training", "Training you did elsewhere that counts here, with its details.", _accepted,
        ("records.AcceptedTraining.person",),
    ),
    Section(
        "adjustments", "What was agreed with you: a later date, another way of learning, and the words.", _adjustments,
        ("records.Adjustment.person",),
    ),
    Section(
        "asked_of_you_by_name", "Requirements with a list of people that you are on.", _named,
        ("records.RequirementPerson.person",),
    ),
    Section("reminder_mails", "Reminders that were mailed to you.", _mails, ("reminders.ReminderMail.person",)),
    Section("reminded_of", "The modules that each of them named.", _reminded, ("reminders.Reminded.person",)),
    Section("mail_choice", "Mail you do not want.", _mail_choice, ("reminders.MailChoice.person",)),
    Section(
        "looked_at",
        "When somebody looked at, changed or took away something of your record: what and when, not who.",
        _looked_at, ("people.AuditEntry.about",),
    ),
    Section("what_you_did", "What you did with others’ records, as the log tells it.", _did, ("people.AuditEntry.by",)),
    Section("work_asked_for", "Files and other long work you asked for.", _jobs, ("people.Job.by",)),
    Section("imports", "Files of people that you put in.", _imports, ("people.PeopleImport.by",)),
    Section("saved_views", "Lists you saved.", _views, ("manager.SavedView.owner",)),
    Section("scheduled_reports", "Reports you set up.", _schedules, ("manager.ScheduledReport.by",)),
    Section("reports_sent", "Reports that were made for you.", _reports, ("manager.ReportSending.recipient",)),
    Section("trials", "Activities you tried out as a trainer.", _trials, ("interop.Trial.person",)),
    Section(
        "erasure_requests", "Your requests for erasure, and the answers.", _erasures,
        ("privacy.ErasureRequest.person",),
    ),
    Section("joined", "Other entries of yours that became one with this one.", _joined, ("privacy.Merge.stays",)),
    Section(
        "other_accounts", "Addresses at which you said that you have another account.", _other_accounts,
        ("privacy.JoinRequest.person",),
    ),
    Section(
        "changed_for_good", "When rows that are never changed were changed about you, and why.", _changed,
        ("privacy.Tombstone.person",),
    ),
)  # fmt: skip

BY_HER = "What she did for others at work is told by `what_you_did`; the row itself is about somebody else, or nobody."
COUNTED = "Worked out again and again from the sections of her training; says nothing that they do not say."
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        (
            "people.EmailDomain.asked_by", "people.Absence.entered_by", "records.Exemption.entered_by",
            "records.ExemptionEnd.by", "records.Adjustment.agreed_by", "records.AcceptedTraining.entered_by",
            "records.AcceptedEnd.by", "records.Requirement.set_by", "credentials.Revocation.revoked_by",
            "content.ModuleVersion.published_by", "content.Package.created_by", "content.PackageVersion.stored_by",
            "content.Library.installed_by", "content.PackageUpload.uploaded_by", "manager.ExportFormat.changed_by",
            "reminders.ReminderMail.by", "privacy.Tombstone.by", "privacy.ErasurePart.decided_by",
            "privacy.RetentionRun.by", "privacy.LegalHold.placed_by", "privacy.LegalHold.ended_by", "privacy.Merge.by",
            "manager.EvidencePack.by", "manager.EvidenceShare.by", "manager.EvidenceShare.withdrawn_by",
        ),
        BY_HER,
    ),
    **dict.fromkeys(("records.Standing.person", "records.Roll.person", "records.Recount.person"), COUNTED),
    "people.Membership.manager": "About the person whose post it is.",
    "people.Membership.deputy": "About the person whose post it is.",
    "manager.ScheduledReport_recipients.person": "Told by `reports_sent`, once something was made for her.",
    "privacy.LegalHold.person": "Not told: DPA 2018, schedule 2, paragraph 5 (legal proceedings).",
    "privacy.Merge.goes": "What this entry had is told with the one that stays.",
    "privacy.RetentionLine.person": "Lists for the lead, worked out from her completions; they would tell of a hold.",
}  # fmt: skip
"""Pointers to a person whose rows are in no section, and why."""
