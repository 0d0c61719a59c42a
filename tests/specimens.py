"""Workbooks that nobody here made: those in the archives beside a checkout, found once and opened when wanted.

They are not part of the project; a test that needs them skips with a reason where they are absent.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(os.environ.get("TRACKER_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
ARCHIVES = ("specimens-excel2007-one-feature-each.zip", "specimens-calamine-tests.zip")
ENDINGS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Specimen:
    """A workbook: its file name, and its bytes."""

    name: str
    data: bytes


def specimens(every: int = 1) -> Iterator[Specimen]:
    """All specimen workbooks, or every n-th of them; the test is skipped when they are not there."""
    missing = [name for name in ARCHIVES if not (DATA / name).is_file()]
    if missing:
        pytest.skip(f"no {', '.join(missing)} in {DATA}")
    count = 0
    for name in ARCHIVES:
        with zipfile.ZipFile(DATA / name) as archive:
            for member in archive.namelist():
                if member.lower().endswith(ENDINGS) and not Path(member).name.startswith("~$"):
                    count += 1
                    if count % every == 0:
                        yield Specimen(Path(member).name, archive.read(member))
