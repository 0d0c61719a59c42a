"""Every finding drawn as a table: the marked rows give it, the others give nothing."""

from pathlib import Path

import pytest
from checks_world import checked

from tracker.schema.findings import FINDINGS

CASES = Path(__file__).parent.parent / "cases"
FILES = sorted(CASES.glob("[A-Z][0-9][0-9][0-9]_*.txt"))

# Codes that no drawing can show, and where they are tested instead.
ELSEWHERE = {
    "W101": "a missing table; test_checks_structure",
    "W102": "a table that lost its Table; test_engine_reading",
    "W103": "a missing column; test_checks_structure",
    "W104": "a header that stands twice; test_engine_reading",
    "W105": "a renamed header; test_engine_reading",
    "W106": "rows below the table's ref; test_checks_structure",
    "W107": "rows after a gap; test_engine_reading",
    "W108": "the date system of the file; test_checks_structure",
    "W109": "what the last refresh left; test_checks_structure",
    "W110": "what the last refresh left; test_checks_structure",
    "W111": "the version of the workbook; test_engine_reading",
    "W112": "the version of the workbook; test_checks_structure",
    "W115": "what a refresh had no room for; test_engine_followups",
    "W116": "a sheet that was deleted; test_checks_structure",
    "W117": "names of the State sheet; test_checks_structure",
    "W118": "a header cell that was cleared; test_engine_reading",
    "W119": "two files of one workbook; test_commands_copies",
    "W121": "a thousand rows; test_checks_structure",
    "W122": "a header cell that differs from the Table; test_engine_reading",
    "W199": "a check that fails; test_checks_run",
    "D106": "one ID in two files; test_commands_elsewhere",
    "S105": "parts of the package; test_checks_outside",
    "K112": "a list as a whole, without a cell; test_checks_settings",
    "K114": "a row that is gone; test_engine_identify",
    "K115": "beside a standard, which no drawing holds; test_checks_standard",
    "K116": "beside a standard, which no drawing holds; test_checks_standard",
    "K117": "beside a standard, which no drawing holds; test_checks_standard",
}


def stem(spec):
    return f"{spec.code}_{spec.name.replace('-', '_')}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case(path):
    title, _, drawing = path.read_text(encoding="utf-8").partition("\n")
    made, _, findings = checked(drawing)
    assert title.strip()
    assert made.expected, "a case without a mark shows nothing"
    found = {(one.place.table, one.place.row, one.code, one.place.key) for one in findings}
    assert found == {(one.table, one.row, one.code, one.key) for one in made.expected}
    assert path.stem.partition("_")[0] in {one.code for one in findings}


def test_every_code_has_a_case_or_a_reason():
    drawn = {path.stem for path in FILES}
    assert drawn == {stem(spec) for spec in FINDINGS} - {stem(spec) for spec in FINDINGS if spec.code in ELSEWHERE}


def test_what_no_drawing_gives_has_a_picture_for_its_page():
    """A line that says what it shows, and a table in which the finding is marked."""
    shown = {path.stem: path.read_text(encoding="utf-8") for path in (CASES / "elsewhere").iterdir()}
    assert set(shown) == {stem(spec) for spec in FINDINGS if spec.code in ELSEWHERE}
    for name, text in shown.items():
        title, _, picture = text.partition("\n")
        assert title.strip() and f"<- {name.partition('_')[0]}" in picture and "|" in picture, name


def test_codes_and_names_are_unique():
    assert len({spec.code for spec in FINDINGS}) == len({spec.name for spec in FINDINGS}) == len(FINDINGS)
