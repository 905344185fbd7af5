"""What becomes of each thing that points to a person when two of them become one. Every model with such a pointer is
decided here; one that is not makes the merge refuse, and a test fail."""

from __future__ import annotations

from enum import Enum

from django.db import models

from courses.people.services.claiming import relations


class How(Enum):
    """What is done with the rows of the one who goes."""

    MOVE = "they point to the one who stays"
    ONCE = "they move; where the one who stays has such a row already, the other stays where it is"
    OURS = "moved by a function of their own"
    LEAVE = "they stay, or are made again by themselves"


DECIDED: dict[str, How | tuple[str, ...]] = {
    "people.User.person": How.MOVE,
    "people.Membership.person": How.OURS,
    "people.Membership.manager": How.OURS,
    "people.Membership.deputy": How.OURS,
    "people.Employment.person": How.OURS,
    "people.Absence.person": How.OURS,
    "people.Absence.entered_by": How.MOVE,
    "people.Invitation.person": How.MOVE,
    "people.Invitation.used_by": How.MOVE,
    "people.ImportRow.person": How.MOVE,
    "people.PeopleImport.by": How.MOVE,
    "people.Job.by": How.MOVE,
    "people.EmailDomain.asked_by": How.MOVE,
    "people.AuditEntry.by": How.MOVE,
    "people.AuditEntry.about": How.MOVE,
    "content.ModuleVersion.published_by": How.MOVE,
    "content.Package.created_by": How.MOVE,
    "content.PackageVersion.stored_by": How.MOVE,
    "content.PackageUpload.uploaded_by": How.MOVE,
    "content.Library.installed_by": How.MOVE,
    "records.Enrolment.person": How.OURS,
    "records.Completion.person": How.MOVE,
    "records.CpdNote.person": How.MOVE,
    "records.Event.person": How.OURS,
    "records.Exemption.person": How.MOVE,
    "records.Exemption.entered_by": How.MOVE,
    "records.ExemptionEnd.by": How.MOVE,
    "records.AcceptedTraining.person": How.MOVE,
    "records.AcceptedTraining.entered_by": How.MOVE,
    "records.AcceptedEnd.by": How.MOVE,
    "records.Adjustment.person": How.MOVE,
    "records.Adjustment.agreed_by": How.MOVE,
    "records.Requirement.set_by": How.MOVE,
    "records.RequirementPerson.person": ("requirement",),
    "records.Standing.person": How.LEAVE,
    "records.Roll.person": How.LEAVE,
    "records.Recount.person": How.LEAVE,
    "credentials.Certificate.person": How.MOVE,
    "credentials.Revocation.revoked_by": How.MOVE,
    "interop.Trial.person": ("version",),
    "reminders.ReminderMail.person": ("day",),
    "reminders.ReminderMail.by": How.MOVE,
    "reminders.Reminded.person": How.MOVE,
    "reminders.MailChoice.person": (),
    "privacy.Tombstone.by": How.MOVE,
    "privacy.Tombstone.person": How.MOVE,
    "privacy.Merge.goes": How.LEAVE,
    "privacy.Merge.stays": How.MOVE,
    "privacy.Merge.by": How.MOVE,
    "privacy.JoinRequest.person": How.LEAVE,
    "privacy.ErasureRequest.person": How.MOVE,
    "privacy.ErasurePart.decided_by": How.MOVE,
    "privacy.LegalHold.person": How.MOVE,
    "privacy.LegalHold.placed_by": How.MOVE,
    "privacy.LegalHold.ended_by": How.MOVE,
    "privacy.RetentionRun.by": How.MOVE,
    "privacy.RetentionLine.person": How.MOVE,
    "manager.EvidencePack.by": How.MOVE,
    "manager.EvidenceShare.by": How.MOVE,
    "manager.EvidenceShare.withdrawn_by": How.MOVE,
    "manager.ExportFormat.changed_by": How.MOVE,
    "manager.SavedView.owner": ("kind", "name"),
    "manager.ScheduledReport.by": How.MOVE,
    "manager.ScheduledReport_recipients.person": ("scheduledreport",),
    "manager.ReportSending.recipient": ("schedule", "period"),
}
"""By model and field. A tuple means ONCE, and names what a person has only one of: a log of a mail that both got on one
day stays with each; it is history, and nobody is mailed by it."""


class UndecidedError(Exception):
    """A model points to people and nobody has said what becomes of its rows."""


def label(relation: models.ManyToOneRel) -> str:
    return f"{relation.related_model._meta.label}.{relation.field.name}"


def undecided() -> set[str]:
    """Pointers to people that are not in the table."""
    return {label(relation) for relation in relations()} - set(DECIDED)


def decided(relation: models.ManyToOneRel) -> tuple[How, tuple[str, ...]]:
    """What is done with the rows of a pointer, and by what they are one. Raises UndecidedError."""
    found = DECIDED.get(label(relation))
    if found is None:
        raise UndecidedError(label(relation))
    return (How.ONCE, found) if isinstance(found, tuple) else (found, ())
