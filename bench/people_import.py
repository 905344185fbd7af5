"""Import of many people with its dry run, on a throw-away PostgreSQL: `python -m bench.people_import [people] [xlsx]`.

Prints what each part took and the most memory that was used. The rule (issue 4): 100,000 people in under five minutes.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.scale import cpu_of
from scripts.postgres import throw_away_cluster

HEADINGS = ["Employee number", "First name", "Surname", "E-mail", "Service", "Team", "Job role", "Job title",
            "Start date", "Manager"]  # fmt: skip


def row(number: int) -> list[str]:
    """One invented person: twelve services with forty teams each, a manager to fifteen."""
    day = f"{1 + number % 28:02}/{1 + number % 12:02}/{2005 + number % 20}"
    manager = f"E{number // 15}" if number >= 15 else ""
    return [
        f"E{number}", f"Ada{number % 700}", f"Obi{number % 5000}x", f"e{number}@northfield.example",
        f"Service {number % 12}", f"Team {number % 12}-{number // 12 % 40}", f"Role {number % 30}",
        f"Worker, level {number % 9}", day, manager,
    ]  # fmt: skip


def write_csv(path: Path, people: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADINGS) + "\n")
        for number in range(1, people + 1):
            file.write(",".join(f'"{cell}"' for cell in row(number)) + "\n")


def write_xlsx(path: Path, people: int) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for number in range(1, people + 1):
            sheet.write_row(number, 0, row(number))


def memory() -> int:
    """Megabytes, the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def timed(what: str, action: Any) -> float:
    backend = backend_of_ours()
    begun, worked, theirs = time.monotonic(), time.process_time(), cpu_of(backend)
    action()
    took, worked, theirs = time.monotonic() - begun, time.process_time() - worked, cpu_of(backend) - theirs
    print(
        f"{what:<34}{took:8.1f} s   CPU: ours {worked:.1f} s, PostgreSQL's {theirs:.1f} s   "
        f"load {os.getloadavg()[0]:.1f}   most memory so far {memory()} MB",
        flush=True,
    )
    return took


def backend_of_ours() -> int:
    """The process of PostgreSQL that works for us."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [[pid]] = cursor.fetchall()
    return int(pid)


def measure(path: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from courses.people.importing import services
    from courses.people.jobs import work_on
    from courses.people.models import Organisation, PeopleImport, User

    lead = User.objects.create_user("lead@example.org", name="Lena Fischer").person
    organisation = Organisation.objects.create(name="Northfield", slug="northfield")

    def put_in() -> PeopleImport:
        with path.open("rb") as file:
            return services.put_in(organisation=organisation, by=lead, file=SimpleUploadedFile(path.name, file.read()))

    def done(found: PeopleImport) -> None:
        found.refresh_from_db()
        work_on.call(found.job.pk if found.job else 0)
        found.refresh_from_db()
        if services.is_stopped(found):
            raise SystemExit(found.said)

    def check(found: PeopleImport) -> None:
        services.ask_check(found=found, by=lead, mapping=found.mapping, whole=True)
        done(found)

    def write(found: PeopleImport) -> None:
        services.ask_write(found=found, by=lead, sure=True, invite=False)
        done(found)

    first = put_in()
    took = timed("dry run, all new", lambda: check(first))
    took += timed("writing, all new", lambda: write(first))
    print(f"{'import with its dry run':<34}{took:8.1f} s   {first.counts}", flush=True)
    second = put_in()
    timed("dry run of the same file again", lambda: check(second))
    print(second.counts, flush=True)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    kind = sys.argv[2] if len(sys.argv) > 2 else "csv"
    with throw_away_cluster() as cluster, TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = cluster.create("import")
        os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        path = Path(folder) / f"people.{kind}"
        (write_xlsx if kind == "xlsx" else write_csv)(path, people)
        print(f"{people:,} people, {kind}, {path.stat().st_size / 1e6:.1f} MB; idle {memory()} MB", flush=True)
        measure(path)
        from django.db import connections

        connections.close_all()


if __name__ == "__main__":
    main()
