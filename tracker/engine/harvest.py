"""What staff typed into the worklist becomes an interaction, a done date, a next date or a snooze, before all else.

Nothing typed is ever lost: a line is applied as a whole and its boxes are emptied, or it is kept with the reason. Kept
out: which line stands on the new list (see `followups`), and the IDs of the new interactions (see `identify`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.pending import Pending, typed_rows
from tracker.engine.snoozes import KEYS, KIND, TABLE, snoozes
from tracker.facts.calendar import next_workday
from tracker.model.finding import Finding
from tracker.model.frame import Frame
from tracker.model.grid import Cells
from tracker.model.plan import Edits, Plan, Rows, Value
from tracker.schema.snapshot import Snapshot, fold, shown
from tracker.words import fill

Cell = tuple[str, str, int]  # table, column key, position in its frame
Row = Mapping[str, Value]

PHONE = "phone"
APART = ":"  # between the source of a follow-up and the row's key, in followup_id
OF_CUSTOMERS = ("agreed", "cadence", "complete")  # kinds that come from a customer's own row


@dataclass(frozen=True)
class Taken:
    """A line that was taken in, and what became of it: staff cells (table, column key, sheet row), rows."""

    line: Pending
    cells: frozenset[Cell] = frozenset()
    rows: frozenset[tuple[str, int]] = frozenset()  # table and sheet row of what was appended: the interaction first


@dataclass(frozen=True, eq=False)
class Harvest:
    """The snapshot with what was typed taken in, the plan that writes it, and the lines that had to be kept."""

    snapshot: Snapshot
    plan: Plan
    not_applied: tuple[Pending, ...]
    taken: tuple[Taken, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What one line does: staff cells that change, and the rows it becomes, at most one a table."""

    cells: Mapping[Cell, Value]
    rows: Mapping[str, Row] = field(default_factory=dict)


class CannotApplyError(Exception):
    """A line cannot be taken in: the code of the reason, and the column to look at."""

    def __init__(self, reason: str, key: str = "", table: str = "FollowUps") -> None:
        super().__init__(reason)
        self.reason, self.key, self.table = reason, key, table


def harvest(snapshot: Snapshot, more: Sequence[Pending] = ()) -> Harvest:
    """Take in every line of the worklist that can be; keep the others as they are, with the reason.

    ``more`` are lines that no sheet holds: what a command says of a follow-up, as if it had been typed.
    """
    book = _Book(snapshot)
    cells: dict[Cell, Value] = {}
    rows: dict[str, list[Row]] = {}
    kept: list[Pending] = []
    taken: list[Taken] = []
    for line in (*typed_rows(snapshot), *more):
        before = {table: len(appended) for table, appended in rows.items()}
        try:
            effect = _effect(line, book, cells)
            _fits(effect, book, before)
        except CannotApplyError as reason:
            kept.append(replace(line, reason=_said(snapshot, reason)))
            continue
        cells |= {cell: _earlier(cells.get(cell), value) for cell, value in effect.cells.items()}
        taken.append(_taken(line, effect, book, before))
        for table, row in effect.rows.items():
            rows.setdefault(table, []).append(row)
    changed, new = snapshot, list[Rows]()
    for table, appended in rows.items():
        changed, frame = _appended(changed, table, appended)
        new.append(Rows(table, frame))
    changed, edits = _edited(changed, cells)
    return Harvest(changed, Plan(edits=edits, rows=tuple(new)), tuple(kept), tuple(taken))


def waiting(snapshot: Snapshot) -> tuple[Pending, ...]:
    """Every line with words typed into it, for a run that takes nothing in: as it stands, a reason where one holds."""
    found = harvest(snapshot)
    kept = list(found.not_applied)
    free = [taken.line for taken in found.taken]
    return tuple(free.pop(0) if line in free[:1] else kept.pop(0) for line in typed_rows(snapshot))


