"""Text of strangers made fit for a CSV, which a spreadsheet opens: what would run as a formula is held down.

An apostrophe does it, and exactly that apostrophe can be taken away again.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
# Where Excel parts a CSV at semicolons or tabs, our quotes mean nothing, and a formula may begin inside of our cells.
_INSIDE = re.compile(r"([;\t\r\n]\s*)('*)(?=[=+\-@＝＋－＠])")
_HELD_INSIDE = re.compile(r"([;\t\r\n]\s*)'('*)(?=[=+\-@＝＋－＠])")


def neutral(text: str) -> str:
    """One text with an apostrophe wherever a formula might begin."""
    held = _INSIDE.sub(r"\1'\2", text)
    return "'" + held if _DANGEROUS.match(text) else held


def plain(text: str) -> str:
    """One text without the apostrophe that holds a formula down."""
    bare = _HELD_INSIDE.sub(r"\1\2", text)
    return bare[1:] if bare.startswith("'") and _DANGEROUS.match(bare) else bare
