"""A doubtful column is looked at in blocks: what fails is found wherever it stands, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.checks import look
from tracker.checks.confidential import is_card
from tracker.checks.emails import is_email
from tracker.checks.look import BLOCK, Look, each, safety_tests
from tracker.schema.column import Kind


def addresses(wrong: dict[int, str], size: int) -> np.ndarray:
    return np.array([wrong.get(at, f"a{at}@b.example") for at in range(size)], object)


def seen(looks: list[int], suspect: bool) -> look.Test:
    """The test of addresses, with a look that notes how many values it was given."""

    def note(at: Look) -> bool:
        looks.append(at.size)
        return any("@" not in text for text in at.values)

    return look.Test("V104", each(is_email), suspect=note if suspect else None)


# the positions that fail, of two blocks and a half
PLACES = [(), (0,), (BLOCK - 1,), (BLOCK,), (2 * BLOCK,), (5 * BLOCK // 2 - 1,), (1, BLOCK + 1, 2 * BLOCK + 1)]


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("suspect", [True, False])
def test_what_fails_is_found_wherever_it_stands(places: tuple[int, ...], suspect: bool) -> None:
    looks: list[int] = []
    found = seen(looks, suspect).failing(Look(addresses(dict.fromkeys(places, "nobody"), 5 * BLOCK // 2)))
    assert found.tolist() == list(places)
    assert looks == ([BLOCK, BLOCK, BLOCK // 2] if suspect else [])


def test_only_blocks_in_doubt_are_taken_one_by_one() -> None:
    asked: list[str] = []
    good = each(lambda text: bool(asked.append(text)) or text != "odd")
    test = look.Test("V104", good, suspect=lambda at: "odd" in at.values)
    values = addresses({BLOCK + 5: "odd"}, 3 * BLOCK)
    assert test.failing(Look(values)).tolist() == [BLOCK + 5]
    assert asked == values[BLOCK : 2 * BLOCK].tolist()


def test_a_number_among_others_of_its_kind_is_no_card_though_they_stand_in_another_block() -> None:
    """One long number in ten passes for a card by chance; those that do are the last here, and the others are not."""
    passing = [text for text in (f"41111111111{at:05}" for at in range(20 * BLOCK)) if is_card(text)][:BLOCK]
    column = [f"90000000000{at:05}" for at in range(2 * BLOCK)] + passing
    cards = next(test for test in safety_tests(Kind.TEXT, free=False) if test.code == "S101")
    assert cards.failing(Look(np.array(column, object))).tolist() == []
    assert len(cards.failing(Look(np.array(passing, object)))) == BLOCK


def test_a_look_that_fails_leaves_it_to_the_closer_one() -> None:
    def broken(_: Look) -> bool:
        raise ValueError

    test = look.Test("V104", each(is_email), suspect=broken)
    assert test.doubts(Look(addresses({}, 3)))
    assert test.failing(Look(addresses({2: "nobody"}, 3))).tolist() == [2]


def test_no_values_fail_nothing() -> None:
    assert seen([], suspect=True).failing(Look(addresses({}, 0))).tolist() == []
