"""Which of its own sheets a workbook has lost: those that hold blocks, names or dropdowns and no Table.

A missing Table is told where tables are located. A workbook that never had these sheets, three tables and nothing
else, has lost nothing. Guide is left out: it says in words what Rules says, so who deletes it misses nothing but the
words.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.model.finding import Finding, Place
from tracker.model.grid import Book
from tracker.schema.blocks import BLOCKS
from tracker.schema.findings import finding
from tracker.schema.snapshot import Identity
from tracker.schema.state import CHOICES_SHEET, STATE_NAMES, STATE_SHEET
from tracker.words import load, locales

PAGES = ("home", "summary", "segments")  # sheets of blocks alone
LIVE = "today_live"  # a formula, no cell: Excel keeps the name when the State sheet goes
_NAMES = {*STATE_NAMES, LIVE, *(block.name for block in BLOCKS if block.sheet in PAGES)}


def is_ours(book: Book, identity: Identity) -> bool:
    """Whether a workbook was made by `new`: it has an ID of its own, or any of the names that come with one."""
    return bool(identity.workbook_id) or bool(_NAMES & {*book.names, *book.areas})


def lost_sheets(book: Book, identity: Identity) -> Iterator[Finding]:
    """A finding for each sheet of ours that is gone, and one for the State sheet when any of its names is.

    A sheet is known by the names that point into it, so that a renamed one is not missed; the one with the dropdowns
    has none and is known by its own.
    """
    if not is_ours(book, identity):
        return
    blocks = {page: [block.name for block in BLOCKS if block.sheet == page] for page in PAGES}
    words = load(identity.locale)
    gone = [page for page, names in blocks.items() if not book.areas.keys() & set(names)]
    gone += [] if {one.sheet(CHOICES_SHEET) for one in locales()} & set(book.sheets) else [CHOICES_SHEET]
    for key in gone:
        yield finding("W116", Place(), value=words.sheet(key))
    missing = [name for name in sorted(STATE_NAMES) if name not in book.areas]
    missing += [] if LIVE in book.names else [LIVE]
    if missing:
        yield finding("W117", Place(), value=words.sheet(STATE_SHEET), count=str(len(missing)))
