"""Build what the package carries of the button from the text in this folder: ``make macros``, for development only.

``vbaProject.bin`` holds TrackerButton.bas and the two empty modules that a workbook cannot be without; equal text gives
equal bytes. The texts go along as they are. Tests compare all of it with this folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from pyopenvba import ExcelFile

SOURCE = Path(__file__).parent
TARGET = SOURCE.parent / "tracker" / "template" / "macros"
MODULE, PROJECT = "TrackerButton", "vbaProject.bin"
TEXTS = (f"{MODULE}.bas", f"{MODULE}.applescript")


def project(source: str) -> bytes:
    """A VBA project with one standard module of this source, its line ends those of VBA."""
    lines = source.replace("\r\n", "\n").replace("\n", "\r\n")
    with tempfile.TemporaryDirectory() as folder:
        empty, made = Path(folder) / "empty.xlsm", Path(folder) / "made.xlsm"
        with ExcelFile.create_new(empty) as book:
            vba = book.vba_project()
            vba.delete_module("Module1")
            vba.add_module(MODULE, lines)
            book.save(made)
        with ExcelFile(made) as book:
            return book.vba_project_bytes()


def main() -> None:
    """Write the project, and the texts as they are, where the package looks for them."""
    TARGET.mkdir(exist_ok=True)
    for name in TEXTS:
        (TARGET / name).write_bytes((SOURCE / name).read_bytes())
    (TARGET / PROJECT).write_bytes(project((SOURCE / TEXTS[0]).read_text(encoding="ascii")))


if __name__ == "__main__":
    main()
