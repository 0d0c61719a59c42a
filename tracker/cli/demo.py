"""``tracker demo``: a realistic workbook to try everything on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracker.cli.app import today_option
from tracker.cli.progress import working
from tracker.cli.show import tell, words


@click.command("demo", short_help="Make a realistic workbook to try everything on.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, readable=False),
    default=".",
    metavar="FOLDER",
    help="Where to make it; by default the current folder.",
)
@today_option
def demo_command(folder: str, today: date | None) -> None:
    """Make a realistic workbook in the current folder, refresh it, and say what to look at.

    A demo that is there already is replaced; a copy of it is kept.
    """
    from tracker.demo import make

    with working("making"):
        lines = make(Path(folder), today or date.today(), words())
    for line in lines:
        tell(line)
