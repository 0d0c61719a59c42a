"""Which texts are numbers, and which of them can be one only."""

import pytest

from tracker.facts.amounts import certain_number, is_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("50 €", 50),
        ("€ 50", 50),
        ("EUR 1.234,50", 1234.5),
        ("1’234", 1234),
        ("1'234'567", 1234567),
        ("−5", -5),
        ("(5)", -5),
        ("１２", 12),
        ("50 $", None),  # not the currency of this workbook
        ("1,234", None),  # one number here, another one there
        ("5%", None),
    ],
)
def test_a_number_kept_as_text(text, number):
    assert is_number(text)
    assert certain_number(text, "", percent=False, currency="EUR") == number


@pytest.mark.parametrize(
    "text", ["", "a few", "50 kg", "5-", "50,-", "5 −", "1-2", "€", "5 or 6", "1e999", "9" * 30_000 + "x"]
)
def test_no_number(text):
    assert not is_number(text)
