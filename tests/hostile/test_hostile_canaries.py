"""Five hundred values of customers, through every command and every failure: never in what is said of a crash.

A canary may stand where values are meant to be: in the workbook, its copies, the rejects of an import, and in findings.
It must not stand in the message of an error, in a log, in a name of a file, or in a file that is left behind.
"""

# ruff: noqa: E501 (tables read best one row a line)

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import wicked
from books import column_of, header, new_book, parts, refreshed, table_of, type_rows, with_part, write
from hostile_base import BOOK, CUSTOMERS, TABLE
from world import TODAY

from tracker.cli.run import run
from tracker.commands.guarded import Limits
from tracker.commands.validate import How, validate
from tracker.schema.base import SCHEMA_VERSION

COUNT = 500
DAY = ["--today", "2026-11-18"]
CANARY = re.compile(r"qz\d{3}zq", re.IGNORECASE)
KEYS = (
    "customer_id",
    "first_name",
    "last_name",
    "company",
    "notes",
    "street",
    "interests",
    "special_needs",
    "core_need",
)
posix = pytest.mark.skipif(os.name != "posix", reason="limits and signals are those of POSIX")


def canary(number: int) -> str:
    return f"qz{number:03}zq"


@pytest.fixture(scope="module")
def book() -> bytes:
    """A workbook whose every personal text is a canary; some of them are dirt, so that checks meet them."""
    names = iter(map(canary, range(COUNT)))
    people = [
        {**{key: next(names) for key in KEYS}, "email": f"{next(names)}@b.example", "owner": "Anna"} for _ in range(40)
    ]
    calls = [{"customer": one["customer_id"], "started_at": 46300.0, "summary": next(names)} for one in people]
    dirty = [{"last_name": one, "next_followup": one, "email": one} for one in names]
    data = type_rows(type_rows(new_book(), "Customers", [*people, *dirty]), "Interactions", calls)
    found = {one for content in parts(data).values() for one in CANARY.findall(content.decode("utf-8", "replace"))}
    assert len(found) == COUNT
    return data


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for the workbook; logs, temp files and the home folder are beside it and looked at afterwards."""
    for name in ("book", "state", "temp", "home", "cache"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    yield tmp_path / "book"
    for path in tmp_path.rglob("*"):
        assert not CANARY.search(path.name), path
        if path.is_file() and (tmp_path / "book") not in path.parents:
            assert not CANARY.search(path.read_text(encoding="utf-8", errors="replace")), path
    assert not [one for one in (tmp_path / "book").iterdir() if one.name.startswith(".tracker-")], "a temp file is left"


def silent(said: pytest.CaptureFixture[str]) -> str:
    """What was said on the error stream; no canary is in it."""
    text = said.readouterr().err
    assert not CANARY.search(text), text
    return text


COMMANDS: Mapping[str, Callable[[Path], list[str]]] = {
    "validate": lambda path: ["validate", str(path), *DAY],
    "validate json": lambda path: ["validate", str(path), "--format", "json", *DAY],
    "doctor": lambda path: ["doctor", str(path)],
    "dry-run": lambda path: ["refresh", str(path), "--dry-run", *DAY],
    "refresh": lambda path: ["refresh", str(path), *DAY],
    "refresh to a copy": lambda path: ["refresh", str(path), "--output", str(path.with_name("copy.xlsx")), *DAY],
    "followups": lambda path: ["followups", str(path)],
    "followups as calendar": lambda path: ["followups", str(path), "--ics", str(path.with_name("work.ics")), *DAY],
    "fix": lambda path: ["fix", str(path), "--unsafe", *DAY],
    "fix diff": lambda path: ["fix", str(path), "--unsafe", "--diff", *DAY],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_works_says_values_only_where_they_belong(
    command: str, book: bytes, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "shop.xlsx"
    path.write_bytes(refreshed(book)[0] if command == "followups" else book)
    assert run(COMMANDS[command](path)) in (0, 1)
    assert silent(capsys) == ""


def test_what_runs_remember_holds_no_value(
    book: bytes, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cache, notes of the last run and baseline, of a share with such a workbook and one that nothing quotes."""
    share = place / "share"
    share.mkdir()
    (share / "shop.xlsx").write_bytes(book)
    (share / "new.xlsx").write_bytes(new_book())
    for more in (["--write-baseline", str(place / "base.json")], ["--baseline", str(place / "base.json")], []):
        assert run(["validate", str(share), "--since-last", *more, *DAY]) in (0, 1)
    assert silent(capsys) == ""
    kept = [*(tmp_path / "cache").rglob("*.json"), *(tmp_path / "state").rglob("*.json"), place / "base.json"]
    assert len(kept) == 3
    for one in kept:
        assert not CANARY.search(one.read_text(encoding="utf-8"))


def newer(data: bytes) -> bytes:
    settings = table_of(data, "Settings")
    row = settings.ref.first_row + 1
    return write(
        data, [(settings.sheet, row, column_of(settings, header("Settings", "value")), float(SCHEMA_VERSION + 1))]
    )


def flipped(data: bytes) -> bytes:
    """A sum that does not fit: the text of a cell changed in the zip."""
    import zipfile

    from hostile_base import zipped

    raw = bytearray(zipped(parts(data).items(), zipfile.ZIP_STORED))
    raw[raw.index(canary(1).encode())] ^= 1
    return bytes(raw)


