"""Refresh a workbook while it is open in Excel or LibreOffice, and take that back: what the button runs.

Kept out: how an open workbook is read and written, and what stands in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from platformdirs import user_data_path

from tracker.commands.keep import keeping
from tracker.commands.refresh import Refresh, refresh
from tracker.commands.workbook import Step, naming, silent
from tracker.engine.lost import is_ours
from tracker.engine.read import read_identity
from tracker.errors import RefusedError, StorageError, TrackerError, UnreadableError, UsageError
from tracker.hosts.excel import PROGRAM, ExcelBook
from tracker.hosts.excel_side import Excel, running
from tracker.hosts.libreoffice import TITLE, LibreOffice, documents
from tracker.hosts.live import Document, Keep
from tracker.hosts.office import Office, profiles
from tracker.keeper import Keeping, keep_open
from tracker.schema.base import BASE
from tracker.words import locales

LivingHost = TypeVar("LivingHost", LibreOffice, ExcelBook)

COMMAND = "refresh --live"
ENDINGS = (".xlsx", ".xlsm")
LATER = "something was done since its refresh. Take that back first (Ctrl+Z), or press Ctrl+Z until it is as it was."
NO_UNDO = "Excel cannot undo what was written from outside. Close it without saving, then open it again."
NOTHING = "it was not refreshed since it was opened, or that was taken back. See its copies with: tracker history"


def refresh_live(
    workbook: str | None,
    clock: date,
    pin: date | None = None,
    now: datetime | None = None,
    pipe: str = "",
    dry_run: bool = False,
    keep: Keeping | None = None,
    step: Step = silent,
    excel: Excel | None = None,
) -> tuple[Path, Refresh]:
    """Refresh the workbook that is open under this name, path or address, and say which it was; it is not saved.

    A copy is kept first; in LibreOffice one undo takes it back. Without a name it is the only one that is open. It is
    looked for in Excel first, where that is running (or ``excel`` is given) and no pipe is named. Raises
    UnreadableError when it is not open or no program is running, UsageError where a name means several, BusyError while
    somebody types in a cell, RefusedError for one that was never saved, is read-only, protected, no .xlsx, newer, or
    lacks one of our tables.
    """
    with opened(workbook, pipe, keep, excel) as host:
        return host.path, refresh(host, clock, pin, now, dry_run, step, COMMAND)


def undo_live(workbook: str | None, pipe: str = "", excel: Excel | None = None) -> Path:
    """Take the last refresh of an open workbook back, where nothing was done since, and say which workbook it was.

    RefusedError in Excel, which cannot undo what another program wrote.
    """
    with opened(workbook, pipe, excel=excel) as host:
        if isinstance(host, ExcelBook):
            raise RefusedError(NO_UNDO)
        try:
            host.office.ask("undo", title=TITLE)
        except RefusedError as error:
            raise RefusedError(LATER if str(error) == "later" else NOTHING) from error
        return host.path


@contextmanager
def opened(
    workbook: str | None, pipe: str = "", keep: Keeping | None = None, excel: Excel | None = None
) -> Iterator[LibreOffice | ExcelBook]:
    """A host over the workbook that is meant, with errors that name it."""
    excel = excel if excel is not None or pipe else running()
    if excel is not None and _is_there(excel, workbook):
        with _ours(*_in_excel(excel, workbook, keep)) as host:
            yield host
        return
    with Office(pipe) as office:
        document = chosen(documents(office), workbook)
        path = path_of(document.url)
        with _ours(document, path, lambda: _in_office(office, document, path, keep)) as host:
            yield host


def _in_office(office: Office, document: Document, path: Path, keep: Keeping | None) -> LibreOffice:
    """The host in LibreOffice; what we derive ourselves it need not calculate for us. Its file must be where it was."""
    if document.url.startswith("file:") and not path.exists():
        raise UnreadableError("its file was renamed or moved since it was opened. Save it here (Ctrl+S), or close it.")
    derived = {
        table.name: frozenset(
            words.header(table.name, one.key) for words in locales() for one in table.columns if one.derive
        )
        for table in BASE.tables
    }
    return LibreOffice(office, document, path, _keeper(path, keep), derived)


def _is_there(excel: Excel, workbook: str | None) -> bool:
    """Whether Excel is who is asked: LibreOffice is only where it is running and Excel has no such workbook open."""
    try:
        chosen(excel.documents(excel.books()), workbook, PROGRAM)
    except UnreadableError:
        return not any(path.exists() for path in profiles())
    except TrackerError:
        return True
    return True


def _in_excel(
    excel: Excel, workbook: str | None, keep: Keeping | None
) -> tuple[Document, Path, Callable[[], ExcelBook]]:
    books = excel.books()
    document = chosen(excel.documents(books), workbook, PROGRAM)
    path = path_of(document.url)
    home = path if document.url.startswith("file:") else _online(path)
    return document, path, lambda: ExcelBook(books[document.number], excel.side, path, _keeper(home, keep))


def _online(path: Path) -> Path:
    """Where the copies go of a workbook that has an address and no folder here: to this person's own data."""
    folder = user_data_path("tracker", appauthor=False) / "online"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: no folder for copies can be made here ({error.strerror}).") from error
    return folder / path.name


