"""``tracker undo`` and ``tracker log``: take back what a run wrote into cells of staff; who ran what."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import (
    Command,
    Writing,
    backups_option,
    book_argument,
    book_if_closed,
    format_option,
    today_option,
    wait_option,
    writes,
)
from tracker.cli.keeping import TIME
from tracker.cli.living import Living, closed_book, lives, undo_open
from tracker.cli.show import SHOWN, cells, pasted, say, table, tell, words
from tracker.errors import Exit

if TYPE_CHECKING:
    from tracker.commands.log import Log, Since
    from tracker.commands.undo import Undo
    from tracker.engine.undo import Left
    from tracker.keeper import Entry

RUNS = 10  # of a log that a terminal shows
KEYS = 8  # rows named for one column
MOST = 3  # tables and blocks named of one run


@click.command("undo", cls=Command, short_help="Take back what a run wrote into cells that staff own.")
@book_if_closed
@click.argument("run", type=click.IntRange(1), required=False, metavar="[RUN]")
@today_option
@lives
@writes
def undo_command(book: str | None, run: int | None, today: date | None, how: Writing, open_one: Living) -> int:
    """Put back the cells of staff that a run changed, and take away the rows it added, where they still hold what it
    wrote; then refresh BOOK. RUN is a number of `tracker log BOOK`, the last run by default.

    What people changed since stays, and is listed. An undo can be undone. Ends with exit code 1 when something could
    not be put back.

    With --live the last refresh of a workbook that is open in LibreOffice is taken back, while nothing was done since.
    """
    from tracker.commands.undo import undo_file

    book = closed_book(book, open_one, how)
    if book is None:
        undo_open(open_one)
        return Exit.CLEAN
    path, keep = Path(book), how.keeping(Path(book))
    done = undo_file(path, date.today(), run, today, output=how.output, dry_run=how.dry_run, keep=keep)
    _say_undone(how.output or path, path, done, how.dry_run)
    return Exit.FINDINGS if done.left else Exit.CLEAN


def _say_undone(file: Path, book: Path, done: Undo, dry_run: bool) -> None:
    about = {"file": file.name, "run": str(done.run), "command": done.command}
    parts = {"undo_cells": done.put_back, "undo_taken_away": done.taken_away, "undo_brought_back": done.brought_back}
    what = ", ".join(say(name, count=count) for name, count in parts.items() if count)
    if not done.recorded:
        tell(say("undo_nothing", **about))
        if done.others:
            tell(say("undo_others", runs=", ".join(map(str, done.others[:RUNS])), file=pasted(book)))
    elif not done.changed:
        tell(say("undo_stands", **about))
    elif dry_run:
        cells(done.changes, done.cells)
        tell(say("undo_would", **about, what=what, cells=done.cells))
    elif file != book:
        tell(say("undo_output", **about, what=what))
    else:
        tell(say("undo_done", **about, what=what, again=pasted(book)))
    if done.tables:
        tell(say("undo_tables", tables=", ".join(done.tables), file=pasted(book), run=str(done.run)))
    if done.left:
        tell(say("undo_left", count=len(done.left)), "yellow")
        table([_left(one) for one in done.left[:SHOWN]])
        if len(done.left) > SHOWN:
            tell("  " + say("log_more", count=len(done.left) - SHOWN))


def _left(one: Left) -> tuple[str, ...]:
    """Where, why, and on the terminal alone what stands there."""
    from tracker.engine.cellvalues import shown

    column = words().header(one.table, one.column) if one.column else ""
    row = f" ({one.table}, row {one.row})" if one.row else f" ({one.table})"
    changed = one.reason == "changed"
    stands = say("left_stands", value=shown(one.there) or "∅") if changed else ""
    wrote = say("left_wrote", value=shown(one.wrote) or "∅") if changed else ""
    return f"{one.key}{row}", column, say(f"left_{one.reason}"), stands, wrote


@click.command("log", short_help="Say who ran what on BOOK, and what staff typed since.")
@book_argument
@click.option("--all", "everything", is_flag=True, help=f"All runs, not only the last {RUNS}.")
@click.option("--columns", is_flag=True, help="Also how many cells of each column a run changed.")
@click.option("--renew", is_flag=True, help="Begin a new log; the old one is kept beside it.")
@backups_option
@wait_option
@format_option
def log_command(
    book: str, everything: bool, columns: bool, renew: bool, backups: str | None, wait: float, form: str
) -> int:
    """Say who ran what on BOOK and how many cells it changed, a line a run, whether the log is whole, and which cells
    staff changed since the last run, by row, so that sorting shows nothing.

    Ends with exit code 3 when somebody changed the log: nothing is written then until a new one is begun with --renew.
    """
    from tracker.commands.keep import keeping
    from tracker.commands.log import log, renew_log

    path = Path(book)
    if renew:
        entry = renew_log(path, keeping(path, wait, backups=Path(backups) if backups else None))
        old = say("log_renewed", file=path.name, name=entry.copy)
        tell(old if entry.copy else say("log_renewed_none", file=path.name))
        return Exit.CLEAN
    found = log(path, date.today(), Path(backups) if backups else None)
    if form == "json":
        tell(json.dumps(_raw(found), ensure_ascii=False, indent=2))
    else:
        _say_log(book, found, everything, columns)
    return Exit.CLEAN if found.whole else Exit.UNREADABLE


def _say_log(book: str, found: Log, everything: bool, columns: bool) -> None:
    runs = found.runs if everything else found.runs[-RUNS:]
    if len(runs) < len(found.runs):
        tell(say("log_earlier", count=len(found.runs) - len(runs)))
    if columns:
        for entry in runs:
            table([_run(entry)], "")
            _say_columns(entry)
    elif runs:
        table([_run(entry) for entry in runs], "")
    chain = found.past.chain
    if not found.whole:
        tell(say("log_broken", line=str(chain.line), why=chain.why, file=pasted(book)), "red")
    elif not found.runs:
        tell(say("log_none", file=book))
    else:
        tell(say("log_whole", count=len(found.runs)))
    if found.since is not None:
        _say_since(book, found.since)


def _run(entry: Entry) -> tuple[str, ...]:
    """A run on one line: its number, when, what, who, how many cells, and where the most of them are."""
    from tracker.commands.changes import TABLES
    from tracker.commands.history import by_table

    counts = by_table(entry.counts)
    cells_changed = sum(count for name, count in counts.items() if name != TABLES)
    most = [say("run_counts", what=name, count=count) for name, count in counts.items()][:MOST]
    where = ", ".join([*most, "…"] if len(counts) > MOST else most)
    at = f"{entry.time.astimezone():{TIME}}"
    return str(entry.n), at, entry.command, f"{entry.by}@{entry.host}", say("log_changed", count=cells_changed), where


def _say_columns(entry: Entry) -> None:
    """How many cells of each column a run changed."""
    columns: dict[str, list[str]] = defaultdict(list)
    for name, cells_changed in entry.counts.items():
        table_name, _, column = name.partition(".")
        columns[table_name].append(say("run_counts", what=column, count=cells_changed).strip())
    for name, counts in columns.items():
        tell(f"     {name}: {', '.join(counts)}")


def _say_since(book: str, since: Since) -> None:
    run = str(since.run)
    if since.unknown == "file":
        tell(say("log_unknown_file", run=run, file=book), "yellow")
    elif since.unknown:
        tell(say("log_unknown_copy", run=run), "yellow")
    elif not since.differences:
        tell(say("log_same", run=run))
    else:
        tell(say("log_since", run=run))
        table([_difference(one.table, one.column, one.what, one.rows) for one in since.differences])


def _difference(name: str, column: str, what: str, rows: tuple[str, ...]) -> tuple[str, ...]:
    known = [key for key in rows if key]
    more = len(rows) - len(known[:KEYS])
    said = ", ".join(known[:KEYS]) + (" " + say("log_more", count=more) if more else "")
    return f"{name}.{column}" if column else name, say(f"log_{what}", count=len(rows)), said.strip()


def _raw(found: Log) -> dict[str, object]:
    chain, since = found.past.chain, found.since
    return {
        "whole": found.whole,
        "line": chain.line or None,
        "why": chain.why or None,
        "runs": [
            {
                "number": one.n,
                "at": one.at,
                "by": one.by,
                "host": one.host,
                "command": one.command,
                "version": one.version,
                "file": one.file,
                "copy": one.copy,
                "counts": dict(one.counts),
            }
            for one in found.runs
        ],
        "since": None if since is None else asdict(since),
    }
