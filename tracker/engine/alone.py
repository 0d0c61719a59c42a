"""One customer, or a few, by themselves: the workbook as if it held nobody else, so that a question costs as little.

Everything but a rank is a fact of the customer's own rows; for a rank the others are asked. Kept out: the questions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracker.engine.customer_facts import Ahead
from tracker.facts.windows import Numbers, Window, rank_percent_of
from tracker.schema.snapshot import Snapshot

EVENTS = ("Interactions", "Purchases")


@dataclass(frozen=True, eq=False)
class Alone(Ahead):
    """The facts of a few customers some days ahead, nothing having happened in between; ``others`` are those of all."""

    others: Ahead | None = None

    def rank(self, window: Window) -> Numbers:
        """How far from the top each customer stands among all."""
        everyone = self.others.windowed("spend", window) if self.others else np.empty(0)
        return np.array([rank_percent_of(spent, everyone) for spent in self.windowed("spend", window).tolist()])


@dataclass(frozen=True, eq=False)
class Customer:
    """One row of Customers: its position there, the whole snapshot, and the one that holds nobody else."""

    position: int
    whole: Snapshot
    snapshot: Snapshot

    def facts(self, days: int = 0) -> Alone:
        """What is known of the customer some days ahead."""
        return Alone(self.snapshot, days, Ahead(self.whole, days))

    def text(self, key: str) -> str:
        """A text cell of the customer's row, empty text where blank."""
        return str(self.snapshot.text("Customers", key)[0] or "")

    def number(self, key: str) -> float | None:
        """A number or day of the customer's row, None where blank."""
        value = float(self.snapshot.number("Customers", key)[0])
        return None if value != value else value


def alone(snapshot: Snapshot, position: int) -> Customer:
    """The customer at a position of Customers; the snapshot is worked out (see `worked`)."""
    return Customer(position, snapshot, only(snapshot, np.array([position])))


def only(snapshot: Snapshot, positions: NDArray[np.int64]) -> Snapshot:
    """The snapshot as if Customers held these rows alone, in this order, and the others had done nothing."""
    codes = snapshot.codes("Customers")[positions]
    kept = {table: np.flatnonzero(np.isin(snapshot.codes(table), codes[codes >= 0])) for table in EVENTS}
    kept["Customers"] = positions
    frames = {name: one.take(kept[name]) if name in kept else one for name, one in snapshot.frames.items()}
    cells = {
        (table, key): one.take(kept[table]) if table in kept else one
        for (table, key), one in snapshot.cells.items()
        if table not in kept or len(one) == len(snapshot.frames[table])  # rows just taken in have no cells yet
    }
    return replace(snapshot, frames=frames, cells=cells)
