"""What is reported of a file, and what fails a run: configurations and the command line together."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path, PurePath

import pytest
from books import new_book, type_rows

from tracker.commands.codes import Selection, chosen, codes
from tracker.commands.configuration import Configurations
from tracker.commands.policy import Policies, Said
from tracker.commands.shares import Wanted
from tracker.commands.validate import validate
from tracker.errors import Exit, UsageError
from tracker.model.finding import Place, Severity
from tracker.report import FileReport
from tracker.schema.findings import finding

DAY = date(2026, 11, 18)
EVERY = codes(["ALL"])


@pytest.mark.parametrize(
    ("file", "line", "taken"),
    [
        (Selection(), Selection(), ""),
        (Selection(("ALL",)), Selection(), "ALL"),
        (Selection(("all",)), Selection(ignore=("ALL",)), ""),
        (Selection(()), Selection(), ""),
        (Selection(("V",)), Selection(), "V"),
        (Selection(("ALL",), ignore=("V",)), Selection(), "ALL -V"),
        (Selection(("V106",), ignore=("V",)), Selection(), "V106"),
        (Selection(("new-to-list",), ignore=("V10",)), Selection(), "V106"),
        (Selection(("V",), ignore=("V106",)), Selection(), "V -V106"),
        (Selection(("V10",), ignore=("V1",)), Selection(), "V10"),
        (Selection(("V106",), ignore=("new-to-list",)), Selection(), ""),  # equals: ignore
        (Selection(("ALL",), ("V106",), ("V",)), Selection(), "ALL -V +V106"),
        (Selection(("D",), ("V106",)), Selection(), "D +V106"),
        (Selection(("D",)), Selection(("V",)), "V"),  # the line takes its place
        (Selection(("D",), ("K",), ("V",)), Selection(("V",)), "V"),
        (Selection(("D",)), Selection(extend=("V106",)), "D +V106"),
        (Selection(("ALL",), ignore=("V106",)), Selection(extend=("V",)), "ALL"),  # and counts more, however short
        (Selection(("V106",)), Selection(ignore=("V",)), ""),
        (Selection(("D",)), Selection(extend=("V106",), ignore=("V",)), "D +V106"),
    ],
)
def test_the_most_specific_word_decides_and_the_command_line_beats_the_file(
    file: Selection, line: Selection, taken: str
) -> None:
    expected = set[str]()
    for word in taken.split():
        meant = codes([word.lstrip("+-")])
        expected = expected - meant if word.startswith("-") else expected | meant
    assert chosen(file, line) == expected


def test_an_order_of_words_decides_nothing() -> None:
    words = ("V", "V106", "D10", "new-to-list", "K")
    for one, two in product(words, words):
        assert chosen(Selection((one, two))) == chosen(Selection((two, one)))
        assert chosen(Selection(("ALL",), ignore=(one, two))) == chosen(Selection(("ALL",), ignore=(two, one)))


@pytest.mark.parametrize("field", ["select", "extend", "ignore"])
def test_a_word_of_a_command_line_that_means_nothing_is_said_before_anything_is_read(field: str) -> None:
    with pytest.raises(UsageError, match="no finding 'V9'"):
        Policies(Said(Selection(**{field: ("V9",)})), Configurations())


# What a configuration makes of the findings of one file.


def made(folder: Path, text: str, said: Said | None = None, config: Path | None = None) -> Policies:
    (folder / "tracker.toml").write_text(text, encoding="utf-8")
    return Policies(said or Said(), Configurations(config))


FOUND = (
    finding("V106", Place("Customers", "Customers", 5, 3)),
    finding("V104", Place("Old customers", "Customers", 6, 3)),
    finding("D102", Place("Interactions", "Interactions", 6, 3)),
    finding("K107", Place("", "Settings")),
    finding("W108", Place()),
)


def left(folder: Path, text: str, name: str = "shop.xlsx", **said: object) -> list[str]:
    """The findings that are left of FOUND, with the severity where it is another one."""
    policies = made(folder, text, Said(**said))
    path = folder / name
    kept = policies.applied(path, FileReport(str(path), FOUND)).findings
    before = {one.code: one.severity for one in FOUND}
    return [one.code if one.severity is before[one.code] else f"{one.code} {one.severity.word}" for one in kept]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "V106, V104, D102, K107, W108"),
        ("[validate.severity]\nV106 = 'error'\nD = 'info'", "V106 error, V104, D102 info, K107, W108"),
        ("[validate.severity]\nV = 'info'\nnew-to-list = 'error'", "V106 error, V104 info, D102, K107, W108"),
        ("[validate.severity]\nV106 = 'error'\nV = 'off'", "V106 error, D102, K107, W108"),
        ("[validate.severity]\nALL = 'off'\nD = 'warning'", "D102 warning"),
        ("[validate]\nselect = ['V']\n[validate.severity]\nD = 'error'", "V106, V104"),  # says how much, not whether
        ("[validate]\nselect = ['V106']\n[validate.severity]\nV106 = 'off'", ""),
        ("[validate.per-sheet-ignores]\n'old customers' = ['V']", "V106, D102, K107, W108"),
        ("[validate.per-sheet-ignores]\nCustomers = ['V1']", "D102, K107, W108"),  # the table, wherever it stands
        ("[validate.per-sheet-ignores]\n'*' = ['ALL']", "W108"),  # which is on no sheet
        ("[validate.per-sheet-ignores]\n'Old*' = ['ALL']\n'S*' = ['K']", "V106, D102, W108"),
        ("[validate.per-sheet-ignores]\n'customer' = ['ALL']", "V106, V104, D102, K107, W108"),
        ("[validate.per-file-ignores]\n'shop.*' = ['V']", "D102, K107, W108"),
        ("[validate.per-file-ignores]\n'other.*' = ['V']", "V106, V104, D102, K107, W108"),
        ("[validate]\nselect = ['V']\n[validate.per-file-ignores]\n'*' = ['V104']\n", "V106"),
    ],
)
def test_a_configuration_decides_what_is_reported(text: str, expected: str, tmp_path: Path) -> None:
    assert ", ".join(left(tmp_path, text)) == expected


def test_globs_of_files_begin_at_the_folder_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "2025").mkdir()
    text = "[validate.per-file-ignores]\n'2025/*.xlsx' = ['ALL']"
    assert left(tmp_path, text, "2025/shop.xlsx") == [] and len(left(tmp_path, text)) == 5


def test_the_command_line_beats_what_a_configuration_leaves_out(tmp_path: Path) -> None:
    text = "[validate]\nselect = ['D']\nignore = ['V106']\n[validate.severity]\nV106 = 'off'\nD102 = 'info'"
    assert left(tmp_path, text, selection=Selection(("V106", "D"))) == ["V106", "D102 info"]
    assert left(tmp_path, text, selection=Selection(extend=("V106",))) == ["V106", "D102 info"]
    assert left(tmp_path, text, selection=Selection(ignore=("D",))) == []


def test_a_file_that_could_not_be_checked_stays_as_it_is(tmp_path: Path) -> None:
    failed = FileReport("a.xlsx", error="it is no workbook.", exit=Exit.UNREADABLE)
    assert made(tmp_path, "[valdate]").applied(tmp_path / "a.xlsx", failed) is failed


@pytest.mark.parametrize(
    ("levels", "said", "expected"),
    [
        (["error"], None, Severity.ERROR),
        (["never"], None, None),
        (["never", "error"], None, Severity.ERROR),
        (["error", "warning", "never"], None, Severity.WARNING),
        (["warning"], "error", Severity.ERROR),
        (["warning"], "never", None),
    ],
)
def test_of_several_levels_the_strictest_counts(
    levels: list[str], said: str | None, expected: Severity | None, tmp_path: Path
) -> None:
    folders = [tmp_path / str(number) for number in range(len(levels))]
    for folder, level in zip(folders, levels, strict=True):
        folder.mkdir()
        (folder / "tracker.toml").write_text(f"[validate]\nfail-on = '{level}'\n", encoding="utf-8")
    assert Policies(Said(fail_on=said), Configurations()).level(folders) is expected


BELOW = {".": ("a.xlsx", "B/a.xlsx", "B/Old/a.xlsx"), "B": ("a.xlsx", "Old/a.xlsx")}


@pytest.mark.parametrize(
    ("text", "named", "taken"),
    [
        ("exclude = ['Old']", ".", ["a.xlsx", "B/a.xlsx"]),
        ("exclude = ['B/Old']", ".", ["a.xlsx", "B/a.xlsx"]),
        ("exclude = ['B/Old/*']", "B", ["a.xlsx"]),  # from the configuration's folder on
        ("exclude = ['Old/*']", "B", ["a.xlsx", "Old/a.xlsx"]),
        ("include = ['B/*.xlsx']", "B", ["a.xlsx", "Old/a.xlsx"]),
        ("include = ['B']", ".", ["B/a.xlsx", "B/Old/a.xlsx"]),
        ("exclude = ['B']", "B", ["a.xlsx", "Old/a.xlsx"]),  # a folder that is named is meant
    ],
)
def test_which_files_of_a_folder_are_meant(text: str, named: str, taken: list[str], tmp_path: Path) -> None:
    (tmp_path / "B" / "Old").mkdir(parents=True)
    wanted = made(tmp_path, f"[validate]\n{text}\n").wanted(tmp_path / named)
    assert [name for name in BELOW[named] if wanted.takes(PurePath(name))] == taken


def test_globs_of_the_command_line_take_the_place_of_those_of_a_configuration(tmp_path: Path) -> None:
    text = "[validate]\ninclude = ['a.*']\nexclude = ['Old']\n"
    for said, taken in (
        (Wanted(), ["a.xlsx", "B/a.xlsx"]),
        (Wanted(exclude=("B",)), ["a.xlsx"]),
        (Wanted(exclude=("none",)), ["a.xlsx", "B/a.xlsx", "B/Old/a.xlsx"]),
        (Wanted(include=("B",)), ["B/a.xlsx"]),
    ):
        wanted = made(tmp_path, text, Said(wanted=said)).wanted(tmp_path)
        assert [name for name in BELOW["."] if wanted.takes(PurePath(name))] == taken


# Whole runs.


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Three workbooks, each with a customer whose e-mail is none and who has no owner."""
    rows = [{"last_name": "Marsh", "email": "marsh@", "customer_id": "C1"}]
    data = type_rows(new_book(), "Customers", rows)
    for name in ("a.xlsx", "quiet/b.xlsx", "odd/c.xlsx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def told(share: Path, **said: object) -> dict[str, list[str]]:
    """The codes V104 and V124 of each file, or that it was not checked."""
    report = validate([share], DAY, **said).report  # type: ignore[arg-type]
    return {
        Path(one.path).relative_to(share).as_posix(): ["unchecked"]
        if one.error
        else [found.code for found in one.findings if found.code in ("V104", "V124")]
        for one in report.files
    }


def test_files_of_one_run_have_their_own_configurations(share: Path) -> None:
    both = ["V104", "V124"]
    assert told(share) == {"a.xlsx": both, "quiet/b.xlsx": both, "odd/c.xlsx": both}
    (share / "quiet" / "tracker.toml").write_text(
        "[validate]\nignore = ['V124']\nfail-on = 'never'\n", encoding="utf-8"
    )
    (share / "odd" / "tracker.toml").write_text("[validate]\nselect = ['V9']\n", encoding="utf-8")
    expected = {"a.xlsx": both, "quiet/b.xlsx": ["V104"], "odd/c.xlsx": ["unchecked"]}
    assert told(share) == expected
    assert told(share, configurations=Configurations(search=False)) == dict.fromkeys(expected, both)
    company = share / "quiet" / "tracker.toml"
    assert told(share, configurations=Configurations(company)) == {name: ["V104"] for name in expected}


def test_one_that_cannot_be_followed_hides_no_other_file_but_ends_a_run_it_was_named_for(share: Path) -> None:
    (share / "odd" / "tracker.toml").write_text("[validate]\nselect = ['V9']\n", encoding="utf-8")
    found = validate([share], DAY)
    [bad] = [one for one in found.report.files if one.error]
    assert bad.error is not None and "tracker.toml: [validate] select: There is no finding 'V9'." in bad.error
    assert found.exit_code() == Exit.UNREADABLE and len(found.report.files) == 3
    for path in (share / "odd", share / "odd" / "c.xlsx"):
        with pytest.raises(UsageError, match="no finding 'V9'"):
            validate([path], DAY)


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("", None, Exit.FINDINGS),
        ("[validate]\nfail-on = 'never'", None, Exit.CLEAN),
        ("[validate]\nfail-on = 'never'", "error", Exit.FINDINGS),
        ("[validate.severity]\nALL = 'warning'", None, Exit.CLEAN),
        ("[validate.severity]\nALL = 'warning'", "warning", Exit.FINDINGS),
        ("[validate]\nselect = ['V124']", None, Exit.CLEAN),
        ("[validate]\nselect = ['V124']\n[validate.severity]\nV124 = 'error'", None, Exit.FINDINGS),
    ],
)
def test_how_a_run_ends(text: str, said: str | None, code: Exit, share: Path) -> None:
    (share / "tracker.toml").write_text(text, encoding="utf-8")
    assert validate([share / "a.xlsx"], DAY, fail_on=said).exit_code() is code
