from .mail import MailKind, Reminded, ReminderMail
from .plan import MailChoice, ReminderPlan

__all__ = ["MailChoice", "MailKind", "Reminded", "ReminderMail", "ReminderPlan"]
