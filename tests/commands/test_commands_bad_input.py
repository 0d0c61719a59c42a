"""Bad input through the real command line: the right exit code, one clear line, and the file untouched."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from books import new_book, type_rows, with_part, write
from openpyxl import Workbook as Other

from tracker.cli.run import run
from tracker.schema.base import SCHEMA_VERSION

DAY = ["--today", "2026-11-18"]
CUSTOMER = {"customer_id": "C1", "last_name": "Marsh", "email": "m@x.example", "owner": "Anna"}


def other_workbook() -> bytes:
    book, out = Other(), io.BytesIO()
    book.active["A1"] = "hello"
    book.save(out)
    return out.getvalue()


def with_customer() -> bytes:
    return type_rows(new_book(), "Customers", [CUSTOMER])


def newer() -> bytes:
    made = with_customer()
    row = 5  # the first row of Settings is its schema
    return write(made, [("Settings", row, 3, float(SCHEMA_VERSION + 1))])


def renamed_header(data: bytes, old: str, new: str) -> bytes:
    """The header changed in the cell and in the table part, as Excel would."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        tables = [n for n in package.namelist() if "tables/" in n and b'displayName="Customers"' in package.read(n)]
    return with_part(
        write(data, [("Customers", 1, _column(data, old), new)]),
        tables[0],
        lambda part: part.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode()),
    )


def _column(data: bytes, head: str) -> int:
    from books import column_of, table_of

    return column_of(table_of(data, "Customers"), head)


