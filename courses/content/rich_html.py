"""Rich text in two forms: as Wagtail's editor keeps it, and as a version keeps it.

Why: the editor marks every paragraph with a key of chance and writes <b> for what others write <strong>. Opening a
module and saving it untouched must not count as a change of what is taught.
"""

from __future__ import annotations

import re

KEY = re.compile(r' data-block-key="[^"]*"')
TAG = re.compile(r"<(/?)(b|i)>")
SAME = {"b": "strong", "i": "em"}


def as_taught(html: str) -> str:
    """Without the editor's marks, and with tags that say what they mean."""
    return TAG.sub(lambda match: f"<{match[1]}{SAME[match[2]]}>", KEY.sub("", html))


def as_edited(html: str, features: list[str]) -> str:
    """In the form in which the editor itself would save it, so that opening it changes nothing."""
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    converter = ContentstateConverter(features)
    return str(converter.to_database_format(converter.from_database_format(html)))
