"""Workbooks of others with customers of ours in them: what a refresh writes comes to rest, and their parts stay.

Each specimen gets three sheets with Tables: its styles, names, macros, drawings and links are then those of a workbook
that a refresh has to keep. What has none of our tables is refused.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from books import TODAY, refreshed, with_part
from fixing import fixed
from openpyxl import load_workbook
from specimens import specimens

from tracker.commands.codes import codes
from tracker.commands.examine import Outcome, Question, examine
from tracker.errors import TrackerError
from tracker.facts.calendar import to_serial
from tracker.hosts import MemoryHost
from tracker.ooxml import Workbook
from tracker.ooxml.errors import PackageError
from tracker.ooxml.refs import column_letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DAY = to_serial(TODAY)
TYPED: Mapping[str, Sequence[Sequence[str | float]]] = {
    "Customers": [
        ("Customer ID", "First name", "Last name", "E-mail", "Owner", "Tags", "Spend last 12 months", "Follow-up"),
        ("", "Ada", "Marsh", "ada@b.example", "Bo", "", "", ""),
        ("", "Cy", "Reed", "cy@b.example", "Bo", "", "", ""),
    ],
    "Interactions": [
        ("Interaction ID", "Customer", "Started at", "Channel", "Customer ID"),
        ("", "ada@b.example", DAY - 9, "Phone", ""),
    ],
    "Purchases": [
        ("Purchase ID", "Customer", "Purchased at", "Item", "Quantity", "Unit price", "Net amount"),
        ("", "cy@b.example", DAY - 40, "Lamp", 2.0, 150.0, ""),
    ],
}  # fmt: skip
KNOWN = [
    name for name, rows in TYPED.items() if len(rows[0]) > 5
]  # by so few headers no table is known without a Table
ROWS = {name: len(rows) - 1 for name, rows in TYPED.items()}


def adopted(data: bytes) -> bytes:
    """A workbook with our three sheets behind its own."""
    book = Workbook(data)
    folder, _, name = book.part.rpartition("/")
    base = f"{folder}/" if folder else ""
    links = f"{base}_rels/{name}.rels"
    made: dict[str, str] = {}
    sheets = targets = types = ""
    for number, (table, rows) in enumerate(TYPED.items(), 9001):
        sheet, part = f"ours/sheet{number}.xml", f"ours/table{number}.xml"
        sheets += f'<\\g<1>sheet xmlns:o="{LINKS}" name="{table}" sheetId="{number}" o:id="ours{number}"/>'
        targets += f'<\\g<1>Relationship Id="ours{number}" Type="{LINKS}/worksheet" Target="/{sheet}"/>'
        types += f'<\\g<1>Override PartName="/{sheet}" ContentType="{TYPES}.worksheet+xml"/>'
        types += f'<\\g<1>Override PartName="/{part}" ContentType="{TYPES}.table+xml"/>'
        made[sheet], made[part] = _sheet(rows), _table(table, number, rows)
        made[f"ours/_rels/sheet{number}.xml.rels"] = (
            f'<Relationships xmlns="{PACKAGE_LINKS}"><Relationship Id="t" Type="{LINKS}/table" Target="/{part}"/>'
            "</Relationships>"
        )
    ends = {book.part: ("sheets", sheets), links: ("Relationships", targets), "[Content_Types].xml": ("Types", types)}
    return _zipped(data, ends, made)


def _zipped(data: bytes, ends: Mapping[str, tuple[str, str]], made: Mapping[str, str]) -> bytes:
    """The package with texts put before the end tags of some parts, and with more parts."""
    out, found = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for member in package.infolist():
            content = package.read(member)
            if end := ends.get(member.filename.replace("\\", "/").lstrip("/")):
                tag = rf"</((?:[\w.-]+:)?){end[0]}\s*>".encode()
                content, count = re.subn(tag, lambda m: m.expand(end[1].encode()) + m[0], content)
                assert count == 1, member.filename
                found += 1
            into.writestr(member, content)
        for name, text in made.items():
            into.writestr(name, text)
    assert found == len(ends)
    return out.getvalue()


def _sheet(rows: Sequence[Sequence[str | float]]) -> str:
    lines = "".join(
        f'<row r="{at}">{"".join(_cell(column, at, value) for column, value in enumerate(row, 1))}</row>'
        for at, row in enumerate(rows, 1)
    )
    tables = f'<tableParts xmlns:o="{LINKS}" count="1"><tablePart o:id="t"/></tableParts>'
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{tables}</worksheet>'


def _cell(column: int, row: int, value: str | float) -> str:
    where = f'<c r="{column_letters(column)}{row}"'
    if value == "":
        return f"{where}/>"
    if isinstance(value, str):
        return f'{where} t="inlineStr"><is><t>{value}</t></is></c>'
    return f"{where}><v>{value}</v></c>"


def _table(name: str, number: int, rows: Sequence[Sequence[str | float]]) -> str:
    ref = f"A1:{column_letters(len(rows[0]))}{len(rows)}"
    columns = "".join(f'<tableColumn id="{at}" name="{header}"/>' for at, header in enumerate(rows[0], 1))
    return (
        f'<table xmlns="{MAIN}" id="{number}" name="{name}" displayName="{name}" ref="{ref}"><autoFilter ref="{ref}"/>'
        f'<tableColumns count="{len(rows[0])}">{columns}</tableColumns></table>'
    )


def raw_parts(data: bytes) -> dict[str, tuple[int, int, int]]:
    """What tells whether the packed bytes of a part are others: checksum, packed and unpacked size."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {one.filename: (one.CRC, one.compress_size, one.file_size) for one in package.infolist()}


