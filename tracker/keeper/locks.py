"""Who has a workbook open, as the office programs say it in the owner files they leave beside it."""

from __future__ import annotations

import errno
from pathlib import Path

LONGEST = 1024  # bytes of an owner file; what is longer is none
EXCEL_NAME = 1  # byte 0 of Excel's owner file is the length of the name that follows


def holder(path: Path) -> str | None:
    """The program, and the person where one is named, that has the file open; None when nobody has."""
    excel = _excel(path.with_name(f"~${path.name}"))
    return excel if excel is not None else _libreoffice(path.with_name(f".~lock.{path.name}#"))


def _excel(owner: Path) -> str | None:
    try:
        data = _beginning(owner)
    except OSError as error:
        if not _is_held(error):
            return None
        return "Excel"  # Windows denies reading it while Excel holds it
    name = data[EXCEL_NAME : EXCEL_NAME + data[0]].decode("utf-8", "replace").strip() if data else ""
    return f"Excel ({name})" if name else "Excel"


def _libreoffice(lock: Path) -> str | None:
    try:
        fields = _beginning(lock).decode("utf-8", "replace").split(",")
    except OSError as error:
        return "LibreOffice" if _is_held(error) else None
    name = fields[0].strip() or (fields[1].strip() if len(fields) > 1 else "")
    return f"LibreOffice ({name})" if name else "LibreOffice"


def _beginning(file: Path) -> bytes:
    """What a small file holds; nothing of a pipe or a device, which would never come to an end."""
    if file.exists() and not file.is_file():
        raise FileNotFoundError(errno.ENOENT, "no file")
    with file.open("rb") as opened:
        return opened.read(LONGEST)


def _is_held(error: OSError) -> bool:
    """Whether an owner file is there and may not be read; there is none where its name would be too long."""
    return error.errno not in (errno.ENOENT, errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR)
