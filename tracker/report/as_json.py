"""A report as JSON: everything, with a version, for programs. Keys are only ever added."""

from __future__ import annotations

import json
from typing import TypeAlias

from tracker.model.finding import Finding
from tracker.model.fingerprint import fingerprinted
from tracker.report.files import Compared, FileReport, Report
from tracker.schema.findings import FINDING_SPECS, Fix
from tracker.schema.fixes import fix_of
from tracker.words import Words
from tracker.words.sentences import message, remedy

FORMAT_VERSION = 1

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | None"


def as_json(report: Report, words: Words) -> str:
    """The whole report as one JSON document, ending with a line break."""
    document: Json = {
        "version": FORMAT_VERSION,
        "files": [_file(one, words) for one in report.files],
        "skipped": report.skipped,
        "other_kinds": report.other_kinds,
        "passed_over": list(report.passed_over),
        "redacted": report.redacted,
        "baseline": None if report.baseline is None else _compared(report.baseline),
        "since_last": None if report.since_last is None else _compared(report.since_last),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _compared(known: Compared) -> Json:
    return {
        "hidden": known.hidden,
        "new": known.new,
        "gone": known.gone,
        "since": known.since or None,
        "unread": known.unread,
    }


def _file(one: FileReport, words: Words) -> Json:
    return {
        "path": one.path,
        "error": one.error,
        "exit": int(one.exit),
        "unread_since": one.unread_since or None,
        "schema": one.schema or None,
        "last_refresh": one.last_refresh or None,
        "open_in": one.open_in or None,
        "settings_differ": one.settings_differ,
        "rows": dict(one.rows),
        "known": one.known,
        "waived": one.waived,
        "fixable": {str(fix): sum(fix_of(found) is fix for found in one.findings) for fix in Fix},
        "counts": {severity.word: count for severity, count in one.counts.items()},
        "findings": [finding_json(found, words) for found in fingerprinted(one.findings)],
    }


def finding_json(found: Finding, words: Words) -> dict[str, Json]:
    """Everything of one finding; what is not known is null."""
    place = found.place
    return {
        "code": found.code,
        "name": FINDING_SPECS[found.code].name,
        "severity": found.severity.word,
        "sheet": place.sheet or None,
        "table": place.table or None,
        "cell": place.cell or None,
        "row": place.row,
        "column": place.key or None,
        "header": place.header or None,
        "row_key": place.row_key or None,
        "value": found.value,
        "suggestion": found.suggestion or None,
        "fixable": fix_of(found),
        "details": dict(found.details),
        "message": message(words, found),
        "remedy": remedy(words, found),
        "fingerprint": found.fingerprint,
    }
