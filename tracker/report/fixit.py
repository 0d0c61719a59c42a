"""The contract of the fix-it copy: what ``validate --format xlsx`` writes and ``fix --accept`` reads.

The copy holds one Excel table, `TABLE`, a row a finding. People edit one column of it, ``suggestion``: what stands in
it when the copy comes back is what they want in the cell, and an empty one asks for nothing. It is typed as its column
is, a day as a day and a number as a number, all else as text; what people typed over it may be any of these.

The hidden columns say which cell is meant, so that it is found again after rows were sorted or columns moved: by the
row's own ID where it has one, else by its row, and each time only where ``value`` still stands in it. An ID that was
doubled or blank, or is what is to be corrected, tells no row: there ``fix_rest`` does. They are headed by their keys,
whatever the language; the visible ones in the language of whoever made the copy. Columns are only ever added, at the
end. By the sheet `STOOD` it is known what was typed on the other sheets, which are never read. Kept out: how the copy
looks (`as_xlsx`), and everything about writing the workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.schema.state import FIXIT_MARK
from tracker.words import Words, locales

TABLE = "Problems"
MARK = FIXIT_MARK  # a defined name: by it a copy is known, and `read` refuses it
STOOD = "fix_stood"  # a sheet that nobody sees, and the name defined for what is on it; see `xlsx_stood`
ENDING = ".xlsx"


@dataclass(frozen=True)
class FixColumn:
    """A column of the table: its key, its width in pixels, whether people see it and whether it is theirs to edit."""

    key: str
    width: int = 0
    hidden: bool = False
    editable: bool = False

    def header(self, words: Words) -> str:
        """What stands above it."""
        return self.key if self.hidden else words.at("fixit", "header", self.key)


COLUMNS = (
    FixColumn("severity", 84),  # the word of the language: Error, Warning, Note
    FixColumn("code", 64),
    FixColumn("name", 132),
    FixColumn("sheet", 104),  # as in the workbook
    FixColumn("cell", 76),  # as in the workbook: the tables of the copy stand where they stand there; "" for none
    FixColumn("who", 190),  # the customer, or the row's own key
    FixColumn("header", 118),
    FixColumn("value", 190),  # as the finding says it: a label, a day as 2026-11-18
    FixColumn("suggestion", 190, editable=True),
    FixColumn("problem", 330),
    FixColumn("remedy", 330),
    FixColumn("fix_table", hidden=True),  # the table's name, "" where the finding is about no cell
    FixColumn("fix_row_key", hidden=True),  # the ID as it stands in the row; "" where nobody typed one
    FixColumn("fix_column", hidden=True),  # the column's key; "[Header]" for a column of staff's own
    FixColumn("fix_row", hidden=True),  # the sheet row in the original, a number; blank for a whole column or sheet
    FixColumn("fix_workbook_id", hidden=True),  # the same in each row: whose findings these are
    FixColumn("fix_alike", hidden=True),  # how many rows had this key, a number; 0 where the row had none
    FixColumn("fix_boxes", hidden=True),  # the keys of the columns with findings in this row, a space between
    FixColumn("fix_rest", hidden=True),  # a digest of the row's other cells of staff; "" where they are blank
    FixColumn("fix_suggestion", hidden=True),  # what stood in the box at first: all else a person typed
    FixColumn("fix_file", hidden=True),  # the name of the file the copy was made of, the same in each row
)
KEYS = tuple(column.key for column in COLUMNS)


def positions(headers: Sequence[str]) -> dict[str, int]:
    """Where each known column stands among the headers of a table, in any language; missing ones are left out."""
    meaning = {column.header(words): column.key for words in locales() for column in COLUMNS}
    found: dict[str, int] = {}
    for place, text in enumerate(headers):
        if text in meaning:
            found.setdefault(meaning[text], place)
    return found
