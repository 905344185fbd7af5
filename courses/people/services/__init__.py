"""What may be done to people, memberships and invitations: each in one transaction, and harmless when repeated."""

from .cms import ensure_cms_groups, sync_cms_groups
from .joining import InvitationError, accept, invite, invite_once, join_by_domain, leave, send_invitation, withdraw
from .names import choose_profession, create_person
from .units import check_place, place_unit

__all__ = [
    "InvitationError",
    "accept",
    "check_place",
    "choose_profession",
    "create_person",
    "ensure_cms_groups",
    "invite",
    "invite_once",
    "join_by_domain",
    "leave",
    "place_unit",
    "send_invitation",
    "sync_cms_groups",
    "withdraw",
]
