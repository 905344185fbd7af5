"""The list of files of a zip file: is it the only one, does it agree with the files, and is each a plain file?

Where the two lists of a zip file (the directory at its end, the headers before each file) say different things, it is
refused, because another program would read another package.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .refusals import Refused
from .zip_names import checked_name, same_name_key

MB = 1024 * 1024
HEADER, DIRECTORY_END = b"PK\x03\x04", b"PK\x05\x06"
ENCRYPTED = 0x1 | 0x40 | 0x2000
SIZES_FOLLOW, NAMES_ARE_UTF8 = 0x8, 0x800
NO_FILES_OF_OURS = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Limits:
    """How much a package may hold, in files and in bytes after unpacking."""

    members: int = 10_000
    member_bytes: int = 64 * MB
    total_bytes: int = 256 * MB


H5P = Limits()
SCORM = Limits(member_bytes=256 * MB, total_bytes=512 * MB)
LONGEST_DIRECTORY = 8 * MB
"""Bytes of the list of files: ten thousand names of 800 bytes. It is read as a whole, so it is capped first."""


@dataclass(frozen=True)
class Member:
    """One file in the package, under its normalised name. `size` is what the directory says, a claim and no more."""

    name: str
    size: int
    packed: int
    crc: int
    offset: int
    method: int


def check_ends(file: BinaryIO, limits: Limits) -> None:
    """First and last bytes: is it a zip file, whole, with nothing before it, and with a list that may be read?"""
    file.seek(0)
    start = file.read(4)
    length = file.seek(0, 2)
    tail_at = max(0, length - 65_557)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(DIRECTORY_END)
    if start == DIRECTORY_END:
        raise Refused("empty")
    if start != HEADER:
        raise Refused("data-before" if at >= 0 else "not-a-zip")
    if at < 0 or len(tail) < at + 22:
        raise Refused("truncated")
    disk, first, here, members, size, offset, comment = struct.unpack("<HHHHLLH", tail[at + 4 : at + 22])
    if len(tail) != at + 22 + comment or _another_end(tail, at):
        raise Refused("ambiguous")
    if disk or first or here != members:
        raise Refused("several-parts")
    if 0xFFFFFFFF in {size, offset}:
        raise Refused("zip64")
    if members > limits.members:
        raise Refused("too-many-files", limit=limits.members)
    if size > LONGEST_DIRECTORY:
        raise Refused("list-too-long")
    if offset + size != tail_at + at:
        raise Refused("ambiguous")


def _another_end(tail: bytes, last: int) -> bool:
    """Whether an earlier end takes the last one for its comment: who reads forwards would find another list."""
    at = tail.find(DIRECTORY_END)
    while at < last:
        if len(tail) == at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little"):
            return True
        at = tail.find(DIRECTORY_END, at + 1)
    return False


def checked_members(file: BinaryIO, infos: list[zipfile.ZipInfo], end: int, limits: Limits) -> Iterator[Member]:
    """The files of the package, each with what the list says of it. Raises Refused."""
    if len(infos) > limits.members:
        raise Refused("too-many-files", limit=limits.members)
    _check_order(infos, end)
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for info in infos:
        name = checked_name(_decoded(info))
        _check_kind(info, name)
        raw = _raw(info)
        _check_local_header(file, info, raw, name)
        key = same_name_key(name)
        if raw.endswith(b"/"):
            continue
        if key in seen:
            raise Refused("duplicate" if seen[key] == name else "same-but-for-case", name)
        seen[key] = name
        folders.update({"/".join(key.split("/")[:depth]): name for depth in range(1, key.count("/") + 1)})
        if not NO_FILES_OF_OURS.isdisjoint(name.split("/")):
            continue
        yield Member(name, info.file_size, info.compress_size, info.CRC, info.header_offset, info.compress_type)
    if both := folders.keys() & seen.keys():
        raise Refused("file-and-folder", seen[min(both)])


def _check_order(infos: list[zipfile.ZipInfo], end: int) -> None:
    """Files must lie one after another without sharing bytes: a bomb lets ten thousand names point to one file."""
    if min((one.header_offset for one in infos), default=0):
        raise Refused("data-before")
    inside = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < inside:
            raise Refused("overlapping", checked_name(_decoded(info)))
        inside = info.header_offset + 30 + len(_raw(info)) + info.compress_size
    if inside > end:
        raise Refused("damaged")


def _raw(info: zipfile.ZipInfo) -> bytes:
    """The name's bytes as they lie in the file: `zipfile` decodes them as UTF-8 or, without the flag, as cp437."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & NAMES_ARE_UTF8 else "cp437")


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name as text. Without the flag it is taken as UTF-8 when it is UTF-8 (macOS forgets the flag), and as nothing
    otherwise: which of the many old code pages it was in, nobody can know."""
    try:
        return _raw(info).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("name-encoding", ascii(info.orig_filename)[1:-1]) from error


def _check_kind(info: zipfile.ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    folder = info.orig_filename.endswith("/")
    if kind == stat.S_IFLNK:
        raise Refused("symlink", name)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (kind == stat.S_IFDIR) > folder:
        raise Refused("special-file", name)
    if info.flag_bits & ENCRYPTED or info.compress_type == 99:
        raise Refused("encrypted", name)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused("odd-compression", name)
    if folder and info.file_size:
        raise Refused("damaged-file", name)


def _check_local_header(file: BinaryIO, info: zipfile.ZipInfo, raw: bytes, name: str) -> None:
    """The header before the file must say what the list at the end says."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != HEADER:
        raise Refused("damaged-file", name)
    flags, method = struct.unpack("<HH", header[6:10])
    crc, packed, size, name_length, _ = struct.unpack("<LLLHH", header[14:30])
    if flags & ENCRYPTED:
        raise Refused("encrypted", name)
    same = file.read(name_length) == raw and method == info.compress_type
    if not flags & SIZES_FOLLOW:
        wide = 0xFFFFFFFF
        same = same and crc == info.CRC and packed in {info.compress_size, wide} and size in {info.file_size, wide}
    if not same:
        raise Refused("mismatch", name)


def data_start(file: BinaryIO, member: Member) -> int:
    """Where the bytes of a file begin. The fields before them may be of another length than in the list."""
    file.seek(member.offset + 26)
    name_length, extra_length = struct.unpack("<HH", file.read(4))
    return member.offset + 30 + int(name_length) + int(extra_length)
