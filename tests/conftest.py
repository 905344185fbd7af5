"""What every test has: an empty cache, the named people of `tests.people`, a database flushed to its first state."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from tests.people import *  # noqa: F403  (fixtures)
from tests.support import baseline, template
from tests.support.tasks import AtOnce

THOROUGH = (
    "tests/content/test_loading.py",
    "tests/credentials/test_pdf.py",
    "tests/demo/test_load_demo.py",
    "tests/hostile/",
    "tests/manager/test_scale.py",
    "tests/test_every_address.py",
)
"""Files that take most of the time; `make test-fast` leaves them out, `make test` runs them on both engines."""


LONGEST = (
    "tests/demo/test_load_demo.py",
    "tests/e2e/test_cms.py",
    "tests/e2e/test_h5p_compat.py",
    "tests/interop/test_import_memory.py",
    "tests/test_every_address.py",
    "tests/torture/test_killed_",
)
"""Begun first: a test of twenty seconds that begins last keeps one core waiting for the other."""
DATABASE = frozenset({"db", "transactional_db", "django_db_setup", "live_server", "demo", "server"})
"""Fixtures that ask a database; `server` is that of the fault loops, a process of its own on the run's database."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)
        if not item.get_closest_marker("django_db") and DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.no_database)
    # After pytest-django has put transactional tests last; sorting keeps its order of the others.
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end, so the garbage collector need not walk it: 7 % of all tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begins with a copy of a database that is migrated already, where one was kept."""
    template.put()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's test database is what `template` put there; its folder is removed at the end of the run."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After the test database is made, keeps what the migrations put into it: the flush puts it back."""
    with django_db_blocker.unblock():
        baseline.take()


@pytest.fixture
def wagtail_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps Wagtail's index of what is used where, and that of its search, for a test that asks them."""
    monkeypatch.setattr(AtOnce, "index", True)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
