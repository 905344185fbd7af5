"""Editing a stored H5P version in the authoring service: out of the store as a working copy, and back as a file that is
looked at like any upload. What is in between is a copy; the version stays as it is.

    copy = open_copy(user=user, version=version)                  # copy.id: read, save, or editor_address
    client = service.client_for(user)
    with changed_package(client, copy.id, name="talk.h5p") as file:
        take_file(file=file, by=user.person, package=package)     # checked in the background; then a new version
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.core.files.base import File

from courses.content import trees
from courses.content.models import PackageVersion
from courses.people.models import User

from .service import H5PServiceClient, Imported

PACKED = (".png", ".jpg", ".jpeg", ".gif", ".mp3", ".mp4", ".m4a", ".ogg", ".webm", ".woff", ".woff2", ".glb")


def write_package(version: PackageVersion, into: BinaryIO) -> None:
    """The stored version as an .h5p file, with every library it plays with: other H5P systems take it too. Without
    entries for folders; what is packed already (pictures, sound) is not packed again."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, (sha256, _) in sorted(trees.tree(version.sha256).items()):
            packed = path.lower().endswith(PACKED)
            about = zipfile.ZipInfo(path)
            about.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            with trees.open_blob(sha256) as source, archive.open(about, "w") as target:
                shutil.copyfileobj(source, target)
    into.seek(0)


def open_copy(*, user: User, version: PackageVersion) -> Imported:
    """A working copy of a stored version. It is sent on a curator's word, whoever `user` is: a stored version holds
    nothing but libraries that a curator of this site has approved, and the service may have begun anew."""
    client = H5PServiceClient(who=str(user.person.public_id), role="curator")
    with tempfile.TemporaryFile() as file:
        write_package(version, file)
        return client.import_package(file)


@contextmanager
def changed_package(client: H5PServiceClient, copy_id: str, *, name: str) -> Iterator[File[Any]]:
    """What a working copy has become, as a file for an upload. Trust nothing in it."""
    with tempfile.TemporaryFile() as file:
        client.export(copy_id, into=file)
        yield File(file, name)
