"""Give a workbook its buttons, and give them back where another program lost them: nothing else in it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracker.commands.keep import keeping, opened
from tracker.commands.workbook import naming
from tracker.engine.lost import is_ours
from tracker.engine.read import read_identity
from tracker.errors import RefusedError, UnreadableError, UsageError
from tracker.hosts import ClosedFile, MemoryHost, translated, verify
from tracker.keeper import Keeping, new_file
from tracker.model.grid import Book, Note
from tracker.ooxml import Patched, Workbook
from tracker.ooxml.change import Module, modules, project_part
from tracker.schema.base import BASE
from tracker.schema.settings import Settings
from tracker.schema.snapshot import Identity
from tracker.template.button import MODULE, SHORTCUT, Corner, source, wanting, with_button
from tracker.words import Words, load

WITHOUT, WITH = ".xlsx", ".xlsm"
DAYS = {"home": "day_home", "followups": "day_followups"}  # the names of the cells beside which the buttons stand


@dataclass(frozen=True)
class Added:
    """What came of it: the workbook with the buttons, which were not there or called nothing, and whether it was made.

    ``macros`` says whether our macros had to be put in, ``changed`` whether anything had to be done at all.
    """

    path: Path
    buttons: tuple[str, ...]
    macros: bool
    changed: bool
    made: bool


@dataclass(frozen=True)
class Wearing:
    """How the buttons of a workbook stand: which are missing or dead, and whether its macros are ours and whole."""

    missing: tuple[str, ...]
    macros: bool


def add_button(path: Path, keep: Keeping | None = None) -> Added:
    """Make a workbook with the buttons beside one that ends in .xlsx, or mend one that ends in .xlsm.

    Raises UsageError for another ending, UnreadableError for a workbook that is not ours, RefusedError where another
    file bears the new name, the workbook is newer, or has macros of its own without ours; BusyError when somebody has
    it open.
    """
    ending = path.suffix.lower()
    if ending not in (WITHOUT, WITH):
        raise UsageError(f"{path.name}: a workbook for the button ends in {WITHOUT} or {WITH}.")
    target = path.with_suffix(WITH) if ending == WITHOUT else path
    if target != path and target.exists():
        raise RefusedError(f"{target} is there already. Move it away, or give that one the button.")
    with naming(path), opened(path, keep or keeping(path)) as host:
        before = _look(host.data, str(path))
        result = before.mended()
        verified = partial(verify, Workbook(host.data), result, str(path))
        if target != path:
            new_file(target, host.data, result.data, verified, path)
        elif result.parts:
            verified(result.data)
            host.put_back(result.data, before.note)
    return Added(target, before.labels, before.bare, bool(result.parts), target != path)


def wearing(path: Path) -> Wearing:
    """How the buttons of a workbook stand; UnreadableError when it is not ours."""
    with naming(path):
        found = _look(ClosedFile(path).data, str(path))
        return Wearing(found.labels, not found.bare)


@dataclass(frozen=True, eq=False)
class _Found:
    """A workbook of ours as it was read: its bytes, words, where buttons go, and its macros."""

    data: bytes
    words: Words
    corners: Mapping[str, Corner]
    macros: tuple[Module, ...]
    settings: Settings
    identity: Identity

    @property
    def labels(self) -> tuple[str, ...]:
        """The buttons that are not there, or call nothing, each with its sheet."""
        return tuple(f"{one.text} ({one.sheet})" for one in wanting(self.data, self.words, self.corners))

    @property
    def bare(self) -> bool:
        """Whether our macros are not there, or not as we ship them."""
        mine = next((one for one in self.macros if one.name == MODULE), None)
        return mine is None or mine.code != source() or SHORTCUT not in mine.source

    @property
    def note(self) -> Note:
        """What is to be remembered of mending it."""
        return Note(self.identity.workbook_id, "button", keep=self.settings.backup_keep)

    def mended(self) -> Patched:
        """The workbook with all it needs; RefusedError where macros of somebody else would be lost."""
        others = [one.name for one in self.macros if one.code and one.name != MODULE]
        if self.bare and others:
            raise RefusedError(
                f"it has macros of its own ({', '.join(others[:3])}), which stay as they are. Nothing was written; "
                f"bring {MODULE}.bas in by hand: Alt+F11, File, Import File, then run this again."
            )
        return with_button(self.data, self.words, self.corners, self.bare)


def _look(data: bytes, name: str) -> _Found:
    host = MemoryHost(data, name)
    book = host.book()
    settings, identity = read_identity(host)
    if not is_ours(book, identity):
        raise UnreadableError(f"{name}: it is no workbook of ours. Make one with: tracker new")
    if identity.schema > BASE.version:
        raise RefusedError(f"{name}: it was made by a newer tracker. Nothing was written; update tracker first.")
    with translated(name):
        workbook = Workbook(data)
        part = project_part(workbook)
        macros = modules(workbook.package.read(part)) if part else ()
    return _Found(data, load(identity.locale), _corners(book), macros, settings, identity)


def _corners(book: Book) -> Mapping[str, Corner]:
    """Where the days of the sheets stand, by sheet key."""
    found = {key: book.areas[name] for key, name in DAYS.items() if name in book.areas}
    if not found:
        raise RefusedError("it has no sheet for a button: Home and Follow-ups are gone. Nothing was written.")
    return {key: Corner(area.sheet, area.ref.first_row - 1, area.ref.first_column - 1) for key, area in found.items()}
