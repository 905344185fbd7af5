"""Who lives in the demo. Everybody is invented."""

from __future__ import annotations

from dataclasses import dataclass

from courses.people.models import Role

PASSWORD = "carers-demo"  # noqa: S105  (of the demo, and public: SURFACE)
NORTHFIELD = "Northfield Council"
SOUTHMERE = "Southmere Hospital Trust"
UNITS: dict[str, list[tuple[str, str | None]]] = {
    NORTHFIELD: [
        ("Adult Social Care", None),
        ("Adult Assessments", "Adult Social Care"),
        ("Hospital Discharge", "Adult Social Care"),
        ("Schools and Families", None),
    ],
    SOUTHMERE: [("Ward 7", None), ("Outpatients", None)],
}


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demo (SURFACE: Demo accounts)."""

    email: str
    name: str
    role: Role
    organisation: str = ""
    unit: str = ""
    job: str = ""
    learns: bool = True
    who: str = ""


ACCOUNTS = [
    Account("learner@example.org", "Amina Okafor", Role.LEARNER, NORTHFIELD, "Adult Assessments", "Social worker"),
    Account("newcomer@example.org", "Rhys Morgan", Role.LEARNER, NORTHFIELD, "Adult Assessments", "Assessor, new"),
    Account(
        "manager@example.org", "Helen Whitfield", Role.UNIT_MANAGER, NORTHFIELD, "Adult Assessments", "Team manager"
    ),
    Account("lead@example.org", "Priya Nair", Role.TRAINING_LEAD, NORTHFIELD, "", "Training lead"),
    Account("trainer@example.org", "Tomas Lindqvist", Role.CONTENT_AUTHOR, learns=False),
    Account("reviewer@example.org", "Grace Adeyemi", Role.CARER_REVIEWER, learns=False),
    Account("outsider@example.org", "Daniel Marsh", Role.UNIT_MANAGER, SOUTHMERE, "Ward 7", "Ward manager"),
    Account("admin@example.org", "Sam Rivers", Role.PLATFORM_ADMINISTRATOR, learns=False),
]

# name, organisation, unit, job title, days since joining
COLLEAGUES = [
    ("Blessing Rahman", NORTHFIELD, "Adult Assessments", "Social worker", 1400),
    ("Catrin Hughes", NORTHFIELD, "Adult Assessments", "Assessor", 1100),
    ("Dmitri Petrov", NORTHFIELD, "Adult Assessments", "Senior social worker", 2000),
    ("Eilidh Fraser", NORTHFIELD, "Adult Assessments", "Occupational therapist", 700),
    ("Farah Siddiqui", NORTHFIELD, "Adult Assessments", "Social worker", 900),
    ("George Mensah", NORTHFIELD, "Adult Assessments", "First-contact worker", 640),
    ("Hana Kobayashi", NORTHFIELD, "Adult Assessments", "Assessor", 520),
    ("Ivy Clarke", NORTHFIELD, "Adult Assessments", "Social worker", 400),
    ("Jonah Silva", NORTHFIELD, "Adult Assessments", "Social worker, new", 12),
    ("Kemi Balogun", NORTHFIELD, "Adult Assessments", "Review officer", 1250),
    ("Walter Finch", NORTHFIELD, "Adult Assessments", "Social worker", 1500),
    ("Liam O'Connor", NORTHFIELD, "Hospital Discharge", "Discharge co-ordinator", 800),
    ("Mei Chen", NORTHFIELD, "Hospital Discharge", "Social worker", 610),
    ("Noor Hassan", NORTHFIELD, "Hospital Discharge", "Support worker", 300),
    ("Olive Barker", NORTHFIELD, "Hospital Discharge", "Social worker", 220),
    ("Pavel Novak", NORTHFIELD, "Schools and Families", "School liaison worker", 950),
    ("Queenie Ellis", NORTHFIELD, "Schools and Families", "Family support worker", 450),
    ("Ravi Menon", NORTHFIELD, "Schools and Families", "Young carers' worker", 1300),
    ("Vera Lomax", NORTHFIELD, "Schools and Families", "Family support worker", 1600),
    ("Siobhan Daly", SOUTHMERE, "Ward 7", "Staff nurse", 760),
    ("Tariq Aziz", SOUTHMERE, "Ward 7", "Healthcare assistant", 410),
    ("Una Bright", SOUTHMERE, "Outpatients", "Receptionist", 530),
]
