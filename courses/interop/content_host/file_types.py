"""The media type of a package's file, by its extension and a list of our own: what the system or the uploader says of
types has no say, and with `nosniff` the browser guesses none."""

from __future__ import annotations

from pathlib import PurePosixPath

UNKNOWN = "application/octet-stream"
TEXTS = {
    "css": "text/css", "csv": "text/csv", "htm": "text/html", "html": "text/html", "js": "text/javascript",
    "json": "application/json", "map": "application/json", "md": "text/markdown", "mjs": "text/javascript",
    "srt": "text/plain", "svg": "image/svg+xml", "textile": "text/plain", "txt": "text/plain", "vtt": "text/vtt",
    "webvtt": "text/vtt", "xhtml": "application/xhtml+xml", "xml": "application/xml", "xsd": "application/xml",
    "gltf": "model/gltf+json",
}  # fmt: skip
OTHERS = {
    "aac": "audio/aac", "avif": "image/avif", "bmp": "image/bmp", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eot": "application/vnd.ms-fontobject", "gif": "image/gif", "glb": "model/gltf-binary", "ico": "image/x-icon",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "m4a": "audio/mp4", "m4v": "video/mp4", "mov": "video/quicktime",
    "mp3": "audio/mpeg", "mp4": "video/mp4", "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet", "odt": "application/vnd.oasis.opendocument.text",
    "oga": "audio/ogg", "ogg": "audio/ogg", "ogv": "video/ogg", "otf": "font/otf", "pdf": "application/pdf",
    "png": "image/png", "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "rtf": "application/rtf",
    "tif": "image/tiff", "tiff": "image/tiff", "ttf": "font/ttf", "wasm": "application/wasm", "wav": "audio/wav",
    "weba": "audio/webm", "webm": "video/webm", "webp": "image/webp", "woff": "font/woff", "woff2": "font/woff2",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
PAGES = frozenset({"text/html", "application/xhtml+xml"})


def kind_of(path: str, *, is_h5p: bool) -> str:
    """The media type. Text of H5P is UTF-8, by its specification; a page of SCORM may say in its head that it is in
    another encoding, so none is said for it. H5P holds no pages: one that got in is a download."""
    extension = PurePosixPath(path).suffix.lower().removeprefix(".")
    kind = TEXTS.get(extension) or OTHERS.get(extension, UNKNOWN)
    if not is_h5p:
        return kind
    if kind in PAGES:
        return UNKNOWN
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def is_text(kind: str) -> bool:
    """Whether it becomes smaller when packed."""
    return kind.partition(";")[0] in TEXTS.values()
