"""Bring rows of a foreign file into a table of the workbook, by a map a person wrote (``import`` is a reserved word).

Good rows go in, bad rows go to a file of rejects with the reason. IDs, created_on and the customers' IDs are given by
the next refresh, when all the tables are in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from itertools import count as numbers
from itertools import islice
from pathlib import Path

from tracker.commands.changes import SHOWN, Change, changes
from tracker.commands.keep import note, opened
from tracker.commands.runs import run_record
from tracker.commands.workbook import ReadOnce, Step, naming, refuse_newer, silent
from tracker.engine.importing import Refusal, existing, more_refusals, plan_import
from tracker.engine.read import read
from tracker.errors import RefusedError, StorageError, UnreadableError, UsageError
from tracker.hosts import ClosedFile
from tracker.keeper import Keeping, put, read_bytes
from tracker.keeper.place import real
from tracker.model.grid import Host, Receipt
from tracker.schema.base import BASE
from tracker.schema.column import Owner, Table
from tracker.schema.snapshot import Snapshot
from tracker.sources import (
    Map,
    Reject,
    Shaped,
    SourceTable,
    is_rejects,
    read_map,
    read_source,
    shape,
    split_member,
    write_rejects,
)

ENDINGS = (".xlsx", ".xlsm")
REJECTS = re.compile(r"\.[^.]+\.rejects(-\d+)?$")  # how the name of a file of rejects ends
TABLES = tuple(
    table.name for table in BASE.tables if not table.tool_rows and not table.hidden and table.name != "Settings"
)


@dataclass(frozen=True, eq=False)
class Import:
    """What came of an import: how many rows there were and what became of them."""

    table: str
    rows: int
    added: int
    updated: int
    unchanged: int
    repeated: int
    filtered: int
    rejected: int
    reasons: tuple[tuple[str, int], ...]  # in words without values, the commonest first
    listed: Mapping[str, tuple[str, ...]]  # list → the values added to it
    keyed: bool  # without a key every row is a new one
    rejects: bytes  # the file of rejected rows, empty when there are none
    cells: int
    receipt: Receipt
    changes: tuple[Change, ...] = ()  # of a dry run
    rejects_path: Path | None = None


def import_file(
    path: Path,
    source: str,
    how: Map,
    clock: date,
    *,
    into: str = "",
    pin: date | None = None,
    sheet: str | None = None,
    add_to_lists: bool = False,
    rejects: Path | None = None,
    dry_run: bool = False,
    output: Path | None = None,
    keep: Keeping | None = None,
    step: Step = silent,
) -> Import:
    """Import a file (``archive.zip:member.csv`` for one in a zip) into a closed workbook.

    Raises UsageError where map, file and table do not fit, RefusedError where the table cannot grow or the rejects
    would take the place of something else, BusyError when somebody has the workbook open. Rejected rows are written to
    ``rejects``, else beside the workbook. With an ``output`` the result goes there; ``keep`` says how long to wait, and
    where copies go.
    """
    _refuse_swapped(path, source)
    file, member = split_member(source)
    if rejects is not None:
        _refuse_taken(rejects, Path(file), output or path)
    name = Path(file).name + (f":{member}" if member else "")
    table = read_source(read_bytes(Path(file)), name, sheet)
    with naming(path), opened(path, keep, output, dry_run) as host:
        done = import_rows(
            host,
            table,
            how,
            clock,
            into=into,
            pin=pin,
            add_to_lists=add_to_lists,
            dry_run=dry_run,
            step=step,
        )
    if not done.rejects or dry_run:
        return done
    return _with_rejects(done, rejects or _beside(path, Path(member or file).stem, done), path)


def _beside(path: Path, source: str, done: Import) -> Path:
    """Where rejects go by themselves: beside the workbook, and not over others, which somebody may be mending."""
    name = f"{REJECTS.sub('', source)}.{done.table}.rejects"
    places = (path.with_name(f"{name}{f'-{number}' if number > 1 else ''}.csv") for number in numbers(1))
    return next(one for one in places if not one.exists() or (one.is_file() and read_bytes(one) == done.rejects))


def _refuse_taken(place: Path, *others: Path) -> None:
    """RefusedError where rejects would take the place of another file, or of one that this import reads or writes."""
    if place.is_dir():
        raise UsageError(f"--rejects {place} is a folder. Give the name of a file.")
    if any(real(place) == real(one) for one in others):
        raise RefusedError(f"{place}: this import reads or writes it. Name another file with --rejects.")
    if place.is_file() and not is_rejects(read_bytes(place)):
        raise RefusedError(f"{place}: it exists already and is no file of rejects. Name another with --rejects.")


def _with_rejects(done: Import, place: Path, path: Path) -> Import:
    """Write the rows that cannot go in, for whom the workbook is. StorageError when the disk does not take them."""
    try:
        if place.exists() and not place.is_file():  # a device, or what a shell makes of a pipe
            place.write_bytes(done.rejects)
        else:
            put(real(place), done.rejects, path, path)
    except OSError as error:
        raise StorageError(
            f"{place} could not be written ({error.strerror}). The good rows are in; name another place with --rejects."
        ) from error
    return replace(done, rejects_path=place)


def _refuse_swapped(path: Path, source: str) -> None:
    """UnreadableError where BOOK and FILE look as if they changed places, and BOOK is no workbook indeed."""
    if Path(source).suffix.lower() not in ENDINGS or path.suffix.lower() in ENDINGS:
        return
    try:
        ClosedFile(path).book()
    except UnreadableError as error:
        raise UnreadableError(f"{path} is no workbook. Name BOOK first, then FILE: {source} {path}") from error


def read_map_file(path: Path) -> Map:
    """The map in a TOML file. Raises UsageError for what it cannot mean, UnreadableError when it is not there."""
    data = read_bytes(path)
    try:
        return read_map(data.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise UnreadableError(f"{path} is not UTF-8 text. Save the map as UTF-8.") from None


def import_rows(
    host: Host,
    source: SourceTable,
    how: Map,
    clock: date,
    *,
    into: str = "",
    pin: date | None = None,
    add_to_lists: bool = False,
    dry_run: bool = False,
    step: Step = silent,
) -> Import:
    """Import a table of foreign cells into a workbook wherever it lives."""
    once = ReadOnce(host)
    spec = _table(into, how)
    how = _with_key(how, spec)
    snapshot = read(once, clock, pin)
    refuse_newer(snapshot)
    step("checking")
    shaped = _shaped(snapshot, spec, source, how)
    date1904 = once.book().date1904
    imported = plan_import(snapshot, spec.name, shaped.rows, how.key, add_to_lists, date1904, tuple(how.constants))
    writes = once.lowered(imported.plan, imported.snapshot)
    undo = run_record(once, writes, imported.plan, imported.snapshot)
    writes = replace(writes, note=note("import", once, writes, imported.snapshot, undo))
    shown = tuple(islice(changes(once, writes, snapshot), SHOWN)) if dry_run else ()
    step("writing")
    receipt = once.carry_out(writes, dry_run)
    more = more_refusals(snapshot, spec.name, shaped.bad) if len(shaped.bad_row) else ()
    refused = _refused(shaped, more, imported.refusals, how)
    return Import(
        spec.name,
        source.rows,
        imported.added,
        imported.updated,
        imported.unchanged,
        shaped.repeated,
        shaped.filtered,
        len({reject.source_row for reject in refused}),
        _reasons(refused),
        imported.listed,
        bool(how.key),
        write_rejects(source, refused) if refused else b"",
        receipt.cells,
        receipt,
        shown,
    )


def _table(into: str, how: Map) -> Table:
    """The table meant by the command and the map."""
    if into and how.into and into.casefold() != how.into.casefold():
        raise UsageError(f"The map is for {how.into}, not for {into}. Leave --into out, or take another map.")
    wanted = into or how.into
    if not wanted:
        raise UsageError(f"Which table? Say --into TABLE: {', '.join(TABLES)}.")
    by_name = {name.casefold(): name for name in TABLES}
    if wanted.casefold() not in by_name:
        near = get_close_matches(wanted.casefold(), by_name, 1)
        hint = f" Did you mean {by_name[near[0]]}?" if near else f" There are: {', '.join(TABLES)}."
        raise UsageError(f"Nothing can be imported into '{wanted}'.{hint}")
    return BASE[by_name[wanted.casefold()]]


def _with_key(how: Map, spec: Table) -> Map:
    """The table's own key where the map fills it and names no other; a tool's column is no business of a map."""
    for key in how.filled:
        if key in spec.by_key and spec[key].owner is Owner.TOOL:
            raise UsageError(f"The map fills {key}, which Refresh fills. Leave it out of the map.")
    return how if how.key or not spec.key or spec.key not in how.filled else replace(how, key=(spec.key,))


def _shaped(snapshot: Snapshot, spec: Table, source: SourceTable, how: Map) -> Shaped:
    columns = {column.key: column.kind.value for column in spec.columns if column.owner is not Owner.TOOL}
    required = tuple(column.key for column in spec.columns if column.required)
    named = replace(how, into=spec.name)
    return shape(source, named, columns, required, existing(snapshot, spec.name, how.key) if how.key else ())


def _refused(shaped: Shaped, more: Iterable[Refusal], others: Iterable[Refusal], how: Map) -> tuple[Reject, ...]:
    """All that is said against rows: by the map, by the workbook of these (``more``) and of others; by source row."""
    titles = {key: title for title, key in how.columns.items()}
    placed = [(one, shaped.bad_row) for one in more] + [(one, shaped.source_row) for one in others]
    return (
        *shaped.rejects,
        *(
            Reject(int(rows[one.position]), one.reason, titles.get(one.key, one.key), one.value, one.detail)
            for one, rows in placed
        ),
    )


def _reasons(rejects: tuple[Reject, ...]) -> tuple[tuple[str, int], ...]:
    """Reason codes with their column, and how many rows each; no value of a customer is in them."""
    return tuple(Counter(f"{one.column}: {one.reason}" if one.column else one.reason for one in rejects).most_common())
