"""What the writing library cannot say: our table style, and formulas whose result is an empty text.

Works on the finished package, part by part, and changes nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile

from tracker.template.theme import RULE, TABLE_STYLE

EMPTY_RESULT = re.compile(r'(<c r="[A-Z]+\d+"(?: s="\d+")?)(><f>[^<]*</f><v></v></c>)')
SHEET_PART = re.compile(r"xl/worksheets/sheet\d+\.xml")


def finish(data: bytes) -> bytes:
    """The package with table style ``Tracker`` and with every blank formula result marked as text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = old.read(member)
            if member.filename == "xl/styles.xml":
                part = _with_table_style(part.decode()).encode()
            elif SHEET_PART.fullmatch(member.filename):
                part = EMPTY_RESULT.sub(r'\1 t="str"\2', part.decode()).encode()
            # A ZipInfo of our own: no time and no system of the machine that builds.
            new.writestr(zipfile.ZipInfo(member.filename), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with_table_style(styles: str) -> str:
    """Hair rules, a quiet band, bold header and total: Excel's own light styles are louder."""
    line = f'style="thin"><color rgb="FF{RULE[1:]}"/>'
    band = 'theme="2"'
    formats = (
        f"<dxf><border><bottom {line}</bottom><horizontal {line}</horizontal></border></dxf>",
        "<dxf><font><b/></font></dxf>",
        '<dxf><font><b/></font><border><top style="thin"><color theme="1"/></top></border></dxf>',
        f'<dxf><fill><patternFill patternType="solid"><fgColor {band}/><bgColor {band}/></patternFill></fill></dxf>',
    )
    count = int(re.search(r'<dxfs count="(\d+)"', styles)[1])  # type: ignore[index]
    styles = styles.replace(f'<dxfs count="{count}">', f'<dxfs count="{count + len(formats)}">')
    styles = styles.replace("</dxfs>", "".join(formats) + "</dxfs>")
    kinds = ("wholeTable", "headerRow", "totalRow", "secondRowStripe")
    elements = "".join(f'<tableStyleElement type="{kind}" dxfId="{count + n}"/>' for n, kind in enumerate(kinds))
    style = (
        f'<tableStyles count="1" defaultTableStyle="{TABLE_STYLE}">'
        f'<tableStyle name="{TABLE_STYLE}" pivot="0" count="{len(kinds)}">{elements}</tableStyle></tableStyles>'
    )
    return re.sub(r"<tableStyles [^>]*/>", lambda _: style, styles)
