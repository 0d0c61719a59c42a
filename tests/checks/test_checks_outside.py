"""What a package reaches out to by its parts: each kind, made into a real workbook and read like any other."""

import io
import zipfile

import pytest
from books import TODAY, new_book

from tracker.commands.examine import findings_of
from tracker.hosts import MemoryHost
from tracker.ooxml import Outside, Workbook, outside

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACK = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def link(inner):
    return f'<externalLink xmlns="{MAIN}" xmlns:r="{RELS}">{inner}</externalLink>'


def connections(inner):
    return f'<connections xmlns="{MAIN}">{inner}</connections>'


def rels(kind, target):
    one = f'<Relationship Id="rId1" Type="{RELS}/{kind}" Target="{target}" TargetMode="External"/>'
    return f'<Relationships xmlns="{PACK}">{one}</Relationships>'


BOOK = {
    "xl/externalLinks/externalLink1.xml": ("externalLink+xml", link('<externalBook r:id="rId1"/>')),
    "xl/externalLinks/_rels/externalLink1.xml.rels": ("", rels("externalLinkPath", "file:///S:/Prices.xlsx")),
}
DDE = {
    "xl/externalLinks/externalLink1.xml": ("externalLink+xml", link('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'))
}
ODBC = {
    "xl/connections.xml": (
        "connections+xml",
        connections('<connection id="1" name="Stock"><dbPr connection="DSN=x;PWD=s3cret"/></connection>'),
    ),
    "xl/queryTables/queryTable1.xml": ("queryTable+xml", f'<queryTable xmlns="{MAIN}" name="Q" connectionId="1"/>'),
}
WEB = {
    "xl/connections.xml": (
        "connections+xml",
        connections(
            '<connection id="1" name="Rates"><webPr url="https://x.example/rates"/></connection>'
            '<connection id="2" name="List"><textPr sourceFile="S:\\list.csv"/></connection>'
            '<connection id="3" name="Gone" deleted="1"/>'
        ),
    )
}
QUERY = {"xl/queryTables/queryTable1.xml": ODBC["xl/queryTables/queryTable1.xml"]}
DAMAGED = {"xl/connections.xml": ("connections+xml", "<connections><connection>")}


def having(data, parts):
    """A workbook with more parts, each with its content type."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "[Content_Types].xml":
                told = {part: kind if "/" in kind else TYPE + kind for part, (kind, _) in parts.items() if kind}
                kinds = (f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in told.items())
                content = content.replace(b"</Types>", "".join(kinds).encode() + b"</Types>")
            after.writestr(name, content)
        for name, (_, content) in parts.items():
            after.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (BOOK, [Outside("link", "file:///S:/Prices.xlsx")]),
        (DDE, [Outside("dde", "cmd|/c calc")]),
        (ODBC, [Outside("connection", "Stock")]),
        (WEB, [Outside("web", "https://x.example/rates"), Outside("file", "S:\\list.csv")]),
        (QUERY, [Outside("connection", "Q")]),
        (DAMAGED, [Outside("connection")]),
        ({}, []),
    ],
    ids=["book", "dde", "odbc", "web", "query", "damaged", "nothing"],
)
def test_what_a_package_reaches_out_to(parts, found):
    data = having(new_book(), parts)
    assert list(outside(Workbook(data).package)) == found
    said = [one for one in findings_of(MemoryHost(data), TODAY) if one.code == "S105"]
    assert sorted(one.value for one in said) == sorted(one.target for one in found)
    assert "s3cret" not in repr(said)


def test_a_picture_from_outside():
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    drawing = {
        "xl/drawings/drawing99.xml": (kind, "<wsDr/>"),
        "xl/drawings/_rels/drawing99.xml.rels": ("", rels("image", "https://x.example/pixel.png")),
    }
    found = outside(Workbook(having(new_book(), drawing)).package)
    assert found == (Outside("image", "https://x.example/pixel.png"),)
