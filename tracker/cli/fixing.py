"""``tracker fix``: put what findings suggest into their cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import FILE, Command, Writing, book_argument, gathered, today_option, writes
from tracker.cli.choosing import config_option, configurations, ignore_option, no_config_option, select_option
from tracker.cli.progress import working
from tracker.cli.show import SHOWN, counted, pasted, say, table, tell
from tracker.errors import Exit
from tracker.schema.findings import FINDING_SPECS
from tracker.words.visible import visible

if TYPE_CHECKING:
    from tracker.commands.accepting import Left
    from tracker.commands.fix import Fixed, Fixing
    from tracker.engine.tables_back import Unfit
    from tracker.model.finding import Place
    from tracker.model.grid import NewTable

NAMED = 5  # cells of a copy that one line names
STRAY = re.compile(r"\A +| +\Z| {2,}")
REASONS = (
    "header_blank",
    "header_doubled",
    "header_formula",
    "header_long",
    "header_no_text",
    "name",
    "table_taken",
    "merged",
    "filter",
    "pivot",
    "array",
    "formula",
    "no_cell",
    "no_column",
    "own_column",
    "gone",
    "twice",
    "changed",
    "sound",
    "not_taken",
)  # why a cell was not fixed, or a Table not put back


@dataclass(frozen=True)
class Fixes:
    """Which findings are fixed, and whether the cells are only shown."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    config: Path | None
    no_config: bool
    unsafe: bool
    accept: Path | None
    diff: bool


chosen = gathered(
    "fixes",
    Fixes,
    (
        select_option,
        ignore_option,
        config_option,
        no_config_option,
        click.option("--unsafe", is_flag=True, help="Guesses too, such as a domain that is probably mistyped."),
        click.option(
            "--accept",
            type=FILE,
            metavar="COPY",
            help="What stands in the column Suggestion of this fix-it copy, and nothing else.",
        ),
        click.option(
            "--diff", is_flag=True, help="As --dry-run, and end with exit code 1 if any cell would change, else with 0."
        ),
    ),
    "What is fixed",
)


@click.command("fix", cls=Command, short_help="Mend cells of BOOK where it is certain what was meant.")
@book_argument
@chosen
@today_option
@writes
def fix_command(book: str, fixes: Fixes, today: date | None, how: Writing) -> int:
    """Put what `tracker validate` suggests into its cells where it means the same: no stray spaces, dates and numbers
    instead of text. With --unsafe guesses too, with --accept what people left in a fix-it copy.

    Nothing but these cells changes, none with a formula does, and no fix is made that would make another finding. A
    table that is no longer an Excel table becomes one again, over its cells as they stand. A copy is kept; `tracker
    undo BOOK` takes cells back, `tracker restore BOOK` the whole. What tracker.toml ignores or switches off is left
    alone, unless --select names it. Ends with exit code 1 when something accepted could not be applied.
    """
    from tracker.commands.fix import fix_file

    path, keep = Path(book), how.keeping(Path(book))
    look_only = how.dry_run or fixes.diff
    with working("reading", path.name) as line:
        done = fix_file(
            path,
            date.today(),
            fixes.select,
            fixes.ignore,
            fixes.unsafe,
            fixes.accept,
            today,
            output=how.output,
            dry_run=look_only,
            keep=keep,
            step=line.step,
            configurations=configurations(fixes.config, fixes.no_config),
        )
    _say_fixed(path, None if look_only else how.output, done, fixes, look_only)
    return (
        Exit.FINDINGS
        if (fixes.diff and (done.cells or done.tables)) or (fixes.accept and (done.left or done.beside))
        else Exit.CLEAN
    )


