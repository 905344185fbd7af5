"""Why a SCORM package cannot be played, in sentences that tell the trainer what to do about it."""

from __future__ import annotations

from courses.interop.uploads.refusals import Refused

AGAIN = "Publish it again from the tool it was made with, as SCORM 1.2 or SCORM 2004."
MESSAGES = {
    "no-manifest": "There is no imsmanifest.xml in this package, so it is not a SCORM package. " + AGAIN,
    "manifest-in-folder": "imsmanifest.xml lies in a folder (“{name}”). It has to lie at the top of the zip file: zip "
    "the files again from inside that folder.",
    "xapi-package": "This is an xAPI (Tin Can) package, which cannot be played here. " + AGAIN,
    "cmi5-package": "This is a cmi5 package, which cannot be played here. " + AGAIN,
    "aicc-package": "This is an AICC package, which cannot be played here. " + AGAIN,
    "common-cartridge": "This is a Common Cartridge, not a SCORM package. Ask whoever made it for a SCORM export.",
    "not-scorm": "imsmanifest.xml does not say that this is a SCORM package. " + AGAIN,
    "manifest-too-large": "imsmanifest.xml is larger than 4 MB, which no honest manifest is. Export the package again.",
    "bad-xml": "imsmanifest.xml is not well-formed XML, so it cannot be read. Export the package again.",
    "xml-tricks": "imsmanifest.xml declares entities or a document type. SCORM needs neither and they are a known way "
    "to do harm, so the package is refused. Export it again, or remove the DOCTYPE.",
    "no-organization": "imsmanifest.xml has no organization: it does not say what is to be opened. Export it again.",
    "nothing-to-open": "The organization in imsmanifest.xml has no item that opens a file of the package.",
    "too-many-items": "imsmanifest.xml lists more than {limit} items.",
    "items-too-deep": "The items in imsmanifest.xml are nested more than {limit} deep.",
    "same-item-twice": "Two items in imsmanifest.xml have the same identifier, “{name}”.",
    "missing-resource": "The item “{name}” in imsmanifest.xml points to a resource that the manifest does not have.",
    "missing-launch": "The file “{name}”, which imsmanifest.xml says is to be opened, is not in the package.",
    "launch-outside": "The address “{name}”, which imsmanifest.xml says is to be opened, leads out of the package.",
    "launch-elsewhere": "The item “{name}” opens an address on another site. Only what is in the package itself can be "
    "played: ask whoever made it for a version that contains its files.",
    "launch-flash": "“{name}” needs Flash, which no browser has run since 2021. Ask for a version in HTML.",
    "launch-not-a-page": "“{name}” is to be opened, and is no web page. Offer it as a resource instead.",
    "needs-popup": "“{name}” opens the lesson in a second window, which learners' browsers block and which loses their "
    "answers. Publish it again with the setting “play in the same window”.",
}


def refused(code: str, name: str = "", **facts: object) -> Refused:
    """The refusal to raise."""
    return Refused(code, name, message=MESSAGES[code].format(name=name, **facts))


def why_no_manifest(names: set[str]) -> Refused:
    """The refusal of a package that has no manifest at its top: what it is instead, where that can be told."""
    base = {name.rsplit("/", 1)[-1].lower(): name for name in sorted(names, reverse=True)}
    endings = {name.rsplit(".", 1)[-1] for name in base}
    if "imsmanifest.xml" in base:
        return refused("manifest-in-folder", base["imsmanifest.xml"])
    if "cmi5.xml" in base:
        return refused("cmi5-package")
    if "tincan.xml" in base:
        return refused("xapi-package")
    if {"au", "crs"} <= endings or {"crs", "cst"} <= endings:
        return refused("aicc-package")
    return refused("no-manifest")
