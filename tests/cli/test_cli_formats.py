"""``tracker validate --format``: every format of the report can be asked for, on the screen and in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from books import new_book, type_rows

from tracker import fork
from tracker.cli.choosing import FORMATS
from tracker.cli.run import run
from tracker.ooxml import workbook
from tracker.report import FORMATS as LAYOUTS

DAY = ["--today", "2026-11-18"]
MAIL = "ann at example, =1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with an address that is none, and a file that is no workbook."""
    place = tmp_path_factory.mktemp("share")
    row = {"last_name": "Lee", "email": MAIL, "owner": "Anna"}
    (place / "shop.xlsx").write_bytes(type_rows(new_book(), "Customers", [row]))
    (place / "torn.xlsx").write_bytes(b"PK\x03\x04 torn")
    return place


def test_the_command_knows_every_format() -> None:
    assert tuple(LAYOUTS) == FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_on_the_screen_and_in_a_file(
    form: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, code, says in (("shop.xlsx", 1, "V104"), ("torn.xlsx", 3, "torn.xlsx")):
        options = ["validate", str(folder / name), *DAY, "--format", form]
        assert run(options) == code
        shown = capsys.readouterr().out
        assert says in shown
        assert run([*options, "--output", str(tmp_path / "report")]) == code
        assert (tmp_path / "report").read_text(LAYOUTS[form].encoding) == shown
        capsys.readouterr()


@pytest.mark.parametrize(("name", "code"), [("shop.xlsx", 1), ("torn.xlsx", 3), ("gone.xlsx", 3)])
def test_what_is_read_ahead_has_the_same_report(
    name: str, code: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["validate", str(folder / name), *DAY]
    plain = run(options), capsys.readouterr()
    monkeypatch.setattr(workbook, "LARGE", 0)
    monkeypatch.setattr(fork, "cores", lambda: 2)
    assert (run(options), capsys.readouterr()) == plain
    assert plain[0] == code


def test_a_folder_is_one_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(folder), *DAY, "--format", "json"]) == 3
    shown = capsys.readouterr().out
    assert "V104" in shown and "torn.xlsx" in shown