@contextmanager
def _ours(document: Document, path: Path, make: Callable[[], LivingHost]) -> Iterator[LivingHost]:
    """The host over a document, where that is a workbook of ours that can be written; errors name it."""
    with naming(path):
        if path.suffix.lower() not in ENDINGS:
            raise RefusedError("it is no Excel workbook. Save it as .xlsx (File, Save As), then try again.")
        if document.read_only:
            raise RefusedError("it is open read-only. Close whoever else has it, or open it for editing.")
        host = make()
        if not is_ours(host.book(), read_identity(host)[1]):
            raise UnreadableError("it is no workbook of ours. Make one with: tracker new")
        yield host


def _keeper(path: Path, keep: Keeping | None) -> Keep:
    return lambda note, store: keep_open(path, note, store, keep or keeping(path))


def chosen(found: Sequence[Document], workbook: str | None, program: str = "LibreOffice") -> Document:
    """The open workbook that is meant; by its whole address or path first, then by its name."""
    saved = [one for one in found if one.url]
    if workbook is None:
        return _only(saved, found, program)
    wanted = path_of(workbook) if "://" in workbook else Path(workbook)
    exact = [one for one in saved if _same(path_of(one.url), wanted)]
    bare = wanted.name == str(wanted)
    by_name = [one for one in saved if path_of(one.url).name.casefold() == wanted.name.casefold()] if bare else []
    several = exact or by_name
    if len(several) == 1:
        return several[0]
    if several:
        where = " and ".join(str(path_of(one.url).parent) for one in several[:3])
        raise UsageError(f"{wanted.name}: workbooks of this name are open from {where}. Give the whole path.")
    if any(one.title.casefold() == wanted.name.casefold() and not one.url for one in found):
        raise RefusedError(f"{wanted.name}: it was never saved. Save it as .xlsx (Ctrl+S), then try again.")
    raise UnreadableError(f"{wanted}: it is not open in {program}. Open it there, or: tracker refresh BOOK")


def _only(saved: Sequence[Document], found: Sequence[Document], program: str) -> Document:
    ours = [one for one in saved if path_of(one.url).suffix.lower() in ENDINGS]
    if len(ours) == 1:
        return ours[0]
    if ours:
        names = ", ".join(path_of(one.url).name for one in ours[:5])
        raise UsageError(f"several workbooks are open ({names}). Say which with --workbook NAME.")
    if found:
        raise RefusedError(f"{found[0].title}: it was never saved as .xlsx. Save it so, then try again.")
    raise UnreadableError(f"no workbook is open in {program}. Open it there, or: tracker refresh BOOK")


def path_of(url: str) -> Path:
    """The file behind an address that LibreOffice gives; that of a server stands for itself."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        return Path(unquote(url))
    host = f"//{parts.netloc}" if parts.netloc and parts.netloc != "localhost" else ""
    return Path(url2pathname(host + parts.path))


def _same(one: Path, other: Path) -> bool:
    return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))