def _taken(line: Pending, effect: Effect, book: _Book, before: Mapping[str, int]) -> Taken:
    snapshot = book.snapshot
    cells = frozenset((table, key, int(snapshot.frames[table].rows[at])) for table, key, at in effect.cells)
    rows = frozenset((table, _below(snapshot, table) + before.get(table, 0)) for table in effect.rows)
    return Taken(line, cells, rows)


@dataclass(frozen=True, eq=False)
class _Book:
    """Where customers and interactions stand, by their ID."""

    snapshot: Snapshot

    @cached_property
    def customers(self) -> dict[str, int]:
        return {key: found[0] for key, found in _positions(self.snapshot, "Customers", "customer_id").items()}

    @cached_property
    def decisions(self) -> dict[str, int]:
        return {followup: one.at for followup, one in snoozes(self.snapshot).items()}

    @cached_property
    def interactions(self) -> dict[str, list[int]]:
        return _positions(self.snapshot, "Interactions", "interaction_id")

    def source(self, kind: str, key: str, due: float | None) -> int | None:
        """The interaction a line was made of: of rows with one ID the one whose day the line shows, else the first.

        Whoever copies a row copies its ID: an old call must not be noted anew for the visit that was typed below it.
        """
        found = self.interactions.get(fold(key), [])
        shown = [at for at in found if self._day(kind, at) == due] if len(found) > 1 else []
        return next(iter(shown or found), None)

    def _day(self, kind: str, at: int) -> float:
        """The day that a line of this kind shows for an interaction; NaN where it hangs on more than one cell."""
        snapshot = self.snapshot
        if kind == "plan":
            return float(np.floor(snapshot.number("Interactions", "started_at")[at]))
        action = snapshot.number("Interactions", "action_due")[at] if kind == "action" else np.nan
        return float(next_workday(action, snapshot.weekend, snapshot.holidays))

    def customer(self, line: Pending, source: int | None) -> int:
        """The customer a line is about: the one it names, else the one of its source."""
        named = [line.text("customer_id")]
        if source is not None:
            named.append(str(self.snapshot.text("Interactions", "customer_id")[source]))
        found = [self.customers[fold(text)] for text in named if fold(text) in self.customers]
        if not found:
            raise CannotApplyError("customer", "customer")
        return found[0]

    def channel(self, line: Pending, customer: int) -> str:
        """The channel that was used: typed, else the one the list proposed, else the one the customer prefers."""
        codes = self.snapshot.lists["channel"].codes
        typed = line.text("channel_used")
        if line.filled("channel_used") and fold(typed) not in codes:
            raise CannotApplyError("channel", "channel_used")
        proposed = line.text("channel").split(";")[0]
        preferred = str(self.snapshot.text("Customers", "preferred_channel")[customer])
        found = [codes[fold(text)] for text in (typed, proposed, preferred, PHONE) if fold(text) in codes]
        return found[0] if found else PHONE


