"""``validate --split-by``: a page for each owner or file into one folder, ready to be mailed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.cli.choosing import Layout
from tracker.cli.show import say, table, tell, words
from tracker.errors import RefusedError, StorageError, UsageError

if TYPE_CHECKING:
    from tracker.report import Report
    from tracker.report.split import Part

ENDINGS = {"html": ".html", "markdown": ".md"}
BEGINNING = 2_000  # characters of a page, among which its title is


def refuse_split(layout: Layout) -> None:
    """UsageError where pages cannot be made, or have no folder to go to."""
    if layout.form not in ENDINGS:
        raise UsageError("--split-by makes pages. Say of which kind: --format html, or --format markdown.")
    if layout.output is None:
        raise UsageError("--split-by makes several pages. Say which folder they go to: --output FOLDER")
    if layout.output.exists() and not layout.output.is_dir():
        raise UsageError(f"--output {layout.output} is a file. Name a folder: a page for each goes there.")


def write_parts(report: Report, layout: Layout) -> None:
    """Write the pages, and say how many there are; a page of an earlier run gives way to its new one."""
    from tracker.report import redacted
    from tracker.report.split import split

    if layout.redact:
        report = redacted(report, words())
    parts = split(report, str(layout.split_by), words())
    if not parts:
        tell(say("parts_none"))
        return
    assert layout.output is not None
    folder, ending = layout.output, ENDINGS[layout.form]
    try:
        folder.mkdir(exist_ok=True)
        _refuse_others([folder / f"{part.name}{ending}" for part in parts])
        older = {page.name.casefold() for page in folder.glob(f"*{ending}")}
        for part in parts:
            _write(folder / f"{part.name}{ending}", part, layout.form)
    except OSError as error:
        raise StorageError(f"{folder} could not be written ({error.strerror}). Name another place.") from error
    tell(say("parts_written", count=len(parts), folder=folder))
    if any(part.whose for part in parts):  # who runs it sees whose page is whose; the pages and their names do not say
        tell(say("parts_whose"))
        table([(f"{part.name}{ending}", part.whose) for part in parts])
    left = len(older - {f"{part.name}{ending}".casefold() for part in parts})
    if left:
        tell(say("parts_older", count=left))


def _refuse_others(pages: Sequence[Path]) -> None:
    """RefusedError before anything is written where a page would take the place of a file that is none of ours."""
    title = words().at("report", "html", "title")
    for page in pages:
        if page.is_file() and title not in page.read_text("utf-8", errors="replace")[:BEGINNING]:
            raise RefusedError(f"{page} is no page of an earlier run. Name a folder that holds nothing else.")


def _write(page: Path, part: Part, form: str) -> None:
    """One page; never through a link, which may lead anywhere."""
    from tracker.report import FORMATS

    if page.is_symlink():
        raise RefusedError(f"{page} is a link. Remove it, or name another folder.")
    text = FORMATS[form].render(part.report, words())
    page.write_text(text, encoding=FORMATS[form].encoding, errors="replace", newline="\n")
