"""The server that the fault loops kill leaves nothing behind."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .server import ROOT

pytestmark = pytest.mark.torture

STARTS = """
import sys
import threading
from pathlib import Path
from tests.torture.server import Server
server = Server(Path(sys.argv[1]))
starter = threading.Thread(target=server.start)
starter.start()
starter.join()
server.wait()
print(server.port, flush=True)
sys.stdin.read()
"""


def answers(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_ends_when_the_tests_that_started_it_are_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as tests:
        assert tests.stdout
        port = int(tests.stdout.readline())
        assert answers(port)
        tests.kill()
        end = time.monotonic() + 60
        while answers(port):
            assert time.monotonic() < end, "it still answers"
            time.sleep(0.02)
