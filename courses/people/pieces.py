"""What a long file is made of before it is whole: its lines, kept in pieces where the next worker finds them.

A file is about many people. Who they are is settled at the beginning and kept; each piece has the lines of the next
ones, and the job's cursor names the pieces there are, in the transaction that says how far it is. A worker that dies
leaves what it had said; the next one goes on with the person after, and the file is put together at the end from the
pieces alone, line by line. What has changed in the meantime so that lines would not go together (the columns, the day,
what the one who asked may see) is told by another `sign`, and the work begins anew.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from .models import Job, JobStatus

if TYPE_CHECKING:
    from .jobs import Work

FOLDER = "jobs/pieces"
EVERY = 1.0
"""Seconds of work in a piece: so much is done again when a worker dies."""

Lines = Sequence[Any]


class Pieces:
    """The lines of a file so far, in the hands of one worker."""

    def __init__(self, work: Work, *, sign: Iterable[object], people: Callable[[], Iterable[int]]) -> None:
        self.work, self._told = work, time.monotonic()
        self.sign = hashlib.sha256(repr(tuple(sign)).encode()).hexdigest()[:16]
        known = work.cursor
        self.names: list[str] = list(known.get("pieces", ()))
        if self.names and known.get("sign") == self.sign and set(self.names) <= set(_listed(work.job)):
            self.rows, self.done = int(known["rows"]), work.job.done
            self.people = array("q", _read(work.job, self.names[0]))
            return
        self.rows = self.done = 0
        self.people = array("q", people())
        self.names = [self._put(self.people.tobytes())]
        self.say()

    def fill(self, step: Callable[[Sequence[int]], Lines], size: int) -> None:
        """Makes the lines of everybody who is left, so many people a step, and keeps them about every second."""
        kept: list[bytes] = []
        for start in range(self.done, len(self.people), size):
            lines = step(self.people[start : start + size])
            kept += [json.dumps(line, default=_encoded).encode() for line in lines]
            done, self.rows = min(start + size, len(self.people)), self.rows + len(lines)
            if time.monotonic() - self._told >= EVERY or done == len(self.people):
                if kept:
                    self.names.append(self._put(b"\n".join(kept)))
                self.done, kept = done, []
                self.say()

    def lines(self) -> Iterator[Any]:
        """Every line, in order; says now and then that the worker lives."""
        for name in self.names[1:]:
            for line in _read(self.work.job, name).split(b"\n"):
                yield json.loads(line, object_hook=_decoded)
            if time.monotonic() - self._told >= EVERY:
                self.say()

    def say(self, **more: Any) -> None:
        """Says how far it is, and where the pieces are."""
        total = len(self.people)
        self.work.reached(done=self.done, total=total, sign=self.sign, pieces=self.names, rows=self.rows, **more)
        self._told = time.monotonic()

    def _put(self, content: bytes) -> str:
        name = secrets.token_hex(6)
        default_storage.save(f"{_folder(self.work.job)}/{name}", ContentFile(content))
        return name


def forget(job: Job) -> None:
    """Takes away the pieces of a job: the file is whole, or there will be none."""
    for name in _listed(job):
        default_storage.delete(f"{_folder(job)}/{name}")
    default_storage.delete(_folder(job))


def forget_ended() -> int:
    """Takes away what workers left behind that died when their job had ended. Of how many jobs."""
    folders = set(_folders(FOLDER))
    open_ones = Job.objects.filter(status__in=[JobStatus.WAITING, JobStatus.RUNNING], public_id__in=folders)
    ended = folders - {str(public_id) for public_id in open_ones.values_list("public_id", flat=True)}
    for public_id in ended:
        forget(Job(public_id=public_id))
    return len(ended)


def _folder(job: Job) -> str:
    return f"{FOLDER}/{job.public_id}"


def _read(job: Job, name: str) -> bytes:
    with default_storage.open(f"{_folder(job)}/{name}") as file:
        content: bytes = file.read()
        return content


def _listed(job: Job) -> list[str]:
    try:
        return list(default_storage.listdir(_folder(job))[1])
    except FileNotFoundError:
        return []


def _folders(path: str) -> list[str]:
    try:
        return list(default_storage.listdir(path)[0])
    except FileNotFoundError:
        return []


def _encoded(value: object) -> dict[str, str]:
    if isinstance(value, datetime.date):
        return {"day": value.isoformat()}
    raise TypeError(value)


def _decoded(value: dict[str, str]) -> datetime.date:
    return datetime.date.fromisoformat(value["day"])
