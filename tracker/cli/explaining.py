"""``tracker finding``: what one kind of finding means, and what to do about it."""

from __future__ import annotations

import click

from tracker.cli.app import format_option, named
from tracker.cli.completing import one_finding
from tracker.cli.show import tell, words


@click.command("finding", short_help="Explain one kind of finding.")
@click.argument("finding", callback=named, shell_complete=one_finding, metavar="CODE|NAME")
@format_option
def finding_command(finding: str, form: str) -> None:
    """Explain a finding by its CODE (V104) or NAME (not-an-email): what it says, why, what to do, an example.

    In the example a row that gives the finding is marked `<- CODE column`; the other rows do not give it.
    """
    from tracker.commands.codes import one_finding as meant
    from tracker.report.pages import examples, finding_page, page_json, page_text

    spec = meant(finding)
    page = finding_page(spec, words(), examples().get(spec.code, ""))
    tell((page_json(page, spec) if form == "json" else page_text(page, words())).rstrip("\n"))
