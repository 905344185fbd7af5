"""Which files an H5P package may hold, and where: the white-lists of H5P's core, without what runs in content."""

from __future__ import annotations

from courses.interop.uploads.nesting import suffix

CONTENT = {
    f".{ending}"
    for ending in (
        *("json", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "eot", "ttf", "woff", "woff2", "otf", "webm"),
        *("mp4", "ogg", "mp3", "m4a", "wav", "txt", "pdf", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx"),
        *("odt", "ods", "odp", "csv", "md", "textile", "vtt", "webvtt", "gltf", "glb"),
    )
}
LIBRARY = CONTENT | {".js", ".css", ".svg", ".xml"}
LEFT_OUT = {".diff", ".patch"}
"""H5P's own jQuery.ui library holds such a file; nothing plays it."""
PAPERS = {"license", "licence", "copying", "notice", "readme", "authors", "changelog", "contributors"}
RUNS = {".js", ".mjs", ".html", ".htm", ".xhtml", ".svg", ".svgz", ".xml", ".swf", ".css", ".wasm"}


def skipped(name: str) -> bool:
    """Whether H5P passes over a file: some part of its name begins with a dot or an underscore."""
    return any(part.startswith((".", "_")) for part in name.split("/"))


def left_out(name: str) -> bool:
    """Whether a file is dropped without being refused."""
    return suffix(name) in LEFT_OUT or name.rsplit("/", 1)[-1].lower() in PAPERS


def content_fault(name: str) -> str:
    """Why a file may not lie under content/, or ""."""
    ending = suffix(name)
    if ending in CONTENT:
        return ""
    if ending in RUNS:
        return f"“{name}” is program code or a web page ({ending}). Content may hold texts, pictures, films and sounds."
    return f"“{name}” is of a kind ({ending or 'no ending'}) that H5P content does not use. Take it out."


def library_fault(name: str) -> str:
    """Why a file may not lie in a library's folder, or ""."""
    ending = suffix(name)
    return (
        "" if ending in LIBRARY else f"“{name}” is of a kind ({ending or 'no ending'}) that H5P libraries do not use."
    )
