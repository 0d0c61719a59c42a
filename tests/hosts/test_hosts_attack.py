"""What staff and file systems do to a workbook and its folder: each once lost something, or ended in a traceback."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from books import column_of, header, new_book, parts, refreshed, table_of, type_rows, with_part, write
from test_hosts import book, cells

from tracker.errors import BusyError, RefusedError, TrackerError, UsageError
from tracker.hosts import ClosedFile, MemoryHost
from tracker.keeper import Retention, backups, copies, files, history_folder, holder, place, replace
from tracker.keeper.backups import Copy, keep_copy, thin
from tracker.model.grid import Writes
from tracker.ooxml import Workbook

CHANGE = Writes((cells("People", 3, 3, 99.0),))
BOOK = "xl/workbook.xml"
posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and bytes in names are those of POSIX")


@pytest.fixture(scope="module")
def shop() -> bytes:
    """A workbook with five customers, each to be called on a day, refreshed."""
    people = [
        {"last_name": f"Ann{i}", "email": f"a{i}@x.org", "owner": "Bo", "next_followup": 46300.0 + i} for i in range(5)
    ]
    return refreshed(type_rows(new_book(), "Customers", people))[0]


def one_more(data: bytes) -> bytes:
    return type_rows(data, "Customers", [{"last_name": "New", "email": "n@x.org", "owner": "Bo"}])


def in_book(data: bytes, old: str, new: str) -> bytes:
    """The workbook with its main part rewritten; the old text must be there."""
    assert re.search(old, parts(data)[BOOK].decode())
    return with_part(data, BOOK, lambda content: re.sub(old, new, content.decode()).encode())


# What staff do in Excel.


@pytest.mark.parametrize("name", ["Home", "Summary", "Problems", "State", "Choices", "Guide", "Tag history"])
def test_a_deleted_tool_sheet_is_no_reason_not_to_refresh(shop: bytes, name: str) -> None:
    gone = in_book(shop, f'<sheet name="{name}"[^>]*/>', "")
    gone = in_book(gone, f"'{name}'!", "#REF!") if f"'{name}'!" in parts(gone)[BOOK].decode() else gone
    after, _ = refreshed(one_more(gone))
    table = table_of(after, "Customers")
    ids = Workbook(after).read(table.sheet).columns[column_of(table, header("Customers", "customer_id"))]
    assert ids.texts[6], "the new customer has an ID"


@pytest.mark.parametrize("name", ["Home (2)", "Home, sweet", "It's home", "Ho!me", "HOME & co", "首页"])
def test_a_renamed_tool_sheet_is_filled_under_its_new_name(shop: bytes, name: str) -> None:
    quoted, plain = name.replace("'", "''").replace("&", "&amp;"), name.replace("&", "&amp;")
    renamed = in_book(in_book(shop, '<sheet name="Home"', f'<sheet name="{plain}"'), "'Home'!", f"'{quoted}'!")
    after, done = refreshed(one_more(renamed))
    assert Workbook(after).sheet(name).part in done.receipt.parts


def test_a_name_that_points_into_another_workbook_is_no_area(shop: bytes) -> None:
    outline = MemoryHost(in_book(shop, "'Home'!", "'[1]Home'!")).book()
    assert "home_first" not in outline.areas and "home_first" in outline.names


def test_a_table_in_other_letters_is_the_same_table(shop: bytes) -> None:
    part = table_of(shop, "Customers").part
    shouted = with_part(shop, part, lambda c: c.replace(b'ame="Customers"', b'ame="CUSTOMERS"'))
    assert [table.name for table in Workbook(shouted).tables if table.part == part] == ["CUSTOMERS"]
    assert refreshed(shouted)[0] == shouted


def test_a_cell_of_staff_below_a_block_that_lost_rows_is_kept(shop: bytes) -> None:
    """Deleting a row of a tool sheet pulls up what stands below it."""
    area = MemoryHost(shop).book().areas["home_first"]
    last = area.ref.last_row
    assert area.ref.first_row + 4 <= last, "five customers fill five lines of it"
    shrunk = in_book(shop, rf"('Home'!\$B\${area.ref.first_row}:\$J\$){last}", rf"\g<1>{area.ref.first_row + 1}")
    shrunk = write(shrunk, [("Home", area.ref.first_row + 2, 2, "ours")])
    after, _ = refreshed(one_more(shrunk))
    assert Workbook(after).read("Home").columns[2].texts[area.ref.first_row + 1] == "ours"


@pytest.mark.parametrize("below", ["<mergeCells><mergeCell ref='A8:C8'/></mergeCells>"])
def test_rows_that_no_table_can_take_are_said_in_one_line(shop: bytes, below: str) -> None:
    typed = [{"last_name": name, "email": f"{name}@x.org", "owner": "Bo"} for name in ("x", "y", "z")]
    merged = with_part(
        type_rows(shop, "Customers", typed, grow=False),
        Workbook(shop).sheet("Customers").part,
        lambda c: c.replace(b"</sheetData>", b"</sheetData>" + below.encode()),
    )
    with pytest.raises(RefusedError, match=r"table Customers would grow over merged cells at A8:C8\. Unmerge them"):
        refreshed(merged)


def test_a_table_pulled_down_to_the_end_of_the_sheet_is_read_to_its_last_filled_row(shop: bytes) -> None:
    table = table_of(shop, "Customers")
    last = str(table.ref).partition(":")[2]
    end = re.sub(r"\d+$", "1048576", last)
    tall = with_part(shop, table.part, lambda c: c.replace(f':{last}"'.encode(), f':{end}"'.encode()))
    once, done = refreshed(tall)
    assert (done.customers, [one.code for one in done.findings]) == (refreshed(shop)[1].customers, ["W121"])
    assert parts(once)[Workbook(shop).sheet("Customers").part] == parts(tall)[Workbook(shop).sheet("Customers").part]
    assert refreshed(once, hour=20)[0] == once


@pytest.mark.parametrize("top", [7, 8, 10])
def test_a_table_of_staff_below_ours_is_theirs(shop: bytes, top: int) -> None:
    """Its rows are no customers, no stray rows, and no reason to refuse."""
    regions = (("Region", "Head"), ("North", "Bo"), ("South", "Al"))
    cells = [("Customers", top + i, 1 + j, text) for i, row in enumerate(regions) for j, text in enumerate(row)]
    part, table = Workbook(shop).sheet("Customers").part, "xl/tables/table99.xml"
    xml = (
        '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="99" name="Regions" displayName='
        f'"Regions" ref="A{top}:B{top + 2}"><tableColumns count="2"><tableColumn id="1" name="Region"/>'
        '<tableColumn id="2" name="Head"/></tableColumns></table>'
    )
    both = with_part(
        write(shop, cells),
        part.replace("worksheets/", "worksheets/_rels/") + ".rels",
        lambda c: c.replace(
            b"</Relationships>",
            b'<Relationship Id="rId99" Target="../tables/table99.xml" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"/></Relationships>',
        ),
    )
    made = io.BytesIO(both)
    with zipfile.ZipFile(made, "a") as package:
        package.writestr(table, xml)
    after, done = refreshed(made.getvalue())
    assert done.findings == () and done.customers == 5
    assert [str(one.ref) for one in Workbook(after).tables if one.sheet == "Customers"] == [
        "A1:BW6",
        f"A{top}:B{top + 2}",
    ]


# What file systems do.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "shop.xlsx"
    file.write_bytes(book())
    return file


def named(folder: Path, name: str | bytes) -> Path:
    path = folder / os.fsdecode(name)
    try:
        path.write_bytes(book())
    except OSError:
        pytest.skip("the file system here has no such names")
    return path


@pytest.mark.parametrize(
    "name",
    ["a [2026] * {x} %s.xlsx", "noext", ".xlsx", "-n.xlsx", "长" * 80 + ".xlsx", "L" * 250 + ".xlsx", b"\xff.xlsx"],
)
@posix
def test_a_name_of_any_kind_is_written_and_has_its_copies(tmp_path: Path, name: str | bytes) -> None:
    path = named(tmp_path, name)
    assert holder(path) is None
    before = path.read_bytes()
    done = ClosedFile(path).apply(CHANGE)
    assert Path(done.backup).read_bytes() == before
    assert [one for one in tmp_path.iterdir() if one.name != place.FOLDER] == [path]


KEEP = Retention(20, 1, 1)


def kept(path: Path, data: bytes, year: int, minute: int = 0) -> Copy:
    """A copy of a workbook made at some time, and the older ones thinned."""
    path.touch()
    history_folder(path).mkdir(parents=True, exist_ok=True)
    copy = keep_copy(history_folder(path), path, data, datetime(year, 1, 1, 12, minute, tzinfo=UTC))
    thin(history_folder(path), path, KEEP, [copy.path.name])
    return copy


def test_copies_of_a_name_with_brackets_are_thinned(tmp_path: Path) -> None:
    path = tmp_path / "a [2026].xlsx"
    made = [kept(path, b"%d" % i, 2026, i) for i in range(25)]
    assert copies(history_folder(path), path) == (made[0], *made[-20:])


def test_copies_of_a_namesake_are_let_alone(tmp_path: Path) -> None:
    other = [kept(tmp_path / "a.xlsx", b"x", 2025, i) for i in range(3)]
    for i in range(25):
        kept(tmp_path / "a", b"y", 2026, i)
    assert all(copy.path.exists() for copy in other)


def test_a_clock_set_back_does_not_cost_the_copy_just_made(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    first = kept(path, b"first", 2020)
    for i in range(21):
        kept(path, b"%d" % i, 2026, i)
    assert kept(path, b"new", 2021).path.read_bytes() == b"new" and first.path.exists()


@posix
def test_a_copy_is_as_private_as_the_workbook(path: Path) -> None:
    path.chmod(0o600)
    mask = os.umask(0)
    try:
        done = ClosedFile(path).apply(CHANGE)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(Path(done.backup).stat().st_mode) == 0o600


@posix
def test_whoever_may_write_the_workbook_may_keep_copies_of_it(path: Path) -> None:
    path.parent.chmod(0o2770)
    mask = os.umask(0o077)
    try:
        ClosedFile(path).apply(CHANGE)
    finally:
        os.umask(mask)
    for folder in (history_folder(path), history_folder(path).parent):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == 0o770


def test_an_old_copy_that_is_not_ours_to_delete_stops_nobody(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(23):
        ClosedFile(path).apply(Writes((cells("People", 3, 3, float(i)),)))

    honest = Path.unlink

    def denied(self: Path, missing_ok: bool = False) -> None:
        if backups.NAME.fullmatch(self.name):
            raise PermissionError(errno.EACCES, "Permission denied")
        honest(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", denied)
    assert ClosedFile(path).apply(CHANGE).changed


def test_a_share_that_cannot_flush_a_folder_still_says_what_happened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(files, "flush_folder", fails)
    assert ClosedFile(path).apply(CHANGE).changed
    assert ClosedFile(path).sheet("People").column(3, 3, 3).values() == [99.0]


def test_a_file_changed_while_the_copy_was_kept_is_theirs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = replace.keep_copy

    def slow(*asked: object) -> Copy:
        kept = honest(*asked)  # type: ignore[arg-type]
        path.write_bytes(b"theirs")
        return kept

    host = ClosedFile(path)
    host.book()
    monkeypatch.setattr(replace, "keep_copy", slow)
    with pytest.raises(BusyError, match="changed it meanwhile"):
        host.apply(CHANGE)
    assert path.read_bytes() == b"theirs"


@posix
def test_rings_of_links_and_folders_are_refused_in_one_line(path: Path) -> None:
    ring, folder = path.with_name("ring.xlsx"), path.with_name("folder.xlsx")
    ring.symlink_to(ring)
    folder.mkdir()
    tries: list[tuple[Callable[[], object], type[TrackerError]]] = [
        (lambda: ClosedFile(ring, path).book(), TrackerError),
        (lambda: ClosedFile(path, folder).apply(CHANGE), RefusedError),
    ]
    for trial, kind in tries:
        with pytest.raises(kind) as error:
            trial()
        assert "\n" not in str(error.value)
    assert path.read_bytes() == book()


@pytest.mark.parametrize("output", ["out.csv", "out.xlsm", "out", "."])
def test_an_output_that_excel_would_not_open_is_refused(path: Path, output: str) -> None:
    with pytest.raises(UsageError, match=r"ends in \.xlsx"):
        ClosedFile(path, path.parent / output)


def test_a_folder_named_like_an_owner_file_holds_nothing(path: Path) -> None:
    path.with_name(f"~${path.name}").mkdir()
    assert holder(path) is None and ClosedFile(path).apply(CHANGE).changed
