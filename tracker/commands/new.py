"""Make a new, empty workbook."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import tracker
from tracker.errors import RefusedError, UsageError
from tracker.hosts import MemoryHost
from tracker.keeper import replace_file
from tracker.schema.base import BASE
from tracker.template import build
from tracker.template.button import with_button
from tracker.words import load, locales

ENDING, WITH_MACROS = ".xlsx", ".xlsm"


@dataclass(frozen=True)
class Made:
    """The workbook that was made."""

    path: Path
    workbook_id: str
    locale: str


def new(path: Path, locale: str = "en", today: date | None = None, workbook_id: str = "") -> Made:
    """Make a workbook in a language; cadence counts from ``today``. One that ends in .xlsm has the buttons.

    Raises RefusedError when the file is there already, UsageError for another ending or an unknown language.
    """
    if not path.name or path.is_dir():
        raise UsageError(f"{path} is a folder. Give the name of a workbook, such as customers{ENDING}.")
    path = path if path.suffix else path.with_suffix(ENDING)
    if path.suffix.lower() not in (ENDING, WITH_MACROS):
        raise UsageError(f"{path.name}: a workbook ends in {ENDING}. Name it {path.stem}{ENDING}.")
    if path.exists() or path.is_symlink():
        raise RefusedError(f"{path} is there already. Choose another name; nothing was written.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist. Make it first.")
    known = [words.locale for words in locales()]
    if locale not in known:
        near = get_close_matches(locale, known, 1, 0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no language '{locale}'.{hint} There are: {', '.join(known)}.")
    day = today or date.today()
    workbook_id = workbook_id or str(uuid.uuid4())
    data = build(BASE, load(locale), workbook_id=workbook_id, created=day, made_by=tracker.__version__)
    data = with_button(data, load(locale)).data if path.suffix.lower() == WITH_MACROS else data
    replace_file(path, b"", data, _opens)
    return Made(path, workbook_id, locale)


def _opens(data: bytes) -> None:
    MemoryHost(data).book()
