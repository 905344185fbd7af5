from .invitation import Invitation
from .membership import Membership, Role
from .organisation import EmailDomain, Organisation, Unit
from .person import Person, Profession
from .user import User

__all__ = ["EmailDomain", "Invitation", "Membership", "Organisation", "Person", "Profession", "Role", "Unit", "User"]
