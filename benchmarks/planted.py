"""Errors planted into a generated workbook, one of each kind, so that nobody is timed doing nothing.

Every validator must find what of `PLANTED` it is asked for; `BROKEN`, a cell that shows an error, is only noted, since
some readers lose it. Places are fractions of a table, so that they lie at the end of large sheets too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Content = Mapping[str, list[dict[str, str | float]]]
ERROR_CELL = "#N/A"


@dataclass(frozen=True)
class Plant:
    """One wrong cell: what kind of wrong, where (``part`` of the table's rows), and what stands in it.

    ``header`` is what stands above the column: all that a peer knows of it.
    """

    kind: str
    table: str
    key: str
    header: str
    part: float
    value: str | float


PLANTED = (
    Plant("unique", "Interactions", "interaction_id", "Interaction ID", 0.99, "I00000000"),
    Plant("pattern", "Customers", "email", "E-mail", 0.6, "nobody"),
    Plant("choice", "Interactions", "channel", "Channel", 0.7, "Pigeon"),
    Plant("reference", "Interactions", "customer", "Customer", 0.8, "C20990101000000"),
    Plant("required", "Purchases", "item", "Item", 0.5, ""),
    Plant("range", "Purchases", "quantity", "Quantity", 0.4, -3),
    Plant("type", "Purchases", "unit_price", "Unit price", 0.9, "twelve"),
)
BROKEN = Plant("error cell", "Customers", "company", "Company", 0.3, ERROR_CELL)


def plant(content: Content) -> None:
    """Make the cells wrong, in place."""
    for one in (*PLANTED, BROKEN):
        rows = content[one.table]
        rows[int(one.part * len(rows))][one.key] = one.value
