"""Owner files: who has a workbook open in an office program, live or left behind, well-formed or odd."""

from __future__ import annotations

import errno
import os
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from keeping import OLD, beside, write

from tracker.errors import BusyError, StorageError, TrackerError
from tracker.keeper import Keeping, holder, marked, owner


def excel(narrow: bytes, wide: str = "") -> bytes:
    """Excel's owner file: length and name in a code page, then in UTF-16; 165 bytes."""
    first = bytes([len(narrow)]) + narrow.ljust(54)
    return first + bytes([len(wide), 0]) + wide.encode("utf-16-le").ljust(108, b" \0"[:1])


CASES = [
    ("excel", "~$shop.xlsx", excel(b"Anna Weiss", "Anna Weiss"), "Excel (Anna Weiss)"),
    ("excel, Chinese", "~$shop.xlsx", excel("王小明".encode("gbk"), "王小明"), "Excel (王小明)"),
    ("excel, narrow only", "~$shop.xlsx", b"\x04Anna" + bytes(160), "Excel (Anna)"),
    ("excel, empty", "~$shop.xlsx", b"", "Excel"),
    ("excel, rubbish", "~$shop.xlsx", b"\xff\x00\n\r\x1b[31m" * 40, "Excel"),
    (
        "libreoffice",
        ".~lock.shop.xlsx#",
        "Bo Öst,bo,PC7,01.01.2026 08:00,;".encode(),
        "LibreOffice (Bo Öst)",
    ),
    ("libreoffice, no name", ".~lock.shop.xlsx#", b",bo,PC7,01.01.2026 08:00,;", "LibreOffice (bo)"),
    ("libreoffice, empty", ".~lock.shop.xlsx#", b"", "LibreOffice"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "shop.xlsx"
    file.write_bytes(OLD)
    return file


@pytest.mark.parametrize("age", [0, 3 * 86_400], ids=["live", "left behind"])
@pytest.mark.parametrize(("name", "content", "who"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_whoever_has_it_open_is_named_and_let_alone(path: Path, name: str, content: bytes, who: str, age: int) -> None:
    file = path.with_name(name)
    file.write_bytes(content)
    os.utime(file, (time.time() - age,) * 2)
    with pytest.raises(BusyError) as error:
        write(path)
    said = str(error.value)
    assert f"it is open in {who}" in said and said.isprintable()
    assert ("delete " + name in said) == bool(age), "who left it behind is for a person to say"
    assert path.read_bytes() == OLD and beside(path) == [name] and file.read_bytes() == content


@pytest.mark.parametrize(("mine", "theirs"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_name_whose_accents_another_system_spells_otherwise(tmp_path: Path, mine: str, theirs: str) -> None:
    path = tmp_path / unicodedata.normalize(mine, "Müller.xlsx")
    path.write_bytes(OLD)
    path.with_name(unicodedata.normalize(theirs, "~$Müller.xlsx")).write_bytes(excel(b"Anna", "Anna"))
    assert holder(path) == "Excel (Anna)"


def test_the_owner_files_of_neighbours_and_folders_mean_nothing(path: Path) -> None:
    path.with_name("~$shop.xlsm").write_bytes(excel(b"Anna"))
    path.with_name("~$shop.xlsx").mkdir()
    assert owner(path) is None and write(path)


@pytest.mark.skipif(os.name != "posix", reason="links are those of POSIX")
def test_through_a_link_the_owner_of_the_file_itself_counts(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.parent.mkdir()
    link.symlink_to(path)
    path.with_name("~$shop.xlsx").write_bytes(excel(b"Anna"))
    with pytest.raises(BusyError, match="Anna"):
        write(link)


def test_waiting_takes_what_was_saved_in_the_meantime(path: Path) -> None:
    """Anna saves and closes while we wait: what is read is what she saved."""
    import threading

    file = path.with_name("~$shop.xlsx")
    file.write_bytes(excel(b"Anna"))

    def save_and_close() -> None:
        path.write_bytes(b"saved by Anna")
        file.unlink()

    closing = threading.Timer(0.4, save_and_close)
    closing.start()
    copy = write(path, how=Keeping(wait=30))
    closing.join()
    assert Path(copy).read_bytes() == b"saved by Anna"


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("~$shop.xlsx", ("Excel", "shop.xlsx")),
        ("~$Shop 2.XLSM", ("Excel", "Shop 2.XLSM")),
        (".~lock.shop.ods#", ("LibreOffice", "shop.ods")),
        (".~lock.a#b.xlsx#", ("LibreOffice", "a#b.xlsx")),
        ("~$port.docx", None),  # Word leaves out the first two letters: which document is meant is not known
        ("~$.xlsx", None),
        (".~lock.#", None),
        (".~lock.shop.xlsx", None),
        ("shop~$.xlsx", None),
        ("shop.xlsx", None),
    ],
)
def test_by_its_name_a_mark_says_whose_it_is(path: Path, name: str, of: tuple[str, str] | None) -> None:
    found = marked(path.with_name(name))
    assert found == (of and (of[0], path.with_name(of[1])))


def test_waiting_in_vain_ends_with_the_name(path: Path) -> None:
    path.with_name("~$shop.xlsx").write_bytes(excel(b"Anna"))
    with pytest.raises(BusyError, match="Anna"):
        write(path, how=Keeping(wait=0.3))


@pytest.mark.parametrize(("fault", "kind"), [("EACCES", BusyError), ("EIO", StorageError), ("ESTALE", StorageError)])
def test_an_owner_file_that_cannot_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, kind: type[TrackerError]
) -> None:
    """Windows denies reading one that is held; anything else is the disk's."""
    honest = Path.open

    def opened(self: Path, *how: Any, **more: Any) -> Any:
        if self.name.startswith("~$"):
            raise OSError(getattr(errno, fault), os.strerror(getattr(errno, fault)))
        return honest(self, *how, **more)

    monkeypatch.setattr(Path, "open", opened)
    path.with_name("~$shop.xlsx").touch()
    with pytest.raises(kind) as error:
        write(path)
    assert "\n" not in str(error.value) and path.read_bytes() == OLD