def _positions(snapshot: Snapshot, table: str, key: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, text in enumerate(snapshot.text(table, key)):
        if text:
            found.setdefault(fold(text), []).append(i)
    return found


def _effect(line: Pending, book: _Book, changed: Mapping[Cell, Value]) -> Effect:
    """What a line does; CannotApplyError when it cannot be applied, or is not finished."""
    kind, _, key = line.text("followup_id").partition(APART)
    if not key:
        raise CannotApplyError("no_id")
    source = book.source(kind, key, line.day("due")) if kind not in OF_CUSTOMERS else None
    if line.filled("snooze"):
        return _snoozed(line, book, kind, source, _until(line, book.snapshot.today))
    done, following = _days(line, book.snapshot.today)
    if done is None and following is None:
        raise CannotApplyError("")
    customer = book.customer(line, source)
    channel = book.channel(line, customer)
    if kind == "plan" and source is not None and ("Interactions", "response", source) not in changed:
        noted = _of_plan(line, book.snapshot, source, customer, done, following)
        if noted is not None:
            return noted
    cells: dict[Cell, Value] = {}
    if done is not None:
        cells |= _closed(book.snapshot, kind, source, customer, done)
    if following is not None and kind in ("action", "promise") and source is not None and done is None:
        cells["Interactions", "action_due", source] = following
    elif following is not None:
        cells["Customers", "next_followup", customer] = following
    elif done is not None and kind == "agreed" and _later(book.snapshot, customer, done):
        cells["Customers", "next_followup", customer] = None  # it was done before its day
    spoken = kind != "complete" or line.filled("result") or line.filled("channel_used")  # else data were completed
    if done is not None and spoken:
        return Effect(cells, {"Interactions": _interaction(line, book.snapshot, customer, channel, done)})
    if done is None and line.filled("result"):
        raise CannotApplyError("done_missing", "done_on")
    if done is None and line.filled("channel_used"):
        raise CannotApplyError("used_without_day", "channel_used")
    return Effect(cells)


def _until(line: Pending, today: int) -> float:
    """The day a line is put off to; CannotApplyError where it is none, or not the only thing that is said."""
    if line.day("snooze") is None:
        raise CannotApplyError("not_a_date", "snooze")
    if line.filled("done_on") or line.filled("next_date"):
        raise CannotApplyError("either", "snooze")
    until = math.floor(line.day("snooze") or 0.0)
    if until <= today:
        raise CannotApplyError("not_ahead", "snooze")
    if line.filled("channel_used"):
        raise CannotApplyError("used_without_day", "channel_used")
    return float(until)


def _snoozed(line: Pending, book: _Book, kind: str, source: int | None, until: float) -> Effect:
    """A follow-up put off: its own day is moved where it has one, and the decision noted with its reason.

    The cadence rests until then. Complaints, messages and what is to complete have no day of their own: for them the
    decision alone counts.
    """
    customer = book.customer(line, source)
    cells: dict[Cell, Value] = {}
    if kind in ("action", "promise") and source is not None:
        cells["Interactions", "action_due", source] = until
    elif kind == "plan" and source is not None and not book.snapshot.filled("Interactions", "response")[source]:
        start = float(np.nan_to_num(book.snapshot.number("Interactions", "started_at")[source]))
        cells["Interactions", "started_at", source] = until + start % 1
    elif kind in ("agreed", "cadence"):
        paused = float(np.nan_to_num(book.snapshot.number("Customers", "paused_until")[customer]))
        cells["Customers", "paused_until", customer] = max(until, paused)
    if kind == "agreed":
        cells["Customers", "next_followup", customer] = until
    if cells and TABLE not in book.snapshot.layout:
        return Effect(cells)  # the day says it, only the reason is lost
    row = _decision(line, book.snapshot, customer, until)
    there = book.decisions.get(fold(line.text("followup_id")))
    if there is None:
        return Effect(cells, {TABLE: row})
    return Effect(cells | {(TABLE, key, there): row.get(key) for key in ("reason", "until", "decided_on", "by")})


def _decision(line: Pending, snapshot: Snapshot, customer: int, until: float) -> Row:
    """The row of Decisions that says until when a follow-up is put off, and why."""
    ids = (KIND, line.text("followup_id"), str(snapshot.text("Customers", "customer_id")[customer]))
    row: dict[str, Value] = dict(zip(KEYS, ids, strict=True))
    row |= {"verdict": "active", "by": line.text("by") or None, "decided_on": float(snapshot.today)}
    row |= {"reason": line.text("result") or None, "until": until}
    return {key: value for key, value in row.items() if value is not None}


def _days(line: Pending, today: int) -> tuple[float | None, float | None]:
    """Done on and next date, blank ones None; CannotApplyError for what is no date or cannot be."""
    for key in ("done_on", "next_date"):
        if line.filled(key) and line.day(key) is None:
            raise CannotApplyError("not_a_date", key)
    done, following = line.day("done_on"), line.day("next_date")
    if done is not None and done >= today + 1:
        raise CannotApplyError("future", "done_on")
    if following is not None and done is not None and math.floor(following) <= math.floor(done):
        raise CannotApplyError("order", "next_date")
    if following is not None and following < today:
        raise CannotApplyError("past", "next_date")
    return done, None if following is None else float(math.floor(following))


def _of_plan(
    line: Pending, snapshot: Snapshot, source: int, customer: int, done: float | None, following: float | None
) -> Effect | None:
    """A planned contact is its own interaction: it is noted there, or moved to its new day.

    None if it is noted already, or if its day was taken away or overtyped since: then it is no plan any more.
    """
    start = float(snapshot.number("Interactions", "started_at")[source])
    if snapshot.filled("Interactions", "response")[source] or math.isnan(start):
        return None
    cells: dict[Cell, Value] = {}
    if done is None and following is not None:
        if line.filled("result"):
            raise CannotApplyError("done_missing", "done_on")
        cells["Interactions", "started_at", source] = following + start % 1
        return Effect(cells | _by_channel(line, snapshot, source))
    assert done is not None
    cells["Interactions", "response", source] = line.text("result") or snapshot.words.at("followup", "held")
    if math.floor(start) != math.floor(done):
        cells["Interactions", "started_at", source] = done
    if following is not None:
        cells["Customers", "next_followup", customer] = following
    return Effect(cells | _by_channel(line, snapshot, source))


def _by_channel(line: Pending, snapshot: Snapshot, source: int) -> dict[Cell, Value]:
    """The cell of a planned contact's channel, where another one is named."""
    if not line.filled("channel_used"):
        return {}
    return {("Interactions", "channel", source): snapshot.lists["channel"].codes[fold(line.text("channel_used"))]}


def _closed(snapshot: Snapshot, kind: str, source: int | None, customer: int, done: float) -> dict[Cell, Value]:
    """The cell that says it is done: an action ticked off, a message answered, a complaint solved, data verified."""
    day = float(math.floor(done))
    if kind == "complete":
        return {("Customers", "verified_on", customer): day}
    if source is None:
        return {}
    start = float(snapshot.number("Interactions", "started_at")[source])
    if kind in ("action", "promise") and not snapshot.filled("Interactions", "action_done_on")[source]:
        return {("Interactions", "action_done_on", source): day}
    if kind == "reply" and not snapshot.filled("Interactions", "responded_at")[source]:
        return {("Interactions", "responded_at", source): max(done, start)}
    if kind == "complaint" and not snapshot.filled("Interactions", "resolved_on")[source]:
        return {("Interactions", "resolved_on", source): max(day, float(np.floor(np.nan_to_num(start))))}
    return {}


def _later(snapshot: Snapshot, customer: int, done: float) -> bool:
    return bool(snapshot.number("Customers", "next_followup")[customer] >= math.floor(done) + 1)


def _interaction(line: Pending, snapshot: Snapshot, customer: int, channel: str, done: float) -> Row:
    owner = line.text("owner") or str(snapshot.text("Customers", "owner")[customer])
    row: dict[str, Value] = {
        "customer": str(snapshot.text("Customers", "customer_id")[customer]),
        "started_at": done,
        "channel": channel,
    }
    optional = {"summary": line.text("result"), "logged_by": snapshot.lists["owner"].codes.get(fold(owner), owner)}
    return {**row, **{key: text for key, text in optional.items() if text}}


def _fits(effect: Effect, book: _Book, before: Mapping[str, int]) -> None:
    """CannotApplyError when a column it needs is missing, or there is no room for its rows."""
    layouts = book.snapshot.layout
    needed = {(table, key) for table, key, _ in effect.cells}
    needed |= {(table, key) for table, row in effect.rows.items() for key in row if key not in ("logged_by", "by")}
    for table, key in sorted(needed):
        if table not in layouts or key not in layouts[table].columns:
            raise CannotApplyError("no_column", key, table)
    for table in effect.rows:
        if _below(book.snapshot, table) + before.get(table, 0) > layouts[table].limit_row:
            raise CannotApplyError("no_room")


def _said(snapshot: Snapshot, reason: CannotApplyError) -> str:
    """The reason in words; empty for a line that is not finished."""
    if not reason.reason:
        return ""
    layout = snapshot.layout.get(reason.table)
    header = (layout.headers.get(reason.key) if layout else None) or snapshot.words.header(reason.table, reason.key)
    return fill(snapshot.words.at("followup", "reason", reason.reason), {"column": header})


def _earlier(one: Value, two: Value) -> Value:
    """Of two lines that fill one cell with a day the earlier counts, so that their order does not matter."""
    if one is None or two is None:
        return two if one is None else one
    return min(one, two) if isinstance(one, float) and isinstance(two, float) else two


def _below(snapshot: Snapshot, table: str) -> int:
    """The first sheet row after the last one of a table: the blank row of an empty table first."""
    index = snapshot.frames[table].rows
    return int(index.max()) + 1 if len(index) else snapshot.layout[table].first_row


def _appended(snapshot: Snapshot, name: str, rows: list[Row]) -> tuple[Snapshot, Frame]:
    """The snapshot with new rows below the last one of a table, and these as a frame by sheet row."""
    layout, frame, table = snapshot.layout[name], snapshot.frames[name], snapshot.schema[name]
    first = _below(snapshot, name)

    def column(key: str) -> NDArray[Any]:
        values = [row.get(key) for row in rows]
        if table[key].kind.is_text:
            return shown(np.array([*values, None], object)[:-1])
        return np.array([np.nan if value is None else value for value in values], np.float64)

    below = np.arange(first, first + len(rows))
    whole = Frame(below, {key: column(key) for key in layout.columns if key in table.by_key})
    written = [key for key in layout.columns if any(row.get(key) is not None for row in rows)]
    layout = replace(layout, last_row=max(layout.last_row, int(below[-1])))
    cells = {
        (table_, key): one.followed_by(Cells.blank(len(rows))) if table_ == name and len(one) == len(frame) else one
        for (table_, key), one in snapshot.cells.items()
    }
    grown = replace(
        snapshot,
        frames={**snapshot.frames, name: frame.followed_by(whole)},
        layout={**snapshot.layout, name: layout},
        cells=cells,
    )
    return grown, whole.only(written)


def _edited(snapshot: Snapshot, cells: Mapping[Cell, Value]) -> tuple[Snapshot, tuple[Edits, ...]]:
    """The snapshot with some staff cells changed, and the edits that say so."""
    columns: dict[tuple[str, str], dict[int, Value]] = {}
    for (table, key, position), value in cells.items():
        columns.setdefault((table, key), {})[position] = value
    edits = []
    for (table, key), values in columns.items():
        text = snapshot.schema[table][key].kind.is_text
        before = (snapshot.text if text else snapshot.number)(table, key)
        after, at = before.copy(), sorted(values)
        after[at] = [(np.nan if values[i] is None and not text else values[i]) for i in at]
        rows = tuple(int(row) for row in snapshot.frames[table].rows[at])
        was = tuple(None if one == "" or one != one else one for one in before[at].tolist())
        edits.append(Edits(table, key, rows, tuple(values[i] for i in at), was))
        snapshot = _typed(snapshot, table, key, {i: values[i] for i in at}).having(table, {key: after})
    return snapshot, tuple(edits)


def _typed(snapshot: Snapshot, table: str, key: str, values: Mapping[int, Value]) -> Snapshot:
    """The snapshot as if these values had stood in the cells when it was read: what was wrong with them is gone."""
    raw, index = snapshot.cells.get((table, key)), snapshot.frames[table].rows
    if raw is None:
        return snapshot
    mended = {(table, key, int(index[i])) for i in values}
    findings = (one for one in snapshot.findings if (one.place.table, one.place.key, one.place.row) not in mended)
    source = np.arange(len(raw))
    source[list(values)] = len(raw) + np.arange(len(values))
    cells = raw.followed_by(Cells.from_values(list(values.values()))).take(source)
    return replace(snapshot, cells={**snapshot.cells, (table, key): cells}, findings=tuple(findings))
