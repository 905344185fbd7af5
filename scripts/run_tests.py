"""`make test`: installs what the tests need, runs every part, and fails when a part failed or could not run.

Run by the system's own Python; see demo.py.
"""

import base64
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This needs Python 3.11 or newer; this is Python %d.%d. Try: make test PYTHON=python3.11" % sys.version_info[:2]
    )

import contextlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from scripts import debian, postgres
from scripts.console import Clock, PlainError, say
from scripts.environment import PYTHON, ROOT
from scripts.parts import Part, Result, environment_of, run, run_beside_each_other
from scripts.setup import install_all

PY = str(PYTHON)
TEST_SETTINGS: dict[str, str | None] = {
    "DJANGO_SETTINGS_MODULE": "learning_site.settings.test",
    "DATABASE_URL": None,
    "TEST_TEMPLATE": None,
}
# Good values: the question is whether our settings pass Django's own check, not whether these do.
PRODUCTION: dict[str, str | None] = {
    "DJANGO_SETTINGS_MODULE": "learning_site.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "SITE_ORIGIN": "https://learn.example.org",
    "CONTENT_ORIGIN": "https://{package}.content.example",
    "DATABASE_URL": "postgres://alongside:password@localhost/alongside",
    "CACHE_URL": "rediscache://localhost:6379/1",
    "EMAIL_URL": "smtp+tls://user:password@localhost:587",
    "EVIDENCE_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
}
TEMPLATE = "alongside_template"
BROWSERS = ["chromium", "chromium-headless-shell"]


def lint_parts() -> list[Part]:
    """What can be said about the text without running it."""
    return [
        Part("mypy", [PY, "-m", "mypy"], TEST_SETTINGS),
        Part("ruff check", [PY, "-m", "ruff", "check", "."]),
        Part("ruff format", [PY, "-m", "ruff", "format", "--check", "."]),
        Part("djlint format", [PY, "-m", "djlint", "--check", "templates"]),
        Part("djlint lint", [PY, "-m", "djlint", "--lint", "--quiet", "templates"]),
        Part("import rules", [str(PYTHON.parent / "lint-imports")]),
        Part("migrations", [PY, "manage.py", "makemigrations", "--check", "--dry-run"], TEST_SETTINGS),
        Part("deployment check", [PY, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ]


def database_part() -> Part:
    """A migrated SQLite database, of which every worker and every server of the tests takes a copy."""
    return Part("migrate on SQLite", [PY, "-m", "tests.support.template"], TEST_SETTINGS)


def pytest(*arguments: str, workers: int = 2, dist: str = "worksteal") -> list[str]:
    """pytest, on both cores. No test needs another, so a worker with nothing left takes some of the other's."""
    order = "--no-loadscope-reorder"  # the longest file first (tests/conftest.py), not the one with most tests
    return [PY, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(workers), "--dist", dist, order, *arguments]


UNIT = ("tests", "--ignore=tests/e2e", "--ignore=tests/torture")
ON_SQLITE = tuple(
    f"tests/torture/test_{name}.py" for name in ("export_memory", "killed_server", "network_cut", "server")
)
"""Fault loops that say nothing new on PostgreSQL: it has a killed server of its own, to which activities report."""


def sqlite_part(*, fast: bool = False) -> Part:
    chosen = ("-m", "not thorough") if fast else ()
    return Part("tests on SQLite", pytest(*UNIT, *chosen), TEST_SETTINGS, tests=True)


def postgres_part(address: str) -> Part:
    """Every test that can ask a database, with one round of the fault loops; what cannot has said all on SQLite (ADR
    0015)."""
    env = {**TEST_SETTINGS, "DATABASE_URL": address, "TEST_TEMPLATE": TEMPLATE, "ROUNDS": "1"}
    left_out = [f"--ignore={path}" for path in ("tests/e2e", *ON_SQLITE)]
    command = pytest("tests", *left_out, "-m", "not no_database")
    return Part("tests on PostgreSQL", command, env, tests=True)


def browser_part(unable: str) -> Part:
    command = pytest("tests/e2e", dist="loadfile")
    return Part("browser and accessibility", command, TEST_SETTINGS, tests=True, unable=unable)


def torture_part(rounds: int, longest: int) -> Part:
    env = {**TEST_SETTINGS, "ROUNDS": str(rounds)}
    command = pytest("tests/torture", f"--timeout={longest // 2}", dist="loadfile")
    return Part(f"torture {rounds} rounds", command, env, tests=True, longest=longest)


def missing(what: str, packages: list[str], there: bool) -> str:
    """Installs a program from Debian where it is missing; the reason when it could not."""
    if there:
        return ""
    try:
        debian.install(packages, what=what)
    except PlainError as error:
        return str(error)
    return ""


def without_browser() -> str:
    """Chromium, and its headless shell, in which the browser tests cost half; the reason when there is neither."""
    here = {name for name in BROWSERS if shutil.which(name)}
    reason = missing("Chromium", BROWSERS, len(here) == len(BROWSERS))
    return "" if "chromium" in here else reason


@contextlib.contextmanager
def postgres_with_template() -> Iterator[str]:
    """A throw-away cluster whose template database is migrated, so that each worker only copies it."""
    with postgres.throw_away_cluster() as cluster:
        migrate = Part("migrate", [PY, "manage.py", "migrate", "--verbosity", "0"])
        migrate.env = {**TEST_SETTINGS, "DATABASE_URL": cluster.create(TEMPLATE)}
        done = subprocess.run(
            migrate.command, cwd=ROOT, env=environment_of(migrate), check=False,
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise postgres.NoPostgresError(f"migrating failed: {done.stderr[-1500:]}")
        yield cluster.url()


def run_everything(mode: str, allow_skips: bool) -> list[Result]:
    """The parts of a mode, in the order in which they tell most soonest. PostgreSQL starts and is migrated beside the
    checks of the text."""
    rounds = int(os.environ.get("ROUNDS") or (50 if mode == "--torture" else 5))
    if mode == "--torture":
        return [run(torture_part(rounds, 6 * 60 * 60), allow_skips)]
    if mode == "--lint":
        return run_beside_each_other(lint_parts(), allow_skips)
    first = [database_part(), *lint_parts()]
    if mode == "--fast":
        return [*run_beside_each_other(first, allow_skips), run(sqlite_part(fast=True), allow_skips)]
    chromium = without_browser()
    unable = missing("PostgreSQL", ["postgresql"], postgres.find_binaries() is not None)
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(1) as beside:
        cluster = None if unable else beside.submit(stack.enter_context, postgres_with_template())
        results = run_beside_each_other(first, allow_skips)
        results.append(run(sqlite_part(), allow_skips))
        try:
            on_postgres = postgres_part(cluster.result() if cluster else "")
        except postgres.NoPostgresError as error:
            unable = str(error)
            on_postgres = postgres_part("")
        on_postgres.unable = unable
        results.append(run(on_postgres, allow_skips))
    results.append(run(browser_part(chromium), allow_skips))
    results.append(run(torture_part(rounds, 1800), allow_skips))
    return results


def main() -> int:
    """Runs a mode; 0 only when every part ran and nothing failed."""
    clock, mode = Clock(), next((a for a in sys.argv[1:] if a.startswith("--")), "")
    allow_skips = os.environ.get("ALLOW_SKIPS") == "1"
    try:
        install_all(quiet=True)
        results = run_everything(mode, allow_skips)
    except PlainError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    for result in results:
        if result.could_not_run:
            say(f"Not run: {result.part.name}")
    say(f"\nIn {clock}")
    failed = sum(result.failed for result in results)
    say(f"{sum(result.passed for result in results)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
