"""``tracker rules``: the rules of a workbook listed, checked, said in words, and tried out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import FILE, book_argument, format_option, today_option
from tracker.cli.progress import working
from tracker.cli.show import pasted, point, say, table, tell, words
from tracker.errors import Exit, StorageError

if TYPE_CHECKING:
    from tracker.engine.what_if import Movement, Prospect
    from tracker.model.finding import Finding

NAMED = 20  # customers of a movement that are named


@contextmanager
def pointing() -> Iterator[None]:
    """A condition of the command line that cannot be read is shown with a mark at the place."""
    from tracker.commands.conditions import ConditionError

    try:
        yield
    except ConditionError as error:
        point(error.text, error.at)
        raise


@click.group("rules", short_help="The rules of the tags: list, check, say in words, try out.")
def rules_command() -> None:
    """The rules by which BOOK gives its tags. They are edited on its sheet Rules; nothing is written here."""


@rules_command.command("list", short_help="List the rules, and how many customers bear each tag by them.")
@book_argument
@format_option
@today_option
def _list_command(book: str, form: str, today: date | None) -> None:
    """List the rules of BOOK in the order in which the first that holds wins, with their customers."""
    from tracker.commands.rules import rules_of_file
    from tracker.report.as_rules import rules_json

    with working("reading", Path(book).name, quiet=form == "json"):
        lines, odd = rules_of_file(Path(book), date.today(), today)
    if form == "json":
        unread = [{"cell": one.place.cell, "condition": one.value, "problem": one.details["said"]} for one in odd]
        sys.stdout.write(rules_json(lines, unread))
        return
    for dimension in dict.fromkeys(one.dimension for one in lines):
        mine = [one for one in lines if one.dimension == dimension]
        tell(mine[0].dimension_name)
        table(
            [
                (
                    one.cell,
                    one.label,
                    f"{one.customers:,}",
                    say("rules_by_hand", count=one.by_hand) if one.by_hand else "",
                    one.condition,
                )
                for one in mine
            ]
        )
    for one in odd:
        tell(say("rules_unread", cell=one.place.cell, problem=one.details["said"]), "yellow")
    tell(say("rules_counts", count=len(lines), file=pasted(book)))


@rules_command.command("check", short_help="Say what is wrong with the rules.")
@book_argument
def _check_command(book: str) -> int:
    """Check the rules of BOOK: those that cannot be read, are never reached, or stand there twice; labels that do.

    Ends with exit code 1 when one of them is an error.
    """
    from tracker.commands.rules import check_rules
    from tracker.model.finding import Severity

    with working("checking", Path(book).name):
        findings = check_rules(Path(book), date.today())
    for one in findings:
        _say_finding(one)
    if not findings:
        tell(say("rules_clean", file=book))
    return Exit.FINDINGS if any(one.severity is Severity.ERROR for one in findings) else Exit.CLEAN


def _say_finding(found: Finding) -> None:
    from tracker.words.sentences import message, remedy

    place = f"{found.place.sheet}!{found.place.cell}" if found.place.cell else found.place.sheet
    tell(" ".join(filter(None, (place, found.severity.word, found.code))) + f": {message(words(), found)}")
    if "at" in found.details:
        point(found.value, int(found.details["at"]) - 1)
    tell(f"    → {remedy(words(), found)}")


@rules_command.command("doc", short_help="Say the rules in words, as Markdown.")
@book_argument
@click.option("--output", type=FILE, metavar="FILE", help="Write the page to FILE instead of the screen.")
def _doc_command(book: str, output: Path | None) -> None:
    """Say the rules of BOOK in words: a Markdown page with a table a dimension, and the settings they ask for."""
    from tracker.cli.checking import refuse_workbook
    from tracker.commands.rules import rules_of_file
    from tracker.report.as_rules import rules_markdown

    if output is not None:
        refuse_workbook(output, [Path(book)])
    with working("reading", Path(book).name):
        lines, _ = rules_of_file(Path(book), date.today())
    page = rules_markdown(lines, words())
    if output is None:
        sys.stdout.write(page)
        return
    save(output, page.encode("utf-8", "replace"))
    tell(say("rules_written", file=output))


def save(output: Path, data: bytes) -> None:
    """Write a file that is no workbook of ours; StorageError when it cannot be written."""
    try:
        output.write_bytes(data)
    except OSError as error:
        raise StorageError(f"{output} could not be written ({error.strerror}). Name another place.") from error


@rules_command.command("what-if", short_help="Say who would bear another tag with other settings or rules.")
@book_argument
@click.argument("changes", nargs=-1, metavar="[KEY=VALUE…]")
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="DIMENSION.TAG=CONDITION",
    help="Another condition for a rule, such as 'value.vip=spend(12m) > 120000'. May come several times.",
)
@format_option
@today_option
def _what_if_command(
    book: str, changes: tuple[str, ...], rules: tuple[str, ...], form: str, today: date | None
) -> None:
    """Say who of BOOK would move from which tag to which if the settings KEY had VALUE: how many, with what money.

    Nothing is written; a refresh after the real change gives the same tags.
    """
    if not changes and not rules:
        raise click.UsageError("Nothing would change. Give key=value, such as vip_spend=120000, or --rule.")
    from tracker.commands.rules import what_if_of_file
    from tracker.report.as_rules import what_if_json

    with pointing(), working("computing", Path(book).name, quiet=form == "json"):
        found = what_if_of_file(Path(book), changes, rules, date.today(), today)
    if form == "json":
        sys.stdout.write(what_if_json(found))
    else:
        _say_movements(found)


def _say_movements(found: Prospect) -> None:
    for one in found.findings:
        tell(say("what_if_odd", cell=one.place.cell, problem=one.details["said"]), "yellow")
    for movement in found.movements:
        _say_movement(movement)
    if not found.movements:
        tell(say("what_if_none"))
        return
    moved = {who.customer_id for one in found.movements for who in one.customers}
    tell(say("what_if_total", count=len(moved), all=found.customers))


def _say_movement(one: Movement) -> None:
    none = say("what_if_no_tag")
    head = say("what_if_from", dimension=one.dimension_name, before=one.from_label or none, after=one.to_label or none)
    tell(head + ": " + say("what_if_moved", count=len(one.customers), spend=_money(one.spend)))
    table([(who.customer_id, who.name, _money(who.spend)) for who in one.customers[:NAMED]])
    if len(one.customers) > NAMED:
        tell("  " + say("what_if_more", count=len(one.customers) - NAMED))


def _money(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")
