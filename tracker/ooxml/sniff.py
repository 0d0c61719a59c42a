"""What bytes really are that were called a workbook: a strange file is named, with what to do about it.

Looks at first bytes, at the names of streams in an old Office container, and at the names of members in a zip. Parses
nothing. Every answer is a PackageError: its reason is stable, its text is `what is wrong; what to do`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterable

from tracker.ooxml.errors import PackageError

SEEN = 1 << 16  # bytes from the beginning that are looked at
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OWNER_SIZES = (162, 165)  # of Word's and Excel's owner files: the length of a name, the name, filling
_EXPORT = "export it there as an Excel workbook (.xlsx)"
_SAVE = "open it in Excel and save it as .xlsx"
_FETCH = "open it once where it is kept, so that it is downloaded, then run this again"

# An old Office container holds streams; these names, in UTF-16, say what it is. The first that is found counts.
_STREAMS: tuple[tuple[str, str, str], ...] = (
    (
        "DRMEncryptedTransform",
        "encrypted",
        "the workbook is protected by rights management; save it without protection",
    ),
    ("EncryptedPackage", "encrypted", "the workbook is protected by a password; save it without one"),
    ("WordDocument", "ole", "the file is an old Word document (.doc), not a workbook; name a workbook"),
    ("PowerPoint Document", "ole", "the file is an old presentation (.ppt), not a workbook; name a workbook"),
    ("__properties_version1.0", "ole", "the file is an Outlook message, not a workbook; save its attachment"),
    ("Workbook", "ole", f"the file is an old binary workbook (.xls); {_SAVE}"),
    ("Book", "ole", f"the file is an old binary workbook (.xls); {_SAVE}"),
)

# First bytes that are proof enough: where they stand, what they are.
_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF", "pdf", "the file is a PDF, not a workbook; ask for the workbook it was printed from"),
    (0, b"\x89PNG", "image", "the file is a picture (PNG), not a workbook; name a workbook"),
    (0, b"\xff\xd8\xff", "image", "the file is a picture (JPEG), not a workbook; name a workbook"),
    (0, b"GIF8", "image", "the file is a picture (GIF), not a workbook; name a workbook"),
    (0, b"II*\0", "image", "the file is a picture (TIFF), not a workbook; name a workbook"),
    (0, b"MM\0*", "image", "the file is a picture (TIFF), not a workbook; name a workbook"),
    (8, b"WEBP", "image", "the file is a picture (WebP), not a workbook; name a workbook"),
    (4, b"ftypheic", "image", "the file is a picture (HEIC), not a workbook; name a workbook"),
    (0, b"\x1f\x8b", "gzip", "the file is compressed with gzip; unpack it and name the workbook inside"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z", "the file is a 7-Zip archive; unpack it and name the workbook inside"),
    (0, b"Rar!", "rar", "the file is a RAR archive; unpack it and name the workbook inside"),
    (0, b"BZh", "bzip2", "the file is compressed with bzip2; unpack it and name the workbook inside"),
    (0, b"\xfd7zXZ", "xz", "the file is compressed with xz; unpack it and name the workbook inside"),
    (0, b"\x28\xb5\x2f\xfd", "zstd", "the file is compressed with zstd; unpack it and name the workbook inside"),
    (257, b"ustar", "tar", "the file is a tar archive; unpack it and name the workbook inside"),
    (0, b"SQLite format 3\0", "database", "the file is a database (SQLite), not a workbook; export a workbook from it"),
    (4, b"Standard Jet DB", "database", "the file is an Access database, not a workbook; export a workbook from it"),
    (4, b"Standard ACE DB", "database", "the file is an Access database, not a workbook; export a workbook from it"),
    (0, b"PAR1", "parquet", "the file is a Parquet table, not a workbook; import its rows as CSV instead"),
    (0, b"{\\rtf", "rtf", "the file is a text document (RTF), not a workbook; name a workbook"),
    (0, b"\x00\x05\x16\x07", "sidecar", "the file holds what a Mac notes about another one; name the workbook itself"),
    (0, b"bplist00", "placeholder", f"the file only stands for one in iCloud; {_FETCH}"),
    (0, b"ID;", "sylk", f"the file is a symbolic link sheet (SYLK); {_SAVE}"),
    (0, b"\x09\x08\x10\x00\x00\x06\x05\x00", "biff", f"the file is an old binary workbook (.xls); {_SAVE}"),
    (0, b"\x09\x08\x08\x00\x00\x05\x05\x00", "biff", f"the file is an old binary workbook (.xls); {_SAVE}"),
    (0, b"\x09\x04\x06\x00\x00\x00\x10\x00", "biff", f"the file is an old binary workbook (.xls); {_SAVE}"),
    (0, b"\x09\x02\x06\x00\x00\x00\x10\x00", "biff", f"the file is an old binary workbook (.xls); {_SAVE}"),
    (0, b"MZ", "program", "the file is a program, not a workbook; do not start it, and ask who put it there"),
    (0, b"\x7fELF", "program", "the file is a program, not a workbook; do not start it, and ask who put it there"),
    (0, b"#!", "program", "the file is a script, not a workbook; do not start it, and ask who put it there"),
)

_WEB = f"the file is a web page, not a workbook; {_SAVE}"
_OLD_XML = f"the file is an XML spreadsheet of Excel 2003; {_SAVE}"
_DRIVE = "the file only stands for a sheet in Google Drive; download it there as Excel (.xlsx)"
_OWNER = "the file only says who has a workbook open; name the workbook itself"
_EMPTY = "the file is empty; go back to an earlier copy, or, if it is kept in a cloud, open it there and wait for it"
_ZEROS = "the file holds nothing but zeros: it was not downloaded, or is lost; open it where it is kept, or take a copy"
_TEXT = "the file is plain text (CSV?), not a workbook; import it instead"
_UNKNOWN = "the file is not a workbook; name a workbook, or go back to an earlier copy"
_LOCKED = r"[^,\n]*,[^,\n]*,[^,\n]*,\d\d\.\d\d\.\d{4} \d\d:\d\d,file:"  # how LibreOffice says who has a file open

# Texts that say what they are; looked for in the beginning, in lower case, the first that is found counts.
_TEXTS: tuple[tuple[str, str, str], ...] = (
    (r"mime-version:", "html", f"the file is a web archive (MHTML), not a workbook; {_SAVE}"),
    (r"(?s)<.{0,2000}urn:schemas-microsoft-com:office:spreadsheet", "xml", _OLD_XML),
    (r"(?s)<\?xml.{0,200}<\?mso-application progid=.excel", "xml", _OLD_XML),
    (r"(?s)<.{0,2000}urn:oasis:names:tc:opendocument", "ods", "the file is a flat OpenDocument file; save it as .xlsx"),
    (r"<(?:!doctype html|html|head|body|table|meta|style|div)\b", "html", _WEB),
    (r"(?s)<\?xml.{0,500}<(?:!doctype html|html)\b", "html", _WEB),
    (r"<", "xml", f"the file is a single XML document, not a workbook; {_SAVE}"),
    (r"version https://git-lfs", "placeholder", "the file only stands for one in a repository; fetch it from there"),
    (r"\[internetshortcut\]", "placeholder", f"the file is a link to a page; {_FETCH}"),
    (r"(?s)\{(?=.{0,2000}\"(?:doc_id|resource_id|url)\")(?=.{0,2000}docs\.google)", "placeholder", _DRIVE),
    (r"[\[{]\s*[\[{\"\]}0-9tfn-]", "json", "the file is JSON, not a workbook; save its rows as CSV, and import that"),
    (_LOCKED, "owner-file", _OWNER),
)

# Zips that are no workbook we read: members of which one, or a file that begins so, must be there.
_ZIPS: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "binary", "the file is a binary workbook (.xlsb); save it as .xlsx"),
    ("word/document.xml", "not-workbook", "the file is a Word document (.docx), not a workbook; name a workbook"),
    ("ppt/presentation.xml", "not-workbook", "the file is a presentation (.pptx), not a workbook; name a workbook"),
    ("visio/document.xml", "not-workbook", "the file is a Visio drawing, not a workbook; name a workbook"),
    ("Index/CalculationEngine.iwa", "numbers", f"the file is a document of Numbers or Pages; {_EXPORT}"),
    ("Index/Document.iwa", "numbers", f"the file is a document of Numbers, Pages or Keynote; {_EXPORT}"),
    ("Index.zip", "numbers", f"the file is a document of Numbers, Pages or Keynote; {_EXPORT}"),
    ("index.apxl", "numbers", f"the file is a document of Keynote; {_EXPORT}"),
    ("META-INF/container.xml", "not-workbook", "the file is a book (EPUB), not a workbook; name a workbook"),
)
_ODF = "application/vnd.oasis.opendocument."
_MAIN = ("[content_types].xml", "_rels/.rels", "xl/workbook.xml")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".csv", ".ods")


def stranger(data: bytes) -> PackageError:
    """What a file is that does not begin as a zip does."""
    if not data:
        return PackageError("empty", _EMPTY)
    head = data[:SEEN]
    if not head.strip(b"\0") and not data.strip(b"\0"):
        return PackageError("placeholder", _ZEROS)
    if head.startswith(_OLE):
        return _old_office(data)
    for at, mark, reason, message in _MAGIC:
        if head.startswith(mark, at):
            return PackageError(reason, message)
    if len(data) in _OWNER_SIZES and 0 < data[0] <= 54:
        return PackageError("owner-file", _OWNER)
    return _text(head)


def strange_zip(names: Collection[str], mimetype: bytes) -> PackageError | None:
    """What a zip is by the names of its members and its OpenDocument type; None when it may well be a workbook."""
    kind = mimetype.decode("ascii", "replace").strip()
    if kind.startswith(_ODF):
        if kind.startswith(f"{_ODF}spreadsheet"):
            return PackageError("ods", "the file is an OpenDocument spreadsheet (.ods); save it as .xlsx")
        return PackageError("not-workbook", "the file is an OpenDocument file, not a spreadsheet; name a workbook")
    folded = {name.casefold() for name in names}
    if "xl/workbook.xml" not in folded:
        for name, reason, message in _ZIPS:
            if name.casefold() in folded:
                return PackageError(reason, message)
    if folded.isdisjoint(_MAIN):
        return _plain_zip(folded)
    return None


def _plain_zip(names: Iterable[str]) -> PackageError:
    inside = [name for name in names if name.endswith(_WORKBOOKS)]
    if inside:
        return PackageError("zip", "the file is a zip archive with tables in it; unpack it and name one of them")
    return PackageError("zip", "the file is a zip archive, not a workbook; name a workbook")


def _old_office(data: bytes) -> PackageError:
    for name, reason, message in _STREAMS:
        if name.encode("utf-16-le") in data:
            return PackageError(reason, message)
    return PackageError("ole", f"the file is an old binary document, perhaps a damaged .xls; {_SAVE}")


def _text(head: bytes) -> PackageError:
    """What a text is; PackageError `not-zip` when it is none."""
    text = _decoded(head)
    if text is None:
        return PackageError("not-zip", _UNKNOWN)
    start = text.lstrip("\ufeff \t\r\n").casefold()
    for pattern, reason, message in _TEXTS:
        if re.match(pattern, start):
            return PackageError(reason, message)
    return PackageError("csv", _TEXT)


def _decoded(head: bytes) -> str | None:
    """The beginning as text, None when it holds what no text holds."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) & ~1].decode("utf-16", "replace")
    else:
        text = head.decode("utf-8", "replace")
    return None if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else text
