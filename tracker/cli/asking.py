"""``tracker explain``: why a customer bears each tag, and why a follow-up is due."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from tracker.cli.app import book_argument, format_option, named, today_option
from tracker.cli.progress import working
from tracker.cli.show import words


@click.command("explain", short_help="Explain one customer: every tag, the follow-up, and what would change them.")
@book_argument
@click.argument("customer", callback=named, metavar="CUSTOMER")
@format_option
@today_option
def explain_command(book: str, customer: str, form: str, today: date | None) -> None:
    """Explain CUSTOMER of BOOK: for each tag the rule, the numbers that entered, the boundary and how far it is.

    CUSTOMER is an ID, e-mail, phone, or a name or company that only one customer has. What is said is what the next
    refresh would write; nothing is written.
    """
    from tracker.commands.explain import explain_of_file
    from tracker.report.as_explained import explained_json, explained_text

    with working("reading", Path(book).name, quiet=form == "json"):
        story = explain_of_file(Path(book), customer, date.today(), today)
    sys.stdout.write(explained_json(story) if form == "json" else explained_text(story, words()))
