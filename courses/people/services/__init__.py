"""What may be done to people, memberships and invitations. Keyword-only, each in one transaction, harmless when repeated."""

from .cms import ensure_cms_groups, sync_cms_groups
from .joining import InvitationRefused, accept, invite, join_by_domain, leave, send_invitation, withdraw
from .names import choose_profession, create_person

__all__ = [
    "InvitationRefused",
    "accept",
    "choose_profession",
    "create_person",
    "ensure_cms_groups",
    "invite",
    "join_by_domain",
    "leave",
    "send_invitation",
    "sync_cms_groups",
    "withdraw",
]
