"""Phones: every country's own examples are good, and a column is cleared only when the library takes each number."""

import phonenumbers as lib
import pytest
from checks_world import checked
from hypothesis import given, settings
from hypothesis import strategies as st
from make_dialling import TARGET, made

from tracker.checks import dialling, phones

REGIONS = sorted(lib.SUPPORTED_REGIONS)
KINDS = [getattr(lib.PhoneNumberType, name) for name in ("FIXED_LINE", "MOBILE", "TOLL_FREE", "VOIP")]
FORMS = (lib.PhoneNumberFormat.INTERNATIONAL, lib.PhoneNumberFormat.E164)


def examples(region):
    """The example numbers of a region, as the library has them."""
    found = (lib.example_number_for_type(region, kind) for kind in KINDS)
    return [number for number in found if number is not None]


GERMAN = [f"0151 {n:08d}" for n in range(12, 60)]  # eleven digits and a zero before: of no length in the US
BERLIN = [f"030 {n:07d}" for n in range(9_018_200, 9_018_300)]  # ten digits, which the US has too
HOME = [f"555-{n:03d}-4567" for n in range(200, 300)]
NOBODYS = [f"302-000-000{n}" for n in range(9)]  # as long as those of the US, and of neither
ABROAD = [f"+49 151 {n:08d}" for n in range(12, 60)]
AREAS = ("202", "212", "305", "312", "404", "415", "512", "617", "702", "713", "718", "808", "917", "972")
AMERICAN = [f"({AREAS[n % len(AREAS)]}) 555-01{n:02d}" for n in range(80)]


@pytest.mark.parametrize(
    ("strange", "others", "region", "many"),
    [
        (10, [], "US", True),
        (9, [], "US", False),  # so few are looked at one by one
        (10, BERLIN[:10], "US", True),  # half
        (10, BERLIN[:11], "US", False),
        (18, NOBODYS[:2], "US", True),  # all but a tenth are numbers of one country
        (18, NOBODYS[:3], "US", False),
        (10, ABROAD, "US", True),  # what names its country says nothing of the others
        (10, ["ask at the desk", "12345", "2.19E+26", "030 123456 or 030 123457"] * 9, "US", True),  # nor what is none
        (48, [], "DE", False),
        (48, [], "", False),  # of no country: nothing is strange
    ],
)
def test_where_many_are_numbers_of_another_country_the_setting_is_wrong_and_not_they(strange, others, region, many):
    home = phones.Home(region, list(dict.fromkeys([*GERMAN[:strange], *others])))
    assert home.strange == (frozenset(GERMAN[:strange]) if many else frozenset())
    assert all(home.good(text) for text in GERMAN[:strange]) is (many or region != "US")
    assert all(map(home.good, ABROAD)) and not any(map(home.good, ("ask at the desk", "12345", "+1 000 000")))


@pytest.mark.parametrize("mistyped", [30, 80])
@pytest.mark.parametrize(
    "slip",
    [lambda text: text[:-1], lambda text: text[:8] + text[9:], lambda text: f"{text}5"],
    ids=["the last digit left out", "a digit left out", "a digit too many"],
)
def test_numbers_mistyped_in_one_way_are_no_other_country_s(slip, mistyped):
    bad = [*map(slip, AMERICAN[:mistyped])]
    home = phones.Home("US", [*bad, *AMERICAN[mistyped:]])
    assert home.strange == frozenset()
    assert [text for text in home.values if not home.good(text)] == bad


@pytest.mark.parametrize("region", ["DE", "DK", "ES", "GB", "IN", "LU", "NO", "PL", "RU", "TR"])
def test_numbers_as_people_abroad_write_them_are_those_of_one_country(region):
    said = lib.example_number_for_type(region, lib.PhoneNumberType.MOBILE)
    numbers = [lib.PhoneNumber(said.country_code, said.national_number - n) for n in range(40)]
    texts = [lib.format_number(number, lib.PhoneNumberFormat.NATIONAL) for number in numbers]
    assert phones.are_of_one_country(texts)
    assert phones.Home("US", texts).strange == frozenset(texts)


def test_numbers_of_a_country_are_written_as_people_there_write_them():
    bare = [text.removeprefix("0") for text in BERLIN]
    assert phones._most_are_of("DE", BERLIN) and not phones._most_are_of("DE", bare)
    assert phones._most_are_of("US", AMERICAN) and phones._most_are_of("US", [f"1 {text}" for text in AMERICAN])
    assert not phones._most_are_of("DE", [f"{text} or {text}" for text in BERLIN])


def test_card_numbers_in_place_of_phones_are_no_country_s_and_stay_secrets():
    cards = ["4242 4242 4242 4242", "4000 0566 5566 5556", "5555 5555 5555 4444", "5200 8282 8282 8210"]
    cards += [
        "3782 822463 10005",
        "3714 496353 98431",
        "6011 1111 1111 1117",
        "3056 9309 0259 04",
        "3566 0020 2036 0505",
    ]
    cards += ["4111 1111 1111 1111", "5105 1051 0510 5100"]
    rows = [f"C{n} | Marsh{n} | m{n}@b.example | Anna | {card}" for n, card in enumerate(cards)]
    drawing = "\n".join(["Customers", "customer_id | last_name | email | owner | phone", *rows])
    _, _, findings = checked(drawing)
    assert [one.place.key for one in findings if one.code == "S101"] == ["phone"] * len(cards)
    assert not [one for one in findings if one.code == "K121"]


