"""Put what findings suggest into their cells: the safe ones, others when asked, or those a person accepted in a copy.

Nothing but these cells changes; a table that lost its Table gets it back, over cells that stay. Fixes of one cell build
upon each other, and the workbook is looked at again as it would be then: a fix that would make another finding is left
out and named. What is computed from the cells follows with the next refresh.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from tracker.checks.hits import Texts, row_keys
from tracker.commands.accepting import Answer, Left, answers, taken
from tracker.commands.codes import Selection
from tracker.commands.configuration import Configurations
from tracker.commands.examine import everything, found_in
from tracker.commands.keep import note, opened
from tracker.commands.policy import Policies, Policy, Said
from tracker.commands.runs import run_record
from tracker.commands.workbook import ReadOnce, Step, naming, refuse_newer, silent
from tracker.engine.lower import labelled
from tracker.engine.mending import (
    Cell,
    Mend,
    Wish,
    as_plan,
    cell_of,
    is_formula,
    joined,
    mendable,
    proposals,
    standing,
    text_of,
)
from tracker.engine.read import read
from tracker.engine.tables_back import Look, Unfit, tables_back
from tracker.errors import UsageError
from tracker.hosts import Draft
from tracker.keeper import Keeping
from tracker.model.finding import Finding, Place
from tracker.model.grid import Host, NewTable, Receipt, Writes
from tracker.model.plan import Value
from tracker.schema.findings import Fix, lasting
from tracker.schema.fixes import LOST_TABLE, fix_of
from tracker.schema.snapshot import Snapshot

ROUNDS = 8  # fixes of one cell that may follow upon each other
COMMAND = "fix"  # in the log
FORMULA = "formula"  # why a cell is left: staff's own formula stands there


@dataclass(frozen=True)
class Wanted:
    """Which findings are to be fixed: those that are reported of the workbook, and whether guesses too."""

    policy: Policy
    unsafe: bool = False

    def __call__(self, snapshot: Snapshot, found: Finding) -> bool:
        """Whether this one is."""
        how = fix_of(found, snapshot.schema)
        return self.policy.counts(found) and (how is Fix.SAFE or (self.unsafe and how is Fix.UNSAFE))


@dataclass(frozen=True)
class Fixed:
    """A cell that was fixed, or would be: where, whose row, before and after as people read them, and the codes."""

    place: Place
    before: str
    after: str
    codes: tuple[str, ...]
    was_text: bool = True  # else a number or a day, which people may read as the same
    is_text: bool = True


@dataclass(frozen=True, eq=False)
class Fixing:
    """What a fix did, or would do."""

    cells: tuple[Fixed, ...] = ()
    tables: tuple[NewTable, ...] = ()  # those that got their Table back
    unfit: tuple[Unfit, ...] = ()  # those that cannot get it back
    left: tuple[Left, ...] = ()
    remaining: tuple[Finding, ...] = ()  # what is wrong afterwards and neither a refresh nor a plain fix mends
    safe: int = 0  # findings that were not asked for, and that a plain fix mends
    unsafe: int = 0  # findings among the remaining that --unsafe would fix
    receipt: Receipt = field(default_factory=lambda: Receipt(0))
    beside: tuple[str, ...] = ()  # cells of the copy that somebody typed over where nothing is read
    made_of: str = ""  # the file the copy was made of, where it is called otherwise


def fix_file(
    path: Path,
    clock: date,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    unsafe: bool = False,
    accept: Path | None = None,
    pin: date | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    keep: Keeping | None = None,
    step: Step = silent,
    configurations: Configurations | None = None,
) -> Fixing:
    """Fix a closed file; with ``accept`` what stands in that fix-it copy, and nothing else.

    What its configuration does not report is not fixed, unless ``select`` names it or it was accepted; see `policy`.
    Raises UsageError for a code that does not exist, a configuration that cannot be followed, an ``output`` that is the
    workbook itself, ``accept`` together with ``unsafe``, and a file that is no fix-it copy of this workbook;
    RefusedError for a newer workbook, BusyError when somebody has it open.
    """
    if accept is not None and unsafe:
        raise UsageError("--accept takes what stands in the copy, guesses too, and nothing else. Leave --unsafe out.")
    if output is not None and os.path.realpath(output) == os.path.realpath(path):
        raise UsageError(f"--output {output.name} is the workbook itself. Name another file, or leave --output out.")
    said, configured = Said(Selection(tuple(select) or None, ignore=tuple(ignore))), configurations or Configurations()
    reported = Policies(Said(), configured).here(path)
    followed = configured if accept is None else Configurations(search=False)  # what was accepted, somebody saw
    wanted = Wanted(Policies(said, followed).here(path), unsafe)
    accepted, beside = answers(accept) if accept is not None else (None, ())
    with naming(path), opened(path, keep, output, dry_run) as host:
        done = fix(host, clock, wanted, accepted, pin, dry_run, step, Wanted(reported))
    made_of = next((one.file for one in accepted or () if one.file not in ("", path.name)), "")
    return replace(done, remaining=reported.kept(done.remaining), beside=beside, made_of=made_of)


def fix(
    host: Host,
    clock: date,
    wanted: Wanted,
    accepted: Sequence[Answer] | None = None,
    pin: date | None = None,
    dry_run: bool = False,
    step: Step = silent,
    usual: Wanted | None = None,
) -> Fixing:
    """Fix a workbook wherever it lives: what is wanted, or of it what was accepted.

    ``usual`` is what is wanted where nothing is said: what it would mend is not left for a person.
    """
    step("reading")
    once = ReadOnce(host)
    snapshot = read(once, clock, pin)
    refuse_newer(snapshot)
    step("checking")
    tables, unfit = _lost(once, snapshot, wanted) if accepted is None else ((), ())
    look = _with_tables(once, snapshot, tables, clock, pin)
    snapshot = look.snapshot
    wish: Wish = wanted
    asked, refused = dict[Cell, Mend](), list[Left]()
    if accepted is not None:
        asked, refused, wish = taken(snapshot, look.before, accepted, wanted.policy.wanted)
    mends, after, worse, still = _helpful(look, asked, wish)
    step("writing")
    mends, skipped = _writable(look, mends)
    if skipped:
        after = look.at(mends)[1]
    cells, receipt = _written(look, mends, dry_run)
    made = (
        Left(_place(look, cell), code, _text(look, cell, asked[cell].now) if cell in asked else "")
        for cell, code in worse.items()
    )
    same = (
        Left(_place(look, cell), code, _text(look, cell, asked[cell].now), still=True) for cell, code in still.items()
    )
    left = (*refused, *_formulas(look, wish), *made, *same, *skipped)
    more = 0 if wanted.unsafe else _guesses(snapshot, after, wanted, worse)
    tried = wanted if accepted is None else None
    safe = _safe(snapshot, after, usual, tried, left) if usual else frozenset()
    remaining = tuple(one for one in lasting(after) if _identity(one) not in safe)
    return Fixing(cells, tables, unfit, left, remaining, len(safe), more, receipt)


def _lost(once: ReadOnce, snapshot: Snapshot, wanted: Wanted) -> tuple[tuple[NewTable, ...], tuple[Unfit, ...]]:
    """The Tables to put back, of those that are asked for, and those that cannot be."""
    if not any(one.code == LOST_TABLE for one in snapshot.findings):
        return (), ()
    from tracker.template import theme  # the template takes a while to import, and few workbooks lost a Table

    found = found_in(snapshot)  # without what people decided to leave
    lost = [one.place.table for one in found if one.code == LOST_TABLE and wanted(snapshot, one)]
    look = Look(theme.TABLE_STYLE, theme.UNFILTERED)
    return tables_back(snapshot, once.book(), once.sheet, once.barred, lost, look)


def _with_tables(
    once: ReadOnce, snapshot: Snapshot, tables: tuple[NewTable, ...], clock: date, pin: date | None
) -> _Look:
    """The workbook as it is once its Tables are back: cells are mended in that one."""
    if not tables:
        return _Look(once, once, snapshot, clock, pin)
    drawn = ReadOnce(Draft(once, Writes(added=tables)))
    return _Look(once, drawn, read(drawn, clock, pin), clock, pin, tables)


@dataclass(frozen=True, eq=False)
class _Look:
    """The workbook as it is, with its Tables back, and as it would be with some cells mended."""

    host: ReadOnce  # what is written
    once: ReadOnce  # the same with its Tables back
    snapshot: Snapshot
    clock: date
    pin: date | None
    tables: tuple[NewTable, ...] = ()

    @cached_property
    def before(self) -> tuple[Finding, ...]:
        """What is wrong now."""
        return found_in(self.snapshot)

    @cached_property
    def known(self) -> frozenset[object]:
        """The findings of now, each by what makes it the same one afterwards."""
        return frozenset(map(_identity, self.before))

    @cached_property
    def waived(self) -> frozenset[object]:
        """The same of those too that people decided to leave: another value makes them findings again."""
        return frozenset(map(_identity, everything(self.snapshot)))

    @cached_property
    def unsure(self) -> frozenset[object]:
        """The findings of now that suggest nothing."""
        return frozenset(_identity(one) for one in self.before if not one.suggestion)

    def stands(self, found: Finding, mends: Mapping[Cell, Mend]) -> bool:
        """Whether what a finding suggests by now follows from its own cell, not from others that tell less when mended.

        Of 1,5 and 1.5 and 12,345 in a column the third is unsure, also after the first was made a number.
        """
        return _identity(found) not in self.unsure or cell_of(found) in mends

    @cached_property
    def keys(self) -> Mapping[str, Texts]:
        """The keys of the rows, by table."""
        return {table: row_keys(self.snapshot, table) for table in self.snapshot.layout}

    def writes(self, mends: Mapping[Cell, Mend]) -> Writes:
        """The cells of the mends and the Tables alone: none grows and no cell's formula comes back in a fix."""
        lowered = self.once.lowered(as_plan(mends), self.snapshot)
        return Writes(lowered.cells, looks=lowered.looks, added=self.tables)

    def at(self, mends: Mapping[Cell, Mend]) -> tuple[Snapshot, tuple[Finding, ...]]:
        """The workbook with these cells mended, and what is wrong in it."""
        if not mends:
            return self.snapshot, self.before
        snapshot = read(ReadOnce(Draft(self.once, self.writes(mends))), self.clock, self.pin)
        return snapshot, found_in(snapshot)

    def new(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are not there now."""
        found = [one for one in findings if _identity(one) not in self.known]
        return [one for one in found if _identity(one) not in self.waived]


def _identity(found: Finding) -> object:
    """A finding by its rule and its cell: what is said of the value changes with the value."""
    return found.code, found.place.sheet, found.place.table, found.place.row, found.place.key


def _harmless(
    look: _Look, asked: Mapping[Cell, Mend], wish: Wish
) -> tuple[dict[Cell, Mend], tuple[Finding, ...], dict[Cell, str]]:
    """The mends that make no new finding, what is wrong after them, and the cells left out, each with what it makes."""
    worse: dict[Cell, str] = {}
    while True:
        kept = {cell: mend for cell, mend in asked.items() if cell not in worse}
        mends, findings = _composed(look, kept, wish, worse)
        new = look.new(findings)
        if not new:
            return mends, findings, worse
        worse |= _blamed(mends, new) or _searched(look, {}, mends)[1]


def _helpful(
    look: _Look, asked: Mapping[Cell, Mend], wish: Wish
) -> tuple[dict[Cell, Mend], tuple[Finding, ...], dict[Cell, str], dict[Cell, str]]:
    """As `_harmless`, without the asked cells of which the same would be said as now: these come last."""
    still: dict[Cell, str] = {}
    while True:
        kept = {cell: mend for cell, mend in asked.items() if cell not in still}
        mends, findings, worse = _harmless(look, kept, wish)
        own = [one for one in findings if not wish(look.snapshot, one)]  # the others suggest what stands there then
        more = _unmoved(look, {cell: kept[cell] for cell in mends if cell in kept}, own)
        if not more:
            return mends, findings, worse, still
        still |= more


def _unmoved(look: _Look, asked: Mapping[Cell, Mend], after: Iterable[Finding]) -> dict[Cell, str]:
    """The cells in which no fewer findings of the kind would be than now, each with that kind."""
    before = Counter((cell_of(one), one.code) for one in look.before)
    then = Counter((cell_of(one), one.code) for one in after)
    pairs = ((cell, mend.codes[0]) for cell, mend in asked.items())
    return {cell: code for cell, code in pairs if then[cell, code] and then[cell, code] >= before[cell, code]}


def _composed(
    look: _Look, asked: Mapping[Cell, Mend], wish: Wish, left: Iterable[Cell]
) -> tuple[dict[Cell, Mend], tuple[Finding, ...]]:
    """The mends with all that follows upon them, and what is wrong then."""
    mends = dict(asked)
    snapshot, findings = look.at(mends)
    for _ in range(ROUNDS):
        more = proposals(snapshot, [one for one in findings if look.stands(one, mends)], wish, left)
        if not more:
            break
        mends = joined(mends, more)
        snapshot, findings = look.at(mends)
    return mends, findings


def _blamed(mends: Mapping[Cell, Mend], new: Iterable[Finding]) -> dict[Cell, str]:
    """The mended cells that new findings are about, else those in the rows that they are about."""
    rows: dict[tuple[str, int], list[Cell]] = {}
    for cell in mends:
        rows.setdefault((cell[0], cell[2]), []).append(cell)
    blamed: dict[Cell, str] = {}
    for one in new:
        same_row = rows.get((one.place.table, one.place.row or 0), [])
        own = [cell for cell in same_row if cell[1] == one.place.key]
        blamed |= dict.fromkeys(own or same_row, one.code)
    return blamed


def _searched(
    look: _Look, base: Mapping[Cell, Mend], part: Mapping[Cell, Mend]
) -> tuple[dict[Cell, Mend], dict[Cell, str]]:
    """Of some mends upon others those that make no new finding, found by halving; the others with what they make."""
    new = look.new(look.at({**base, **part})[1]) if part else []
    if not new:
        return dict(part), {}
    if len(part) == 1:
        return {}, dict.fromkeys(part, new[0].code)
    cells, half = list(part.items()), len(part) // 2
    first, worse = _searched(look, base, dict(cells[:half]))
    second, more = _searched(look, {**base, **first}, dict(cells[half:]))
    return {**first, **second}, {**worse, **more}


def _writable(look: _Look, mends: Mapping[Cell, Mend]) -> tuple[dict[Cell, Mend], tuple[Left, ...]]:
    """The mends that reach a cell, and those in columns that the workbook does not let anybody write, with why."""
    writes, snapshot = look.writes(mends), look.snapshot
    places = {(one.sheet, one.column, row) for one in writes.cells for row in one.rows.tolist()}
    barred = {(sheet, column): why for sheet, column, why in look.host.rehearse(writes).skipped}
    kept, left = dict[Cell, Mend](), list[Left]()
    for cell in _in_order(snapshot, mends):
        at = _at(snapshot, cell)
        if why := barred.get(at[:2]):
            left.append(Left(_place(look, cell), why))
        elif at in places:
            kept[cell] = mends[cell]
    return kept, tuple(left)


def _in_order(snapshot: Snapshot, mends: Iterable[Cell]) -> list[Cell]:
    """Cells as people read the workbook: by table, row and column."""
    tables = list(snapshot.layout)
    return sorted(mends, key=lambda cell: (tables.index(cell[0]), cell[2], cell[1]))


def _written(look: _Look, mends: Mapping[Cell, Mend], dry_run: bool) -> tuple[tuple[Fixed, ...], Receipt]:
    """Write the mends: what was fixed, or would be."""
    writes, snapshot = look.writes(mends), look.snapshot
    if writes:
        undo = run_record(look.once, writes, as_plan(mends), snapshot)
        writes = replace(writes, note=note(COMMAND, look.once, writes, snapshot, undo))
    receipt = look.host.carry_out(writes, dry_run)
    return tuple(_fixed(snapshot, cell, _place(look, cell), mend) for cell, mend in mends.items()), receipt


def _at(snapshot: Snapshot, cell: Cell) -> tuple[str, int, int]:
    """A cell as the sheet knows it: its name, the column and the row."""
    layout = snapshot.layout[cell[0]]
    return layout.sheet, layout.columns[cell[1]], cell[2]


def _fixed(snapshot: Snapshot, cell: Cell, place: Place, mend: Mend) -> Fixed:
    """A mend as people read it."""
    column, now = snapshot.schema[cell[0]][cell[1]], mend.now
    if isinstance(now, str):
        after = labelled(column, now, snapshot.lists.get(column.choices))
    else:
        after = text_of(column, now)
    texts = (isinstance(value, str) for value in (mend.was, now))
    return Fixed(place, text_of(column, mend.was), after, mend.codes, *texts)


def _text(look: _Look, cell: Cell, value: Value) -> str:
    return text_of(look.snapshot.schema[cell[0]][cell[1]], value)


def _place(look: _Look, cell: Cell) -> Place:
    """Where a cell is, and whose row it is in."""
    table, key, row = cell
    at = look.snapshot.frames[table].rows == row
    keys = look.keys[table][at]
    return look.snapshot.layout[table].place(key, row, str(keys[0]) if len(keys) else "")


def _formulas(look: _Look, wish: Wish) -> list[Left]:
    """The cells that would have been fixed, were there not formulas of staff in them."""
    cells = {cell_of(one) for one in look.before if one.suggestion and wish(look.snapshot, one)} - {None}
    return [Left(_place(look, cell), FORMULA) for cell in cells if cell and is_formula(standing(look.snapshot, cell))]


def _safe(
    snapshot: Snapshot, findings: Iterable[Finding], usual: Wanted, tried: Wanted | None, left: Iterable[Left]
) -> frozenset[object]:
    """The findings that a plain fix mends, and that this one did not try, each by what makes it the same one."""
    places = {one.place for one in left}
    more = (one for one in findings if usual(snapshot, one) and not (tried and tried(snapshot, one)))
    cells = ((one, cell_of(one)) for one in more if one.place not in places)
    return frozenset(_identity(one) for one, cell in cells if cell and mendable(snapshot, cell))


def _guesses(snapshot: Snapshot, findings: Iterable[Finding], wanted: Wanted, worse: Mapping[Cell, str]) -> int:
    """How many findings are left that --unsafe would try to fix."""
    more = replace(wanted, unsafe=True)
    return sum(more(snapshot, one) and not wanted(snapshot, one) and cell_of(one) not in worse for one in findings)
