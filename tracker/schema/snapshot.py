"""A workbook as the engine and the checks see it: typed frames by column key, settings, places, and what was odd.

The frame's index is the sheet row number, so a failure row is the row staff see. Dates are Excel serials of the 1900
system (exact, and what a formula computes with); choices are codes; text is as typed. No file and no clock in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.facts.calendar import EPOCH, edate, from_serial, to_serial
from tracker.facts.same import numbered
from tracker.facts.windows import Events
from tracker.model.finding import Finding, Place
from tracker.model.frame import Frame
from tracker.model.grid import CellKind, Cells
from tracker.schema.column import Schema
from tracker.schema.settings import WEEKEND, Settings, weekend_mask
from tracker.words import Words

CARRIED = {  # what was worked out for a snapshot, and the table whose columns it was worked out from
    "contacts": "Interactions",
    "plans": "Interactions",
    "sales": "Purchases",
    "customer_codes": "",  # it stands while no customer gets another ID
}
BEYOND = 1e100  # no number in a cell of ours is so large; sums and products of smaller ones stay numbers
OTHER_SPACES = "\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)  # as str.isspace sees them


@dataclass(frozen=True)
class Layout:
    """Where a table stands: its columns by key, its rows, and what only staff know about."""

    table: str
    sheet: str
    header_row: int
    first_row: int
    last_row: int  # last row that belongs to the table, rows below its ref included
    ref_last_row: int  # last data row of the ref itself
    columns: Mapping[str, int]
    headers: Mapping[str, str]
    extra: Mapping[str, int]  # staff's own columns, by header
    is_table: bool = True
    has_totals: bool = False
    first_column: int = 1
    last_column: int = 1
    limit_row: int = 1_048_576  # last row before something of staff's stands below the table

    def place(self, key: str = "", row: int | None = None, row_key: str = "") -> Place:
        """A place in this table."""
        return Place(self.sheet, self.table, row, self.columns.get(key), key, self.headers.get(key, ""), row_key)


@dataclass(frozen=True)
class Identity:
    """The rows of Settings that the tool owns: whose workbook this is and how far its counters have come."""

    schema: int = 0
    workbook_id: str = ""
    locale: str = "en"
    profile: str = "base"
    made_by: str = ""
    next_id: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A workbook at one moment, read by the schema."""

    schema: Schema
    frames: Mapping[str, Frame]
    settings: Settings
    identity: Identity
    layout: Mapping[str, Layout]
    words: Words
    today: int  # serial of the day the figures are of
    pinned: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)  # what the last refresh left on the State sheet
    lists: Mapping[str, Choices] = field(default_factory=dict)
    holidays: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    cells: Mapping[tuple[str, str], Cells] = field(default_factory=dict)  # raw, aligned with the frame; see own_column
    findings: tuple[Finding, ...] = ()
    known: dict[tuple[str, str, str], Any] = field(init=False, repr=False, default_factory=dict)  # see once

    def having(self, table: str, columns: Mapping[str, NDArray[Any]]) -> Snapshot:
        """The same snapshot with these columns of a table set anew: float64 or object arrays, blank NaN or None."""
        typed = {key: values if values.dtype.kind == "f" else shown(values) for key, values in columns.items()}
        made = replace(self, frames={**self.frames, table: self.frames[table].having(typed)})
        renamed = table == "Customers" and "customer_id" in columns
        for (what, of, key), one in self.known.items():
            if (of != table or key not in columns) and not (renamed and what == "codes"):
                made.known[what, of, key] = one
        for name, of in CARRIED.items():
            if name in self.__dict__ and of != table and not renamed:
                made.__dict__[name] = self.__dict__[name]
        return made

    def noting(self, findings: Iterable[Finding], identity: Identity | None = None) -> Snapshot:
        """The same cells with more findings, and with other counters if given; what was worked out stays."""
        made = replace(self, findings=(*self.findings, *findings), identity=identity or self.identity)
        made.known.update(self.known)
        made.__dict__.update({name: self.__dict__[name] for name in CARRIED if name in self.__dict__})
        return made

    def once(self, what: str, table: str, key: str, make: Callable[[], Any]) -> Any:
        """An array of a column, made when it is first asked for; it is handed out again, so nobody may write to it."""
        if (what, table, key) not in self.known:
            self._keep(what, table, key, make())
        return self.known[what, table, key]

    def _keep(self, what: str, table: str, key: str, made: NDArray[Any]) -> None:
        kept = made.view()
        kept.flags.writeable = False
        self.known[what, table, key] = kept

    def text(self, table: str, key: str) -> NDArray[Any]:
        """A text column as an object array, empty text where blank; shape (rows,)."""
        return self.frames[table].text(key)

    def position(self, place: Place) -> int:
        """The position in its frame of the row that a place is in; −1 for what is no row of a table."""
        frame = self.frames.get(place.table)
        if frame is None or place.row is None:
            return -1
        at = int(np.searchsorted(frame.rows, place.row))
        return at if at < len(frame) and frame.rows[at] == place.row else -1

    def folded(self, table: str, key: str) -> NDArray[Any]:
        """A text column as keys are compared, see `fold`; shape (rows,)."""
        texts: NDArray[Any] = self.once("folded", table, key, lambda: folded(self.text(table, key)))
        return texts

    def number(self, table: str, key: str) -> NDArray[np.float64]:
        """A number or date column, NaN where blank; shape (rows,)."""
        return self.frames[table].number(key)

    def groups(self, table: str, key: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """The number of each text of a column among the different ones, −1 where blank; and those, as first met."""
        if key not in self.frames[table]:
            return np.full(len(self.frames[table]), -1), np.empty(0, object)
        if ("groups", table, key) not in self.known:
            self.known["groups", table, key] = distinct(self.text(table, key))
        place, found = self.known["groups", table, key]
        return place, found

    def means(self, table: str, key: str, meaning: str) -> NDArray[np.bool_]:
        """Where a column of choices holds one that carries a meaning, such as ``two_way``; shape (rows,)."""
        choices = self.lists.get(self.schema[table][key].choices)
        codes = choices.meaning(meaning) if choices else frozenset()
        place, found = self.groups(table, key)
        return np.array([*(text in codes for text in found), "" in codes], bool)[place]

    def filled(self, table: str, key: str) -> NDArray[np.bool_]:
        """Where a cell is not empty, as ``<>""`` sees it: text in a date column is something too; shape (rows,)."""
        filled: NDArray[np.bool_] = self.once("filled", table, key, lambda: self._filled(table, key))
        return filled

    def _filled(self, table: str, key: str) -> NDArray[np.bool_]:
        if key not in self.frames[table]:
            return np.zeros(len(self.frames[table]), bool)
        if self.schema[table][key].kind.is_text:
            return self.text(table, key).astype(bool) | self.broken(table, key)
        filled = np.asarray(~np.isnan(self.number(table, key)), bool)
        raw = self.cells.get((table, key))
        if raw is None or len(raw) != len(filled) or self.schema[table][key].derive is not None:
            return filled  # what stood in a cell that is computed anew counts no more
        other = ((raw.kinds == CellKind.TEXT) & (raw.texts != "")) | (raw.kinds >= CellKind.BOOL)
        return np.asarray(filled | other | beyond(raw), bool)

    def broken(self, table: str, key: str) -> NDArray[np.bool_]:
        """Where staff's cell is an error, which makes a formula that looks at it answer "": shape (rows,)."""
        raw = self.cells.get((table, key))
        size = len(self.frames[table])
        return (
            np.asarray(raw.kinds == CellKind.ERROR, bool)
            if raw is not None and len(raw) == size
            else np.zeros(size, bool)
        )

    @property
    def spend_from(self) -> float:
        """First day of the spend window: rolling 12 months, the calendar year or the fiscal year."""
        return spend_start(self.today, self.settings.spend_window, int(self.settings.fiscal_start))

    @property
    def weekend(self) -> str:
        """The days off as WORKDAY.INTL's mask; Saturday and Sunday when the setting cannot be read."""
        return weekend_mask(self.settings.workdays) or WEEKEND

    @cached_property
    def customer_codes(self) -> dict[str, int]:
        """Customer ID, folded → a small number; two rows with one ID share it."""
        ids = self.folded("Customers", "customer_id").tolist()
        codes = dict(zip(ids, range(len(ids)), strict=True))
        if len(codes) == len(ids) and "" not in codes:
            return codes
        several = dict.fromkeys(filter(None, ids))
        return dict(zip(several, range(len(several)), strict=True))

    def codes(self, table: str, key: str = "customer_id") -> NDArray[np.int32]:
        """The customer's number for each row of a table, −1 where there is none; shape (rows,)."""
        codes: NDArray[np.int32] = self.once("codes", table, key, lambda: self._codes(table, key))
        return codes

    @property
    def each_has_its_id(self) -> bool:
        """Whether the number of a customer is the position of its row, as in nearly every workbook."""
        return len(self.customer_codes) == len(self.frames["Customers"])

    def _codes(self, table: str, key: str) -> NDArray[np.int32]:
        if (table, key) == ("Customers", "customer_id") and self.each_has_its_id:
            return np.arange(len(self.frames[table]), dtype=np.int32)
        codes = map(self.customer_codes.get, self.folded(table, key).tolist(), repeat(-1))
        return np.fromiter(codes, np.int32, len(self.frames[table]))

    def per_customer(self, by_code: NDArray[np.float64]) -> NDArray[np.float64]:
        """Spread an array by customer number over the rows of Customers; NaN where a row has no ID."""
        codes = self.codes("Customers")
        return np.append(by_code, np.nan)[codes]  # the last one answers for -1

    @cached_property
    def contacts(self) -> Events:
        """Counted contacts, by customer and day."""
        return self._events("Interactions", "started_at", self.number("Interactions", "counts") == 1)

    @cached_property
    def plans(self) -> Events:
        """Planned contacts, by customer and day."""
        return self._events("Interactions", "started_at", self.number("Interactions", "counts") == 2)

    @cached_property
    def sales(self) -> Events:
        """Purchase lines with their net amount, by customer and day."""
        amount = self.number("Purchases", "net_amount")
        return self._events("Purchases", "purchased_at", ~np.isnan(amount), amount)

    def _events(
        self, table: str, key: str, keep: NDArray[np.bool_], amount: NDArray[np.float64] | None = None
    ) -> Events:
        day = self.number(table, key)
        keep = keep & ~np.isnan(day)
        return Events(self.codes(table)[keep], day[keep], None if amount is None else amount[keep])


def spend_start(today: int, window: str, fiscal_start: int) -> float:
    """First day that counts as annual spend, as a serial."""
    if window == "rolling":
        return float(edate(today, -12)) + 1
    month = 1 if window == "calendar" else fiscal_start
    day = from_serial(today) or EPOCH
    return float(to_serial(day.replace(year=day.year - (day.month < month), month=month, day=1)))


@dataclass(frozen=True)
class Choice:
    """One value of a list: its code, what staff see, whether it may be picked, and what the engine makes of it."""

    code: str
    label: str
    active: bool = True
    meaning: str = ""


@dataclass(frozen=True)
class Choices:
    """A list of the Lists sheet."""

    name: str
    values: tuple[Choice, ...]
    other: Mapping[str, str] = field(default_factory=dict)  # further folded spellings, such as other languages' labels

    @cached_property
    def codes(self) -> dict[str, str]:
        """Folded label or code → code."""
        found: dict[str, str] = {}
        for choice in self.values:
            found.setdefault(fold(choice.label), choice.code)
        for choice in self.values:
            found.setdefault(fold(choice.code), choice.code)
        return {**self.other, **found}

    def label(self, code: str) -> str:
        """What staff see for a code; the code itself when the list does not know it."""
        return self._labels.get(code, code)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {choice.code: choice.label for choice in reversed(self.values)}

    def meaning(self, meaning: str) -> frozenset[str]:
        """The codes that carry a meaning, such as ``two_way``."""
        return frozenset(choice.code for choice in self.values if choice.meaning == meaning)


def distinct(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The number of each value among the distinct ones, −1 where blank, and the distinct ones; ``values[n]`` is n's."""
    if values.dtype == object and not values.astype(bool).any():  # whole columns are blank in most workbooks
        return np.full(len(values), -1), np.empty(0, object)
    place, found = numbered(values)
    blank = np.flatnonzero(found == "" if values.dtype == object else np.isnan(found))
    if len(blank):
        place = np.where(place == blank, -1, place - (place > blank))
        found = np.delete(found, blank)
    return place, found


def shown(values: NDArray[Any]) -> NDArray[Any]:
    """An object array of texts with "" where blank; None is blank too."""
    filled = values.astype(bool)  # far faster than to compare each with ""
    if filled.all():
        return values.copy()
    texts = np.full(len(values), "", object)
    texts[filled] = values[filled]
    return texts


def beyond(cells: Cells) -> NDArray[np.bool_]:
    """Which cells hold a number too large to compute with."""
    return np.asarray((cells.kinds == CellKind.NUMBER) & ~(np.abs(cells.numbers) < BEYOND), bool)


def own_column(header: str) -> str:
    """The key under which the raw cells of a column of staff's own are kept."""
    return f"[{header}]"


def fold(text: str) -> str:
    """Text as keys are compared: without outer spaces and without regard to case."""
    return text.strip().casefold()


def folds(texts: Iterable[str]) -> list[str]:
    """The same for a whole column, without a call of ours for each text; for plain ones without a call for each."""
    every = list(texts)
    joined = "\n".join(every)
    alone = joined.count("\n") == len(every) - 1 and not has_touching_spaces(joined)
    if alone and (joined.isascii() or not has_other_spaces(joined)):
        return joined.casefold().split("\n")
    return list(map(str.casefold, map(str.strip, every)))


def has_other_spaces(joined: str) -> bool:
    """Whether some texts joined by line breaks hold white space that is neither a space nor a line break."""
    return any(space in joined for space in OTHER_SPACES)


def has_touching_spaces(joined: str) -> bool:
    """Whether one of some texts joined by line breaks may be empty, begin or end with a space, or hold two at once."""
    blank = np.frombuffer(f"\n{joined}\n".encode(errors="replace"), np.uint8) <= ord(" ")
    return bool((blank[1:] & blank[:-1]).any())


def folded(texts: NDArray[Any]) -> NDArray[Any]:
    """The same as an object array, shape as given."""
    filled = texts.astype(bool)
    made = np.full(len(texts), "", object)
    made[filled] = folds(texts[filled].tolist())
    return made
