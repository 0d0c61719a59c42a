"""The only file that was named is read while the rest is loaded: once, and by nobody who has no use for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from books import new_book

from tracker.cli.run import run
from tracker.errors import Exit
from tracker.hosts import ClosedFile, closed_file

Asked = Callable[..., tuple[int, list[Path], list[Path]]]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The exit code of validating places, the files that were begun, and those that this process has read."""
    begun, read = list[Path](), list[Path]()
    begin, read_bytes = ClosedFile.begin, closed_file.read_bytes
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ClosedFile, "begin", lambda self: (begun.append(self.path), begin(self))[1])
    monkeypatch.setattr(closed_file, "read_bytes", lambda path: (read.append(path), read_bytes(path))[1])
    for name in ("shop.xlsx", "other.xlsx"):
        Path(name).write_bytes(new_book())

    def ask(*arguments: str) -> tuple[int, list[Path], list[Path]]:
        return run(["validate", *arguments, "--select", "D101"]), begun, read

    return ask


def test_a_file_that_is_named_alone_is_begun_and_read_once(asked: Asked) -> None:
    assert asked("shop.xlsx") == (Exit.CLEAN, [Path("shop.xlsx")], [Path("shop.xlsx")])


@pytest.mark.parametrize(
    "arguments", [["shop.xlsx", "other.xlsx"], ["."], ["shop.xlsx", "--timeout-per-file", "60"]], ids=repr
)
def test_what_children_read_is_not_begun(asked: Asked, arguments: list[str]) -> None:
    assert asked(*arguments) == (Exit.CLEAN, [], [])


@pytest.mark.parametrize("name", ["nowhere.xlsx", "a" * 300 + ".xlsx"], ids=["missing", "too long"])
def test_what_is_no_file_is_not_begun(asked: Asked, name: str) -> None:
    code, begun, _ = asked(name)
    assert code == Exit.UNREADABLE and not begun
