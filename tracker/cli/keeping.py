"""``tracker history``, ``tracker restore`` and ``tracker backup``: the copies kept of a workbook."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import Command, Writing, backups_option, book_argument, format_option, writes
from tracker.cli.show import cells, pasted, say, table, tell
from tracker.errors import Exit

if TYPE_CHECKING:
    from tracker.commands.past import Past, Version
    from tracker.commands.restore import Restored

TIME = "%Y-%m-%d %H:%M:%S"
UNITS = (("MB", 1 << 20), ("kB", 1 << 10))


@click.command("history", short_help="List the copies kept of BOOK, and what each run changed.")
@book_argument
@backups_option
@format_option
def history_command(book: str, backups: str | None, form: str) -> None:
    """List the copies kept of BOOK, the newest first: version, time, run, who, size, and what that run changed.

    Works for a BOOK that is gone, too. A version is the workbook as it was before that run.
    """
    from tracker.commands.history import history

    found = history(Path(book), Path(backups) if backups else None)
    if form == "json":
        tell(json.dumps([_raw(one) for one in found.versions], ensure_ascii=False, indent=2))
    else:
        _say_history(book, found)


def _say_history(book: str, found: Past) -> None:
    if not found.versions:
        tell(say("history_none", file=book))
        return
    tell(say("history_title", file=book, count=len(found.versions)))
    mine = found.own_versions
    table([_row(one, one in mine) for one in found.versions])
    if not found.chain.ok:
        tell(say("history_broken", file=pasted(book)), "yellow")
    tell(say("history_next", file=pasted(book)))


def _row(one: Version, is_own: bool) -> tuple[str, ...]:
    from tracker.commands.history import by_table

    entry = one.entry
    run, who = (entry.command, f"{entry.by}@{entry.host}") if entry else (say("history_unknown_run"), "")
    counts = by_table(entry.counts) if entry else {}
    what = ", ".join(say("run_counts", what=name, count=count) for name, count in counts.items())
    undo, file = say("history_undo") if one.undo else "", "" if is_own else one.copy.file
    return one.name, f"{one.at:{TIME}}", run, who, _size(one.size), undo, file, what


def _size(size: int) -> str:
    for unit, of in UNITS:
        if size >= of:
            return f"{size / of:,.1f} {unit}"
    return f"{size} B"


def _raw(one: Version) -> dict[str, object]:
    entry = one.entry
    return {
        "version": one.name,
        "number": one.number,
        "copy": str(one.copy.path),
        "hash": one.copy.digest,
        "at": one.at.isoformat(),
        "size": one.size,
        "undo": one.undo,
        "command": entry.command if entry else None,
        "by": entry.by if entry else None,
        "host": entry.host if entry else None,
        "counts": dict(entry.counts) if entry else None,
    }


@click.command("restore", cls=Command, short_help="Put BOOK back as it was in one of its copies.")
@book_argument
@click.argument("version", default="", metavar="[VERSION]")
@writes
def restore_command(book: str, version: str, how: Writing) -> None:
    """Put BOOK back as it was in one of its copies, byte for byte: VERSION is the number, the name or the beginning of
    the hash that `tracker history BOOK` shows; the newest by default.

    What stands there now is kept as a copy first, so that a restore can be taken back. Works when BOOK is gone.
    """
    from tracker.commands.restore import restore_file

    path, keep = Path(book), how.keeping(Path(book))
    done = restore_file(path, date.today(), version, how.output, how.dry_run, keep)
    _say_restored(path, done, how.dry_run)


def _say_restored(path: Path, done: Restored, dry_run: bool) -> None:
    at, version = f"{done.version.at:{TIME}}", done.version.name
    if not done.changed:
        tell(say("restore_same", file=path.name, at=at, version=version))
    elif dry_run:
        cells(done.changes, done.cells)
        tell(say("restore_would", file=path.name, count=done.cells, at=at, version=version))
    elif done.output is not None:
        tell(say("restore_output", file=done.output, at=at, version=version))
    else:
        tell(say("restore_done", file=path.name, at=at, version=version, again=pasted(path)))


@click.group("backup", short_help="The copies kept of BOOK: list them, verify them.")
def backup_command() -> None:
    """The copies that every run keeps before it writes."""


@backup_command.command("list", short_help="The same as tracker history BOOK.")
@book_argument
@backups_option
@format_option
@click.pass_context
def _list_command(context: click.Context, book: str, backups: str | None, form: str) -> None:
    """List the copies kept of BOOK: the same as `tracker history BOOK`."""
    context.invoke(history_command, book=book, backups=backups, form=form)


@backup_command.command("verify", short_help="Read every copy of BOOK and say which are damaged.")
@book_argument
@backups_option
def _verify_command(book: str, backups: str | None) -> int:
    """Read every copy kept of BOOK and compare it with the hash in its name and with the log.

    Ends with exit code 3 when one of them is damaged, or the log is broken.
    """
    from tracker.commands.backup import verify_copies

    done = verify_copies(Path(book), Path(backups) if backups else None)
    for fault in done.faults:
        tell(say(f"fault_{fault.what}", file=fault.file), "red")
    if not done.past.chain.ok:
        chain = done.past.chain
        tell(say("log_broken", line=str(chain.line), why=chain.why, file=pasted(book)), "red")
    if done.faults:
        tell(say("verify_bad", file=book, count=len(done.faults), again=pasted(book)))
    else:
        tell(say("verify_done", file=book, count=len(done.past.versions)))
    return Exit.UNREADABLE if done.faults or not done.past.chain.ok else Exit.CLEAN
