"""`python -m bench.scale 1000 100000`: the manager's pages at the size of a workforce, on a throw-away PostgreSQL.

For each size a database is migrated, seeded (`seed_scale`) and counted (`count_standings`), and the pages are asked for
through the full middleware, in turns. The table goes into `docs/scale.md`. What is given is CPU time, ours and
PostgreSQL's together (`process_time` and the backend's own account): it does not depend on what else the machine does;
how many queries; and the median on the clock, which does.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "scale.md"
KEPT = ROOT / "build" / "scale.json"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SETTINGS = "learning_site.settings.demo"

MEMORY = {"shared_buffers": "2GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB", "autovacuum": "off"}
"""A server for so many; the seeder analyses its tables itself."""

Rows = list[dict[str, Any]]


def measure_all(rounds: int, learners: int) -> Rows:
    """Every page of the table, in the database of DATABASE_URL."""
    import django

    django.setup()
    from django.test import Client

    from courses.people.models import Person, User
    from courses.people.permissions import learners_of, visible_units
    from courses.records.keyset import _token, in_order

    rows: Rows = []
    lead, manager = (User.objects.get(email=f"{who}-1@scale.example") for who in ("lead", "manager"))
    for who, user in (("team", manager), ("organisation", lead)):
        client = Client(HTTP_HOST="localhost")
        client.force_login(user, backend="courses.people.backends.PersonBackend")
        people = learners_of(visible_units(user))
        size = people.count()
        last = in_order(people)[size * 9 // 10]
        somebody = in_order(people)[size // 2]
        past = f"as_at={_a_year_ago()}"
        pages = {
            "overview": "/manage/",
            "matrix, first page": "/manage/matrix/",
            "matrix, deep page": f"/manage/matrix/?after={_token(last.pk)}",
            "overdue list": "/manage/matrix/?state=overdue",
            "overdue list, deep page": f"/manage/matrix/?state=overdue&after={_token(last.pk)}",
            "used every try": "/manage/matrix/?state=failed-needs-help",
            "next date first": "/manage/matrix/?sort=next",
            "people": "/manage/people/",
            "least held first": "/manage/people/?sort=held",
            "search for a name": f"/manage/people/?q={somebody.family_name}",
            "one person": f"/manage/people/{somebody.public_id}/",
            "one module": "/manage/modules/scale-1/",
            "matrix as at last year": f"/manage/matrix/?{past}",
            "overview as at last year": f"/manage/?{past}",
            "overdue as at last year": f"/manage/matrix/?state=overdue&{past}",
            "requirements": "/manage/assignments/",
            "a new requirement": "/manage/assignments/new/",
            "units": "/manage/units/",
        }
        acts = {name: partial(client.get, url) for name, url in pages.items()}
        acts["preview of a rule"] = partial(client.post, "/manage/assignments/new/", _a_rule(user))
        for name, act in acts.items():
            row = measure(act, rounds)
            rows.append({
                "learners": learners, "of": who, "size": size, "page": name, "load": os.getloadavg()[0], **row
            })  # fmt: skip
            print(f"{who:<14}{name:<28}{json.dumps(row)}", flush=True)
    assert Person.objects.exists()
    return rows


def _a_rule(user: Any) -> dict[str, str]:
    """A requirement for everybody of hers, as the form sends it to be previewed."""
    from courses.records.team import Team

    team = Team.of(user)
    if team is None:
        raise ValueError(user)
    top = team.tops[0]
    who = f"organisation-{top.organisation_id}" if team.led else str(top.pk)
    due = {"rule": "joining", "days_after_joining": "30", "due_on": "", "starts_on": team.on.isoformat()}
    return {"who": who, "module": "scale-1", "do": "preview", **due}


def _a_year_ago() -> str:
    """The end of the month before this one, a year ago."""
    year_ago = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=365)
    return str(year_ago.replace(day=1) - datetime.timedelta(days=1))


def measure(act: Callable[[], Any], rounds: int) -> dict[str, Any]:
    """Medians of a page: CPU of ours and of PostgreSQL, wall, and how many queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        answer = act()
        if answer.status_code != 200:
            return {"status": answer.status_code}
    web, database, wall = [], [], []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [[backend]] = cursor.fetchall()
    for _ in range(rounds):
        began, ours, theirs = time.perf_counter(), time.process_time(), cpu_of(backend)
        act()
        web.append(time.process_time() - ours)
        database.append(cpu_of(backend) - theirs)
        wall.append(time.perf_counter() - began)
        if wall[-1] > 5:
            break
    with CaptureQueriesContext(connection) as captured:
        act()
    return {
        "queries": len(captured.captured_queries),
        "cpu_ms": round(1000 * statistics.median(a + b for a, b in zip(web, database, strict=True)), 1),
        "database_ms": round(1000 * statistics.median(database), 1),
        "wall_ms": round(1000 * statistics.median(wall), 1),
        "least_wall_ms": round(1000 * min(wall), 1),
    }


