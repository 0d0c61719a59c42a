"""What the template's tests share: one build, its parts, and how to look into it with an independent reader."""

from __future__ import annotations

import functools
import io
import zipfile
from datetime import date

import openpyxl

from tracker.schema.base import BASE
from tracker.template import build
from tracker.words import load

CREATED = date(2026, 11, 18)
ID = "00000000-0000-4000-8000-000000000001"


@functools.cache
def built(locale: str = "en") -> bytes:
    """A new workbook in a language."""
    return build(BASE, load(locale), workbook_id=ID, created=CREATED)


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of a package by its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def opened(data: bytes) -> openpyxl.Workbook:
    """The workbook as openpyxl sees it."""
    return openpyxl.load_workbook(io.BytesIO(data))
