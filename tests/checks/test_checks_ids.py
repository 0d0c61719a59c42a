"""When an ID is an odd one: among many of our own form, and not where they were imported."""

import numpy as np
import pytest
from checks_world import checked

from tracker.checks.ids import Form
from tracker.checks.look import Look

DATED, NUMBERS = Form("C", True), Form("C", False)
OURS = [f"C20260301{n:03}" for n in range(1, 21)]


@pytest.mark.parametrize(
    ("form", "others", "odd"),
    [
        (DATED, ["C2024 1216099"], ["C2024 1216099"]),
        (DATED, ["C2024-12160"], ["C2024-12160"]),
        (DATED, ["c20260301999", "C202603011000"], []),  # small letters are no matter, and from 1,000 on it is longer
        (DATED, ["C2026030199"], ["C2026030199"]),
        (DATED, ["D20260301099", "20260301098"], ["D20260301099", "20260301098"]),
        (DATED, ["1C20260301099"], ["1C20260301099"]),
        (DATED, ["A-1", "A-2", "A-3"], []),  # too many for a slip: they were imported
        (DATED, ["C*", " C20260301099", "Ｃ20260301099"], []),  # findings of their own
        (NUMBERS, OURS, []),
        (NUMBERS, [*map(str, range(30)), "3a"], []),
    ],
)
def test_the_odd_one_among_many(form, others, odd):
    values = np.array([*OURS, *others], object)
    assert values[~form.good(values)].tolist() == odd
    assert form.may_be_other(Look(values)) or not odd


def test_numbers_as_ids():
    values = np.array([*map(str, range(1, 21)), "12 a"], object)
    assert values[~NUMBERS.good(values)].tolist() == ["12 a"]
    assert not NUMBERS.may_be_other(Look(values[:-1]))


def test_a_column_of_our_ids_is_cleared_as_a_whole():
    assert not DATED.may_be_other(Look(np.array(OURS, object)))
    for odd in ("C2026030199", "2026C0301099", "C20260301099C", "CC20260301099", "", "C2026030\n1099"):
        assert DATED.may_be_other(Look(np.array([*OURS, odd], object))), odd


@pytest.mark.parametrize(("pattern", "found"), [("dated", ["C20241216099"]), ("any", []), ("integer", [])])
def test_the_setting_says_which_form_is_ours(pattern, found):
    rows = "\n".join(f"{key} | N{n} | n{n}@b.example | Anna" for n, key in enumerate([*OURS, "C2024 1216099"]))
    drawing = f"Customers\ncustomer_id | last_name | email | owner\n{rows}"
    _, _, findings = checked(drawing, settings={"id_pattern": pattern})
    assert [one.suggestion for one in findings if one.code == "V130"] == found