@pytest.mark.parametrize("form", FORMATS)
def test_values_are_hidden_where_many_read_them_or_when_asked(
    form: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for option in ([], ["--redact"], ["--no-redact"]):
        run(["validate", str(folder / "shop.xlsx"), *DAY, "--format", form, *option])
        said[" ".join(option)] = "ann at example" in capsys.readouterr().out
    assert said == {"": form not in ("sarif", "junit", "github"), "--redact": False, "--no-redact": True}


def test_half_a_letter_in_a_name_is_no_reason_to_have_no_report(tmp_path: Path) -> None:
    for form in FORMATS:
        options = ["validate", str(tmp_path / "\udcff.xlsx"), *DAY, "--format", form]
        assert run([*options, "--output", str(tmp_path / "report")]) == 3
        assert (tmp_path / "report").read_bytes()


@pytest.mark.parametrize(("level", "failures"), [("error", 1), ("warning", 2), ("never", 0)])
def test_a_case_of_junit_fails_where_the_command_does(
    level: str, failures: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "shop.xlsx"
    row = {"last_name": "Lee", "email": MAIL, "owner": "Anna", "industry": "Alchemie"}
    book.write_bytes(type_rows(new_book(), "Customers", [row]))
    options = ["--format", "junit", "--fail-on", level, "--select", "V104,V106"]
    assert run(["validate", str(book), *DAY, *options]) == (1 if failures else 0)
    assert capsys.readouterr().out.count("<failure ") == failures


def test_a_fix_it_copy_is_made_of_one_workbook_and_never_put_over_another(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "fixit.xlsx"
    command = ["validate", str(folder / "shop.xlsx"), *DAY, "--format", "xlsx", "--output", str(copy)]
    assert run(command) == 1
    assert f"tracker fix {folder / 'shop.xlsx'} --accept {copy}" in capsys.readouterr().out
    assert run([*command, "--fail-on", "never"]) == 0  # the same copy again
    copy.write_bytes(copy.read_bytes() + b" ")  # somebody typed in it
    assert run(command) == 5
    assert copy.read_bytes().endswith(b" ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["{shop}"], "--output FIXIT.xlsx"),
        (["{folder}", "--output", "{new}/a.xlsx"], "one workbook"),
        (["{shop}", "{shop}", "--output", "{new}/a.xlsx"], "one workbook"),
        (["{shop}", "--output", "{new}/a.csv"], "Name it a.xlsx"),
        (["{shop}", "--output", "{new}/none/a.xlsx"], "does not exist"),
        (["{shop}", "--output", "{new}/a.xlsx", "--redact"], "Leave --redact out"),
        (["{shop}", "--output", "{new}/a.xlsx", "--since-last"], "lists all that is wrong"),
        (["{shop}", "--output", "{new}/a.xlsx", "--select", "Q"], "no finding"),
    ],
)
def test_a_fix_it_copy_that_cannot_be_made_is_a_slip_of_the_pen(
    options: list[str], said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"shop": folder / "shop.xlsx", "folder": folder, "new": tmp_path}
    assert run(["validate", *(one.format(**places) for one in options), "--format", "xlsx"]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_read_has_no_fix_it_copy(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["validate", str(folder / "torn.xlsx"), *DAY, "--format", "xlsx", "--output", str(tmp_path / "a.xlsx")]
    assert run(command) == 3
    assert "torn.xlsx" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_page_for_each_owner_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    customers = [{"last_name": f"Lee {n}", "email": f"x{n} at y", "owner": owner} for n, owner in enumerate("ABA")]
    call = {"customer": "Lee 1", "started_at": "soon", "channel": "Phone"}
    for name in ("north.xlsx", "south.xlsx"):  # two, so that a child reads them
        book = type_rows(type_rows(new_book(), "Customers", customers), "Interactions", [call])
        (tmp_path / name).write_bytes(book)
    pages = tmp_path / "pages"
    options = ["--select", "V101,V104", "--format", "html", "--split-by", "owner", "--output", str(pages)]
    assert run(["validate", str(tmp_path), *DAY, *options]) == 1
    assert "2 pages are in" in capsys.readouterr().out
    told = {page.name: page.read_text(encoding="utf-8") for page in pages.iterdir()}
    assert {name: [f"x{n} at y" in page for n in range(3)] for name, page in told.items()} == {
        "A.html": [True, False, True],
        "B.html": [False, True, False],
    }
    assert "V101" in told["B.html"] and "V101" not in told["A.html"]  # the call is to a customer of B
    assert "As of 2026-11-18." in told["A.html"]
    north = str(tmp_path / "north.xlsx")  # what becomes of older pages is the same for one
    assert run(["validate", north, *DAY, "--ignore", "V,W,R,L,D", *options[2:]]) == 0
    assert "no page was written" in capsys.readouterr().out
    (pages / "Old.html").write_text("old")
    assert run(["validate", north, *DAY, *options, "--redact"]) == 1
    said = capsys.readouterr().out
    assert "3 older pages" in said and "owner 1.html  A\n" in said
    assert "x0 at y" not in (pages / "owner 1.html").read_text(encoding="utf-8")
    (pages / "A.html").write_text("somebody's own")
    before = (pages / "B.html").read_bytes()
    assert run(["validate", north, *DAY, *options]) == 5
    assert "A.html is no page of an earlier run" in capsys.readouterr().err
    assert (pages / "A.html").read_text() == "somebody's own" and (pages / "B.html").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--split-by", "owner", "--output", "{new}/pages"], "--format html"),
        (["--split-by", "owner", "--format", "xlsx", "--output", "{new}/pages"], "--format html"),
        (["--split-by", "file", "--format", "html"], "--output FOLDER"),
        (["--split-by", "file", "--format", "html", "--output", "{shop}"], "is a file"),
    ],
)
def test_pages_that_cannot_be_made_are_a_slip_of_the_pen(
    options: list[str], said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"shop": folder / "shop.xlsx", "new": tmp_path}
    assert run(["validate", str(folder), *(one.format(**places) for one in options)]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(("r.html", "html"), ("r.HTM", "html"), ("r.md", "markdown"), ("r.json", "json"), ("r.jsonl", "jsonl")),
        *(("r.csv", "csv"), ("r.sarif", "sarif"), ("r.xml", "junit"), ("r.txt", "text"), ("report", "text")),
    ],
)
def test_the_ending_of_the_output_says_the_format(name: str, form: str, folder: Path, tmp_path: Path) -> None:
    options = ["validate", str(folder / "shop.xlsx"), *DAY, "--output", str(tmp_path / name)]
    assert run(options) == 1
    said = (tmp_path / name).read_bytes()
    assert run([*options, "--format", form]) == 1
    assert (tmp_path / name).read_bytes() == said
    assert run([*options, "--format", "concise"]) == 1
    assert (tmp_path / name).read_bytes() != said


def test_a_workbook_as_output_is_a_fix_it_copy_and_never_takes_the_place_of_one(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    options = ["validate", str(folder / "shop.xlsx"), *DAY, "--output"]
    assert run([*options, str(copy)]) == 1 and copy.read_bytes().startswith(b"PK")
    before = (folder / "shop.xlsx").read_bytes()
    assert run([*options, str(folder / "shop.xlsx")]) == 5
    assert (folder / "shop.xlsx").read_bytes() == before
