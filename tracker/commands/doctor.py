"""What a workbook is, who has it open, what in it other programs would destroy, and which versions are at work here."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import tracker
from tracker.commands.keep import keeping
from tracker.commands.workbook import ReadOnce, naming
from tracker.engine.read import NotOursError, read
from tracker.facts.calendar import from_serial
from tracker.hosts import MemoryHost, translated
from tracker.keeper import copies, history_folder, holder, read_bytes
from tracker.ooxml import Workbook
from tracker.schema.snapshot import Snapshot

LIBRARIES = (
    "click",
    "pandas",
    "numpy",
    "pandera",
    "openpyxl",
    "XlsxWriter",
    "python-calamine",
    "holidays",
    "filelock",
    "isal",
    "phonenumbers",
    "email-validator",
    "anyascii",
)

# What a part is, by the end of its content type. Programs that read cells and save a new file drop most of these.
BY_TYPE = (
    ("macros", "vbaProject"),
    ("charts", "drawingml.chart+xml"),
    ("chart_styles", "chartstyle+xml"),
    ("drawings", "drawing+xml"),
    ("pivot_tables", "pivotTable+xml"),
    ("slicers", "slicer+xml"),
    ("timelines", "timeline+xml"),
    ("notes", "spreadsheetml.comments+xml"),
    ("threaded_comments", "threadedcomments+xml"),
    ("form_controls", "controlproperties+xml"),
    ("external_links", "externalLink+xml"),
    ("connections", "connections+xml"),
    ("query_tables", "queryTable+xml"),
    ("printer_settings", "printerSettings"),
    ("custom_xml", "customXmlProperties+xml"),
    ("checkboxes", "featurepropertybag+xml"),
    ("dynamic_arrays", "sheetMetadata+xml"),
)
BY_FOLDER = (("images", "xl/media/"), ("data_model", "xl/model/"))
# Features inside a sheet's own part: how often the mark stands in it.
BY_MARK = (("sparklines", b"<x14:sparkline>"), ("extensions", b"<extLst"))


@dataclass(frozen=True)
class TableSize:
    """A table of ours: where it stands, how many rows are filled, staff's own columns, whether its Table is gone."""

    name: str
    sheet: str
    rows: int
    own_columns: int
    is_table: bool


@dataclass(frozen=True)
class Book:
    """Whose workbook it is and how it stands."""

    schema: int
    known_schema: int
    workbook_id: str
    locale: str
    profile: str
    made_by: str
    tables: tuple[TableSize, ...]
    refreshed: date | None
    changed_at: str
    pinned: bool


@dataclass(frozen=True)
class Diagnosis:
    """What was found; ``book`` is None for a workbook that is none of ours."""

    path: Path
    size: int
    open_in: str | None
    copies: int
    book: Book | None
    fragile: dict[str, int]
    sheets: int
    foreign_tables: int


def doctor(path: Path, clock: date) -> Diagnosis:
    """Look a closed file over; reads only. Raises UnreadableError when it is no workbook."""
    with naming(path):
        data = read_bytes(path)
        host = ReadOnce(MemoryHost(data, str(path)))
        outline = host.book()
        fragile = _fragile(data, path)
        try:
            snapshot = read(host, clock)
        except NotOursError:
            snapshot = None
    ours = {layout.table for layout in snapshot.layout.values() if layout.is_table} if snapshot else set()
    return Diagnosis(
        path,
        len(data),
        holder(path),
        _copies(path, snapshot),
        _book(snapshot) if snapshot else None,
        fragile,
        len(outline.sheets),
        len(outline.tables) - len(ours),
    )


def _fragile(data: bytes, path: Path) -> dict[str, int]:
    """The fragile parts of a package, every part of which can be unpacked; UnreadableError when one cannot."""
    with translated(str(path)):
        workbook = Workbook(data)
        workbook.verify()
        return fragile_parts(workbook)


def _copies(path: Path, snapshot: Snapshot | None) -> int:
    history = history_folder(path, snapshot.identity.workbook_id if snapshot else "", keeping(path).folder)
    return len(copies(history, path))


def versions() -> dict[str, str]:
    """What is at work here: tracker, Python, the system, and the libraries that are installed."""
    found = {"tracker": tracker.__version__, "Python": platform.python_version(), "system": platform.platform()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def fragile_parts(workbook: Workbook) -> dict[str, int]:
    """How many of each kind of part or feature there are that a load and save elsewhere tends to lose."""
    package = workbook.package
    found: dict[str, int] = {}
    for part in package.parts:
        kind = package.content_type(part) or ""
        for name, ending in BY_TYPE:
            if kind.endswith(ending) and not (name == "macros" and "Signature" in kind):
                found[name] = found.get(name, 0) + 1
                break
        for name, folder in BY_FOLDER:
            found[name] = found.get(name, 0) + part.startswith(folder)
    for sheet in workbook.sheets:
        for name, times in _marks(workbook, sheet.part).items():
            found[name] = found.get(name, 0) + times
    return {name: times for name, times in found.items() if times}


def _marks(workbook: Workbook, part: str) -> dict[str, int]:
    """How often each mark stands in a part, read block by block so that a large sheet is never whole in memory."""
    longest = max(len(mark) for _, mark in BY_MARK)
    counts = dict.fromkeys((name for name, _ in BY_MARK), 0)
    tail = b""
    for block in workbook.package.blocks(part):
        window = tail + block
        for name, mark in BY_MARK:
            counts[name] += window.count(mark) - tail.count(mark)
        tail = window[-longest + 1 :]
    return counts


def _book(snapshot: Snapshot) -> Book:
    identity, state = snapshot.identity, snapshot.state
    day, pinned = state.get("figures_day"), state.get("pinned_day")
    tables = tuple(
        TableSize(name, layout.sheet, len(snapshot.frames[name]), len(layout.extra), layout.is_table)
        for name, layout in snapshot.layout.items()
        if not snapshot.schema[name].hidden
    )
    return Book(
        identity.schema,
        snapshot.schema.version,
        identity.workbook_id,
        identity.locale,
        identity.profile,
        identity.made_by,
        tables,
        from_serial(day) if isinstance(day, int | float) and day else None,
        str(state.get("changed_at") or ""),
        isinstance(pinned, int | float) and bool(pinned),
    )
