"""``tracker finding``: which kinds of findings there are; what one of them means, and what to do about it."""

from __future__ import annotations

import click

from tracker.cli.app import format_option, named
from tracker.cli.completing import one_finding
from tracker.cli.show import say, table, tell, words


@click.command("finding", short_help="List the kinds of findings, or explain one.")
@click.argument("finding", required=False, callback=named, shell_complete=one_finding, metavar="[CODE|NAME]")
@format_option
def finding_command(finding: str | None, form: str) -> None:
    """Explain a finding by its CODE (V104) or NAME (not-an-email): what it says, why, what to do, an example. Without
    one, list all: code, name, how much each matters, and what mends it.

    In the example a row that gives the finding is marked `<- CODE column`; the other rows do not give it.
    """
    if finding is None:
        _list(form)
        return
    from tracker.commands.codes import one_finding as meant
    from tracker.report.pages import examples, finding_page, page_json, page_text

    spec = meant(finding)
    page = finding_page(spec, words(), examples()[spec.code])
    tell((page_json(page, spec) if form == "json" else page_text(page, words())).rstrip("\n"))


def _list(form: str) -> None:
    """Every kind of finding, a line each."""
    from tracker.report.pages import list_json
    from tracker.schema.findings import FINDINGS

    if form == "json":
        tell(list_json(words()).rstrip("\n"))
        return
    heads = ("", say("finding_name"), say("finding_severity"), say("finding_mends"))
    mends = {"safe": say("finding_safe"), "unsafe": say("finding_unsafe"), None: ""}
    rows = [
        (
            one.code,
            one.name,
            words().choice("severity", one.severity.word),
            say("finding_mended") if one.mended else mends[one.fix],
        )
        for one in FINDINGS
    ]
    table([heads, *rows], "")
    tell(say("finding_count", count=len(rows)))
