"""``tracker import``: rows of a foreign file into a table of the workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, Command, Writing, book_argument, today_option, writes
from tracker.cli.progress import working
from tracker.cli.show import cells, pasted, say, tell
from tracker.errors import Exit

if TYPE_CHECKING:
    from tracker.commands.importing import Import

REASONS = 5  # of rejects a terminal shows


@click.command("import", cls=Command, short_help="Bring rows of a foreign file into a table of BOOK.")
@book_argument
@click.argument("file", type=PATH, metavar="FILE")
@click.option(
    "--into", metavar="TABLE", default="", help="The table: Customers, Interactions, Purchases, Lists, Team …"
)
@click.option(
    "--map",
    "map_file",
    required=True,
    type=PATH,
    metavar="MAP.toml",
    help="The map: which column of FILE goes into which column of the table.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a spreadsheet; by default the first with anything in it.")
@click.option("--add-to-lists", is_flag=True, help="Add values that an open list does not know to the sheet Lists.")
@click.option("--rejects", type=PATH, metavar="FILE", help="Where rejected rows go; by default beside BOOK.")
@today_option
@writes
def import_command(
    book: str,
    file: str,
    into: str,
    map_file: str,
    sheet: str | None,
    add_to_lists: bool,
    rejects: str | None,
    today: date | None,
    how: Writing,
) -> int:
    """Bring the rows of FILE (csv, xlsx, xls, ods, or archive.zip:member.csv) into a table of BOOK.

    A row whose key is in the table already changes that row where FILE has a value; the others are appended. Rows that
    cannot go in are written to a file of rejects with the reason. IDs and figures come with the next refresh.

    A map is a text file such as this, where "Last name" is a header in FILE and last_name the key of a column (all
    keys: docs/columns.md, more on maps: docs/import.md):

    \b
        into = "Customers"
        key = "email"
        [columns]
        "Last name" = "last_name"
        Mail = "email"
    """
    from tracker.commands.importing import import_file, read_map_file

    with working("reading", Path(file).name) as line:
        done = import_file(
            Path(book),
            file,
            read_map_file(Path(map_file)),
            date.today(),
            into=into,
            pin=today,
            sheet=sheet,
            add_to_lists=add_to_lists,
            rejects=Path(rejects) if rejects else None,
            dry_run=how.dry_run,
            output=how.output,
            keep=how.keeping(Path(book)),
            step=line.step,
        )
    _say_imported(str(how.output or book), done, how.dry_run)
    return Exit.FINDINGS if done.rejected else Exit.CLEAN


def _say_imported(book: str, done: Import, dry_run: bool) -> None:
    if dry_run:
        cells(done.changes, done.cells)
    counts = {"added": done.added, "updated": done.updated, "unchanged": done.unchanged, "rejected": done.rejected}
    counts |= {"filtered": done.filtered, "repeated": done.repeated}
    said = ", ".join(say(f"import_{name}", count=count) for name, count in counts.items() if count)
    tell(say("import_would" if dry_run else "import_done", table=done.table, count=done.rows, counts=said or "0"))
    for reason, count in done.reasons[:REASONS]:
        column, _, code = reason.rpartition(": ")
        tell("  " + say("import_reason", count=count, reason=say(f"reject_{code}", column=column)))
    for name, values in done.listed.items():
        tell("  " + say("import_listed", list=name, count=len(values), values=", ".join(values[:REASONS])))
    if done.rejects_path:
        tell(say("import_rejects", file=done.rejects_path))
    if done.added and not done.keyed:
        tell(say("import_unkeyed", table=done.table))
    if not dry_run and (done.added or done.updated):
        tell(say("import_next", file=pasted(book)))
