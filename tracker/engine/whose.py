"""Whose a place is: the customer whose row it stands in, or whom the row is about, and who looks after that customer.

Kept out: what is found there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from tracker.engine.derive import derive, leading_to
from tracker.model.finding import Place
from tracker.schema.snapshot import Snapshot

CUSTOMERS, ABOUT = "Customers", ("Interactions", "Purchases")
NAMED = ((CUSTOMERS, "display_name"),)


@dataclass(frozen=True, eq=False)
class Whose:
    """Answers for the places of one snapshot, in which every row has found its customer."""

    snapshot: Snapshot

    def customer(self, place: Place) -> str:
        """The name of the customer; of a row about nobody known what staff typed; empty where it is about none."""
        at = self._customer_at(place)
        if at >= 0:
            return str(self._names[at])
        row = self.snapshot.position(place)
        return str(self.snapshot.text(place.table, "customer")[row]) if row >= 0 and place.table in ABOUT else ""

    def owner(self, place: Place) -> str:
        """Who looks after the customer; empty where nobody does, nobody whom Team knows, or where it is about none."""
        at = self._customer_at(place)
        name = str(self._owners[at]).strip() if at >= 0 else ""
        return name if not self._team or name in self._team else ""

    @cached_property
    def _names(self) -> NDArray[Any]:
        """What customers are called, worked out when it is asked for: checks need no names."""
        named = derive(self.snapshot, leading_to(self.snapshot.schema, NAMED))
        return named.text(CUSTOMERS, "display_name")

    @cached_property
    def _owners(self) -> NDArray[Any]:
        return self.snapshot.text(CUSTOMERS, "owner")

    @cached_property
    def _team(self) -> frozenset[str]:
        """All who may look after customers; empty where nobody keeps a Team."""
        team = self.snapshot.lists.get("owner")
        return frozenset(choice.code for choice in team.values) if team is not None else frozenset()

    def _customer_at(self, place: Place) -> int:
        """The position of the customer in its table; −1 for none."""
        row = self.snapshot.position(place)
        if row < 0 or place.table == CUSTOMERS:
            return row
        code = int(self.snapshot.codes(place.table)[row]) if place.table in ABOUT else -1
        return code if code < 0 or self.snapshot.each_has_its_id else self._positions[code]

    @cached_property
    def _positions(self) -> dict[int, int]:
        """The number of a customer → where it stands; of two rows with one ID the first."""
        codes = self.snapshot.codes(CUSTOMERS).tolist()
        return dict(zip(reversed(codes), reversed(range(len(codes))), strict=True))