def comes_to_rest(every: int) -> None:
    seen, refused, restless, touched = 0, [], [], []
    for one in specimens(every):
        seen += 1
        try:
            before = adopted(one.data)
            once, done = refreshed(before)
        except (TrackerError, PackageError) as error:
            refused.append(f"{one.name}: {error}")
            continue
        assert done.changed and done.customers == 2, one.name
        twice, again = refreshed(once, hour=20)
        if twice != once or again.changed:
            restless.append(one.name)
        was, now = raw_parts(before), raw_parts(once)
        if [name for name in was if was[name] != now.get(name) and not name.startswith("ours/")]:
            touched.append(one.name)
    print(f"{seen} workbooks, {len(refused)} refused: {refused}; written twice: {restless}; other parts: {touched}")
    assert seen > len(refused) and not restless and not touched


def test_a_second_refresh_of_some_specimens_writes_nothing() -> None:
    comes_to_rest(every=25)


@pytest.mark.faults
def test_a_second_refresh_of_every_specimen_writes_nothing() -> None:
    comes_to_rest(every=1)


def without_tables(data: bytes) -> bytes:
    """An adopted workbook after a program that drops Tables: links and lists are gone, the parts lie about."""
    for number in range(9001, 9001 + len(TYPED)):
        links = f"ours/_rels/sheet{number}.xml.rels"
        data = with_part(data, links, lambda c: re.sub(rb"<Relationship .*?/>", b"", c))
        data = with_part(data, f"ours/sheet{number}.xml", lambda c: re.sub(rb"<tableParts.*</tableParts>", b"", c))
    return data


def come_back(every: int) -> None:
    """A fix lays the Tables over their cells and touches no other part; a second one writes nothing."""
    seen, refused, read, may_change = 0, [], 0, re.compile(r"ours/|\[Content_Types\].xml")
    for one in specimens(every):
        seen += 1
        try:
            before = without_tables(adopted(one.data))
            host = MemoryHost(before)
            done = fixed(host, "W102")
        except (TrackerError, PackageError) as error:
            refused.append(f"{one.name}: {error}")
            continue
        assert not done.unfit and [table.name for table in done.tables] == KNOWN, (one.name, done.unfit)
        was, now = raw_parts(before), raw_parts(host.data)
        assert not [name for name in was if was[name] != now.get(name) and not may_change.match(name)], one.name
        again = MemoryHost(host.data)
        assert not fixed(again, "W102").tables and again.data == host.data, one.name
        assert refreshed(host.data)[1].customers == 2, one.name
        read += seen_by_another(before, host.data, one.name)
    print(f"{seen} workbooks, {len(refused)} refused: {refused}; {read} read by openpyxl")
    assert seen > len(refused) and read


def seen_by_another(before: bytes, after: bytes, name: str) -> bool:
    """Whether openpyxl reads the workbook at all; where it does it sees the Tables."""
    try:
        load_workbook(io.BytesIO(before))
    except Exception:
        return False
    book = load_workbook(io.BytesIO(after))
    assert [[*book[sheet].tables] for sheet in KNOWN] == [[sheet] for sheet in KNOWN], name
    return True


@pytest.mark.filterwarnings("ignore::UserWarning")  # of openpyxl, about what it does not know
def test_lost_tables_come_back_in_some_specimens() -> None:
    come_back(every=25)


@pytest.mark.faults
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_lost_tables_come_back_in_every_specimen() -> None:
    come_back(every=1)


def is_reported(every: int) -> None:
    """Each as it is gives one line that says why it was not checked; with our sheets in it, its rows are counted."""
    question = Question(TODAY, None, frozenset(codes([""])))
    seen = counted = 0
    for one in specimens(every):
        seen += 1
        plain = examined(one.data, question)
        assert not plain.fault and plain.report.error and "\n" not in plain.report.error, one.name
        try:
            with_ours = adopted(one.data)
        except PackageError:
            continue  # what it is was said above
        outcome = examined(with_ours, question)
        assert not outcome.fault, (one.name, outcome.fault)
        assert outcome.report.error or dict(outcome.report.rows) == ROWS, one.name
        counted += not outcome.report.error
    print(f"{seen} workbooks, {counted} of them checked with our sheets in them")
    assert counted > 0.9 * seen


def examined(data: bytes, question: Question) -> Outcome:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "specimen.xlsx"
        path.write_bytes(data)
        return examine(path, question)


def test_some_specimens_are_reported() -> None:
    is_reported(every=25)


@pytest.mark.faults
def test_every_specimen_is_reported() -> None:
    is_reported(every=1)


def test_what_has_none_of_our_tables_is_refused() -> None:
    for one in specimens(every=7):
        with pytest.raises(TrackerError) as refused:
            refreshed(one.data)
        assert str(refused.value) and "\n" not in str(refused.value), one.name
