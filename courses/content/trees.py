"""The files of packages, kept by the SHA-256 of their content in Django's default storage (local disk or S3).

A file is a blob, `packages/blobs/<aa>/<sha256>`, written once and never overwritten, however many packages hold it. A
tree, `packages/trees/<sha256>.json`, says which blob stands at which path; its name is the hash of its own bytes. So a
version needs to remember one hash only, nothing under that hash ever changes, and serving a file asks no database.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

FOLDER = "packages"
CHUNK = 1024 * 1024
Files = Mapping[str, tuple[str, int]]
"""By path inside the package: the SHA-256 of the file's content, and its size in bytes."""


def blob_name(sha256: str) -> str:
    """Where a file of this content lies in the storage."""
    return f"{FOLDER}/blobs/{sha256[:2]}/{sha256}"


def tree_name(sha256: str) -> str:
    """Where the tree of this hash lies in the storage."""
    return f"{FOLDER}/trees/{sha256}.json"


def put_blob(source: BinaryIO) -> tuple[str, int]:
    """Stores what `source` still has to read; (SHA-256, size). Idempotent, and in constant memory: what is large goes
    through a temporary file, because its name is only known at the end."""
    digest, size = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(max_size=CHUNK) as spool:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            spool.write(chunk)
        sha256 = digest.hexdigest()
        if not _stands(blob_name(sha256), size):
            spool.seek(0)
            _write(blob_name(sha256), cast("BinaryIO", spool))
    return sha256, size


def put_tree(files: Files) -> str:
    """Stores the list of `files` and returns its hash. The blobs must stand already. Idempotent."""
    text = json.dumps({path: list(files[path]) for path in sorted(files)}, separators=(",", ":"), ensure_ascii=False)
    content = text.encode()
    sha256 = hashlib.sha256(content).hexdigest()
    if not _stands(tree_name(sha256), len(content)):
        _write(tree_name(sha256), io.BytesIO(content))
    return sha256


@lru_cache(maxsize=64)
def tree(sha256: str) -> Files:
    """What stands at which path. Read once a process: it never changes. FileNotFoundError when there is none."""
    with default_storage.open(tree_name(sha256), "rb") as file:
        found: dict[str, list[str | int]] = json.load(file)
    return {path: (str(entry[0]), int(entry[1])) for path, entry in found.items()}


def open_blob(sha256: str) -> BinaryIO:
    """A file of a package for reading; it can be sought in."""
    return cast("BinaryIO", default_storage.open(blob_name(sha256), "rb"))


def read_file(tree_sha256: str, path: str, *, limit: int = 16 * CHUNK) -> bytes:
    """A small file of a tree as a whole. KeyError when it has none there, ValueError when it is longer than `limit`."""
    sha256, size = tree(tree_sha256)[path]
    if size > limit:
        raise ValueError(f"{path} has {size} bytes")
    with open_blob(sha256) as file:
        return file.read()


def sweep(*, kept: Iterable[str], older_than: datetime.timedelta) -> int:
    """Deletes the trees not among `kept` and the blobs of none of them, if they have stood longer than `older_than`
    (an import that runs now has written blobs whose tree comes last). How many files went."""
    keep = set(kept)
    blobs = {sha256 for one in keep for sha256, _ in tree(one).values()}
    before = timezone.now() - older_than
    gone = 0
    for name in _names(f"{FOLDER}/trees"):
        gone += name.rsplit("/", 1)[-1].removesuffix(".json") not in keep and _delete(name, before)
    for name in _names(f"{FOLDER}/blobs"):
        gone += name.rsplit("/", 1)[-1] not in blobs and _delete(name, before)
    tree.cache_clear()
    return gone


def _stands(name: str, size: int) -> bool:
    """Whether the file is there as a whole; half a one, of a disk that was full, is not taken for it."""
    try:
        return default_storage.exists(name) and default_storage.size(name) == size
    except FileNotFoundError:
        return False


def _write(name: str, content: BinaryIO) -> None:
    """Puts a file under its name, whole or not at all, whoever else is writing it at the same moment: on a local disk
    beside it first and then in its place; S3 does so by itself. What a killed process leaves beside it is swept."""
    try:
        target = Path(default_storage.path(name))
    except NotImplementedError:  # so Storage.path says that it is no disk (S3)
        if default_storage.exists(name):
            default_storage.delete(name)
        default_storage.save(name, File(content))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as beside:
        try:
            shutil.copyfileobj(content, beside, CHUNK)
            beside.close()
            Path(beside.name).chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o644)
            Path(beside.name).replace(target)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise


def _names(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for each in folders:
        yield from _names(f"{folder}/{each}")
    for file in files:
        yield f"{folder}/{file}"


def _delete(name: str, before: datetime.datetime) -> bool:
    if default_storage.get_modified_time(name) >= before:
        return False
    default_storage.delete(name)
    return True
