"""A report as lines of JSON: an object a finding, and one for a file that could not be checked; keys are only added.

Lines are plain ASCII, so that no letter of a cell ends one and no code page of a pipe can spoil it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tracker.model.fingerprint import fingerprinted
from tracker.report.as_json import FORMAT_VERSION, Json, finding_json
from tracker.report.files import FileReport, Report
from tracker.words import Words


def as_jsonl(report: Report, words: Words) -> str:
    """Every finding, and every file without an answer, as a line that stands for itself."""
    common: dict[str, Json] = {"version": FORMAT_VERSION, "redacted": report.redacted}
    records = (common | record for one in report.files for record in _file(one, words))
    return "".join(f"{json.dumps(record)}\n" for record in records)


def _file(one: FileReport, words: Words) -> Iterator[dict[str, Json]]:
    if one.error is not None:
        yield {"kind": "unchecked", "path": one.path, "error": one.error, "exit": int(one.exit)}
    for found in fingerprinted(one.findings):
        yield {"kind": "finding", "path": one.path, **finding_json(found, words)}
