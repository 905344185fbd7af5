"""Small rules of setting text that screen and paper share."""

from __future__ import annotations

import re


def curly(text: str) -> str:
    """Straight quotation marks and apostrophes as typesetters write them, in a title or a sentence typed by hand."""
    text = re.sub(r"(^|[\s(\[])'(?=\w)", "\\1‘", str(text)).replace("'", "’")
    return re.sub(r'(^|[\s(\[])"', "\\1“", text).replace('"', "”")
