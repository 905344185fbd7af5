"""Zip files that no honest program writes, made byte by byte."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

UTF8 = 0x800


@dataclass
class Entry:
    """One file; the local header says what the directory says, unless something else is given for it."""

    name: bytes | str
    content: bytes = b"x"
    flags: int = UTF8
    method: int = 8
    mode: int = 0
    local_name: bytes | None = None
    local_crc: int | None = None
    crc: int | None = None
    size: int | None = None
    at: int | None = None
    """Where the directory says the file lies; for two names of the same bytes."""

    @property
    def raw(self) -> bytes:
        return self.name.encode() if isinstance(self.name, str) else self.name

    @property
    def packed(self) -> bytes:
        if self.method != 8:
            return self.content
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.content) + packer.flush()


def crafted(entries: Iterable[Entry], *, before: bytes = b"", after: bytes = b"", comment: bytes = b"") -> bytes:
    """A zip file of `entries`. `before` stands before the first file, with the offsets telling so."""
    body, directory, count = bytearray(before), bytearray(), 0
    for entry in entries:
        packed = entry.packed
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        size = len(entry.content) if entry.size is None else entry.size
        offset = len(body) if entry.at is None else entry.at
        if entry.at is None:
            name = entry.raw if entry.local_name is None else entry.local_name
            local_crc = crc if entry.local_crc is None else entry.local_crc
            fields = (20, entry.flags, entry.method, 0, 33, local_crc, len(packed), size, len(name), 0)
            body += b"PK\x03\x04" + struct.pack("<HHHHHLLLHH", *fields) + name + packed
        listed = (20, 20, entry.flags, entry.method, 0, 33, crc, len(packed), size, len(entry.raw), 0, 0, 0, 0)
        directory += b"PK\x01\x02" + struct.pack("<HHHHHHLLLHHHHH", *listed)
        directory += struct.pack("<LL", entry.mode << 16, offset) + entry.raw
        count += 1
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(body), len(comment))
    return bytes(body + directory + b"PK\x05\x06" + end + comment + after)


def link(name: str, target: str) -> Entry:
    """A symbolic link."""
    return Entry(name, target.encode(), mode=stat.S_IFLNK | 0o777)
