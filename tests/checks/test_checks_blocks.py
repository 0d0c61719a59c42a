"""Blocks of a doubtful column: what a look at one clears is not asked again, and no finding comes or goes by that."""

import numpy as np
import pytest
from world import world

from tracker.checks import phones
from tracker.checks.columns import FEW_AGAIN, check_columns, column_tests
from tracker.checks.confidential import is_card
from tracker.checks.look import BLOCK, Look

EDGES = (0, BLOCK - 1, BLOCK, 2 * BLOCK - 1, 2 * BLOCK)
SLIPS = {  # column → a good value with its number, and for each test a value that fails it
    "email": ("a{}@firm.example", {"V104": "a@@firm.example", "V127": "a@gmial.com", "V112": "b\u200b@firm.example"}),
    "phone": ("+1212555{:04}", {"V114": "12", "V113": "+１2125550001", "S102": "PIN: 1234"}),
    "last_name": ("Marsh{}", {"V111": " Silva", "V121": "Dr. Silva", "V125": "SÃ¼ß", "S104": "=SUM(A1)"}),
    "customer_id": ("C{}", {"V107": "C*"}),
}


def asked(key, **settings):
    snapshot = world(settings=settings).read()
    table = snapshot.schema["Customers"]
    return {test.code: test for test in column_tests(snapshot, table, table[key])}


def texts(form, count):
    return np.array([form.format(number) for number in range(count)], object)


@pytest.mark.parametrize(("key", "code"), [(key, code) for key, (_, slips) in SLIPS.items() for code in slips])
@pytest.mark.parametrize("places", [EDGES, EDGES[:1], EDGES[1:2], EDGES[2:3], EDGES[-1:]], ids=str)
def test_what_stands_at_the_edge_of_a_block_is_found_and_nothing_else(key, code, places):
    form, slips = SLIPS[key]
    values = texts(form, 2 * BLOCK + 1)
    values[list(places)] = slips[code]
    assert asked(key)[code].failing(Look(values)).tolist() == list(places)


@pytest.mark.parametrize("count", [0, 1, BLOCK, BLOCK + 1])
def test_good_values_are_none_of_them_found(count):
    for key, (form, _) in SLIPS.items():
        values = texts(form, count)
        assert {code: test.failing(Look(values)).tolist() for code, test in asked(key).items() if test.suspect} == {
            code: [] for code, test in asked(key).items() if test.suspect
        }


def test_a_series_of_long_numbers_is_one_over_all_blocks():
    """Those of the first block are phones where no country is set, so that a look at it alone clears it."""
    cards = [number for number in (f"411111111111{tail}" for tail in range(1000, 10_000)) if is_card(number)][:5]
    series = [f"99{number:014}" for number in range(BLOCK)]
    test = asked("phone", phone_region="none")["S101"]
    assert test.failing(Look(np.array([*series, *cards, "?"], object))).tolist() == []
    assert test.failing(Look(np.array([*cards, "?"], object))).tolist() == [0, 1, 2, 3, 4]


def test_what_stands_in_many_rows_counts_once_in_a_series():
    """By the different ones it is a series that one card is no part of; by the rows half of it would be cards."""
    series = [number for number in (f"99{number:014}" for number in range(40)) if not is_card(number)][:25]
    typed = [*series, *["4111111111111111"] * 24, *["4242424242424242"] * 2]
    drawn = "\n".join(f"C{number} | {text}" for number, text in enumerate(typed))
    snapshot = world(f"Customers\ncustomer_id | notes\n{drawn}\n").read()
    assert [one.code for one in check_columns(snapshot) if one.code == "S101"] == []


NEIGHBOURS = {  # column → what no doubtful neighbour may make a finding of, and what is one whoever stands beside it
    ("email", "US"): (["pin=1234@firm.example", "4111111111111111@firm.example", "=a@firm.example"], ["PIN: 1234"]),
    ("phone", "DE"): (["+49 4111 1111 1111"], ["4111 1111 1111 1111", "PIN: 1234"]),
    ("phone", "none"): ([], ["4111 1111 1111 1111", "PIN: 1234"]),
}


@pytest.mark.parametrize(("key", "region"), NEIGHBOURS)
def test_a_secret_is_none_or_one_whoever_stands_beside_it(key, region):
    fine, secret = NEIGHBOURS[key, region]
    tests = [test for code, test in asked(key, phone_region=region).items() if code in ("S101", "S102", "S104")]

    def found(*values):
        column = np.array(values, object)
        doubtful = [test for test in tests if test.doubts(Look(column))]
        return {text for test in doubtful for text in column[test.failing(Look(column))]}

    for beside in ((), ("?",), ("", "12@"), tuple(texts(SLIPS[key][0], 30))):
        assert found(*fine, *secret, *beside) == {*secret}
        assert all(found(one, *beside) == set() for one in fine)
        assert all(found(one, *beside) == {one} for one in secret)


@pytest.mark.parametrize("again", [FEW_AGAIN + 1, FEW_AGAIN])
def test_one_word_all_over_a_column_leaves_few_numbers_in_doubt(again, monkeypatch):
    """It is one value, in one block; only where it stands a few times are its cells taken one by one."""
    judged, honest = set(), phones.is_phone
    monkeypatch.setattr(phones, "is_phone", lambda text, region: bool(judged.add(text)) or honest(text, region))
    typed = [f"+1212555{number:04}" for number in range(3 * BLOCK)]
    places = [number * (3 * BLOCK // (again + 1)) for number in range(again + 1)]
    for place in places:
        typed[place] = "unknown"
    rows = "\n".join(f"C{number} | Marsh | {text}" for number, text in enumerate(typed))
    snapshot = world(f"Customers\ncustomer_id | last_name | phone\n{rows}").read()
    found = [one.place.row for one in check_columns(snapshot) if one.code == "V114"]
    assert found == snapshot.frames["Customers"].rows[places].tolist()
    assert (len(judged) <= BLOCK) is (again > FEW_AGAIN)
