"""The look of single texts: shapes that pass, shapes that do not, what was meant, and hostile lengths."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.checks import texts


@pytest.mark.parametrize(
    "text",
    ["a@b.co", "first.last+tag@mail.example.com", "o'brien@x-y.museum", "jörg@bücher.example", "1@2.example", "_@b.de"],
)
def test_emails(text):
    assert texts.is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "a b@c.de",
        "@b.de",
        "a@.de",
        "a@b..de",
        "a..b@c.de",
        ".a@b.de",
        "a.@b.de",
        "a@b.de.",
        "a@-b.de",
        "a@b.1",
        "a@b.de;c@d.de",
        "<a@b.de>",
        "mailto:a@b.de",
        "a@@b.de",
        "a,b@c.de",
        "a@b,de",
        "",
        "@",
        "a@b.c",
    ],
)
def test_not_emails(text):
    assert not texts.is_email(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("a @b.de", "a@b.de"), ("a@b,de", "a@b.de"), ("<a@b.de>", "a@b.de"), ("a@b.de;", "a@b.de"), ("nothing", "")],
)
def test_likely_emails(typed, meant):
    assert texts.likely_email(typed) == meant


@pytest.mark.parametrize("text", ["1234567", "+49 (0)30 123456", "030/1234-567", "(+1) 555.123.4567", "5551234 x12"])
def test_phones(text):
    assert texts.is_phone(text)


@pytest.mark.parametrize("text", ["123456", "call me", "+", "1" * 18, "12+34567890", "a1234567", "1234567 or 7654321"])
def test_not_phones(text):
    assert not texts.is_phone(text)


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


@pytest.mark.parametrize(
    ("may", "test", "bad"),
    [
        (texts.may_hide, texts.has_no_hidden, ["a\u00a0b", "\u200b"]),
        (texts.may_be_wide, texts.has_half_width, ["１２"]),
        (texts.may_be_damaged, texts.is_undamaged, ["MÃ¼ller", "a\ufffd"]),
        (texts.may_have_spaces, texts.has_no_stray_spaces, [" a", "a ", "a  b", "a\t", "\na", "a\n", "\ta", "a \n"]),
        (texts.may_be_trap, texts.is_plain_key, ["a*", "?", "~a", "<a", " =a", "007", " a", "a ", "1" * 16, "\u3000a"]),
        (texts.may_have_title, texts.has_no_title, ["Dr Marsh", "DR. Marsh", "王先生"]),
    ],
)
def test_a_column_is_cleared_only_when_every_text_passes(may, test, bad):
    for text in bad:
        assert not test(text)
        for column in ([text], [text, "fine"], ["fine", text], ["fine", text, "fine"]):
            assert may("\n".join(column))
    assert not may("fine\nalso fine")


PIECES = [
    "a",
    "1",
    "0048",
    "555-123",
    "1234567",
    "@",
    ".",
    "a@b.example",
    "+",
    " ",
    "(",
    ")",
    "\n",
    ",",
    "é",
    "-",
    "_",
    "\x1c",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), min_size=1, max_size=4))
def test_addresses_and_numbers_are_cleared_together_only_when_each_is_one(column):
    joined, hosts = "\n".join(column), {text.rpartition("@")[2] for text in column}
    assert texts.may_be_no_email(column, joined, hosts) or all(map(texts.is_email, column))
    assert texts.may_be_no_phone(column, joined) or all(map(texts.is_phone, column))


def test_ordinary_addresses_and_numbers_are_cleared_together():
    plain = ["m@b.example", "a.b+c@mail.b.example", "x_1@b-c.example"]
    assert not texts.may_be_no_email(plain, "\n".join(plain), {text.rpartition("@")[2] for text in plain})
    numbers = ["+48 555 123 456", "(555) 123-4567", "0048555123456"]
    assert not texts.may_be_no_phone(numbers, "\n".join(numbers))


@pytest.mark.parametrize("letter", [" ", "a", "1", "@", ".", "-", "\u00a0", "Ã", "+", "０", "a.", "x1", "dr "])
def test_texts_as_long_as_a_cell_holds_are_answered_at_once(letter):
    text = (letter * 32_767)[:32_767]
    for ask in (texts.is_email, texts.is_phone, texts.is_plain_key, texts.has_no_title, texts.is_undamaged):
        assert ask(text) in (True, False)
    for change in (texts.phone_digits, texts.spaced, texts.undamaged, texts.half_width, texts.likely_email):
        assert isinstance(change(text), str)