def in_cells(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: with_part(data, CUSTOMERS, lambda c: c.replace(old, new, 1))


FAILURES: Mapping[str, Callable[[bytes], bytes]] = {
    "newer": newer,
    "cut off": lambda data: data[: len(data) // 2],
    "wrong sum": flipped,
    "a cell of an unknown type": in_cells(b't="inlineStr"', b't="qz001zq"'),
    "a number that is none": in_cells(b"</sheetData>", b'<row r="900"><c r="A900"><v>qz001zq</v></c></row></sheetData>'),
    "a reference that is none": in_cells(b"</sheetData>", b'<row r="900"><c r="qz001zq"><v>1</v></c></row></sheetData>'),
    "an error cell of its own": in_cells(b"</sheetData>", b'<row r="900"><c r="A900" t="e"><v>#qz001zq</v></c></row></sheetData>'),
    "an undeclared entity": in_cells(canary(1).encode(), b"&qz001zq;"),
    "an unclosed tag": in_cells(canary(1).encode(), b"<qz001zq>"),
    "a table nowhere": lambda data: with_part(data, TABLE, lambda c: re.sub(rb' ref="[^"]*"', b' ref="qz001zq"', c)),
    "a sheet twice": lambda data: with_part(data, BOOK, lambda c: c.replace(b'name="Guide"', b'name="Home"')),
    "a text that is too long": in_cells(canary(1).encode(), canary(1).encode() * 20_000),
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("command", ["validate", "doctor", "dry-run", "refresh", "import"])
def test_an_error_names_no_value(
    failure: str, command: str, book: bytes, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "shop.xlsx"
    path.write_bytes(FAILURES[failure](book))
    code = run(imported(path, place) if command == "import" else COMMANDS[command](path))
    said = capsys.readouterr()
    assert code != 70 and "Traceback" not in said.err
    if code > 1:
        assert not CANARY.search(said.out + said.err)
    assert not CANARY.search(said.err)


def imported(source: Path, place: Path) -> list[str]:
    """An import of a file into a good workbook."""
    (place / "good.xlsx").write_bytes(new_book())
    (place / "map.toml").write_text('into = "Customers"\n[columns]\n"Last name" = "last_name"\n')
    command = ["import", str(place / "good.xlsx"), str(source), "--map", str(place / "map.toml")]
    return [*command, "--sheet", "Customers", "--dry-run", *DAY]


def test_an_import_tells_reasons_and_no_values(book: bytes, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "shop.xlsx").write_bytes(book)
    rows = "".join(f"{canary(i)},{canary(i)}\n" for i in range(COUNT))
    (place / "rows.csv").write_text("Name,Day\n" + rows)
    (place / "map.toml").write_text('into = "Customers"\n[columns]\nName = "last_name"\nDay = "next_followup"\n')
    arguments = ["import", str(place / "shop.xlsx"), str(place / "rows.csv"), "--map", str(place / "map.toml"), *DAY]
    assert run(arguments) == 1
    said = capsys.readouterr()
    assert not CANARY.search(said.out + said.err)
    (place / "broken.csv").write_text("Name,Day\n" + rows + '"qz001zq')
    run([*arguments[:2], str(place / "broken.csv"), *arguments[3:]])
    assert not CANARY.search(capsys.readouterr().err)


FAULTS = tuple(
    (where, command)
    for where, commands in {
        "tracker.engine.read.read_settings": ("validate", "refresh", "dry-run"),
        "tracker.hosts.closed_file.outline": ("validate", "refresh", "dry-run"),
        "tracker.commands.examine.derive": ("validate",),
        "tracker.commands.examine.run_checks": ("validate",),
        "tracker.commands.refresh.plan_refresh": ("refresh", "dry-run"),
        "tracker.commands.fix.proposals": ("fix", "fix diff"),
        "tracker.ooxml.change.patch": ("refresh",),
    }.items()
    for command in commands
)


@pytest.mark.parametrize(("where", "command"), FAULTS)
def test_a_fault_of_ours_leaves_a_log_without_values(
    where: str,
    command: str,
    book: bytes,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is in the exception: values as its argument, as the key of a dictionary, in a cause behind it."""

    def fails(*given: object, **_: object) -> None:
        try:
            {}[canary(1)]  # type: ignore[misc]
        except KeyError as error:
            raise ValueError(f"{canary(2)} {given!r}") from error

    monkeypatch.setattr(where, fails)
    path = place / "shop.xlsx"
    path.write_bytes(book)
    code = run(COMMANDS[command](path))
    said = capsys.readouterr()
    assert code == 70 and "a fault in tracker (ValueError)" in said.err
    assert not CANARY.search(said.out + said.err)
    assert path.read_bytes() == book
    assert list((place.parent / "state").rglob("fault-*.log"))


@posix
@pytest.mark.parametrize("name", ["hangs", "eats", "dies", "raises"])
def test_a_child_that_ends_badly_leaves_nothing(
    name: str, book: bytes, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for stem in ("a", name):
        (place / f"{stem}.xlsx").write_bytes(book)
    found = validate([place], TODAY, how=How(limits=Limits(seconds=2.0, memory=1 << 30), work=wicked.NAME))
    (broken,) = (one for one in found.report.files if Path(one.path).stem == name)
    assert broken.error and not CANARY.search(broken.error)
    said = capfd.readouterr()
    assert not CANARY.search(said.out + said.err)
    assert sorted(one.name for one in place.iterdir()) == sorted(["a.xlsx", f"{name}.xlsx"])
