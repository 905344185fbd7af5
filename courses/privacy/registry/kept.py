"""What stays when somebody is erased, and why that says nothing about her any more."""

from __future__ import annotations

POINTS = "It points to a person who has no name any more; who did what stays answerable, and counts stay right."
KEYS = "Numbers, keys and closed words; names nobody."
OURS = "The organisation's own, about no learner."
TAUGHT = "What is taught. Who wrote or checked it points to a login without a name."
SITE = "Settings of the installation, about nobody."
SUMS = "Sums, of nobody."
OTHERS = "About another person, and hers."

EVERYTHING = "*"
"""Every field of the model that no rule covers."""

STAYS: dict[str, dict[str, str]] = {
    # people
    "people.Organisation": {"name slug": OURS, "signatory_name signatory_title": "Who signs certificates, in office."},
    "people.Unit": {"name reference path": OURS},
    "people.EmailDomain": {"domain": OURS, "asked_by": POINTS},
    "people.AuditEntry": {"by about": POINTS, "what key data": KEYS},
    "people.Employment": {"person": POINTS},
    "people.JobRole": {"name": OURS},
    "people.Absence": {"person entered_by": POINTS},
    "people.Membership": {"person manager deputy": POINTS},
    "people.Invitation": {"person created_by used_by": POINTS, "token_hash": "A hash whose secret is nowhere."},
    "people.Job": {
        "by": POINTS,
        "kind params cursor": KEYS,
    },
    "people.PeopleImport": {
        "by": POINTS,
        "file_name headings mapping said": OURS,
        "counts": SUMS,
        "file facts": "Emptied with her rows (`specials.imports`); a file that was written is gone already.",
    },
    "people.ImportRow": {"person": POINTS},
    "people.User": {"person": POINTS},
    # records
    "records.Enrolment": {"person": POINTS, "last_lesson": KEYS},
    "records.LessonProgress": {"lesson_id": KEYS},
    "records.ActivityProgress": {"block_id client": KEYS},
    "records.ActivityAttempt": {"completion": KEYS},
    "records.ActivityCall": {"client kind part": KEYS},
    "records.ItemResponse": {"item kind asked": TAUGHT},
    "records.Exemption": {"person entered_by": POINTS},
    "records.ExemptionEnd": {"by": POINTS},
    "records.Adjustment": {"person agreed_by": POINTS},
    "records.AcceptedTraining": {"person entered_by": POINTS},
    "records.AcceptedEnd": {"by": POINTS},
    "records.Completion": {"person": POINTS, "snapshot": "Titles, outcomes and rules as they were; no name."},
    "records.Event": {"person": POINTS, "client_id data": KEYS},
    "records.LearningPath": {"name": OURS},
    "records.Requirement": {"set_by": POINTS, "window_from window_to": KEYS},
    "records.RequirementPerson": {"person": POINTS},
    "records.Try": {"drawn": KEYS},
    "records.Response": {"question_key outcome chosen": "Which options were chosen: question statistics count them."},
    "records.Standing": {"person": POINTS},
    "records.Roll": {"person": POINTS},
    "records.Recount": {"person": POINTS},
    "records.UnitDay": {"tally people coming": SUMS},
    # credentials
    "credentials.Certificate": {"person": POINTS, "number issuer signatory_title": KEYS},
    "credentials.CertificateHolder": {"signatory_name": "Who signed it, in office."},
    "credentials.Revocation": {"revoked_by": POINTS},
    # reminders and manager
    "reminders.ReminderPlan": {"subject words": OURS},
    "manager.ExportFormat": {"fourth_column columns": OURS, "changed_by": POINTS},
    "manager.ModuleInFormat": {"name category accredited level": OURS},
    "manager.EvidencePack": {
        "by": POINTS,
        "modules manifest_sha256": KEYS,
        "file": "A signed copy of a day, for an inspector; taken away after a month, or with its last share.",
    },
    "manager.EvidenceShare": {
        "by withdrawn_by": POINTS,
        "name body email purpose": "The auditor's, who is no learner here.",
        "token_hash code_hash": "A hash whose secret is nowhere.",
    },
    "manager.ScheduledReport": {"by": POINTS, "what slug ending choice": KEYS},
    # privacy
    "privacy.Tombstone": {"by person": POINTS, "changed data": KEYS},
    "privacy.ErasureRequest": {"person": POINTS},
    "privacy.ErasurePart": {"decided_by": POINTS},
    "privacy.Merge": {"goes stays by": POINTS},
    "privacy.LegalHold": {"person placed_by ended_by": POINTS},
    "privacy.RetentionClass": {"key name source": OURS},
    "privacy.RetentionRun": {"by": POINTS},
    "privacy.RetentionLine": {"person": POINTS},
    "privacy.AnswerTotal": {"question_key chosen": SUMS},
    # what is taught, and the site itself
    **{
        f"content.{name}": {EVERYTHING: TAUGHT}
        for name in (
            "Figure", "LessonMedia", "Principle", "Sector", "Nation", "ModuleVersion", "LessonVersion",
            "QuestionVersion", "CataloguePage", "ModulePage", "ModuleOutcome", "Package", "PackageVersion", "Library",
            "PackageUpload", "HomePage", "StandardPage", "HelpIndexPage", "HelpPage", "Question", "QuestionOption",
            "ResourceIndexPage", "ResourcePackPage", "ResourcePage", "Story", "FrozenStory",
        )
    },
    **{
        f"wagtail_localize.{name}": {EVERYTHING: TAUGHT}
        for name in (
            "TranslationSource", "String", "TranslationContext", "StringTranslation", "Template", "SegmentOverride",
            "StringSegment", "OverridableSegment", "TranslatableObject", "TranslationLog",
        )
    },
    **{
        f"wagtailcore.{name}": {EVERYTHING: TAUGHT}
        for name in (
            "Revision", "WorkflowState", "TaskState", "Page", "PageLogEntry", "Comment", "CommentReply",
            "UploadedFile", "ReferenceIndex",
        )
    },
    **{
        label: {EVERYTHING: TAUGHT}
        for label in (
            "wagtailmedia.Media", "wagtailembeds.Embed", "wagtaildocs.Document", "wagtailimages.Image",
            "wagtailimages.Rendition", "wagtailsearch.IndexEntry", "wagtailsearch.SQLiteFTSIndexEntry", "taggit.Tag",
            "taggit.TaggedItem",
        )
    },
    "wagtailcore.ModelLogEntry": {"action data object_id user": POINTS},
    **{
        label: {EVERYTHING: SITE}
        for label in (
            "wagtailcore.Locale", "wagtailcore.Site", "wagtailcore.CollectionViewRestriction", "wagtailcore.Collection",
            "wagtailcore.Workflow", "wagtailcore.Task", "wagtailcore.PageViewRestriction", "socialaccount.SocialApp",
            "auth.Permission", "auth.Group", "contenttypes.ContentType",
        )
    },
    "sessions.Session": {EVERYTHING: "Of an emptied login it opens nothing, and after 12 hours it is over."},
    "django_tasks_database.DBTaskResult": {EVERYTHING: KEYS},
}  # fmt: skip
"""{model: {fields: why}}. The server's own log is not in it: it holds keys, and whoever runs the site says how long."""
