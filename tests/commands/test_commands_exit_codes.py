"""The contract of validate's exit codes, case by case, and what is said. The highest wins; nothing is ever written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from test_commands_bad_input import DAY, newer, other_workbook, unknown_customer, with_customer

from tracker.cli.run import run

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
OWNER_FILE = b"\x04Anna" + bytes(50)
SHOP = "shop.xlsx"

# What stands in the folder, what is named (. is the folder itself), the exit code, what must be said.
CASES: Mapping[str, tuple[dict[str, Callable[[], bytes]], list[str], int, str]] = {
    "clean": ({SHOP: with_customer}, [SHOP], 0, "nothing wrong"),
    "an error in it": ({SHOP: unknown_customer}, [SHOP], 1, "R101"),
    "a warning alone": ({SHOP: newer}, [SHOP], 0, "W112"),
    "a warning that counts": ({SHOP: newer}, [SHOP, "--fail-on", "warning"], 1, "W112"),
    "errors that do not count": ({SHOP: unknown_customer}, [SHOP, "--fail-on", "never"], 0, "R101"),
    "errors that are ignored": ({SHOP: unknown_customer}, [SHOP, "--ignore", "R"], 0, "nothing wrong"),
    "an unknown code": ({SHOP: with_customer}, [SHOP, "--select", "Q7"], 2, "There is no finding 'Q7'"),
    "an unknown option": ({SHOP: with_customer}, [SHOP, "--nonsense"], 2, "--nonsense"),
    "missing": ({}, ["gone.xlsx"], 3, "does not exist"),
    "empty": ({SHOP: lambda: b""}, [SHOP], 3, "empty"),
    "no zip": ({SHOP: lambda: b"PK nothing of the kind"}, [SHOP], 3, "not checked"),
    "encrypted": ({SHOP: lambda: ENCRYPTED}, [SHOP], 3, "password"),
    "none of ours, by its name": ({SHOP: other_workbook}, [SHOP], 3, "no Customers"),
    "none of ours, in a folder": ({SHOP: other_workbook}, ["."], 3, "no workbook to check (1 without our tables)"),
    "an empty folder": ({}, ["."], 3, "no workbook to check"),
    "only other kinds": ({"a.ods": lambda: b"x", "b.xls": lambda: b"x"}, ["."], 3, "(2 of other kinds)"),
    "open somewhere": ({SHOP: with_customer, f"~${SHOP}": lambda: OWNER_FILE}, [SHOP], 0, "open in Excel (Anna)"),
    "one clean, one with errors": ({SHOP: with_customer, "b.xlsx": unknown_customer}, ["."], 1, "R101"),
    "one clean, one none of ours": ({SHOP: with_customer, "b.xlsx": other_workbook}, ["."], 0, "1 skipped"),
    "errors and one unreadable": ({SHOP: unknown_customer, "b.xlsx": lambda: b""}, ["."], 3, "R101"),
    "clean, and one that is gone": ({SHOP: with_customer}, [SHOP, "gone.xlsx"], 3, "does not exist"),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_exit_code(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files, named, code, said = CASES[what]
    for name, make in files.items():
        (tmp_path / name).write_bytes(make())
    before = contents(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["validate", *named, *DAY]) == code
    told = capsys.readouterr()
    assert said in told.out + told.err
    assert "Traceback" not in told.err and contents(tmp_path) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_share_that_nobody_may_write_to_is_checked_and_stays_as_it_is(tmp_path: Path) -> None:
    """In a mount that takes no writes at all, which stops root as well."""
    share = tmp_path / "share"
    share.mkdir()
    (share / SHOP).write_bytes(unknown_customer())
    (share / "b.xlsx").write_bytes(with_customer())
    script = (
        f"mount --bind '{share}' '{share}' && mount -o remount,ro,bind '{share}' && ! touch '{share}/x' 2>/dev/null && "
    )
    done = subprocess.run(
        [
            "unshare",
            "-rm",
            "sh",
            "-c",
            script + f"exec '{sys.executable}' -m tracker validate '{share}' --today {DAY[1]}",
        ],
        capture_output=True,
        text=True,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this system lets nobody make a mount of their own")
    assert done.returncode == 1, done.stderr
    assert "R101" in done.stdout and "2 files" in done.stdout
    assert sorted(contents(share)) == sorted([SHOP, "b.xlsx"])
