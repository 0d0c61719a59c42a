"""Marks tell whether two cells hold the same, whoever has saved them meanwhile, and give nothing away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.engine.marks import differing, marks_of

LAWS = settings(max_examples=200, deadline=None)


def marks(*row):
    """The marks of one row whose cells stand in the columns from 1 on."""
    (made,) = marks_of({number: [value] for number, value in enumerate(row, 1)})
    return made


@pytest.mark.parametrize(
    ("copied", "saved"),
    [
        (45684.46180555555, 45684.4618055556),  # as it was written, and as LibreOffice saves it
        (45686.55555555555, 45686.5555555556),
        (0.1 + 0.2, 0.3),
        (4.0, 4),
        ("one\r\ntwo", "one\ntwo"),
        (None, ""),
    ],
)
def test_what_another_program_spells_otherwise_is_the_same(copied, saved):
    assert differing(marks("C1", copied), marks("C1", saved)) == []


@pytest.mark.parametrize(
    ("copied", "saved"),
    [("Ann", "ann"), ("1", 1.0), (True, 1.0), (45684.4618, 45684.4619), (None, 0.0), ("", "x"), ("a ", "a")],
)
def test_what_somebody_typed_is_not(copied, saved):
    assert differing(marks("C1", copied, "x"), marks("C1", saved, "x")) == [2]


@pytest.mark.parametrize("odd", ["x:y", "7", ":", "0:03bc", "-1:03bc", "9" * 5_000 + ":03bc", "hello", "٣:03bc", "2:"])
def test_what_is_no_mark_tells_of_no_column(odd):
    """The sheet of marks is in a file that anybody may have had in hands."""
    assert differing(f"{marks('C1', 'a')} {odd}", marks("C1", "b")) == [2]


@LAWS
@given(st.integers(0, 60_000), st.integers(0, 86_399))
def test_a_moment_at_fifteen_digits_is_the_same_moment_rounded_either_way(day, second):
    moment = day + second / 86_400
    down, up = float(f"{moment:.15g}"), float(f"{float(f'{moment:.16g}'):.15g}")
    assert differing(marks(moment), marks(down)) == differing(marks(moment), marks(up)) == []


@LAWS
@given(st.lists(st.sampled_from(["", None, "a", "b", 1.0]), min_size=1, max_size=6), st.data())
def test_it_is_told_which_columns_differ(row, data):
    at = data.draw(st.integers(0, len(row) - 1))
    typed = [*row[:at], "typed over", *row[at + 1 :]]
    assert differing(marks(*row), marks(*typed)) == [at + 1]


def test_no_value_can_be_read_from_a_mark():
    assert "Marsh" not in marks("Marsh", 45684.0) and len(marks("a" * 500, 1.0)) == len(marks("b", 2.0))
