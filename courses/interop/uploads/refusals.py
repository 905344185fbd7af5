"""Why a package cannot be used, in sentences that tell the trainer what to do about it."""

from __future__ import annotations

MESSAGES = {
    # The zip file itself
    "not-a-zip": "This is not a zip file. Export the package again from the tool it was made with (.h5p or .zip).",
    "truncated": "The file ends in the middle: the upload or the export broke off. Export it and upload it again.",
    "empty": "The zip file is empty.",
    "data-before": "The file begins with something that is not part of the zip file. Export the package again; do not "
    "add a comment or a program before it.",
    "ambiguous": "The zip file has two lists of its files, or something after its end, so that two programs would read "
    "two different packages. Export it again.",
    "several-parts": "This is one part of a zip file that was split. Upload the package as one file.",
    "zip64": "The zip file is written in the form for files above 4 GB. Zip the package again with a usual tool.",
    "list-too-long": "The list of files in the zip file is far too long for a package.",
    "damaged": "The zip file is damaged: its list of files cannot be read. Export it again and upload it again.",
    "damaged-file": "“{name}” in the zip file is damaged. Export the package again and upload it again.",
    "mismatch": "“{name}” is called or packed differently in the two lists of the zip file. Export the package again.",
    "overlapping": "Several files of the zip file share the same bytes as “{name}”. Honest packages never do.",
    "encrypted": "“{name}” is protected by a password. Export the package without a password.",
    "odd-compression": "“{name}” is packed by a method that is not usual in zip files. Zip the files again with the "
    "usual method (deflate).",
    "too-many-files": "The package holds more than {limit:,} files.",
    "file-too-large": "“{name}” is larger than {limit} MB when unpacked. Make the film or picture smaller, or put it "
    "into the lesson as a video instead.",
    "too-large": "The package is larger than {limit} MB when unpacked. Make its films and pictures smaller.",
    "text-too-large": "“{name}” is larger than {limit} MB, which is too much for a file of text.",
    "bomb": "“{name}” unpacks to more than a hundred times its size. That is how harmful files look, so it is refused.",
    "nested-bomb": "“{name}” is a zip file inside the package that unpacks to far more than its size, or holds further "
    "zip files. That is how harmful files look, so it is refused.",
    "nested-archive": "“{name}” is a packed archive inside the package. Put the files into the package one by one, or "
    "offer the archive as a resource.",
    # Names
    "traversal": "The name “{name}” leads out of the package (..). Export the package again.",
    "absolute": "The name “{name}” begins with a slash: it would lie outside the package. Zip the files again from "
    "inside their folder.",
    "backslash": "The name “{name}” holds a backslash. Zip the files with another tool: folders are written with /.",
    "drive": "The name “{name}” holds a colon or names a drive. Rename the file and export the package again.",
    "empty-part": "The name “{name}” holds an empty folder name. Zip the files again.",
    "control-characters": "The name “{name}” holds characters that cannot be seen. Rename the file and export the "
    "package again.",
    "disguised": "The name “{name}” holds signs that can be read as another folder (%2e, full-width dots or slashes). "
    "Rename the file and export the package again.",
    "name-too-long": "The name “{name}…” is empty, too long or too deep in folders.",
    "name-encoding": "The name of a file ({name}) is written in an old code page, so that its letters cannot be read. "
    "Rename it with plain letters, or zip the package with a newer tool.",
    "duplicate": "“{name}” is in the package twice.",
    "same-but-for-case": "“{name}” is in the package twice, differing in capitals or accents only. Rename one of them.",
    "file-and-folder": "“{name}” is a file and a folder at once.",
    "symlink": "“{name}” is a link to another place, not a file. Put the file itself into the package.",
    "special-file": "“{name}” is neither a file nor a folder. Export the package again.",
    # What is in it
    "json": "“{name}” cannot be read: it is not sound JSON. Export the package again.",
    "json-too-large": "“{name}” is too large or too deep for a package's text. Divide the package into several.",
    "markup": "“{name}” is not what its name says: it is {really}.",
    "unknown-kind": "This zip file is neither an H5P package (no h5p.json) nor a SCORM package (no imsmanifest.xml at "
    "its top level). If the files lie in a folder inside the zip file, zip them again from inside that folder.",
    "h5p-in-folder": "h5p.json lies in a folder (“{name}”). It has to lie at the top of the zip file: zip the files "
    "again from inside that folder.",
    "two-kinds": "This zip file has both an h5p.json and an imsmanifest.xml. Upload them as two packages.",
    "other-package": "This is a {given} package, and “{name}” is a {wanted} package. Upload it as a new package.",
}


class Refused(ValueError):
    """A package cannot be used. `code` is for programs and tests, the text for the trainer."""

    def __init__(self, code: str, name: str = "", *, message: str = "", **facts: object) -> None:
        self.code, self.name = code, name
        self.message = message or MESSAGES[code].format(name=name, **facts)
        super().__init__(self.message)
