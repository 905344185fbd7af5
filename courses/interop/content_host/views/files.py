"""The files of packages, by the hash of what is in them, and the programs that play packages.

The address is the permission: it holds a hash over the package and the tree of its files that only we can make. Nothing
under it ever changes, so an answer may be kept for ever, and no database is asked.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from io import BytesIO
from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare

from courses.content import byte_ranges, trees
from courses.interop import launches
from courses.interop.content_host import file_types, player_files, policies, storage_shim
from courses.interop.content_host.methods import only

FOR_EVER = "public, max-age=31536000, immutable"
SHA256 = re.compile(r"[0-9a-f]{64}")
GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))")
PACKED_FROM, PACKED_TO = 1024, 1024 * 1024
"""Texts between these sizes are sent gzipped: a library of H5P is a third of its size so."""


@only("GET", "HEAD")
def package_file(request: HttpRequest, package: str, capability: str, tree: str, path: str) -> HttpResponseBase:
    """One file of a package, or the range of it that was asked for. Budget: 0 queries."""
    if not SHA256.fullmatch(tree) or not constant_time_compare(capability, launches.capability(package, tree)):
        raise Http404
    name, sha256, size = _found(tree, path)
    is_h5p = "h5p.json" in trees.tree(tree)
    kind = file_types.kind_of(name, is_h5p=is_h5p)
    if kind == "text/html" and size <= storage_shim.LARGEST:
        page = storage_shim.page(sha256)
        response = _from_memory(request, kind, f"{sha256}-{storage_shim.version()}", page.content, page.packed)
    elif file_types.is_text(kind) and PACKED_FROM <= size <= PACKED_TO and _takes_gzip(request):
        response = _from_memory(request, kind, sha256, b"", _packed(sha256))
    else:
        response = _from_storage(request, kind, sha256, size, PurePosixPath(name).name)
    if file_types.is_text(kind):
        patch_vary_headers(response, ["Accept-Encoding"])
    response["Content-Security-Policy"] = policies.of_file(is_h5p=is_h5p)
    return response


@only("GET", "HEAD")
def player_file(request: HttpRequest, package: str, capability: str, path: str) -> HttpResponseBase:
    """A program, style or typeface of ours or of a player's, from memory. Budget: 0 queries."""
    if not constant_time_compare(capability, launches.capability(package, player_files.digest())):
        raise Http404
    file = player_files.files().get(path)
    if file is None:
        raise Http404
    kind = file_types.kind_of(path, is_h5p=True)
    response = _from_memory(request, kind, capability, file.content, file.packed)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _found(tree: str, path: str) -> tuple[str, str, int]:
    """Name, hash and size. A package written on Windows may ask for `Image.PNG` where `image.png` stands: no package
    holds both, so it gets it."""
    try:
        files = trees.tree(tree)
    except FileNotFoundError as error:
        raise Http404 from error
    name = path if path in files else _by_folded_name(tree).get(path.casefold(), "")
    if name not in files:
        raise Http404
    return name, *files[name]


@lru_cache(maxsize=64)
def _by_folded_name(tree: str) -> dict[str, str]:
    return {name.casefold(): name for name in trees.tree(tree)}


@lru_cache(maxsize=64)
def _packed(sha256: str) -> bytes:
    with trees.open_blob(sha256) as file:
        return gzip.compress(file.read(), 5, mtime=0)


def _takes_gzip(request: HttpRequest) -> bool:
    """Whether it may be gzipped: the browser says so, and wants no range (a range is one of the file's own bytes)."""
    offers = request.headers.get("Accept-Encoding", "").lower()
    return bool(GZIP.search(offers)) and "Range" not in request.headers


def _from_memory(request: HttpRequest, kind: str, name: str, content: bytes, packed: bytes) -> HttpResponseBase:
    """Something small, gzipped where it can be; `name` changes when it does."""
    is_packed = bool(packed) and _takes_gzip(request)
    tag = f'"{name}-gz"' if is_packed else f'"{name}"'
    if _has(request, name):
        return _kept(HttpResponse(status=304), tag)
    body = packed if is_packed else content
    response = byte_ranges.respond(request, opened=lambda: BytesIO(body), size=len(body), kind=kind, validator=tag)
    if is_packed:
        response["Content-Encoding"] = "gzip"
    return _kept(response, tag)


def _from_storage(request: HttpRequest, kind: str, sha256: str, size: int, name: str) -> HttpResponseBase:
    tag = f'"{sha256}"'
    if _has(request, sha256):
        return _kept(HttpResponse(status=304), tag)
    response = byte_ranges.respond(
        request, opened=lambda: trees.open_blob(sha256), size=size, kind=kind, name=name, validator=tag
    )
    return _kept(response, tag)


def _has(request: HttpRequest, name: str) -> bool:
    """Whether the browser holds it already, as it is or gzipped: the bytes inside are the same."""
    held = request.headers.get("If-None-Match", "")
    return held.strip() == "*" or any(
        each.strip().removeprefix("W/").strip('"').removesuffix("-gz") == name for each in held.split(",")
    )


def _kept(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    if response.status_code in {200, 206, 304}:
        response["ETag"] = tag
        response["Cache-Control"] = FOR_EVER
    return response
