"""The look of single texts: shapes that pass, shapes that do not, what was meant, and hostile lengths."""

import pytest

from tracker.checks import emails, phones, romanised, texts
from tracker.checks.calls import becomes_formula, calls_out
from tracker.checks.confidential import masked


@pytest.mark.parametrize(
    ("text", "good"),
    [("13812345678", True), ("+86 138-1234-5678", True), ("12812345678", False), ("02112345678", False)],
)
def test_chinese_mobiles(text, good):
    assert texts.is_chinese_mobile(text) is good


@pytest.mark.parametrize(
    ("one", "other"),
    [("+1 555 123 4567", "(1555) 123-4567"), ("0049 30 123456", "49 30 123456"), ("5551234 ext. 1", "555 1234")],
)
def test_one_number_in_two_spellings(one, other):
    assert texts.phone_digits(one) == texts.phone_digits(other) != ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Tel. +86 138-1234-5678 (Li)", "13812345678"), ("13812345678 / 13912345678", ""), ("ask Li", "")],
)
def test_the_one_chinese_mobile_in_a_text(text, meant):
    assert texts.likely_chinese_mobile(text) == meant


@pytest.mark.parametrize(("damaged", "meant"), [("MÃ¼ller", "Müller"), ("donâ€™t", "don’t"), ("ÐšÐ¸Ñ—Ð²", "Київ")])
def test_damage_is_seen_and_undone(damaged, meant):
    assert not texts.is_undamaged(damaged)
    assert texts.undamaged(damaged) == meant


@pytest.mark.parametrize(
    "text", ["Müller", "São João", "JOÃO", "Ã", "Ðað", "“Ñandú”", "l’âme", "Київ", "王小明", "5 €"]
)
def test_names_of_every_alphabet_are_undamaged(text):
    assert texts.is_undamaged(text)


@pytest.mark.parametrize(("typed", "meant"), [("Dr. Prof. Marsh", "Marsh"), ("mrs Ann", "Ann"), ("王先生", "王")])
def test_titles(typed, meant):
    assert not texts.has_no_title(typed)
    assert texts.without_title(typed) == meant


@pytest.mark.parametrize("text", ["Drew", "Missoni", "Mr", "Herrmann", "Professor", "先生", "Ms.", "Profumo di Roma"])
def test_names_that_only_begin_like_titles(text):
    assert texts.has_no_title(text)


def may_have_title(joined: str) -> bool:
    return texts.may_have_title(joined, "\n".join(text for text in joined.split("\n") if not text.isascii()))


@pytest.mark.parametrize(
    ("may", "test", "bad"),
    [
        (texts.may_hide, texts.has_no_hidden, ["a\u00a0b", "\u200b"]),
        (texts.may_be_wide, texts.has_half_width, ["１２"]),
        (texts.may_be_damaged, texts.is_undamaged, ["MÃ¼ller", "a\ufffd"]),
        (texts.may_have_spaces, texts.has_no_stray_spaces, [" a", "a ", "a  b", "a\t", "\na", "a\n", "\ta", "a \n"]),
        (texts.may_be_trap, texts.is_plain_key, ["a*", "?", "~a", "<a", " =a", "007", " a", "a ", "1" * 16, "\u3000a"]),
        (texts.may_be_private, texts.has_no_private, ["\ue000", "a\uf8ff", "\U000f0000", "\U0010fffd"]),
        (may_have_title, texts.has_no_title, ["Dr Marsh", "DR. Marsh", "王先生", "Dr Müller", "DR. Ж"]),
    ],
)
def test_a_column_is_cleared_only_when_every_text_passes(may, test, bad):
    for text in bad:
        assert not test(text)
        for column in ([text], [text, "fine"], ["fine", text], ["fine", text, "fine"]):
            assert may("\n".join(column))
    assert not may("fine\nalso fine")


@pytest.mark.parametrize(
    "letter",
    [
        " ",
        "a",
        "1",
        "4",
        "1 ",
        "@",
        ".",
        "-",
        "\u00a0",
        "Ã",
        "+",
        "０",
        "a.",
        "x1",
        "dr ",
        "A1 ",
        "password ",
        "(",
        "=",
        "pin:",
        "ж(",
        "AB12 ",
    ],
)
def test_texts_as_long_as_a_cell_holds_are_answered_at_once(letter):
    text = (letter * 32_767)[:32_767]
    asked = (texts.is_phone_shaped, texts.is_plain_key, texts.has_no_title, texts.is_undamaged, texts.has_no_private)
    for ask in (*asked, emails.is_email, lambda one: phones.is_phone(one, "US"), romanised.is_alone, becomes_formula):
        assert ask(text) in (True, False)
    changes = (texts.phone_digits, texts.spaced, texts.undamaged, texts.half_width, texts.likely_chinese_mobile)
    for change in (*changes, emails.likely_email, lambda one: phones.likely_phone(one, "US"), masked, calls_out):
        assert isinstance(change(text), str)
