from .audit import Action, AuditEntry
from .employment import Absence, Employment, JobRole
from .invitation import Invitation
from .job import Job, JobStatus
from .membership import Membership, Role
from .organisation import EmailDomain, NationOfWork, Organisation, Unit
from .people_import import ImportRow, ImportStatus, PeopleImport, RowKind
from .person import Person, Profession
from .user import User

__all__ = [
    "Absence",
    "Action",
    "AuditEntry",
    "EmailDomain",
    "Employment",
    "ImportRow",
    "ImportStatus",
    "Invitation",
    "Job",
    "JobRole",
    "JobStatus",
    "Membership",
    "NationOfWork",
    "Organisation",
    "PeopleImport",
    "Person",
    "Profession",
    "Role",
    "RowKind",
    "Unit",
    "User",
]
