"""What is refused before anything is parsed: bytes that are no workbook, and part names that mean mischief."""

from __future__ import annotations

from tracker.ooxml.archive import Archive, open_archive
from tracker.ooxml.errors import PackageError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def admit(data: bytes) -> Archive:
    """Open a package; PackageError names what the bytes are when they are something else."""
    if not data.startswith(b"PK"):
        raise _stranger(data)
    archive = open_archive(data)
    _refuse_names([member.name for member in archive.members])
    return archive


def part_name(entry: str) -> str:
    """The part a zip entry holds: some writers use backslashes or a leading slash."""
    return entry.replace("\\", "/").removeprefix("/")


def _refuse_names(entries: list[str]) -> None:
    names = [part_name(entry) for entry in entries]
    for name in names:
        if ".." in name.split("/") or name.startswith("/") or ":" in name or "\0" in name:
            raise PackageError("unsafe-name", "the package holds a part whose name leads out of it")
    if len({name.casefold() for name in names}) != len(names):
        raise PackageError("duplicate-name", "the package holds two parts with one name")


def _stranger(data: bytes) -> PackageError:
    if not data:
        return PackageError("empty", "the file is empty")
    if data.startswith(_OLE):
        if _ENCRYPTED_STREAM in data:
            return PackageError("encrypted", "the workbook is protected by a password; save it without one")
        return PackageError("ole", "the file is an old binary document (.xls); save it as .xlsx")
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        return PackageError("html", "the file is a web page, not a workbook; open it in Excel and save it as .xlsx")
    if head.startswith(b"<"):
        return PackageError("xml", "the file is a single XML document, not a workbook; save it as .xlsx")
    if head.startswith((b"{", b"[")):
        return PackageError("json", "the file is JSON, not a workbook")
    if head and all(byte >= 32 or byte in b"\t\r\n" for byte in head):
        return PackageError("csv", "the file is plain text (CSV?), not a workbook; import it instead")
    return PackageError("not-zip", "the file is not a workbook")
