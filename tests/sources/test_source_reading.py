"""Foreign files as people save them → one plain table, or one clear line."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.sources import SourceError, read_source, split_member

ROWS = [["name", "city", "note"], ["Chloé Lefèvre", "Zürich", "a “quote”, élève"], ["Bjørn", "Málaga", "5 €"]]
CHINESE = [["姓名", "城市", "备注"], ["王伟", "上海市", "老客户，每月联系"], ["ABC公司", "北京", "急"]]
TRADITIONAL = [["姓名", "城市"], ["陳國華", "臺北市"], ["張麗", "高雄"]]


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def read_back(data: bytes, name: str = "file.csv") -> list[list[object]]:
    source = read_source(data, name)
    return [list(source.columns), *map(list, zip(*source.values.values(), strict=True))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("rows", "encoding", "found"),
    [
        (ROWS, "utf-8", "utf-8"),
        (ROWS, "utf-8-sig", "utf-8"),
        (ROWS, "utf-16", "utf-16"),
        (ROWS, "utf-16-le", "utf-16-le"),
        (ROWS, "utf-16-be", "utf-16-be"),
        (ROWS, "cp1252", "cp1252"),
        ([["a"], ["x"]], "ascii", "utf-8"),
        ([["firma", "ort"], ["Pääsky Oy", "Jyväskylä"]], "cp1252", "cp1252"),
        ([["nom", "ville"], ["préféré élève", "Orléans-sur-Mer"]], "cp1252", "cp1252"),
        ([["nome", "cidade"], ["João", "São Paulo"]], "cp1252", "cp1252"),
        ([["name", "note"], ["O’Neill", "don’t"]], "cp1252", "cp1252"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-8", "utf-8"),
        (TRADITIONAL, "gb18030", "gb18030"),
        ([["name", "city"], ["ABC公司", "x"]], "gb18030", "gb18030"),
        ([["name", "note"], ["王", "😀"]], "gb18030", "gb18030"),
    ],
)
def test_encodings_and_delimiters_are_recognised(
    rows: list[list[str]], encoding: str, found: str, delimiter: str
) -> None:
    data = written(rows, delimiter).encode(encoding)
    source = read_source(data, "file.csv")
    assert source.encoding == found
    assert source.delimiter == (delimiter if len(rows[0]) > 1 else ",")
    assert read_back(data) == rows


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("name;price, net\nx;1,50\ny;2,75\n", ";", ("name", "price, net")),
        ('"a, b";c\n"x;y";"z"\n', ";", ("a, b", "c")),
        ('name,note\nx,"one; two; three"\ny,"1\n2\n3"\n', ",", ("name", "note")),
        ("id,note\n1,a;b;c\n2,d;e;f\n", ",", ("id", "note")),
        ("id\tnote, long\n1\ta,b\n", "\t", ("id", "note, long")),
        ("sep=;\na;b\n1;2\n", ";", ("a", "b")),
        ("only\n1,5\n2,5\n", ",", ("only",)),
        ("a,b\r1,2\r3,4\r", ",", ("a", "b")),
        ("\n\n,,\na,b,\n1,2,\n", ",", ("a", "b")),
        (" a , b\n1,2\n", ",", ("a", "b")),
    ],
)
def test_the_delimiter_is_the_one_that_makes_a_table(text: str, delimiter: str, columns: tuple[str, ...]) -> None:
    source = read_source(text.encode(), "file.csv")
    if "only" not in columns:
        assert source.delimiter == delimiter
    assert source.columns == columns


def test_text_stays_text_and_rows_have_the_numbers_people_see() -> None:
    source = read_source(b'id,note\n007,"two\nlines"\n\n1e5,\n,,x\n', "file.csv")
    assert list(source.values["id"]) == ["007", "1e5", None]
    assert list(source.values["note"]) == ["two\nlines", None, None]
    assert source.row_numbers.tolist() == [2, 4, 5]
    assert source.first_row == 2
    assert source.torn == {2}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "list.csv is empty."),
        (b"\xef\xbb\xbf\r\n ,, \r\n", "list.csv is empty."),
        (b"1,2\n3,4\n", "list.csv has no header: its first row holds only numbers. Add a row of column names."),
        (b"a,b,a\n1,2,3\n", "list.csv has two columns named 'a'. Rename or delete one."),
        (b"a,,b\n1,2,3\n", "list.csv: column 2 has values but no name. Name it, or delete it."),
        (b'a,b\n1,"2\n3,4\n', 'list.csv: a cell begins with a quote (") that is never closed.'),
        (b"\x89PNG\r\n\x1a\n\0\0\0\0x", "list.csv is not a table: it holds binary data."),
        (b"a,b\n\x81\xff,\x90\n", "list.csv is in an unknown encoding. Save it again as 'CSV UTF-8'."),
        (b"\xff\xfea", "list.csv is in an unknown encoding. Save it again as 'CSV UTF-8'."),
        (b"PK\x03\x04 and then nothing", "list.csv cannot be read as a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut", "list.csv cannot be read as a spreadsheet"),
    ],
)
def test_what_is_no_table_is_said_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(SourceError) as error:
        read_source(data, "list.csv")
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 3


def test_a_header_without_rows_is_a_table_without_rows() -> None:
    source = read_source(b"a,b\n", "file.csv")
    assert (source.columns, source.rows, source.first_row) == (("a", "b"), 0, 0)
    assert list(source.values["a"]) == []


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_keeps_the_types_it_stored() -> None:
    when = datetime(2024, 5, 17, 9, 30)
    data = workbook(
        Empty=[], Data=[[], ["id", "day", "at", "yes", "n", None], ["007", date(2024, 5, 17), when, True, 2]]
    )
    source = read_source(data, "book.xlsx")
    row = [values[0] for values in source.values.values()]
    assert row == ["007", datetime(2024, 5, 17), when, True, 2.0]
    assert (source.sheet, source.row_numbers.tolist(), source.encoding) == ("Data", [3], "")


def test_a_sheet_is_taken_by_name() -> None:
    data = workbook(One=[["a"], ["x"]], Orders=[["b"], ["y"]])
    assert read_source(data, "book.xlsx", "Orders").columns == ("b",)
    with pytest.raises(SourceError, match=r"no sheet 'Order'\. Did you mean 'Orders'\?"):
        read_source(data, "book.xlsx", "Order")
    with pytest.raises(SourceError, match="has no sheets"):
        read_source(b"a,b\n1,2\n", "file.csv", "Orders")


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("SYSTEM", "__MACOSX"), data)
    return out.getvalue()


def test_a_zip_gives_its_only_csv_or_the_member_named() -> None:
    one = zipped(**{"data.csv": b"a,b\n1,2\n", "SYSTEM__._data.csv": b"\0\0", ".hidden.csv": b"x"})
    assert read_back(one, "data.zip") == [["a", "b"], ["1", "2"]]
    two = zipped(**{"dir__a.csv": b"a,x\n1,2\n", "dir__b.csv": b"b,x\n1,2\n"})
    assert read_source(two, "C:\\data.zip:b.csv").columns == ("b", "x")
    assert read_source(two, "data.zip:dir/a.csv").columns == ("a", "x")
    for name, says in (
        ("data.zip", "holds 2 files that fit: say which, as data.zip:dir/a.csv"),
        ("data.zip:c.csv", "data.zip holds no c.csv."),
    ):
        with pytest.raises(SourceError, match=says):
            read_source(two, name)
    with pytest.raises(SourceError, match="holds no CSV file"):
        read_source(zipped(**{"a.png": b"x"}), "data.zip")


def test_a_member_is_split_from_its_archive() -> None:
    assert split_member("C:\\x\\a.zip:b/c.csv") == ("C:\\x\\a.zip", "b/c.csv")
    assert split_member("C:\\x\\a.csv") == ("C:\\x\\a.csv", "")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
HEADS = TEXTS.map(lambda text: "h" + text.strip())


@settings(deadline=None, max_examples=150)
@given(
    rows=st.integers(2, 4).flatmap(
        lambda width: st.tuples(
            st.lists(HEADS, min_size=width, max_size=width, unique_by=lambda head: head.strip()),
            st.lists(
                st.lists(TEXTS, min_size=width, max_size=width).filter(lambda r: any(c.strip() for c in r)), max_size=5
            ),
        )
    ),
    encoding=st.sampled_from(["utf-8-sig", "utf-16"]),
)
@example(rows=(["h", "h1"], [["\r", "x\n"]]), encoding="utf-16")
@example(rows=(["h", "h0\t0"], []), encoding="utf-8-sig")
def test_what_csv_can_hold_comes_back(rows: tuple[list[str], list[list[str]]], encoding: str) -> None:
    header, body = rows
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header, *body])
    source = read_source(out.getvalue().encode(encoding), "file.csv")
    assert source.columns == tuple(head.strip() for head in header)
    assert [list(row) for row in zip(*source.values.values(), strict=True)] == [
        [c or None for c in row] for row in body
    ]
