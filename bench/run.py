"""`make bench`: measures ours, the floor and the peer one after the other on the same machine, prints a table, and
writes `build/bench.json` (format: SURFACE). The peer is installed from PyPI into an environment of its own."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measure import ENROLMENT, LEARNERS, LESSONS, LIST, ROUNDS, WARM_UP
from bench.packages import SITTING

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "bench"
PEER_PYTHON = BUILD / "venv" / "bin" / "python"
PEER = "wagtail-lms==0.11.1"
AIMS = {
    ("lesson page", "wagtail-lms 0.11.1"): 0.5,
    ("lesson page", "floor"): 2.5,
    (LIST, "wagtail-lms 0.11.1"): 1.0,
    (ENROLMENT, "wagtail-lms 0.11.1"): 1.0,
    ("catalogue, signed out", "floor"): 1.6,
    ("module page, signed out", "floor"): 1.6,
    ("verify", "floor"): 1.6,
}
PDF_AIM_MS = 40.0
MOST_REQUESTS, MOST_QUERIES = 15, 120

Rows = list[dict[str, Any]]


def install_peer() -> None:
    """The peer, with the newest Django and Wagtail it allows; once."""
    stamp = BUILD / "installed"
    if stamp.exists() and stamp.read_text() == PEER:
        return
    print(f"Installing {PEER} …", flush=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", str(PEER_PYTHON.parent.parent)], check=True)
    subprocess.run(
        [str(PEER_PYTHON), "-m", "pip", "install", "-q", PEER, "Django>=5.2,<5.3", "wagtail>=8.0,<8.1"], check=True
    )
    stamp.write_text(PEER)


def measure(python: Path | str, module: str, settings: str) -> Rows:
    """Runs one side in a process and a database of its own."""
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as work:
        result = Path(work) / "rows.json"
        env = {**os.environ, "BENCH_WORK": work, "DJANGO_SETTINGS_MODULE": settings, "PYTHONHASHSEED": "0"}
        env.pop("DATABASE_URL", None)
        subprocess.run([str(python), "-m", module, str(result)], cwd=ROOT, env=env, check=True)
        rows: Rows = json.loads(result.read_text(encoding="utf-8"))
        return rows


def table(rows: Rows) -> str:
    """The rows as text, a page a group."""
    head = f"{'page':<34} {'system':<20} {'requests':>8} {'queries':>7} {'writes':>6} {'median':>8} {'p95':>8} "
    lines = [f"{head}{'CPU ms':>8} {'bytes':>8}"]
    names = list(dict.fromkeys(row["name"] for row in rows))
    for name in names:
        for number, row in enumerate(row for row in rows if row["name"] == name):
            lines.append(
                f"{'' if number else name:<34} {row['system']:<20} {row['requests']:>8} "
                f"{row['queries']:>7} {row['writes']:>6} "
                f"{row['median_ms']:>8.2f} {row['p95_ms']:>8.2f} {row['cpu_ms']:>8.2f} {row['bytes']:>8}"
            )
    return "\n".join(lines)


def verdicts(rows: Rows) -> list[str]:
    """Our CPU time beside each aim."""
    cpu = {(row["name"], row["system"]): row["cpu_ms"] for row in rows}
    said = []
    for (name, other), aim in AIMS.items():
        if (name, "ours") in cpu and (name, other) in cpu:
            ratio = cpu[name, "ours"] / cpu[name, other]
            said.append(
                f"{'met' if ratio <= aim else 'NOT MET':<8} {name}: {ratio:.2f} of {other}'s CPU time (aim {aim})"
            )
    if sitting := [row for row in rows if row["name"] == SITTING and row["system"] == "ours"]:
        asked, queries = sitting[0]["requests"], sitting[0]["queries"]
        met = asked <= MOST_REQUESTS and queries <= MOST_QUERIES
        said.append(
            f"{'met' if met else 'NOT MET':<8} {SITTING}: {asked} requests and {queries} queries "
            f"(aim {MOST_REQUESTS} and {MOST_QUERIES})"
        )
    if ("certificate PDF", "ours") in cpu:
        took = cpu["certificate PDF", "ours"]
        said.append(
            f"{'met' if took <= PDF_AIM_MS else 'NOT MET':<8} certificate PDF: {took:.1f} ms (aim {PDF_AIM_MS:.0f})"
        )
    return said


def main() -> int:
    """Measures, prints and writes. Aims that are not met are said; they do not fail the command."""
    install_peer()
    rows = measure(sys.executable, "bench.ours", "bench.settings")
    rows += measure(PEER_PYTHON, "bench.peer.measure_peer", "bench.peer.settings")
    meta = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
        "database": "SQLite, WAL, immediate transactions",
        "learners": LEARNERS,
        "lessons": LESSONS,
        "rounds": ROUNDS,
        "warm_up": WARM_UP,
        "aims": verdicts(rows),
    }
    (ROOT / "build" / "bench.json").write_text(json.dumps({"meta": meta, "rows": rows}, indent=1), encoding="utf-8")
    print(table(rows), *["", *verdicts(rows)], "", "Written to build/bench.json", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
