"""A report as SARIF 2.1.0, for services that keep findings: they know one again by its fingerprint.

So sorting a sheet, or adding a column, opens nothing anew. A workbook has no lines: row and column of the sheet stand
for them, and the cell's own address is a logical location. The text is plain ASCII, for any code page of a pipe.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tracker import __version__
from tracker.model.finding import Finding, Place, Severity
from tracker.model.fingerprint import fingerprinted
from tracker.report.as_json import Json, finding_json
from tracker.report.files import FileReport, Report
from tracker.report.places import where
from tracker.schema.findings import FINDINGS, FindingSpec
from tracker.words import Words
from tracker.words.sentences import message, remedy, why

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PRINTS = ("trackerFinding/v1", "primaryLocationLineHash")  # ours; and GitHub's, which looks at no other
PROPERTIES = ("table", "column", "header", "row_key", "value", "suggestion", "details")
_LINK = re.compile(r"\[([^\[\]]*)\]\(")
_BLANK = re.compile(r"\{\w+\}")  # in the sentence of a rule: what only a finding can say
RULES = {spec.code: number for number, spec in enumerate(FINDINGS)}

Object = dict[str, Json]


def as_sarif(report: Report, words: Words) -> str:
    """The whole report as one run."""
    driver: Object = {"name": "tracker", "version": __version__, "rules": [_rule(spec, words) for spec in FINDINGS]}
    run: Object = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, words)],
        "results": [result for one in report.files for result in _results(one, words)],
        "properties": {
            "skipped": report.skipped,
            "other_kinds": report.other_kinds,
            "redacted": report.redacted,
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=1) + "\n"


def _rule(spec: FindingSpec, words: Words) -> Object:
    reason = why(words, spec.code)
    mend = _BLANK.sub("…", words.at("finding", spec.code, "remedy"))
    return {
        "id": spec.code,
        "name": spec.name,
        "shortDescription": {"text": spec.name.replace("-", " ")},
        "fullDescription": {"text": reason},
        "help": {"text": f"{reason}\n\n{mend}", "markdown": f"{reason}\n\n**{mend}**"},
        "defaultConfiguration": {"level": LEVELS[spec.severity]},
    }


def _invocation(report: Report, words: Words) -> Object:
    """Whether every file could be checked, and why the others could not."""
    failed: list[Json] = [_notification(one, words) for one in report.files if one.error is not None]
    return {"executionSuccessful": not failed, "toolExecutionNotifications": failed}


def _notification(one: FileReport, words: Words) -> Object:
    said = f"{words.at('report', 'failed')} {one.error}"
    return {"level": "error", "message": {"text": _literal(said)}, "locations": [_location(one.path, Place())]}


def _results(one: FileReport, words: Words) -> Iterator[Object]:
    for found in fingerprinted(one.findings):
        yield _result(one.path, found, words)


def _result(path: str, found: Finding, words: Words) -> Object:
    everything = finding_json(found, words)
    return {
        "ruleId": found.code,
        "ruleIndex": RULES[found.code],
        "level": LEVELS[found.severity],
        "message": {"text": _literal(f"{message(words, found)} {remedy(words, found)}")},
        "locations": [_location(path, found.place)],
        "partialFingerprints": dict.fromkeys(PRINTS, found.fingerprint),
        "properties": {name: everything[name] for name in PROPERTIES if everything[name]},
    }


def _location(path: str, place: Place) -> Object:
    physical: Object = {"artifactLocation": {"uri": _uri(path)}}
    location: Object = {"physicalLocation": physical}
    if place.row is not None:
        region = {"startLine": place.row, "startColumn": place.column}
        physical["region"] = {name: number for name, number in region.items() if number is not None}
    if where(place):
        kind = "cell" if place.cell else "row" if place.row is not None else "table"
        name = place.cell or place.header or place.table or place.sheet
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": where(place), "kind": kind}]
    return location


def _literal(text: str) -> str:
    """Text that a viewer shows as it stands: what a cell holds is neither a link nor a place for an argument."""
    return _LINK.sub(r"\\[\1\\](", text).replace("{", "{{").replace("}", "}}")


def _uri(path: str) -> str:
    """A path as a reference: relative as it was given, or whole."""
    file = Path(path)
    return file.as_uri() if file.is_absolute() else quote(os.fsencode(file.as_posix()))
