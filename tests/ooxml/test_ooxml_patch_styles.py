"""Which style a new cell takes, told by a model that looks at one cell after the other."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from test_ooxml_patch import rows_after, write

from tracker.ooxml import RowPattern

ROWS, COLUMNS, LIKE = 12, 4, 2
CELL = re.compile(r'<c r="([A-D])([0-9]+)"(?: s="([0-9]+)")?')
USUAL = '<cols><col min="2" max="3" style="7"/></cols>'

Place = tuple[int, int]
PLACES = st.dictionaries(st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS)), st.integers(10, 19), max_size=12)


@settings(deadline=None, max_examples=100)
@given(
    PLACES,
    st.dictionaries(st.integers(1, ROWS), st.sampled_from(["", ' spans="1:%d"', ' s="8" customFormat="1"'])),
    PLACES,
    st.lists(st.tuples(st.integers(3, ROWS), st.integers(0, 5)), max_size=2),
)
def test_a_new_cell_looks_like_its_pattern_its_row_or_its_column(
    styled: dict[Place, int], tags: dict[int, str], written: dict[Place, int], areas: list[tuple[int, int]]
) -> None:
    before = {**styled, (LIKE, 1): 5, (LIKE, 3): 6}
    wanted = {place: value for place, value in written.items() if place[0] != LIKE}
    writes = [write(c, {r: float(wanted[r, c]) for r in _rows_of(wanted, c)}) for c in range(1, COLUMNS + 1)]
    patterns = [RowPattern("S", first, first + more, LIKE, 1, COLUMNS) for first, more in areas]
    after = rows_after(_drawn(before, tags), *writes, head=USUAL, patterns=patterns)
    assert _found(after) == _expected(before, tags, wanted, areas)
    numbers = [int(number) for number in re.findall(r'<row r="([0-9]+)"', after)]
    assert numbers == sorted(set(numbers))
    assert all(int(last) >= column for last, column in _spans(after))


def _rows_of(wanted: dict[Place, int], column: int) -> list[int]:
    return sorted(row for row, at in wanted if at == column)


def _drawn(styled: dict[Place, int], tags: dict[int, str]) -> str:
    rows = sorted({row for row, _ in styled} | set(tags))
    last = {row: max((at for r, at in styled if r == row), default=1) for row in rows}
    return "".join(
        f'<row r="{row}"{tags.get(row, "").replace("%d", str(last[row]))}>'
        + "".join(f'<c r="{"_ABCD"[at]}{row}" s="{styled[row, at]}"/>' for at in range(1, 5) if (row, at) in styled)
        + "</row>"
        for row in rows
    )


def _found(rows: str) -> dict[Place, int]:
    return {(int(row), "_ABCD".index(letter)): int(style or 0) for letter, row, style in CELL.findall(rows)}


def _expected(
    before: dict[Place, int], tags: dict[int, str], wanted: dict[Place, int], areas: list[tuple[int, int]]
) -> dict[Place, int]:
    like = {column: style for (row, column), style in before.items() if row == LIKE}
    found = dict(before)
    for place in (*wanted, *((first + n, c) for first, more in areas for n in range(more + 1) for c in like)):
        row, column = place
        if place not in before:
            in_area = any(first <= row <= first + more for first, more in areas)
            own = 8 if "customFormat" in tags.get(row, "") else 7 if column in (2, 3) else 0
            found[place] = like[column] if in_area and column in like else own
    return found


def _spans(rows: str) -> list[tuple[str, int]]:
    """Of each row that keeps its hint the last column it names, beside the last it has."""
    kept = re.findall(r'<row r="[0-9]+" spans="1:([0-9]+)">((?:<c [^>]*/>|<c .*?</c>)*)</row>', rows)
    return [(last, "_ABCD".index(CELL.findall(cells)[-1][0])) for last, cells in kept if CELL.search(cells)]
