"""Run by test_memory.py and by hand: makes a pack of so many people and prints how much memory and time that took.

    python -m tests.manager.evidence.memory_of_a_pack 5000 /a/folder

A process of its own, because what a process has had at most (VmHWM) never goes down again. Everybody holds one
certificate.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django


def main(people: int, folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
    from tests.support import template

    django.setup()
    template.copy_to(folder / "db.sqlite3")
    from django.test.utils import override_settings
    from django.utils import timezone

    from courses.manager.evidence import services
    from courses.manager.models import EvidencePack
    from courses.manager.out import making as out
    from courses.people.models import Person
    from tests.manager.out.memory_of_an_export import most_memory, seed

    with override_settings(MEDIA_ROOT=folder / "media", ALLOWED_HOSTS=["*"]):
        seed(people)
        certificates()
        lead = Person.objects.get(name="Lena Fischer")
        team = out.team_of(lead)
        if team is None:
            raise SystemExit("The lead manages nobody.")
        before, began, used = most_memory(), time.monotonic(), time.process_time()
        pack = services.ask_for_pack(
            by=lead, organisation=team.units[0].organisation, on=timezone.localdate(), unit=None,
            tops=list(team.tops), modules=[],
        )  # fmt: skip
        seconds, cpu = time.monotonic() - began, time.process_time() - used
        pack = EvidencePack.objects.select_related("job").get(pk=pack.pk)
        facts = {
            "status": pack.job.status if pack.job else "",
            "said": pack.job.said if pack.job else "",
            "bytes": pack.size,
            "before_mb": round(before, 1),
            "extra_mb": round(most_memory() - before, 1),
            "seconds": round(seconds, 1),
            "cpu_seconds": round(cpu, 1),
        }
    print(json.dumps(facts))


def certificates() -> None:
    """Everybody's completion of the module, with its certificate."""
    from django.utils import timezone

    from courses.content.models import ModuleVersion
    from courses.credentials.models import Certificate, CertificateHolder
    from courses.credentials.rules import new_number
    from courses.people.models import Person
    from courses.records.models import Attempt, Completion, Enrolment
    from tests.records.quick import outline

    version, then = ModuleVersion.objects.get(), timezone.now()
    until = timezone.localdate().replace(year=timezone.localdate().year + 2, day=1)
    snapshot = {**outline(version.title), "version": 1, "score": 90, "outcomes": [], "wording_note": ""}
    snapshot |= {"organisation": "Council"}
    learners = Person.objects.exclude(name="Lena Fischer").order_by("pk")
    for start in range(0, learners.count(), 1000):
        some = list(learners[start : start + 1000])
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(person=p, module_id=version.module_id, period=1, enrolled_at=then, started_at=then,
                      completed_at=then, valid_until=until) for p in some
        )  # fmt: skip
        attempts = Attempt.objects.bulk_create(
            Attempt(enrolment=e, version=version, started_at=then, finished_at=then) for e in enrolments
        )
        done = Completion.objects.bulk_create(
            Completion(enrolment=a.enrolment, attempt=a, person=a.enrolment.person, module_id=version.module_id,
                       version=version, completed_at=then, valid_until=until, score=90, minutes=20, snapshot=snapshot)
            for a in attempts
        )  # fmt: skip
        made = Certificate.objects.bulk_create(
            Certificate(completion=c, person=c.person, number=new_number(), issued_at=then, valid_until=until,
                        issuer="Council") for c in done
        )  # fmt: skip
        CertificateHolder.objects.bulk_create(
            CertificateHolder(certificate=c, name=c.person.name, family_name=c.person.family_name) for c in made
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
