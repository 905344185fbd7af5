"""Run by test_memory.py and by hand: exports a list of so many people and prints how much memory and time that took.

    python -m tests.manager.out.memory_of_an_export csv 1000000 /a/folder

A process of its own, because what a process has had at most (VmHWM) never goes down again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

MODULES = 1


def main(ending: str, people: int, folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
    from tests.support import template

    django.setup()
    template.copy_to(folder / "db.sqlite3")
    from django.test.utils import override_settings

    from courses.manager.out import making
    from courses.people.jobs import work_on
    from courses.people.models import Job, Person

    with override_settings(MEDIA_ROOT=folder / "media", ALLOWED_HOSTS=["*"]):
        seed(people)
        lead = Person.objects.get(name="Lena Fischer")
        team = making.team_of(lead)
        if team is None:
            raise SystemExit("The lead manages nobody.")
        params = {"what": "matrix", "ending": ending, "choice": "", "slug": "", "units": making.tops(team)}
        job = Job.objects.create(kind=making.KIND, by=lead, params=params)
        before, began = most_memory(), time.monotonic()
        work_on.func(job.pk)
        seconds = time.monotonic() - began
        job.refresh_from_db()
        facts = {
            "status": job.status,
            "said": job.said,
            "bytes": job.file.size if job.file else 0,
            "file": job.file.path if job.file else "",
            "before_mb": round(before, 1),
            "extra_mb": round(most_memory() - before, 1),
            "seconds": round(seconds, 1),
        }
    print(json.dumps(facts))


def seed(people: int) -> None:
    """So many learners in ten teams, and a rule that asks a module of them; written by the database itself."""
    from django.db import connection
    from django.utils import timezone

    from courses.people.models import Organisation, Person, Role, Unit
    from tests.factories import UnitFactory
    from tests.manager.history import make_module, require
    from tests.people import somebody

    organisation = Organisation.objects.create(name="Council", slug="council")
    units: list[Unit] = [UnitFactory(organisation=organisation, name=f"Team {n}") for n in range(10)]
    somebody("Lena Fischer", Role.TRAINING_LEAD, organisation=organisation)
    for number in range(MODULES):
        require(make_module(f"Module {number}"), organisation, due=30)
    first = max(Person.objects.values_list("pk", flat=True), default=0) + 1
    numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO people_person (id, public_id, name, family_name, profession, created_at)
            {numbers} SELECT %s + i, printf('%%032x', i), printf('Zoë Ada N%%07d', i), printf('N%%07d', i), '', %s
            FROM n""",
            [people, first, timezone.now()],
        )
        cursor.execute(
            f"""INSERT INTO people_membership (person_id, organisation_id, unit_id, role, job_title, starts_on)
            {numbers} SELECT %s + i, %s, %s + i %% 10, 'learner', 'Social worker', '2024-01-01' FROM n""",
            [people, first, organisation.pk, units[0].pk],
        )
        cursor.execute("ANALYZE")


def most_memory() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
