"""The one error of this package: a file that cannot be read, or must not be, as a workbook."""

from __future__ import annotations


class PackageError(Exception):
    """A workbook is refused: `reason` is a short stable code, the text one line without file name or cell values."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def damaged(message: str) -> PackageError:
    """The error for a package that says something impossible."""
    return PackageError("damaged", message)
