"""A report as a table for spreadsheets: a row a finding, and one for a file that could not be checked.

No cell becomes a formula when the table is opened.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tracker.report.as_json import Json, finding_json
from tracker.report.files import FileReport, Report
from tracker.words import Words
from tracker.words.neutral import neutral

COLUMNS = (
    *("path", "error", "severity", "code", "name", "sheet", "cell", "table", "row", "column", "header", "row_key"),
    *("value", "suggestion", "message", "remedy"),
)


def as_csv(report: Report, words: Words) -> str:
    """The headers and all rows; columns are only ever added, at the end."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")  # what writes it to a file or a pipe ends lines as they do there
    writer.writerow(COLUMNS)
    for one in report.files:
        for record in _file(one, words):
            writer.writerow([_cell(record.get(column)) for column in COLUMNS])
    return out.getvalue()


def _file(one: FileReport, words: Words) -> Iterator[dict[str, Json]]:
    if one.error is not None:
        yield {"path": one.path, "error": one.error}
    for found in one.findings:
        yield {"path": one.path, **finding_json(found, words)}


def _cell(value: Json) -> str:
    return "" if value is None else neutral(str(value))
