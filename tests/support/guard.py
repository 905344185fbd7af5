"""Runs a command as long as whoever started this keeps its standard input open.

Tests that are killed close it without a word; what they started ends then, and its port is free. (The kernel's own
signal for it, as in `scripts.supervisor`, is bound to the thread that started the process, and tests start theirs from
threads that end.) Start it in a session of its own: everything in it is ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def _watch() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_watch, daemon=True).start()
    child.wait()
    os._exit(child.returncode & 0xFF)  # at once: the thread still reads