def cpu_of(pid: int) -> float:
    """Seconds that a process has spent on a core (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def timed(name: str, *command: str) -> dict[str, Any]:
    """A command of ours, timed."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return {"page": name, "seconds": round(time.perf_counter() - began, 1)}


def report(rows: Rows) -> str:
    """The rows as a table of Markdown, a column for each size."""
    sizes = sorted({row["learners"] for row in rows})
    lines = []
    for who, title in (("team", "A team of about 50"), ("organisation", "A whole organisation (at most 100,000)")):
        lines += ["", f"### {title}", "", "| page | " + " | ".join(f"{size:,}" for size in sizes) + " |"]
        lines.append("|---" * (len(sizes) + 1) + "|")
        mine = [row for row in rows if row.get("of") == who]
        for page in dict.fromkeys(row["page"] for row in mine):
            cells = []
            for size in sizes:
                found = [row for row in mine if row["page"] == page and row["learners"] == size]
                cells.append(
                    "{cpu_ms:.0f} ms ({database_ms:.0f}), {queries} queries, {wall_ms:.0f} ms".format(**found[0])
                    if found and "cpu_ms" in found[0]
                    else "not measured"
                )
            lines.append(f"| {page} | " + " | ".join(cells) + " |")
    others = [row for row in rows if "of" not in row]
    if others:
        lines += ["", "### Long work", "", "| what | learners | seconds |", "|---|---|---|"]
        lines += [f"| {row['page']} | {row['learners']:,} | {row['seconds']} |" for row in others]
    return "\n".join(lines)


def write(rows: Rows, command: str) -> None:
    """Puts the table where `docs/scale.md` has its marks."""
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(rows, indent=1))
    text = DOCS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    loads = [row["load"] for row in rows if "load" in row]
    said = (
        f"Made by `{command}` on {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"{datetime.datetime.now(datetime.UTC):%-d %B %Y}, at a load of {min(loads):.1f} to {max(loads):.1f}."
    )
    DOCS.write_text(f"{before}{BEGIN}\n{said}\n{report(rows)}\n{END}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learners", type=int, nargs="*", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--here", action="store_true", help="Measure the database of DATABASE_URL, seeded already.")
    parser.add_argument("--out", type=Path, help="Where --here puts its rows.")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if options.here:
        found = measure_all(options.rounds, options.learners[0])
        if options.out:
            options.out.write_text(json.dumps(found))
        return
    from scripts.postgres import throw_away_cluster

    rows: Rows = []
    for learners in options.learners:
        with throw_away_cluster(**MEMORY) as cluster, tempfile.TemporaryDirectory() as work:
            os.environ |= {"DATABASE_URL": cluster.url(), "DEMO_DATA": work}
            timed("migrate", "migrate", "-v0")
            seeded = timed("seed_scale --fast", "seed_scale", "--learners", str(learners), "--fast")
            counted = timed("one organisation counted", "count_standings", "--organisation", "scale-1")
            timed("a past day counted", "count_standings", "--organisation", "scale-1", "--day", _a_year_ago())
            out = Path(work) / "rows.json"
            command = [sys.executable, "-m", "bench.scale", str(learners), "--here", "--out", str(out)]
            subprocess.run([*command, "--rounds", str(options.rounds)], cwd=ROOT, check=True)
            rows += [{"learners": learners, **seeded}, {"learners": learners, **counted}]
            rows += json.loads(out.read_text())
    write(rows, "python -m bench.scale " + " ".join(map(str, options.learners)))
    print(report(rows))


if __name__ == "__main__":
    main()