def _say_fixed(book: Path, copy: Path | None, done: Fixing, fixes: Fixes, look_only: bool) -> None:
    """What was done to the workbook, or to the copy that was written, and what is next."""
    path = copy if copy and (done.cells or done.tables) else book
    if look_only:
        _cells(done.cells)
    kinds = ", ".join(f"{code} {FINDING_SPECS[code].name}: {count:,}" for code, count in _codes(done.cells))
    _say_tables(path, done.tables, done.unfit, look_only)
    if not done.cells and not done.tables:
        tell(say("fix_nothing_new", file=path.name, copy=copy) if copy else say("fix_nothing", file=path.name))
    elif done.cells:
        tell(say("fix_would" if look_only else "fix_done", file=path.name, count=len(done.cells), kinds=kinds))
    if done.made_of:
        tell(say("fix_made_of", copy=fixes.accept, other=visible(done.made_of), file=path.name), "yellow")
    if done.left:
        tell(say("fix_left", count=len(done.left)), "yellow")
        table([_left(one) for one in done.left[: None if fixes.accept else SHOWN]])
        if not fixes.accept and len(done.left) > SHOWN:
            tell("  " + say("log_more", count=len(done.left) - SHOWN))
    if done.beside:
        cells = ", ".join(done.beside[:NAMED]) + (", …" if len(done.beside) > NAMED else "")
        tell(say("fix_beside", count=len(done.beside), cells=cells, copy=fixes.accept), "yellow")
    if done.safe:
        tell(say("fix_safe", count=done.safe, command=_command(path, fixes)))
    if done.unsafe:
        tell(say("fix_unsafe", count=done.unsafe, command=_command(path, fixes, guesses=True)))
    if done.remaining:
        tell(say("fix_remaining", findings=counted(done.remaining), file=pasted(path)))
    if (done.cells or done.tables) and not look_only:
        tables = done.tables
        tell(say("fix_tables_next" if tables else "fix_next", file=pasted(path)))


def _command(path: Path, fixes: Fixes, guesses: bool = False) -> str:
    """What shows the cells that are left out: all that are safe, or the guesses of the findings that were chosen."""
    chosen = {"--select": fixes.select, "--ignore": fixes.ignore} if guesses else {}
    said = [f"{option} {pasted(word)}" for option, words in chosen.items() for word in words]
    said += [f"--config {pasted(fixes.config)}"] if fixes.config else ["--no-config"] * fixes.no_config
    return " ".join(("tracker fix", pasted(path), *said, *["--unsafe"] * guesses, "--diff"))


def _say_tables(path: Path, tables: Sequence[NewTable], unfit: Sequence[Unfit], look_only: bool) -> None:
    """Which Tables come back and where, then how many, then those that cannot and why."""
    for one in tables:
        tell(say("fix_table_would" if look_only else "fix_table", table=one.name, sheet=one.sheet, area=str(one.ref)))
    if tables:
        tell(say("fix_tables_would" if look_only else "fix_tables_done", file=path.name, count=len(tables)))
    for left in unfit:
        where = f"{left.place.sheet}!{left.place.cell}" if left.place.cell else left.place.sheet
        tell(say("fix_table_left", table=left.place.table, where=where, why=say(f"fix_{left.why}")), "yellow")


def _codes(cells: Sequence[Fixed]) -> list[tuple[str, int]]:
    """The kinds of findings that were fixed, the commonest first."""
    return Counter(code for one in cells for code in one.codes).most_common()


def _cells(cells: Sequence[Fixed]) -> None:
    """Before and after, with every space to be seen."""
    for_each = ((one, _stands(one.before, one.was_text), _stands(one.after, one.is_text)) for one in cells)
    table([(*_where(one.place), before, "→", after, " ".join(one.codes)) for one, before, after in for_each])


def _where(place: Place) -> tuple[str, str, str]:
    return f"{place.sheet}!{place.cell}" if place.cell else place.sheet, place.header, place.row_key


def _stands(text: str, is_text: bool) -> str:
    """What stands in a cell: text between marks, a number or a day without, so that “3” → 3 is seen to differ."""
    return _seen(text) if is_text or not text else text


def _seen(text: str) -> str:
    """A text between marks, with what nobody would see of it spelled out, and its stray spaces as ␣."""
    open_box = STRAY.sub(lambda spaces: "␣" * len(spaces[0]), text)
    shown = "".join(f"\\u{ord(one):04x}" if _hides(one) else one for one in open_box)
    return f"“{shown}”" if text else "∅"


def _hides(letter: str) -> bool:
    return letter != " " and unicodedata.category(letter) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _left(one: Left) -> tuple[str, ...]:
    """Where, why, and what a person had wanted there."""
    why = one.why
    if why in REASONS:
        why = say(f"fix_{why}")
    elif why in FINDING_SPECS:
        about = {"code": why, "name": FINDING_SPECS[why].name}
        why = say("fix_still", **about) if one.still else say("fix_worse", **about)
    return (*_where(one.place), why, say("fix_wanted", value=one.wanted) if one.wanted else "")
