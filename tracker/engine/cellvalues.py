"""A cell as it stands, in a form that JSON takes: a value, or what is more than a value (a formula, an error).

Numbers are as the file says them, in its own date system. Kept out: what a value means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracker.model.grid import CellKind, Cells
from tracker.model.plan import Value

# A number, a text, yes or no, nothing; or {"formula": …, "value": …}, {"error": "#N/A"}, or both of these in one.
Stands = Value | Mapping[str, Value]


def stands(cells: Cells) -> list[Stands]:
    """What stands in each cell; an empty text is nothing."""
    values = cells.values()
    found: list[Stands] = [None if value == "" else value for value in values]
    for i in np.flatnonzero(cells.kinds == CellKind.ERROR).tolist():
        found[i] = {"error": values[i]}
    for i in np.flatnonzero(cells.has_formula()).tolist():
        name = "error" if cells.kinds[i] == CellKind.ERROR else "value"
        found[i] = {"formula": cells.formula(i), name: values[i]}
    return found


def cells_of(values: Sequence[Stands]) -> Cells:
    """The cells in which this stands."""
    plain = [value if not isinstance(value, Mapping) else value.get("error", value.get("value")) for value in values]
    cells = Cells.from_values(plain)
    formulas: dict[str, int] = {}
    index = np.full(len(values), -1, np.int32)
    for i, value in enumerate(values):
        if isinstance(value, Mapping):
            if "error" in value:
                cells.kinds[i] = CellKind.ERROR
            if "formula" in value:
                index[i] = formulas.setdefault(str(value["formula"]), len(formulas))
    if not formulas:
        return cells
    return Cells(cells.kinds, cells.numbers, cells.texts, index, tuple(formulas))


def same(one: Stands, two: Stands) -> bool:
    """Whether two cells hold the same: formulas by their text, whatever they yield; numbers at 15 digits."""
    return comparable(one) == comparable(two)


def comparable(value: Stands) -> tuple[str, object]:
    """What is equal for equal cells and for no others: yes is not 1, a number is no text, nothing is an empty text."""
    if isinstance(value, Mapping):
        return ("formula", value["formula"]) if "formula" in value else ("error", value.get("error"))
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, int | float):
        return "number", f"{value + 0.0:.14e}"
    return "text", value or ""


def shown(value: Stands) -> str:
    """What stands there, for a person to read; a formula as its text."""
    if isinstance(value, Mapping):
        return f"={value['formula']}" if "formula" in value else str(value.get("error"))
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, int | float) else str(value or "")
