"""Text of strangers made fit for a terminal: a cell or a file name may hold codes that clear it or hide a line."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

# Control characters, and the marks that turn the direction of writing, by which a line can say something else.
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _CONTROLS}


def visible(text: str) -> str:
    """The text on one line, every control character spelled out, as ``\\x1b``."""
    return text.translate(_SHOWN)


def width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters two, accents on their own none."""
    return sum(0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in text)
