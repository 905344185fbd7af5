"""Reads an uploaded zip file as what it is: written by somebody we do not know.

Nothing is ever unpacked to a disk, and no number in the file is believed: bytes are counted while they are read, and
reading stops at the limit. What a list of files may say stands in `zip_directory`, what a name may look like in
`zip_names`. SCORM's limits are wider than H5P's, for its videos.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Self

from .refusals import Refused
from .zip_directory import H5P, HEADER, MB, SCORM, Limits, Member, check_ends, checked_members, data_start

__all__ = ["CHUNK", "H5P", "HEADER", "MB", "SCORM", "Limits", "Member", "MemberStream", "Refused", "SafeZip"]
CHUNK = 256 * 1024
SUSPICIOUS_RATIO = 100
"""Text shrinks to a tenth; only what was made to explode shrinks to a hundredth..."""
SUSPICIOUS_FROM = 4 * MB
"""...and is large. (A blank drawing shrinks as much and is small.)"""


class SafeZip:
    """A zip file whose list of files has been checked. Reading a file checks that file.

    `text_…` and `nested_bytes` are tallies of those who parse its texts and look into archives in it.
    """

    def __init__(self, file: BinaryIO, *, limits: Limits = SCORM) -> None:
        self.file = file
        self.limits = limits
        self.packed_read = 0
        self.text_bytes = self.text_parts = self.nested_bytes = 0
        self._read: dict[str, int] = {}
        self._total = 0
        check_ends(file, limits)
        try:
            with zipfile.ZipFile(file) as archive:
                infos, end = archive.infolist(), archive.start_dir
        except UnicodeDecodeError as error:
            raise Refused("name-encoding") from error
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OverflowError) as error:
            raise Refused("damaged") from error
        self.members = {one.name: one for one in checked_members(file, infos, end, limits)}
        self.narrow(limits)

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    @property
    def total_read(self) -> int:
        """Bytes of its files that have come out so far."""
        return self._total

    @property
    def packed_bytes(self) -> int:
        """Bytes of all files as they lie in the zip file: what progress is measured by."""
        return sum(one.packed for one in self.members.values())

    def narrow(self, limits: Limits) -> None:
        """Holds the package to the limits of its kind, as soon as that is known: first by what it says of itself."""
        self.limits = limits
        if len(self.members) > limits.members:
            raise Refused("too-many-files", limit=limits.members)
        if sum(one.size for one in self.members.values()) > limits.total_bytes:
            raise Refused("too-large", limit=limits.total_bytes // MB)

    def open(self, name: str) -> MemberStream:
        """A stream of the file's real bytes. KeyError when there is none of that name."""
        return MemberStream(self, self.members[name])

    def read(self, name: str, *, limit: int = 16 * MB) -> bytes:
        """A small file as a whole; refused when it is longer than `limit`."""
        with self.open(name) as stream:
            content = stream.read(limit + 1)
            if len(content) > limit:
                raise Refused("text-too-large", name, limit=limit // MB)
        return content

    def count(self, name: str, size: int) -> None:
        """Takes note that `size` bytes of a file have come out so far. Refused beyond the limits."""
        member = self.members[name]
        if size > self.limits.member_bytes:
            raise Refused("file-too-large", name, limit=self.limits.member_bytes // MB)
        if size > SUSPICIOUS_FROM and size > SUSPICIOUS_RATIO * max(member.packed, 1):
            raise Refused("bomb", name)
        before = self._read.get(name, 0)
        if size > before:
            self._read[name] = size
            self._total += size - before
        if self._total > self.limits.total_bytes:
            raise Refused("too-large", limit=self.limits.total_bytes // MB)


class MemberStream:
    """Reads one file of a SafeZip in bounded pieces and checks it at its end: length and checksum."""

    def __init__(self, package: SafeZip, member: Member) -> None:
        self.package, self.member = package, member
        self._at = data_start(package.file, member)
        self._left = member.packed
        self._inflate = zlib.decompressobj(-15) if member.method == zipfile.ZIP_DEFLATED else None
        self._pending = b""
        self._done = False
        self.size = self.crc = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pending = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; b"" at the end. Without a size, all of it (limits hold)."""
        wanted = self.package.limits.member_bytes + 1 if size < 0 else size
        pieces: list[bytes] = []
        while wanted > 0 and (piece := self._piece(min(wanted, CHUNK))):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _piece(self, wanted: int) -> bytes:
        while not self._done:
            if self._inflate is None:
                piece = self._packed(wanted)
                self._done = not piece
            else:
                piece = self._inflated(self._inflate, wanted)
            if piece:
                self.size += len(piece)
                self.crc = zlib.crc32(piece, self.crc)
                self.package.count(self.member.name, self.size)
                return piece
        self._check_end()
        return b""

    def _inflated(self, inflate: zlib._Decompress, wanted: int) -> bytes:
        source = self._pending or self._packed(CHUNK)
        try:
            piece = inflate.decompress(source, wanted)
        except zlib.error as error:
            raise Refused("damaged-file", self.member.name) from error
        self._pending = inflate.unconsumed_tail
        if inflate.eof:
            self._done = True
            if inflate.unused_data or self._left:
                raise Refused("damaged-file", self.member.name)
        elif not source and not piece:
            raise Refused("damaged-file", self.member.name)
        return piece

    def _packed(self, wanted: int) -> bytes:
        """The next bytes as they lie in the file. Sought anew each time: several streams may share the file."""
        take = min(wanted, self._left)
        if not take:
            return b""
        self.package.file.seek(self._at)
        data = self.package.file.read(take)
        if len(data) < take:
            raise Refused("truncated")
        self._at += take
        self._left -= take
        self.package.packed_read += take
        return data

    def _check_end(self) -> None:
        if self.size != self.member.size or self.crc != self.member.crc:
            raise Refused("damaged-file", self.member.name)
