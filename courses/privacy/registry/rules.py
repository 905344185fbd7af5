"""What goes when somebody is erased, in the order in which it goes."""

from __future__ import annotations

from courses.people.models import Profession
from courses.people.rules import ERASED

from .fates import Fate, Rule, Special

NOW, RECORD = Fate.NOW, Fate.RECORD

HERS = "attempt__enrolment__person"
ACTIVITY = "progress__attempt__enrolment__person"
LOGIN = "user__person"
POST = ("organisation", "unit__organisation")

LEARNING = (
    Rule(model="records.Reflection", fate=NOW, of=HERS),
    Rule(model="records.AnswerDraft", fate=NOW, of=HERS),
    Rule(model="records.CpdNote", fate=NOW, of="person"),
    Rule(model="records.ActivityProgress", fate=NOW, of=HERS, put={"state": {}, "marks": {}}),
    Rule(model="records.ActivityCall", fate=NOW, of=ACTIVITY, put={"body": None, "reason": ""}),
    Rule(model="records.ItemResponse", fate=NOW, of="attempt__" + ACTIVITY, put={"answer": ""}),
    Rule(
        model="records.AdjustmentNote", fate=NOW, of="adjustment__person", ours=("adjustment__organisation",),
        put={"text": ""},
    ),
    Rule(model="interop.Trial", fate=NOW, of="person"),
)  # fmt: skip

WORK = (
    Rule(model="reminders.Reminded", fate=NOW, of="person", ours=("mail__organisation",)),
    Rule(model="reminders.ReminderMail", fate=NOW, of="person", ours=("organisation",)),
    Rule(model="reminders.MailChoice", fate=NOW, of="person"),
    Rule(model="manager.SavedView", fate=NOW, of="owner", ours=("organisation",)),
    Rule(model="manager.ReportSending", fate=NOW, of="recipient", ours=("schedule__organisation",)),
    Rule(
        model="manager.ScheduledReport_recipients", fate=NOW, of="person", ours=("scheduledreport__organisation",)
    ),
    Rule(
        model="people.Job", fate=NOW, of="by", ours=("organisation",), put={"said": "", "file": "", "file_name": ""}
    ),
    Rule(
        model="people.Invitation", fate=NOW, ours=("organisation",), special=Special.INVITATIONS, fields=("email",)
    ),
    Rule(model="people.Membership", fate=NOW, ours=POST, special=Special.POSTS),
    Rule(
        model="people.ImportRow", fate=NOW, ours=("of__organisation",), special=Special.IMPORTS,
        fields=("values", "faults", "changes", "undo"),
    ),
    Rule(model="people.Employment", fate=NOW, of="person", ours=("organisation",), put={"email": ""}),
)  # fmt: skip

ACCOUNT = (
    Rule(model="usersessions.UserSession", fate=NOW, of=LOGIN, special=Special.SESSIONS),
    Rule(model="usersessions.UserSession", fate=NOW, of=LOGIN),
    Rule(model="mfa.Authenticator", fate=NOW, of=LOGIN),
    Rule(model="socialaccount.SocialToken", fate=NOW, of="account__user__person"),
    Rule(model="socialaccount.SocialAccount", fate=NOW, of=LOGIN),
    Rule(model="wagtailadmin.EditingSession", fate=NOW, of=LOGIN),
    Rule(model="wagtailadmin.FormState", fate=NOW, of=LOGIN),
    Rule(model="wagtailcore.APIToken", fate=NOW, of=LOGIN),
    Rule(model="wagtailcore.PageSubscription", fate=NOW, of=LOGIN),
    Rule(model="wagtailusers.UserProfile", fate=NOW, of=LOGIN),
    Rule(model="people.User_groups", fate=NOW, of=LOGIN),
    Rule(model="people.User_user_permissions", fate=NOW, of=LOGIN),
    Rule(model="privacy.JoinRequest", fate=NOW, of="person"),
    Rule(model="account.EmailConfirmation", fate=NOW, of="email_address__user__person"),
    Rule(model="account.EmailAddress", fate=NOW, of=LOGIN),
    Rule(model="people.User", fate=NOW, special=Special.LOGINS, fields=("email", "password")),
)

RECORDS = (
    Rule(model="people.Employment", fate=RECORD, of="person", ours=("organisation",), put={"reference": ""}),
    Rule(model="people.Membership", fate=RECORD, of="person", ours=POST, put={"job_title": ""}),
    Rule(
        model="records.AcceptedDetail", fate=RECORD, of="accepted__person", ours=("accepted__organisation",),
        put={"title": "Training done elsewhere", "provider": "", "number": "", "note": "", "evidence": ""},
    ),
    Rule(
        model="records.ExemptionReason", fate=RECORD, of="exemption__person", put={"text": "", "evidence": ""}
    ),
    Rule(model="records.EventNote", fate=RECORD, of="event__person", put={"text": ""}),
    Rule(model="credentials.RevocationReason", fate=RECORD, of="revocation__certificate__person", put={"text": ""}),
    Rule(
        model="credentials.CertificateHolder", fate=RECORD, of="certificate__person",
        put={"name": ERASED, "family_name": ""},
    ),
    Rule(
        model="privacy.LegalHold", fate=RECORD, of="person", ours=("organisation",), put={"reason": ""},
        only={"ended_at__isnull": False},
    ),
    Rule(
        model="privacy.ErasurePart", fate=RECORD, of="request__person", ours=("organisation",), put={"reason": ""},
        only={"told_at__isnull": False},
    ),
    Rule(model="wagtailcore.ModelLogEntry", fate=RECORD, special=Special.LOG, fields=("label",)),
    Rule(model="privacy.Merge", fate=RECORD, of="stays", put={"reason": "", "before": {}}),
    Rule(
        model="people.Person", fate=RECORD, of="merges__stays", only={"merges__parted_at": None},
        put={"name": ERASED, "family_name": "", "profession": Profession.OTHER.value},
    ),
    Rule(
        model="people.Person", fate=RECORD, of="pk",
        put={"name": ERASED, "family_name": "", "profession": Profession.OTHER.value},
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*LEARNING, *WORK, *ACCOUNT, *RECORDS)
