"""A report as programs read it: everything, exactly."""

import json

from tracker.errors import Exit
from tracker.model.finding import Place
from tracker.report import FileReport, Report, as_json
from tracker.schema.findings import finding
from tracker.words import load

PLACE = Place("Customers", "Customers", 48, 3, "email", "E-mail", "C1")


def document(*files, skipped=0):
    return json.loads(as_json(Report(files, skipped), load()))


def test_everything_of_a_finding():
    one = finding("D102", PLACE, value="ä@b.example", first="C2", other="C9")
    made = document(FileReport("shop.xlsx", (one,), {"Customers": 2}, 1, "2026-11-17", exit=Exit.FINDINGS), skipped=3)
    assert made["version"] == 1
    assert made["skipped"] == 3
    file = made["files"][0]
    assert {key: file[key] for key in ("path", "error", "exit", "schema", "last_refresh", "rows", "counts")} == {
        "path": "shop.xlsx",
        "error": None,
        "exit": 1,
        "schema": 1,
        "last_refresh": "2026-11-17",
        "rows": {"Customers": 2},
        "counts": {"error": 1, "warning": 0, "info": 0},
    }
    assert file["findings"] == [
        {
            "code": "D102",
            "name": "same-email",
            "severity": "error",
            "sheet": "Customers",
            "table": "Customers",
            "cell": "C48",
            "row": 48,
            "column": "email",
            "header": "E-mail",
            "row_key": "C1",
            "value": "ä@b.example",
            "suggestion": None,
            "fixable": None,
            "details": {"first": "C2", "other": "C9"},
            "message": "ä@b.example is also the e-mail of C9 (C2).",
            "remedy": (
                "If it is one person: in the row to give up, set Status to Merged and name the other's ID in “Merged "
                "into”. If they are two: correct the address, or waive it where they share one: tracker waive BOOK "
                "D102 ID --reason WHY."
            ),
            "fingerprint": "c55e23f4c354387eb457cdb049a09827:1",
        }
    ]


def test_what_is_not_known_is_null():
    made = document(FileReport("x.xlsx", error="it is not a workbook.", exit=Exit.UNREADABLE))["files"][0]
    assert (made["error"], made["exit"], made["schema"], made["last_refresh"]) == (
        "it is not a workbook.",
        3,
        None,
        None,
    )
    bare = document(FileReport("x.xlsx", (finding("W108", Place()),)))["files"][0]["findings"][0]
    assert [bare[key] for key in ("sheet", "cell", "row", "column", "row_key")] == [None] * 5


def test_nothing_is_cut_and_any_text_survives():
    text = 'a"\\\n\x07\u2028😀' + "x" * 5000
    many = tuple(finding("V104", PLACE, value=text) for _ in range(3000))
    findings = document(FileReport("x.xlsx", many))["files"][0]["findings"]
    assert len(findings) == 3000
    assert findings[0]["value"] == text
