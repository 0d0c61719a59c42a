"""Foreign rows into a table of ours: which are new, which change a row that is there, and which cannot go in.

IDs, created_on and the customers' IDs are left to the next refresh: only when the purchases and contacts are in as well
is the earliest day known of a customer known. The rows touched get the formulas of their table at once. Kept out:
files, maps, and how a foreign cell is read (sources).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.cast import DAYS_1904, general
from tracker.engine.derive import derive, live_formulas, ready
from tracker.engine.resolve import AMBIGUOUS, CANDIDATES, UNKNOWN, Directory
from tracker.errors import RefusedError, UsageError
from tracker.facts.same import numbered
from tracker.model.frame import Frame
from tracker.model.plan import Edits, Fill, Plan, Rows, Value
from tracker.schema.column import Column, Kind, Table
from tracker.schema.lists import LIST_SPECS
from tracker.schema.snapshot import Layout, Snapshot, fold, shown

LAST_ROW = 1_048_576
LOOKED_UP = 100  # unknown customers for whom the nearest name is looked for
NAMED = 12  # values of a list named in a reason

Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Refusal:
    """A row that does not go in: its position among the incoming ones, a reason code, the column, and what helps."""

    position: int
    reason: str
    key: str
    value: str = ""
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Imported:
    """The plan of an import, the snapshot it is lowered with, the rows refused, and the counts."""

    plan: Plan
    snapshot: Snapshot
    refusals: tuple[Refusal, ...]
    added: int
    updated: int
    unchanged: int
    listed: Mapping[str, tuple[str, ...]]  # list → the values added to it


def existing(snapshot: Snapshot, table: str, key: Sequence[str]) -> dict[tuple[str, ...], list[int]]:
    """The rows of a table by the texts of their key columns, folded; rows with a blank in the key are left out."""
    found: dict[tuple[str, ...], list[int]] = {}
    columns = [_as_text(snapshot, table, name) for name in key]
    for position, parts in enumerate(zip(*columns, strict=True)):
        folded = tuple(fold(part) for part in parts)
        if all(folded):
            found.setdefault(folded, []).append(position)
    return found


def plan_import(
    snapshot: Snapshot,
    table: str,
    rows: Mapping[str, Texts],
    key: Sequence[str] = (),
    add_to_lists: bool = False,
    date1904: bool = False,
    constants: Collection[str] = (),
) -> Imported:
    """Everything an import would change. ``rows``: column key → text, number, serial day or None, one a row.

    A row whose ``key`` stands in the table changes that row's cells where it has a value; the others are appended.
    ``constants``: the columns whose value says nothing of the row itself, so that it only fills a blank cell there.
    Raises UsageError for a column this workbook lacks, RefusedError where the table cannot take rows.
    """
    _check(snapshot, table, rows)
    count = len(next(iter(rows.values()), ()))
    rows, strangers, refusals = _coded(snapshot, table, rows)
    refusals += _unknown_customers(snapshot, table, rows)
    matched, doubled = _matched(snapshot, table, rows, key, count)
    refusals += doubled + _nameless(snapshot.schema[table], rows, matched, {one.position for one in doubled})
    refusals.sort(key=lambda one: one.position)
    inside = np.ones(count, bool)
    inside[[one.position for one in refusals]] = False
    edits, changed = _edits(snapshot, table, rows, key, np.where(inside, matched, UNKNOWN), constants)
    grown, new = _append(snapshot, table, {name: one[inside & (matched == UNKNOWN)] for name, one in rows.items()})
    since = _cadence_from(snapshot, table, len(new), date1904)
    plan = Plan(edits=(*edits, *since), rows=(Rows(table, new),) if len(new) else ())
    listed = _kept(strangers, rows, inside, snapshot, table) if add_to_lists else {}
    if listed:
        grown, entries = _append(grown, "Lists", _entries(snapshot, listed))
        plan += Plan(rows=(Rows("Lists", entries),))
    grown = _with_edits(grown, edits)
    touched = [*sorted({row for edit in edits for row in edit.rows}), *new.rows.tolist()]
    fills, lowered = _formulas(grown, table, touched)
    unchanged = int((inside & (matched >= 0)).sum()) - changed
    return Imported(plan + Plan(fills=fills), lowered, tuple(refusals), len(new), changed, unchanged, listed)


def more_refusals(snapshot: Snapshot, table: str, rows: Mapping[str, Texts]) -> tuple[Refusal, ...]:
    """What is wrong besides with rows that cannot go in anyway, so that whoever mends them mends them once."""
    coded, _, refusals = _coded(snapshot, table, rows)
    return (*refusals, *_unknown_customers(snapshot, table, coded))


def _check(snapshot: Snapshot, table: str, rows: Mapping[str, Texts]) -> None:
    layout = snapshot.layout.get(table)
    if layout is None:
        raise UsageError(f"This workbook has no table {table}. Run: tracker doctor")
    missing = [key for key in rows if key not in layout.columns]
    if missing:
        raise UsageError(f"The table {table} of this workbook has no column {', '.join(missing)}. Run: tracker doctor")
    if layout.has_totals:
        raise RefusedError(
            f"The table {table} has a totals row. Switch it off (Table Design, Total Row), import, and switch it on."
        )


def _as_text(snapshot: Snapshot, table: str, key: str) -> Texts:
    if snapshot.schema[table][key].kind.is_text:
        return snapshot.text(table, key)
    return np.array(["" if np.isnan(one) else general(one) for one in snapshot.number(table, key)], object)


def _coded(
    snapshot: Snapshot, table: str, rows: Mapping[str, Texts]
) -> tuple[dict[str, Texts], dict[str, set[str]], list[Refusal]]:
    """Labels become codes; values that no open list knows are gathered, and those no closed list knows refused."""
    coded: dict[str, Texts] = {}
    strangers: dict[str, set[str]] = {}
    refusals: list[Refusal] = []
    for key, values in rows.items():
        column = snapshot.schema[table][key]
        choices = snapshot.lists.get(column.choices)
        if choices is None:
            coded[key] = values
            continue
        known = choices.codes

        def code(text: str, known: Mapping[str, str] = known) -> str:
            return known.get(fold(text), text)

        coded[key] = _mapped(values, _each(code) if column.kind is Kind.CHOICES else code)
        odd = {text for text in set(values) - {None} if any(fold(part) not in known for part in _parts(column, text))}
        if odd and LIST_SPECS[column.choices].closed:
            allowed = ", ".join(choice.label for choice in choices.values[:NAMED])
            refusals += [Refusal(at, "not_in_list", key, values[at], allowed) for at in _where(values, odd)]
        elif odd:
            strangers.setdefault(column.choices, set()).update(
                part for text in odd for part in _parts(column, text) if fold(part) not in known
            )
    return coded, strangers, refusals


def _parts(column: Column, text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()] if column.kind is Kind.CHOICES else [text]


def _each(code: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: ";".join(code(part.strip()) for part in text.split(";") if part.strip())


def _mapped(values: Texts, change: Callable[[str], str]) -> Texts:
    """Change each distinct text once: a column has few labels and many rows."""
    place, distinct = numbered(values)
    changed = np.empty(len(distinct), object)
    changed[:] = [None if text is None else change(text) for text in distinct]
    return changed[place]


def _where(values: Texts, odd: set[str]) -> list[int]:
    return [at for at, value in enumerate(values) if value in odd]


def _unknown_customers(snapshot: Snapshot, table: str, rows: Mapping[str, Texts]) -> list[Refusal]:
    """The rows whose customer is nobody, or more than one, told as typed text would be."""
    refusals: list[Refusal] = []
    directory = Directory(snapshot)
    for key, values in rows.items():
        if snapshot.schema[table][key].kind is Kind.CUSTOMER:
            place, distinct = numbered(values)
            verdicts = _verdicts(directory, distinct)
            for at, number in enumerate(place.tolist()):
                if number in verdicts:
                    reason, detail = verdicts[number]
                    refusals.append(Refusal(at, reason, key, values[at], detail))
    return refusals


def _nameless(
    spec: Table, rows: Mapping[str, Texts], matched: NDArray[np.int64], known: Collection[int]
) -> list[Refusal]:
    """New rows that fill none of the columns of which one must be; those at ``known`` are no new ones."""
    if not spec.one_of:
        return []
    blank = np.equal(matched, UNKNOWN)
    blank[list(known)] = False
    for key in spec.one_of:
        blank &= np.array([value is None for value in rows[key]], bool) if key in rows else True
    detail = "; ".join(spec.one_of)
    return [Refusal(at, "none_of", spec.one_of[0], "", detail) for at in np.flatnonzero(blank).tolist()]


def _verdicts(directory: Directory, texts: Texts) -> dict[int, tuple[str, str]]:
    """For each text that means no one customer: the reason, and the candidates or the nearest name."""
    verdicts: dict[int, tuple[str, str]] = {}
    looked_up = 0
    for number, text in enumerate(texts):
        if text is None:
            continue
        found, candidates = directory.find(text)
        if found == AMBIGUOUS:
            verdicts[number] = "ambiguous_customer", ", ".join(map(directory.name, candidates[:CANDIDATES]))
        elif found == UNKNOWN:
            looked_up += 1
            near = directory.nearest(text) if looked_up <= LOOKED_UP else ""
            verdicts[number] = ("unknown_customer_near" if near else "unknown_customer"), near
    return verdicts


def _matched(
    snapshot: Snapshot, table: str, rows: Mapping[str, Texts], key: Sequence[str], count: int
) -> tuple[NDArray[np.int64], list[Refusal]]:
    """For each incoming row the position it changes, UNKNOWN for a new one; refused where the key stands twice."""
    matched, refusals = np.full(count, UNKNOWN, np.int64), list[Refusal]()
    if not key:
        return matched, refusals
    known = existing(snapshot, table, key)
    for at in range(count):
        parts = [rows[name][at] for name in key]
        found = known.get(tuple(fold(part if isinstance(part, str) else general(part)) for part in parts if part), [])
        if len(found) == 1:
            matched[at] = found[0]
        elif found:
            value = " ".join(str(part) for part in parts)
            refusals.append(Refusal(at, "key_twice", key[0], value, str(len(found))))
    return matched, refusals


def _edits(
    snapshot: Snapshot,
    table: str,
    rows: Mapping[str, Texts],
    key: Sequence[str],
    matched: NDArray[np.int64],
    constants: Collection[str],
) -> tuple[tuple[Edits, ...], int]:
    """The staff cells that change, and how many rows do; a blank in the source changes nothing."""
    at = np.flatnonzero(matched >= 0)
    index = snapshot.frames[table].rows
    changed = np.zeros(len(at), bool)
    edits = []
    for name, values in rows.items():
        if name in key or not len(at):
            continue
        text = snapshot.schema[table][name].kind.is_text
        before = snapshot.text(table, name) if text else snapshot.number(table, name)
        was, now = before[matched[at]], values[at]
        differs = np.array([new is not None and new != old for new, old in zip(now, was, strict=True)], bool)
        if name in constants:
            differs &= ~snapshot.filled(table, name)[matched[at]]
        changed |= differs
        if differs.any():
            cells = tuple(int(row) for row in index[matched[at[differs]]])
            edits.append(Edits(table, name, cells, _plain(now[differs]), _plain(was[differs])))
    return tuple(edits), int(changed.sum())


def _plain(values: NDArray[Any]) -> tuple[Value, ...]:
    return tuple(one or None if isinstance(one, str) else None if one is None or one != one else one for one in values)


def _append(snapshot: Snapshot, table: str, rows: Mapping[str, Texts]) -> tuple[Snapshot, Frame]:
    """The snapshot with rows below the last filled one of a table, and those rows by sheet row."""
    layout, frame, spec = snapshot.layout[table], snapshot.frames[table], snapshot.schema[table]
    first = int(frame.rows[-1]) + 1 if len(frame) else layout.first_row
    count = len(next(iter(rows.values()), ()))
    last = first + count - 1
    if last > layout.limit_row:
        raise RefusedError(_no_room(layout, count))
    if not count:
        return snapshot, Frame()
    new = Frame(np.arange(first, last + 1), {name: _column(spec, name, values) for name, values in rows.items()})
    layout = replace(layout, last_row=max(layout.last_row, last))
    frames = {**snapshot.frames, table: frame.followed_by(new)}
    return replace(snapshot, frames=frames, layout={**snapshot.layout, table: layout}), new


def _no_room(layout: Layout, count: int) -> str:
    said = f"{count:,} rows do not fit below the table {layout.table}"
    if layout.limit_row < LAST_ROW:
        return f"{said}: something stands in row {layout.limit_row + 2:,} of sheet {layout.sheet}. Move it away."
    return f"{said}: a sheet ends at row {LAST_ROW:,}. Import fewer rows."


def _column(spec: Table, key: str, values: Texts) -> NDArray[Any]:
    if spec[key].kind.is_text:
        return shown(values)
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _with_edits(snapshot: Snapshot, edits: Sequence[Edits]) -> Snapshot:
    """The snapshot as it will be, so that formulas beside the edits get the right cached values."""
    for edit in edits:
        at = np.searchsorted(snapshot.frames[edit.table].rows, edit.rows)
        if snapshot.schema[edit.table][edit.key].kind.is_text:
            values: NDArray[Any] = snapshot.text(edit.table, edit.key).copy()
        else:
            values = snapshot.number(edit.table, edit.key).copy()
        values[at] = edit.values
        snapshot = snapshot.having(edit.table, {edit.key: values})
    return snapshot


def _formulas(snapshot: Snapshot, table: str, rows: list[int]) -> tuple[tuple[Fill, ...], Snapshot]:
    """The derived columns of the rows touched, and the snapshot whose frame of that table holds these rows alone.

    They are of the day of the last refresh, as the formulas say; a book never refreshed has none of its own yet.
    """
    day = snapshot.state.get("figures_day")
    as_of = replace(snapshot, today=int(day) if isinstance(day, int | float) and day else snapshot.today)
    computed = derive(as_of, ready(snapshot.schema, frozenset(), frozenset())) if rows else snapshot
    at = np.searchsorted(computed.frames[table].rows, rows)
    touched = replace(computed, frames={**computed.frames, table: computed.frames[table].take(at)})
    live = live_formulas(snapshot, True)
    fills = []
    for column in snapshot.schema[table].columns:
        if column.derive and rows:
            values = (touched.text if column.kind.is_text else touched.number)(table, column.key)
            formula = column.derive.excel if live or not column.derive.aggregates else None
            fills.append(Fill(table, column.key, values, formula))
    return tuple(fills), touched


def _kept(
    strangers: Mapping[str, set[str]],
    rows: Mapping[str, Texts],
    inside: NDArray[np.bool_],
    snapshot: Snapshot,
    table: str,
) -> dict[str, tuple[str, ...]]:
    """The new values of open lists that came in with a row, in alphabetical order and one spelling each."""
    used: dict[str, set[str]] = {}
    for key, values in rows.items():
        column = snapshot.schema[table][key]
        if column.choices in strangers:
            texts = {part for text in set(values[inside]) - {None} for part in _parts(column, text)}
            used.setdefault(column.choices, set()).update(texts & strangers[column.choices])
    spelled = {name: {fold(text): text for text in sorted(texts, reverse=True)} for name, texts in used.items()}
    return {name: tuple(sorted(one.values(), key=str.casefold)) for name, one in spelled.items() if one}


def _entries(snapshot: Snapshot, listed: Mapping[str, tuple[str, ...]]) -> dict[str, Texts]:
    """The rows of Lists that new values become, after those that stand there."""
    if "Lists" not in snapshot.layout:
        raise UsageError("This workbook has no Lists table to add to. Leave --add-to-lists out.")
    rows = []
    for name, texts in listed.items():
        last = len(snapshot.lists[name].values)
        rows += [(name, text, text, float(last + n), "yes") for n, text in enumerate(texts, 1)]
    columns = zip(("list", "code", "label", "order", "active"), zip(*rows, strict=True), strict=True)
    return {key: np.array(values, object) for key, values in columns if key in snapshot.layout["Lists"].columns}


def _cadence_from(snapshot: Snapshot, table: str, added: int, date1904: bool) -> tuple[Edits, ...]:
    """The first customers of a book are due by cadence from the day they came in, not all at once.

    Settings hold values of any kind, so nobody below knows that this one is a day of a book that counts from 1904.
    """
    frame = snapshot.frames["Settings"]
    first = table == "Customers" and added and not len(snapshot.frames["Customers"])
    if not first or not {"key", "value"} <= frame.columns.keys():
        return ()
    rows = frame.rows[snapshot.text("Settings", "key") == "cadence_from"]
    if not len(rows):
        return ()
    day = float(snapshot.today - (DAYS_1904 if date1904 else 0))
    return (Edits("Settings", "value", (int(rows[0]),), (day,), (snapshot.settings.cadence_from,)),)
