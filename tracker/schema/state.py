"""What a refresh leaves on the very hidden State sheet for the live formulas and for the next refresh.

Each entry is a defined name. The day, the thresholds and the word lists stand here and not in the formulas, so that
typing a cell never recalculates the big sums and a sorted Settings sheet moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StateCell:
    """A named cell (rows = 1) or column of cells on the State sheet."""

    name: str
    rows: int = 1
    day: bool = False  # holds days, which a workbook that counts from 1904 says otherwise


STATE_SHEET = "state"
STATE: tuple[StateCell, ...] = (
    StateCell("figures_day", day=True),  # the day all windowed figures are of
    StateCell("pinned_day", day=True),  # set by --today, cleared by a refresh without it
    StateCell("as_of_day", day=True),  # Settings as_of, as the last refresh read it
    StateCell("spend_from", day=True),  # first day of the spend window
    StateCell("cadence_from", day=True),
    StateCell("upcoming_days"),
    StateCell("workday_mask"),
    StateCell("name_order"),
    StateCell("last_day", day=True),  # the day of the last refresh
    StateCell("baseline_day", day=True),  # the last refresh of an earlier day: "since" means since then
    StateCell("changed_at"),  # when the figures last changed
    StateCell("tool_hash"),  # of what the tool wrote last, to tell typed-over from stale
    StateCell("two_way_channels", 80),  # labels and codes of the channels that count as contact
    StateCell("inbound_words", 20),
    StateCell("closed_words", 40),  # of status: these customers have no cadence
    StateCell("no_contact_words", 20),  # of opt_out: nor have these
    StateCell("holiday_list", 400, day=True),
)
STATE_CELLS = {cell.name: cell for cell in STATE}
STATE_NAMES = frozenset(STATE_CELLS)

# Of no workbook of ours, but of a copy made to correct one from: by it a copy is known and never taken for a workbook.
FIXIT_MARK = "fixit_of"

# Kept apart from STATE: a name whose formula makes row-local marks move on overnight.
TODAY_LIVE = "IF(ISNUMBER(pinned_day),pinned_day,IF(ISNUMBER(as_of_day),as_of_day,TODAY()))"

CHOICE_ROWS = 2000  # rows a dropdown may have on the hidden Choices sheet
CHOICES_SHEET = "choices"
