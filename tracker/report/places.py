"""Where a finding is, in the words of every report; a reader who knows one of them can search another."""

from __future__ import annotations

from tracker.model.finding import Place


def where(place: Place) -> str:
    """The place as far as it is known: Sheet!B48, Sheet!row 3, Sheet, or the table's name."""
    sheet = place.sheet or place.table
    if place.cell:
        return f"{sheet}!{place.cell}"
    if place.row is not None:
        return f"{sheet}!{place.row}"
    return f"{sheet}[{place.header or place.key}]" if sheet and (place.header or place.key) else sheet
