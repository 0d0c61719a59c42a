"""What is refused before anything is parsed: bytes that are no workbook, and packages that no office program makes.

Judged from the central directory, the header of each member and the first bytes of each part. What a strange file is
says `sniff`; how much a zip may hold says `archive`. Sizes that lie show only while unpacking, and are refused there.
"""

from __future__ import annotations

import re
import struct
from urllib.parse import unquote

from tracker.ooxml.archive import Archive, Member, inflate, open_archive
from tracker.ooxml.errors import PackageError, damaged
from tracker.ooxml.sniff import strange_zip, stranger

HEAD = 1 << 10  # bytes of a part that are looked at first
LONGEST_PROLOG = 1 << 24  # bytes before the root of a part; beyond, only a trap is that long
LARGEST_WIDE = 1 << 26  # bytes of a part in another encoding than UTF-8: it is turned into UTF-8 as a whole
_LOCAL_SIZE, _RECORD_SIZE = 30, 46  # of the two headers, before the name
_PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".tif", ".tiff", ".bmp")  # no parser sees them
_XML = (".xml", ".rels", ".vml")
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_DECLARED = re.compile(r"\ufeff?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]*)[\"']")
# Python knows encodings in which a few bytes take minutes, or in which "<" looks like something else.
_SANE = re.compile(
    r"(?i)(?:utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-?8859-\d+|latin-?1|windows-125\d|cp125\d|gbk?|gb2312|gb18030"
    r"|big5|shift_jis|euc-(?:jp|kr)|koi8-[ru])\Z"
)
_BEFORE_ROOT = re.compile(r"(?:[\ufeff\s]+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)


def admit(data: bytes) -> Archive:
    """Open a package; PackageError names what the bytes are when they are something else, or why they are refused."""
    if not data.startswith(b"PK"):
        raise stranger(data)
    archive = open_archive(data)
    names = [part_name(member.name) for member in archive.members]
    _refuse_names(names)
    found = strange_zip(names, _mimetype(archive))
    if found is not None:
        raise found
    _refuse_headers(archive)
    for member in archive.members:
        _refuse_head(archive, member)
    return archive


def part_name(entry: str) -> str:
    """The part a zip entry holds: some writers use backslashes or a leading slash."""
    return entry.replace("\\", "/").removeprefix("/")


def _refuse_names(names: list[str]) -> None:
    for name in names:
        if ".." in name.split("/") or name.startswith("/") or ":" in name or "\0" in name:
            raise PackageError("unsafe-name", "the package holds a part whose name leads out of it")
    if len({unquote(name).casefold() for name in names}) != len(names):
        raise PackageError("duplicate-name", "the package holds two parts with one name")


def _mimetype(archive: Archive) -> bytes:
    """The type that an OpenDocument package says it has, in its first member."""
    first = archive.members[0] if archive.members else None
    if first is None or first.name != "mimetype":
        return b""
    return next(inflate(archive, first, 200), b"")


def _refuse_headers(archive: Archive) -> None:
    """A member has two headers: where they disagree, or where bytes serve two members, programs see two packages."""
    free = 0
    for member in sorted(archive.members, key=lambda one: one.offset):
        if member.offset < free:
            raise damaged("parts of the package overlap")
        free = _end_of(archive.data, member)
        if free > archive.directory:
            raise damaged("a part of the package is cut off")
    if archive.directory + sum(len(one.record) for one in archive.members) != len(archive.data) - len(archive.end):
        raise damaged("the directory of the zip file names other parts than it counts")


def _end_of(data: bytes, member: Member) -> int:
    """Where the bytes of a member end."""
    at = member.offset
    if data[at : at + 4] != b"PK\x03\x04":
        raise damaged("a part of the package has no header")
    name, extra = struct.unpack_from("<2H", data, at + 26)
    start = at + _LOCAL_SIZE + int(name)
    told = member.record[_RECORD_SIZE : _RECORD_SIZE + struct.unpack_from("<H", member.record, 28)[0]]
    if data[start - int(name) : start] != told:
        raise damaged("a part of the package has two names")
    return start + int(extra) + member.packed


def _refuse_head(archive: Archive, member: Member) -> None:
    """A DOCTYPE, the door of entity bombs, and encodings that hide one."""
    name = member.name.casefold()
    if name.endswith(_PICTURES) or not member.size:
        return
    try:
        first = next(inflate(archive, member, HEAD), b"")
    except PackageError:
        if name.endswith(_XML):
            raise
        return  # a picture or the like; nobody here reads it, and it is handed on as it is
    if first.startswith(_UTF32):
        raise PackageError("encoding", "a part of the package is in UTF-32, which no workbook is")
    encoding = _WIDE.get(first[:2], "utf-8")
    text = first.decode(encoding, "replace")
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return
    if encoding != "utf-8" or _declares_other(text):
        _refuse_wide(member)
    _refuse_doctype(archive, member, encoding, text)


def _declares_other(text: str) -> bool:
    """Whether the part says that it is in another encoding than UTF-8; PackageError for one that no workbook has."""
    declared = _DECLARED.match(text)
    if declared is None:
        if text.startswith("<?xml") and "?>" not in text:
            raise PackageError("encoding", "a part of the package does not say its encoding in its first line")
        return False
    if not _SANE.match(declared[1]):
        raise PackageError("encoding", "a part of the package is in an encoding that no workbook has")
    return declared[1].casefold() not in ("utf-8", "utf8", "ascii", "us-ascii")


def _refuse_wide(member: Member) -> None:
    if member.size > LARGEST_WIDE:
        raise PackageError("too-large", "a part of the package is too large to be in another encoding than UTF-8")


def _refuse_doctype(archive: Archive, member: Member, encoding: str, text: str) -> None:
    """Look for a DOCTYPE before the root element, however much white space and comments stand in between."""
    size = HEAD
    while True:
        rest = text[_BEFORE_ROOT.match(text).end() :]  # type: ignore[union-attr]  # it matches nothing as well
        if rest.startswith("<!DOCTYPE"):
            raise PackageError("doctype", "a part of the package declares a DOCTYPE, which no workbook has")
        if _is_root(rest) or size > member.size:
            return
        if size > LONGEST_PROLOG:
            raise PackageError("too-large", "a part of the package begins with more than any part of a workbook")
        size *= 8
        text = _beginning(archive, member, size).decode(encoding, "replace")


def _is_root(rest: str) -> bool:
    """Whether the first element begins here: what may still become a comment or a DOCTYPE is not known yet."""
    return len(rest) > 1 and not rest.startswith(("<!", "<?"))


def _beginning(archive: Archive, member: Member, size: int) -> bytes:
    found = b""
    for block in inflate(archive, member, size):
        found += block
        if len(found) >= size:
            break
    return found
