"""Numbers that stand for values: within one array, and on every machine."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.facts.same import number_hashes, numbered, text_hashes

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=40)
NUMBERS = st.lists(st.floats(width=16), max_size=40)


def objects(values):
    return np.array([*values, None], object)[:-1]


@settings(deadline=None)
@given(st.one_of(TEXTS.map(objects), NUMBERS.map(lambda values: np.array(values, np.float64))))
def test_the_numbers_give_the_values_again_in_the_order_they_were_met(values):
    place, found = numbered(values)
    assert place.shape == values.shape and place.dtype == np.int64 and found.dtype == values.dtype
    np.testing.assert_array_equal(found[place], values)
    first = dict.fromkeys(place.tolist())
    assert list(first) == list(range(len(found)))


@settings(deadline=None)
@given(NUMBERS)
def test_equal_numbers_have_one_number_and_all_blanks_have_one(values):
    place, _ = numbered(np.array(values, np.float64))
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            assert (place[i] == place[j]) == (one == other or (one != one and other != other))


@settings(deadline=None)
@given(st.lists(st.text(st.characters(), max_size=4), max_size=30))
def test_texts_have_one_hash_if_and_only_if_they_are_the_same(texts):
    hashes = text_hashes(objects(texts)).tolist()
    assert len(set(zip(texts, hashes, strict=True))) == len(set(texts)) == len(set(hashes))


def test_numbers_have_one_hash_if_and_only_if_they_are_the_same():
    hashes = number_hashes(np.array([0.0, -0.0, 1.0, 2.0, 1e300, np.nan, -np.nan, 0.1 + 0.2, 0.3]))
    assert hashes[0] == hashes[1] and hashes[5] == hashes[6]
    assert len(set(hashes.tolist())) == 7


def test_hashes_are_the_same_in_every_run():
    """They stand in workbooks: another machine reads them, and those of Python differ from run to run."""
    assert text_hashes(objects(["", "a", "Zoë"])).tolist() == [
        0,
        13_040_092_938_735_705_047,
        12_023_999_137_549_561_259,
    ]
    assert number_hashes(np.array([1.0, np.nan])).tolist() == [3_035_652_100_526_550_566, 5_087_927_234_000_983_963]
