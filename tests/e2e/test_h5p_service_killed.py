"""The real authoring service killed in the middle of its work (kill -9): the next start puts everything right."""

from __future__ import annotations

import io
import json
import signal
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from courses.interop.h5p.service import H5PServiceError
from tests.interop.packages import CHOICE_CONTENT, PNG, h5p, h5p_files, library_files, zipped
from tests.support.h5p_service import RunningService, running_service

INSTALLING = Path("unfinished", "libraries", "Test.Choice-1.1")


def large(version: str) -> bytes:
    """A package whose library has 1,500 files: installing it takes a while."""
    files: dict[str, str | bytes] = {**h5p_files(libraries=library_files(f"Test.Choice {version}"))}
    files |= {f"Test.Choice-1.1/images/{n}.png": PNG for n in range(1500)}
    return zipped(files)


def kill_while(service: RunningService, package: bytes, at_it: Callable[[], bool]) -> None:
    """Imports as a curator, and kills the service as soon as it is at it."""

    def importing() -> None:
        with pytest.raises(H5PServiceError):
            service.client("curator").import_package(io.BytesIO(package))

    thread = threading.Thread(target=importing)
    thread.start()
    deadline = time.monotonic() + 120
    while not at_it():
        assert thread.is_alive(), "the import ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    service.end(signal.SIGKILL)
    thread.join(120)


def left(service: RunningService) -> list[str]:
    """What stands half-done in its folders."""
    return [
        str(path) for name in ("temporary", "unfinished") for path in (service.data / name).rglob("*") if path.is_file()
    ]


def test_killed_in_an_import_it_begins_as_if_that_had_never_been(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        kill_while(service, large("1.1.0"), (service.data / "libraries" / "Test.Choice-1.1" / "images").exists)
        service.start()
        curator = service.client("curator")
        assert (curator.health().libraries, curator.list(), left(service)) == (0, [], [])
        copy = curator.import_package(io.BytesIO(large("1.1.0")))
        assert copy.installed == ("Test.Choice 1.1",)
        assert curator.read(copy.id).params["answers"] == CHOICE_CONTENT["answers"]


def test_killed_in_the_update_of_a_library_it_has_the_old_one_whole(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        curator = service.client("curator")
        copy = curator.import_package(io.BytesIO(h5p()))
        kill_while(service, large("1.1.7"), (service.data / INSTALLING).exists)
        service.start()
        about = json.loads((service.data / "libraries" / "Test.Choice-1.1" / "library.json").read_text())
        assert about["patchVersion"] == 0
        assert ([one.id for one in curator.list()], left(service)) == ([copy.id], [])
        file = io.BytesIO()
        curator.export(copy.id, into=file)
        with zipfile.ZipFile(file) as package:
            assert "Test.Choice-1.1/scripts/library.js" in package.namelist()
            assert "Test.Choice-1.1/images/1.png" not in package.namelist()


def test_killed_while_a_copy_is_written_it_has_no_half_copy(tmp_path: Path) -> None:
    picture = {"path": "images/one.png", "mime": "image/png", "width": 1, "height": 1}
    params = {**CHOICE_CONTENT, "picture": picture}
    package = zipped({**h5p_files(params), "content/images/one.png": PNG + bytes(40_000_000)})
    with running_service(tmp_path) as service:
        curator = service.client("curator")
        copy = curator.import_package(io.BytesIO(h5p()))
        (service.data / "contents" / "999").mkdir()  # as a kill between two files leaves it
        marks = service.data / "unfinished" / "contents"
        kill_while(service, package, lambda: marks.exists() and any(marks.iterdir()))
        service.start()
        assert [one.id for one in curator.list()] == [copy.id]
        assert [path.name for path in (service.data / "contents").iterdir()] == [copy.id]
        assert left(service) == []
