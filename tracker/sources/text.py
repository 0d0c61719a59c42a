"""Which encoding and which delimiter a text file has: recognised, never asked, and wrong as seldom as can be.

An order of strict attempts decides; only GB18030 against Windows-1252, where nearly every file decodes both ways, needs
a judgement of what the text looks like.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from tracker.sources.table import SourceError

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
DELIMITERS = (",", ";", "\t")  # the later wins a tie: commas stand in prose and in decimals, tabs in neither
SAMPLE = 65_536  # characters looked at for the delimiter
FIELD_LIMIT = 1_000_000  # characters in one cell; Excel holds 32,767


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file, without its byte order mark, and the encoding it was read with.

    Raises SourceError when it is not text, or in no encoding that is known here.
    """
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise SourceError(f"{name} is in an unknown encoding. Save it again as 'CSV UTF-8'.") from None
    if "\0" in text:
        raise SourceError(f"{name} is not a table: it holds binary data.")
    return text, encoding.removesuffix("-sig")


def delimiter_of(text: str) -> str:
    """The delimiter that cuts most rows into as many cells as the header has; a comma when nothing cuts."""
    sample = text if len(text) <= SAMPLE else text[: max(text.rfind("\n", 0, SAMPLE), 1)]
    marks = [(*_fit(sample, delimiter), rank) for rank, delimiter in enumerate(DELIMITERS)]
    return DELIMITERS[max(marks)[-1]] if any(fit for fit, *_ in marks) else ","


def records(text: str, delimiter: str, name: str) -> list[list[str]]:
    """The rows of a delimited text, blank ones as empty lists. Raises SourceError for a quote that never ends."""
    try:
        return list(_reader(text, delimiter, strict=True))
    except csv.Error as error:
        if "end of data" in str(error) or "field larger" in str(error):
            raise SourceError(f'{name}: a cell begins with a quote (") that is never closed.') from None
    return list(_reader(text, delimiter, strict=False))  # "a"b is not correct, but every program reads it


def _encoding(data: bytes) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return encoding
    head = data[:4096]
    if len(head) >= 4 and head[1::2].count(0) > len(head) * 0.3:  # UTF-16 without its mark: each Latin letter has a NUL
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) * 0.3:
        return "utf-16-be"
    if _decodes(data, "utf-8"):
        return "utf-8"
    return "gb18030" if _decodes(data, "gb18030") and _looks_chinese(data) else "cp1252"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(data: bytes) -> bool:
    """Whether text that decodes as GB18030 is likely meant so.

    Western text read as GB18030 shows rare characters (an accented letter has swallowed the ASCII letter after it), or
    single ones in the middle of a word. Chinese text has runs of common ones, which stand in the zone of GB 2312.
    """
    votes = 0
    for run in re.finditer(r"[^\x00-\x7f]+", data.decode("gb18030")):
        alone = len(run.group()) == 1 and _in_word(run.string, run.start())
        votes += sum(1 if _common(character) and not alone else -1 for character in run.group())
    return votes > 0


def _in_word(text: str, at: int) -> bool:
    return text[max(at - 1, 0) : at].isalpha() and text[at + 1 : at + 2].isalpha()


def _common(character: str) -> bool:
    code = character.encode("gb18030")
    return len(code) == 4 or (code[0] >= 0xA1 and code[1] >= 0xA1)


def _fit(sample: str, delimiter: str) -> tuple[float, bool, int]:
    """How well a delimiter cuts: the share of rows as wide as the header, in tenths; whether quotes stand only where
    cells begin and end; and that width."""
    try:
        rows = [row for row in _reader(sample, delimiter, strict=False) if row]
    except csv.Error:
        return 0.0, False, 0
    width = len(rows[0]) if rows else 0
    if width < 2:
        return 0.0, False, 0
    return round(sum(len(row) == width for row in rows) / len(rows), 1), _is_strict(sample, delimiter), width


def _is_strict(sample: str, delimiter: str) -> bool:
    try:
        for _ in _reader(sample, delimiter, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)  # the sample may end in the middle of a cell
    return True


def _reader(text: str, delimiter: str, strict: bool) -> Iterator[list[str]]:
    csv.field_size_limit(FIELD_LIMIT)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
