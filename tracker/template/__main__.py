"""Write the canonical workbooks of this repository, without and with the button: ``python -m tracker.template``.

A test compares them part by part.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tracker import __version__
from tracker.schema.base import BASE
from tracker.template import build
from tracker.template.button import with_button
from tracker.words import load

TARGET = Path(__file__).parents[2] / "templates" / "customer-tracker.xlsx"
WITH_BUTTON = TARGET.with_suffix(".xlsm")


def canonical() -> bytes:
    """The canonical workbook: no owner yet, of a fixed day."""
    return build(
        BASE,
        load("en"),
        workbook_id="00000000-0000-0000-0000-000000000000",
        created=date(2026, 1, 1),
        made_by=__version__,
    )


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(canonical())
    WITH_BUTTON.write_bytes(with_button(canonical(), load("en")).data)
