"""A small company whose cells are dirty, fixed in memory; and every cell of it, to see what changed."""

# ruff: noqa: E501 (tables read best one row a line)

from __future__ import annotations

from world import TODAY, World, world

from tracker.commands.fix import Fixing, Wanted, fix
from tracker.commands.policy import Policy
from tracker.engine.cellvalues import shown, stands
from tracker.model.grid import Host
from tracker.schema.findings import FINDINGS

EVERY = frozenset(spec.code for spec in FINDINGS)
COMPANY = """
Customers
customer_id | first_name | last_name | company | email       | phone        | owner | next_followup | need_by | consent_channels
C1          | Ann        | Marsh     |         | a@b.example | +12125550001 | Tom   |               |         |
C2          | Rui        | Silva     |         | s@b.example | +12125550002 | Tom   |               |         |

Interactions
interaction_id | customer | started_at | channel | direction | purpose  | csat | action | action_due
I1             | C1       | today-40d  | phone   | outbound  | check-in |      |        |
I2             | C2       | today-6d   | email   | inbound   | enquiry  |      |        |

Purchases
purchase_id | customer | purchased_at | item | quantity | unit_price | discount | amount
P1          | C1       | today-9d     | Oak  | 3        | 10         |          |
P2          | C1       | today-9d     | Oak  |          |            |          | 500

Team
name | active
Tom  | yes

Lists
list     | code    | label       | order
industry | hosp    | Hospitality | 1
"""


def company(**typed: object) -> World:
    """The company with values typed into cells, each named ``Table__row__key``, row 0 the first."""
    made = world(COMPANY)
    for name, value in typed.items():
        table, row, key = name.split("__")
        made.put(table, int(row), key, value)  # type: ignore[arg-type]
    return made


def fixed(made: Host, *codes: str, unsafe: bool = False, **more: object) -> Fixing:
    """What a fix did to the company, for these codes or for all."""
    return fix(made, TODAY, Wanted(Policy(frozenset(codes) or EVERY, {}), unsafe), **more)  # type: ignore[arg-type]


def cells(made: Host) -> dict[tuple[str, int, int], str]:
    """Every filled cell of the workbook, by sheet, column and row, told by kind."""
    found = {}
    for name in made.book().sheets:
        for number, column in made.sheet(name).columns.items():
            for row, value in enumerate(stands(column), 1):
                if value is not None:
                    found[name, number, row] = f"{type(value).__name__} {shown(value)}"
    return found


def changed(before: dict[tuple[str, int, int], str], made: Host) -> set[tuple[str, int, int]]:
    """The cells that differ from before."""
    after = cells(made)
    return {place for place in {*before, *after} if before.get(place) != after.get(place)}
