"""Puts the demo's company into a new workbook by the import staff use, refreshes it, and says what to look at."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from tracker import __version__
from tracker.commands.keep import keeping
from tracker.commands.refresh import Refresh, refresh
from tracker.commands.validate import findings_of
from tracker.commands.workbook import ReadOnce
from tracker.demo.company import DemoCompany, company
from tracker.demo.rhythm import WEEK
from tracker.engine.importing import plan_import
from tracker.engine.read import read
from tracker.errors import pasted
from tracker.hosts import MemoryHost
from tracker.keeper import read_bytes, replace_file
from tracker.model.finding import Finding
from tracker.model.frame import Column, Frame
from tracker.model.grid import Note
from tracker.model.plan import Edits, Plan, Value
from tracker.schema.base import BASE
from tracker.template import build
from tracker.words import Words, fill, load
from tracker.words.visible import visible

NAME = "customers-demo.xlsx"
WORKBOOK_ID = UUID("d0e1f2a3-0000-4000-8000-000000000007")
LEADS = ("Team", "Campaigns", "Lists")
TYPED = ("Customers", "Interactions", "Purchases")
Cells = tuple[str, str, Mapping[int, Value]]  # table, column key, and for some positions what is typed there
LINES = ("made", "open", "followups", "summary", "problems", "next")


def make(folder: Path, today: date, words: Words | None = None) -> tuple[str, ...]:
    """Write the demo workbook into a folder and return six lines on what to open and look at.

    A demo that is there already is replaced, and a copy of it kept. Raises BusyError when somebody has it open.
    """
    words = words or load()
    path = folder / NAME
    workbook_id = str(uuid5(WORKBOOK_ID, os.path.realpath(folder)))  # two demos are two, one made anew is the same
    host = MemoryHost(workbook(today, workbook_id=workbook_id))
    done = refresh(host, today, now=_at_eight(today))
    findings = findings_of(host, today)
    there = read_bytes(path) if path.exists() else b""
    replace_file(path, there, host.data, _opens, Note(workbook_id, "demo") if there else None, keeping(path))
    return _said(words, host, today, done, findings, path)


def workbook(today: date, seed: int = 7, locale: str = "en", workbook_id: str = str(WORKBOOK_ID)) -> bytes:
    """The demo workbook as it is opened on the day: refreshed a week ago, a week of rows typed since then.

    The same bytes for the same day, seed and ID.
    """
    made, before = company(today, seed), today - timedelta(days=WEEK)
    host = MemoryHost(build(BASE, load(locale), workbook_id=workbook_id, created=today, made_by=__version__))
    for table in (*LEADS, *TYPED):
        _take_in(host, before, table, made.frames[table].take(made.known.get(table, slice(None))))
    _change(host, before, [_settings(host, before, made)])
    refresh(host, before, now=_at_eight(before))
    for table, known in made.known.items():
        _take_in(host, today, table, made.frames[table].take(~known))
    _change(host, today, _slips(made))
    return host.data


def _take_in(host: MemoryHost, today: date, table: str, frame: Frame) -> None:
    once = ReadOnce(host)
    rows = {key: _objects(values) for key, values in frame.columns.items()}
    imported = plan_import(read(once, today), table, rows)
    assert not imported.refusals, f"the demo's own {table} were refused: {imported.refusals[:3]}"
    once.apply(once.lowered(imported.plan, imported.snapshot))


def _objects(values: Column) -> NDArray[np.object_]:
    """A column as the import takes it: None where blank."""
    return np.array([None if value == "" or value != value else value for value in values.tolist()], object)


def _change(host: MemoryHost, today: date, changes: Iterable[Cells]) -> None:
    """Type over some cells."""
    once = ReadOnce(host)
    snapshot = read(once, today)
    edits = []
    for table, key, typed in changes:
        rows = [int(snapshot.frames[table].rows[position]) for position in typed]
        edits.append(Edits(table, key, tuple(rows), tuple(typed.values()), (None,) * len(rows)))
    once.apply(once.lowered(Plan(edits=tuple(edits)), snapshot))


def _slips(made: DemoCompany) -> list[Cells]:
    """The slips, typed over good cells as somebody in a hurry would."""
    cells: dict[tuple[str, str], dict[int, Value]] = defaultdict(dict)
    for slip in made.slips:
        known = made.known.get(slip.table)
        order = np.argsort(~known, kind="stable") if known is not None else None  # what was known stands above the rest
        position = slip.position if order is None else int(np.flatnonzero(order == slip.position)[0])
        cells[slip.table, slip.key][position] = slip.value
    return [(table, key, typed) for (table, key), typed in cells.items()]


def _settings(host: MemoryHost, today: date, made: DemoCompany) -> Cells:
    """How far the counters have come, and since when the company works by the book."""
    keys = read(host, today).text("Settings", "key").tolist()
    return ("Settings", "value", {keys.index(key): value for key, value in made.settings.items()})


def _said(
    words: Words, host: MemoryHost, today: date, done: Refresh, findings: tuple[Finding, ...], path: Path
) -> tuple[str, ...]:
    frames = read(host, today).frames
    values: dict[str, object] = {
        "file": visible(str(path)),
        "command": visible(pasted(path)),
        "day": today.isoformat(),
        **{name.lower(): f"{len(frames[name]):,}" for name in TYPED},
        **done.due,
        "findings": len(findings),
        "kinds": len({finding.code for finding in findings}),
    }
    return tuple(fill(words.at("demo", line), values) for line in LINES)


def _at_eight(day: date) -> datetime:
    return datetime.combine(day, time(8))


def _opens(data: bytes) -> None:
    MemoryHost(data).book()
