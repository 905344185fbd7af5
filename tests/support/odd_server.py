"""A server on loopback that answers exactly the bytes a test tells it to, and remembers what it was asked: for clients
that have to bear anything."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Answer = bytes | Callable[[socket.socket], None]
"""What is sent before the connection is closed; a function may do worse with the connection."""


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class OddServer:
    """Gives its `answers` one after the other, the last one again and again."""

    answers: Sequence[Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            with connection, suppress(OSError):
                connection.settimeout(10)
                self.asked.append(_read(connection))
                answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
                if callable(answer):
                    answer(connection)
                else:
                    connection.sendall(answer)


def _read(connection: socket.socket) -> Asked:
    with connection.makefile("rb") as stream:
        method, path, _ = stream.readline().decode().split(" ")
        headers: dict[str, str] = {}
        while line := stream.readline().decode().strip():
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        return Asked(method, path, headers, stream.read(int(headers.get("content-length", 0))))


@contextmanager
def odd_server(*answers: Answer) -> Iterator[OddServer]:
    """Serves until the block ends."""
    server = OddServer(answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def http(body: bytes, *, status: str = "200 OK", kind: str = "application/json", length: int | None = None) -> bytes:
    """An answer, with a length that may be a lie; without one when it is negative."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
    length = len(body) if length is None else length
    lines += [f"Content-Length: {length}"] * (length >= 0)
    return "\r\n".join([*lines, "", ""]).encode() + body


def as_json(value: Any, status: str = "200 OK") -> bytes:
    """An answer of JSON."""
    return http(json.dumps(value).encode(), status=status)