def test_of_a_long_column_some_numbers_tell_whose_all_are(monkeypatch):
    asked = []
    monkeypatch.setattr(phones, "_most_are_of", lambda region, numbers: bool(asked.append(numbers)))
    assert not phones.are_of_one_country(range(1_000))
    assert {tuple(numbers) for numbers in asked} == {tuple(range(0, 1_000, 6))}


def test_the_whole_column_is_counted_where_blocks_of_it_are_clear():
    values = [f"555-{n:07d}" for n in range(2_000_000, 2_003_000)]
    home = phones.Home("US", values[:1500] + GERMAN + values[1500:])
    assert len(home.numbers) == 3_048 and home.strange == frozenset() and not home.good(GERMAN[0])


def test_only_what_is_no_number_of_the_setting_is_asked_whether_it_is_one_at_all(monkeypatch):
    asked, honest = [], phones.is_at_home
    monkeypatch.setattr(phones, "is_at_home", lambda text: bool(asked.append(text)) or honest(text))
    assert phones.Home("US", [*HOME, *GERMAN[:3], "12345"]).strange == frozenset()
    assert asked == [*GERMAN[:3], "12345"]


@pytest.mark.parametrize("region", REGIONS)
def test_every_countrys_examples_are_phones_everywhere(region):
    for number in examples(region):
        for form in FORMS:
            text = lib.format_number(number, form)
            assert all(phones.is_phone(text, home) for home in ("", "US", "DE", region)), text
            assert phones.in_form(text, "US") == lib.format_number(number, lib.PhoneNumberFormat.E164)
        assert phones.is_phone(lib.format_number(number, lib.PhoneNumberFormat.NATIONAL), region)


@pytest.mark.parametrize("region", REGIONS)
def test_a_column_of_examples_is_cleared_without_the_library(region):
    texts = [lib.format_number(number, form) for number in examples(region) for form in FORMS]
    texts = [text for text in texts if sum(map(str.isdigit, text)) - len(str(dialling.REGIONS[region][0])) >= 7]
    assert not texts or not phones.may_be_no_phone(texts, "\n".join(texts), "US")


@pytest.mark.parametrize(
    "text", ["+49 (0)30 123456", "(+1) 555.123.4567", "555-123-4567 x12", "0049 30 123456", "555 1234"]
)
def test_phones(text):
    assert phones.is_phone(text, "US")


@pytest.mark.parametrize(
    "text",
    [
        "123456",
        "call me",
        "+",
        "1" * 18,
        "12+34567890",
        "a1234567",
        "1234567 or 7654321",
        "+1 000 000",
        "+999 12345678",
    ],
)
def test_not_phones(text):
    assert not phones.is_phone(text, "US")


def test_the_region_decides_about_a_number_without_its_country():
    assert phones.is_phone("0151 23456789", "DE")
    assert not phones.is_phone("0151 23456789", "US")
    assert phones.is_phone("0151 23456789", "")


@pytest.mark.parametrize(("setting", "region"), [("US", "US"), (" de ", "DE"), ("UK", "GB"), ("Germany", ""), ("", "")])
def test_the_region_of_a_setting(setting, region):
    assert phones.region_of(setting) == region


@pytest.mark.parametrize(
    ("text", "region", "form"),
    [
        ("(202) 555-0123", "US", "+12025550123"),
        ("030/901820", "DE", "+4930901820"),
        ("0049 30 901820", "US", "+4930901820"),
        ("202-555-0123 ext. 4", "US", ""),
        ("202-555-0123", "", ""),
        ("nobody", "US", ""),
    ],
)
def test_the_form_of_the_rule(text, region, form):
    assert phones.in_form(text, region) == form


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Tel. +49 30 901820", "+4930901820"),
        ("(202) 555-0123 (office)", "+12025550123"),
        ("+49 30 901820 or +49 30 901821", ""),
        ("202 555 0123, room 12", ""),
        ("nobody", ""),
    ],
)
def test_the_one_number_in_a_text(text, meant):
    assert phones.likely_phone(text, "US") == meant


DIGITS = st.text("0123456789", min_size=1, max_size=17)
CODES = st.sampled_from(sorted(lib.COUNTRY_CODE_TO_REGION_CODE)).map(str)
NUMBERS = st.tuples(st.sampled_from(["+", "00", "", "0", "1", "8"]), CODES | st.just(""), DIGITS).map(
    "".join
) | st.sampled_from(["", "x", "+", "12+3456789", "555 1234", "(0)30 123456", "+49\n30123456"])


@settings(max_examples=1_000, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=3), st.sampled_from([*REGIONS, "", "US", "DE", "GB", "AR", "BR"]))
def test_a_column_is_cleared_only_when_each_is_one(column, region):
    assert phones.may_be_no_phone(column, "\n".join(column), region) or all(
        phones.is_phone(text, region) for text in column
    )


def test_ordinary_numbers_are_cleared_together():
    for region, texts in (
        ("US", ["+48 555 123 456", "(555) 123-4567", "0048555123456", "1-202-555-0123"]),
        ("DE", ["030/123456", "0151 23456789", "+49 30 123456"]),
        ("", ["012345678", "+1 555 123 4567"]),
    ):
        assert not phones.may_be_no_phone(texts, "\n".join(texts), region)


def test_the_table_is_the_librarys():
    if lib.__version__ == dialling.MADE_OF:
        assert TARGET.read_text(encoding="utf-8") == made()
    for length, codes in dialling.LENGTHS.items():
        for code in codes.split():
            number = lib.PhoneNumber(country_code=int(code), national_number=int("2" * length))
            assert lib.is_possible_number(number), (code, length)