UNREADABLE: dict[str, Callable[[], bytes]] = {
    "text": lambda: b"customer_id,last_name\nC1,Marsh\n",
    "empty": lambda: b"",
    "web page": lambda: b"<html><body>no workbook</body></html>",
    "old format": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
    "cut in half": lambda: (lambda data: data[: len(data) // 2])(new_book()),
    "without our tables": other_workbook,
}


@pytest.mark.parametrize("command", ["refresh", "validate", "followups", "import"])
@pytest.mark.parametrize("what", UNREADABLE)
def test_what_is_no_workbook_of_ours_is_exit_3_and_one_line(
    command: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "shop.xlsx"
    before = UNREADABLE[what]()
    book.write_bytes(before)
    assert run(_arguments(command, book, tmp_path)) == 3
    said = capsys.readouterr()
    lines = (said.err or said.out).strip().splitlines()
    assert len([line for line in lines if "shop.xlsx" in line]) == 1 and "Traceback" not in said.err
    assert book.read_bytes() == before


def _arguments(command: str, book: Path, folder: Path) -> list[str]:
    if command != "import":
        return [command, str(book)]
    (folder / "rows.csv").write_text("name\nMarsh\n")
    (folder / "map.toml").write_text('into="Customers"\n[columns]\nname="last_name"\n')
    return [command, str(book), str(folder / "rows.csv"), "--map", str(folder / "map.toml")]


@pytest.mark.parametrize("command", ["refresh", "import"])
def test_a_newer_workbook_is_refused_and_untouched(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(newer())
    before = book.read_bytes()
    assert run(_arguments(command, book, tmp_path)) == 5
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith("tracker: ") and "shop.xlsx" in said and "newer tracker" in said
    assert book.read_bytes() == before


def test_a_newer_workbook_is_validated_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(newer())
    assert run(["validate", str(book), "--fail-on", "warning", *DAY]) == 1
    assert "W112" in capsys.readouterr().out


def missing_header() -> bytes:
    return renamed_header(with_customer(), "E-mail", "Kontakt")


def doubled_header() -> bytes:
    return renamed_header(with_customer(), "Notes", "Customer ID ")


def date_as_text() -> bytes:
    return type_rows(new_book(), "Customers", [{**CUSTOMER, "next_followup": "soon"}])


def unknown_customer() -> bytes:
    call = {"customer": "Nobody at all", "started_at": 46300.0, "channel": "Phone"}
    return type_rows(with_customer(), "Interactions", [call])


DIRT = {
    "a renamed header": (missing_header, "W105"),
    "a doubled header": (doubled_header, "W104"),
    "text where a date belongs": (date_as_text, "V101"),
    "an unknown customer": (unknown_customer, "R101"),
}


@pytest.mark.parametrize("what", DIRT)
def test_dirt_is_a_finding_with_its_code_and_never_stops_a_refresh(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, code = DIRT[what]
    book = tmp_path / "shop.xlsx"
    before = make()
    book.write_bytes(before)
    assert run(["validate", str(book), *DAY]) == 1
    said = capsys.readouterr()
    assert code in said.out and said.err == ""
    assert book.read_bytes() == before, "validate never writes"
    assert run(["refresh", str(book), *DAY]) == 0
    assert book.read_bytes() != before
    assert run(["validate", str(book), *DAY]) == 1
    assert code in capsys.readouterr().out, "and a refresh does not hide it"


def test_one_bad_file_never_hides_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deep" / ".tracker" / "good").mkdir(parents=True)
    (tmp_path / "deep" / "good.xlsx").write_bytes(unknown_customer())
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "other.xlsx").write_bytes(other_workbook())
    (tmp_path / "~$good.xlsx").write_bytes(b"\x04Anna")
    (tmp_path / "deep" / ".tracker" / "good" / "copy.xlsx").write_bytes(b"never read")
    assert run(["validate", str(tmp_path), *DAY]) == 3
    said = capsys.readouterr()
    text = said.out + said.err
    assert "R101" in text and "bad.xlsx" in text
    assert "copy.xlsx" not in text and "~$good" not in text
    assert "1 skipped (not tracker workbooks)" in text


@pytest.mark.parametrize(
    ("checked", "output"), [("shop.xlsx", "shop.xlsx"), ("bad.xlsx", "bad.xlsx"), (".", "shop.xlsx")]
)
def test_a_report_never_takes_the_place_of_a_workbook(
    checked: str, output: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.xlsx").write_bytes(with_customer())
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook any more, but somebody's")
    before = (tmp_path / output).read_bytes()
    assert run(["validate", str(tmp_path / checked), "--output", str(tmp_path / output), *DAY]) == 5
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Give another name" in said and (tmp_path / output).read_bytes() == before
    report = str(tmp_path / "report.txt")
    assert [run(["validate", str(tmp_path / "shop.xlsx"), "--output", report, *DAY]) for _ in range(2)] == [0, 0]


def test_a_folder_without_any_workbook_is_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(tmp_path)]) == 3
    assert "no workbook to check" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["refresh", str(tmp_path / "gone.xlsx")]) == 3
    assert "does not exist" in capsys.readouterr().err


def test_somebody_has_it_open_is_exit_4_and_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(with_customer())
    before = book.read_bytes()
    (tmp_path / "~$shop.xlsx").write_bytes(b"\x04Anna" + bytes(50))
    assert run(["refresh", str(book), *DAY]) == 4
    assert "Anna" in capsys.readouterr().err
    assert book.read_bytes() == before


def test_a_new_workbook_never_takes_the_place_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_text("mine")
    assert run(["new", str(book)]) == 5
    assert book.read_text() == "mine" and "is there already" in capsys.readouterr().err


def without_sheets(data: bytes, *sheets: str) -> bytes:
    """The workbook without some of its sheets, as somebody deleted them; their Tables go with them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        outline, links = (before.read(f"xl/{name}").decode() for name in ("workbook.xml", "_rels/workbook.xml.rels"))
        for sheet in sheets:
            (entry,) = re.findall(rf'<sheet name="{sheet}"[^>]*>', outline)
            outline = outline.replace(entry, "")
            relation = re.search(r'r:id="(\w+)"', entry)
            assert relation
            links = re.sub(rf'<Relationship Id="{relation[1]}"[^>]*>', "", links)
        for name in before.namelist():
            text = {"xl/workbook.xml": outline, "xl/_rels/workbook.xml.rels": links}.get(name)
            after.writestr(name, before.read(name) if text is None else text)
    return out.getvalue()


@pytest.mark.parametrize("gone", [("Customers",), ("Interactions",), ("Customers", "Purchases")])
def test_a_workbook_of_ours_without_a_table_staff_type_in_is_not_refreshed(
    gone: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(without_sheets(with_customer(), *gone))
    before = book.read_bytes()
    assert run(["refresh", str(book), *DAY]) == 5
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and " and ".join(gone) in said
    assert "Nothing was written" in said and "see .tracker beside it" in said
    assert book.read_bytes() == before
    assert run(["validate", str(book), *DAY]) == 1
    said = capsys.readouterr().out
    assert all(f"The table of the sheet {name} is missing." in said for name in gone) and ".tracker" in said


def test_a_number_and_a_date_are_asked_for_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "shop.xlsx"
    line = {"customer": "C1", "purchased_at": "soon", "item": "Lamp", "quantity": "a few"}
    book.write_bytes(type_rows(with_customer(), "Purchases", [line]))
    run(["validate", str(book), *DAY])
    said = capsys.readouterr().out
    assert "Type a date, such as 2026-11-25, or clear the cell." in said
    assert "Type a number, such as 12.5, or clear the cell." in said


LONG = "x" * 300 + ".xlsx"


@pytest.mark.parametrize(
    "arguments",
    [
        ["new", LONG],
        ["log", LONG, "--renew"],
        ["refresh", "shop.xlsx", "--output", LONG],
        ["refresh", "shop.xlsx", "--backups", LONG],
        ["validate", "shop.xlsx", "--output", LONG],
        ["import", "shop.xlsx", "rows.csv", "--map", "map.toml", "--rejects", LONG],
    ],
)
def test_a_name_that_no_disk_takes_is_no_fault_of_ours(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    _arguments("import", tmp_path / "shop.xlsx", tmp_path)
    Path("shop.xlsx").write_bytes(with_customer())
    before = Path("shop.xlsx").read_bytes()
    assert run(arguments) == 6
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and LONG in said and "fault" not in said and Path("shop.xlsx").read_bytes() == before


SLIPS = [
    (
        ["refresh", "shop.xlsx", "--output", "."],
        2,
        "--output . is a folder. Give the name of a file that ends in .xlsx.",
    ),
    (["refresh", "shop.xlsx", "--output", "rows.csv"], 2, "Give the name of a file that ends in .xlsx."),
    (["validate", "shop.xlsx", "--output", "."], 2, "--output . is a folder. Give the name of a file."),
    (["import", "rows.csv", "shop.xlsx", "--map", "map.toml"], 3, "rows.csv is no workbook. Name BOOK first"),
    (["doctor", "rows.csv"], 3, "tracker: rows.csv: the file is plain text"),
    (["followups", "rows.csv"], 3, "tracker: rows.csv: the file is plain text"),
    (["new", "."], 2, ". is a folder. Give the name of a workbook, such as customers.xlsx."),
]


@pytest.mark.parametrize(("arguments", "code", "says"), SLIPS)
def test_a_slip_is_told_in_one_line_that_says_what_to_do(
    arguments: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    _arguments("import", tmp_path / "shop.xlsx", tmp_path)
    Path("shop.xlsx").write_bytes(with_customer())
    before = Path("shop.xlsx").read_bytes()
    assert run(arguments) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and says in said and "the workbook:" not in said
    assert Path("shop.xlsx").read_bytes() == before and not Path("rows.csv").read_bytes().startswith(b"PK")


BOOKS = [["fix"], ["waive"], ["doctor"], ["log"], ["history"], ["undo"], ["restore"], ["refresh"], ["find"]]


@pytest.mark.parametrize("command", BOOKS)
def test_a_folder_is_told_what_looks_into_it(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a share").mkdir()
    assert run([*command, "a share"]) == 3
    what = "Where there is something to fix" if command == ["fix"] else "What is wrong in those below it"
    assert capsys.readouterr().err == (
        f"tracker: a share: it is a folder, and tracker {command[0]} takes one workbook at a time. "
        f"{what}: tracker validate 'a share'.\n"
    )


@pytest.mark.parametrize(("command", "hint"), [("undo", "log"), ("restore", "history")])
def test_a_number_that_is_none_is_told_with_the_folder_of_the_book(
    command: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my shop").mkdir()
    book = Path("my shop", "shop.xlsx")
    book.write_bytes(with_customer())
    assert run(["refresh", str(book)]) == 0
    capsys.readouterr()
    assert run([command, str(book), "99"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"tracker: {book}: ") and said.endswith(f"See: tracker {hint} '{book}'.\n")


def test_codes_may_be_parted_by_blanks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.xlsx").write_bytes(with_customer())
    for option in ("--select", "--extend-select", "--ignore"):
        assert run(["validate", "shop.xlsx", option, "V104 D102", "--fail-on", "never"]) == 0
    capsys.readouterr()
    assert run(["validate", "shop.xlsx", "--select", "V104 D999"]) == 2
    assert "no finding 'D999'" in capsys.readouterr().err


def damaged(data: bytes, part: str) -> bytes:
    """The package with another checksum for one of its parts, where it stands and in the directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sum_ = struct.pack("<I", package.getinfo(part).CRC)
    assert sum_ in data
    return data.replace(sum_, bytes(one ^ 1 for one in sum_))


def parts_of(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [name for name in package.namelist() if "sheet" in name or "chart" in name or "docProps" in name]


def test_a_damaged_part_whichever_it_is_is_what_doctor_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, data = tmp_path / "shop.xlsx", with_customer()
    for part in parts_of(data):
        book.write_bytes(damaged(data, part))
        assert run(["doctor", str(book)]) == 3, part
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert "damaged" in said.err
