"""A share at one look: the worst file first, columns below each other, how often each rule was broken."""

from dataclasses import replace

import pytest

from tracker.errors import Exit
from tracker.model.finding import Place, Severity
from tracker.report import FileReport, Report, as_text
from tracker.report.summary import by_rule, files_table, rules_table, worst_first
from tracker.schema.findings import finding
from tracker.words import load

ROWS = {"Customers": 1000, "Interactions": 0, "Purchases": 4238}


def found(*codes):
    return tuple(finding(code, Place("Customers", "Customers", row, 3)) for row, code in enumerate(codes, 2))


FILES = [
    FileReport("share/clean.xlsx", (), ROWS, 0, "2026-11-17", settings_differ=0),
    FileReport("share/notes.xlsx", found("W108"), {}, 1, "2026-11-16"),
    FileReport("share/few.xlsx", found("V104"), ROWS, 1, "2026-11-17", settings_differ=12),
    FileReport("share/many.xlsx", found("V104", "V101", "V104", "V111"), ROWS, 1, ""),
    FileReport("share/warned.xlsx", found("V111", "V111"), ROWS, 1, "2026-11-17"),
    FileReport("share/陈伟.xlsx", error="it is not a\nworkbook.", exit=Exit.UNREADABLE),
]
REPORT = Report(FILES, skipped=2, other_kinds=1)


def test_the_worst_file_is_first():
    names = [one.path.removeprefix("share/").partition(".")[0] for one in worst_first(FILES)]
    assert names == ["陈伟", "many", "few", "warned", "notes", "clean"]
    assert worst_first(FILES[::-1]) == worst_first(FILES)


def test_a_table_of_files():
    assert files_table(REPORT, load()) == [
        "Below share/",
        "file         errors  warnings   rows  schema  last refresh  settings   result",
        f"陈伟.xlsx{' ' * 62}not checked: it is not a\\x0aworkbook.",
        "many.xlsx         3         1  5,238       1                -          errors",
        "few.xlsx          1         0  5,238       1  2026-11-17    12 differ  errors",
        "warned.xlsx       0         2  5,238       1  2026-11-17    -          warnings",
        "notes.xlsx        0         0      0       1  2026-11-16    -          notes",
        "clean.xlsx        0         0  5,238       -  2026-11-17    0 differ   nothing wrong",
    ]


@pytest.mark.parametrize(
    ("paths", "above", "first"),
    [
        (["a/x.xlsx", "a/b/y.xlsx"], "Below a/", "b/y.xlsx"),
        (["x.xlsx", "a/y.xlsx"], None, "a/y.xlsx"),
        (["/x.xlsx", "/a/y.xlsx"], "Below /", "a/y.xlsx"),
        (["/x.xlsx", "y.xlsx"], None, "/x.xlsx"),
        (["ab/x.xlsx", "a/y.xlsx"], None, "a/y.xlsx"),
    ],
)
def test_the_folder_of_all_files_is_said_once(paths, above, first):
    lines = files_table(Report([FileReport(path) for path in paths]), load())
    assert (lines[0] if len(lines) == 4 else None) == above
    assert lines[-2].split("  ")[0] == first


def test_totals_by_rule_are_exact_and_the_worst_first():
    assert [(one.spec.code, one.findings, one.files) for one in by_rule(REPORT)] == [
        ("V104", 3, 2),
        ("V101", 1, 1),
        ("V111", 3, 2),
        ("W108", 1, 1),
    ]
    assert rules_table(REPORT, load()) == [
        "findings  files  severity  rule",
        "       3      2  error     V104 not-an-email",
        "       1      1  error     V101 wrong-type",
        "       3      2  warning   V111 stray-spaces",
        "       1      1  info      W108 dates-of-1904",
    ]
    assert rules_table(Report(FILES[:1]), load()) == []


def test_a_report_of_several_begins_with_the_one_table_and_ends_with_the_other():
    parts = as_text(REPORT, load()).split("\n\n")
    assert parts[0].split("\n") == files_table(REPORT, load())
    assert "share/few.xlsx: Customers!C2 error V104" in parts[1]
    assert parts[2].split("\n") == rules_table(REPORT, load())
    total = "6 files: 1 clean, 4 with findings, 1 not checked, 2 skipped (not tracker workbooks)."
    other = "1 file of another kind (.xls, .xlsb, .ods, .numbers) was not checked."
    assert parts[3:] == [f"{total} {other}\n"]


def test_a_file_tells_how_much_of_it_is_fixable_and_what_was_waived():
    safe, guess = (finding(code, Place("Customers", "Customers", 2, 3), suggestion="x") for code in ("V111", "V127"))
    mended = [
        FileReport("a.xlsx", (safe, safe, guess), ROWS),
        FileReport("b.xlsx", (guess,), ROWS, waived=2),
        FileReport("c.xlsx", (safe,), ROWS),
    ]
    results = [line.rpartition("  ")[2] for line in files_table(Report(mended), load())[1:]]
    assert results == [
        "warnings; 2 fixable, 1 as a guess",
        "warnings; 1 fixable as a guess; 2 waived",
        "warnings; 1 fixable",
    ]


def test_a_clean_file_is_told_once():
    for known in (0, 3):
        told = as_text(Report([replace(FILES[0], known=known), FILES[2]]), load())
        assert told.count("clean.xlsx") == 1 and told.count("few.xlsx") == 3
        clean = "1 with nothing new, 1 with findings." if known else "1 clean, 1 with findings."
        assert clean in told


def test_the_summary_alone():
    alone = as_text(REPORT, load(), summary_only=True).split("\n\n")
    assert alone[0].split("\n") == files_table(REPORT, load())
    assert len(alone) == 2 and alone[1].startswith("6 files: ")


def test_of_one_file_there_is_no_table_and_the_summary_is_its_line():
    one = Report(FILES[2:3])
    line = "share/few.xlsx: 1 error (1,000 customers, 0 interactions, 4,238 purchases; figures of 2026-11-17)\n"
    assert as_text(one, load(), summary_only=True) == line
    assert as_text(one, load()).endswith(line) and "last refresh" not in as_text(one, load())
    failed = as_text(Report(FILES[-1:]), load(), summary_only=True)
    assert failed == "share/陈伟.xlsx: not checked: it is not a\\x0aworkbook.\n"


def test_a_finding_counts_by_how_severe_it_is_reported():
    errors = tuple(replace(one, severity=Severity.ERROR) for one in found("V111", "V111", "V111"))
    counts = by_rule(Report([FileReport("a.xlsx", found("V111")), FileReport("b.xlsx", errors)]))
    assert [(one.severity.word, one.findings, one.files) for one in counts] == [("error", 3, 1), ("warning", 1, 1)]
