"""Who is likely kept as two customers, and who plainly is not; decisions, order, and how it is said."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from checks_world import checked
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.checks.names import Name, likeness, plain
from tracker.checks.persons import CROWD
from tracker.words import load
from tracker.words.sentences import message

BOTH_SIDES = """
Customers
customer_id | first_name | last_name      | company     | email         | phone           | owner | gender
C1          | Robert     | Marsh          | Acme Ltd    | r1@b.eu       |                 | Anna  |
C2          | Rob        | Marsh          | ACME        | r2@b.eu       |                 | Anna  | <- D105 last_name
C4          | Lucía      | Gutiérrez      | Casa        | l1@b.eu       |                 | Anna  |
C5          | Gutierrez  | Lucia          | Casa        | l2@b.eu       |                 | Anna  | <- D105 last_name
C6          | Jürgen     | Größ           | Café        | j1@b.eu       |                 | Anna  |
C7          | Juergen    | Groess         | Café GmbH   | j2@b.eu       |                 | Anna  | <- D105 last_name
C8          | Beatrice   | Hargreaves     | Arms        | b1@b.eu       |                 | Anna  |
C9          | Beatrice   | Hargraeves     | Arms        | b2@b.eu       |                 | Anna  | <- D105 last_name
C10         | Олена      | Марченко       |             | o1@b.eu       | +380 44 5550123 | Anna  |
C11         | Olena      | Marchenko      |             | o2@b.eu       | 044 555 01 23   | Anna  | <- D105 last_name
C12         | Tom        | Okafor         | One         | t.okafor@b.eu |                 | Anna  |
C13         |            | Okafor         | Two         | t.okafor@c.eu |                 | Anna  | <- D105 last_name
C14         | Naomi      | Lockwood       |             | n1@b.eu       |                 | Anna  |
C15         |            | Naomi Lockwood |             | n2@b.eu       |                 | Anna  | <- D105 last_name
C16         | Anna       | Weber          | Bäckerei    | a1@b.eu       |                 | Anna  |
C17         | Bernd      | Weber          | Bäckerei    | a2@b.eu       |                 | Anna  |
C18         | Andrea     | Weber          | Bäckerei    | a3@b.eu       |                 | Anna  | Female
C19         | Andreas    | Weber          | Bäckerei    | a4@b.eu       |                 | Anna  | Male
C20         | Alex       | Weber          | Bäckerei    | a5@b.eu       |                 | Anna  | Female
C21         | Alexander  | Weber          | Bäckerei    | a6@b.eu       |                 | Anna  | Male
C22         | Grace      | Patel          | One         | g1@b.eu       |                 | Anna  |
C23         | Grace      | Patel          | Two         | g2@b.eu       |                 | Anna  |
C24         | Ruth       | Delgado        | Three       | d1@b.eu       |                 | Anna  |
C25         | Owen       | Delgado        | Three       | d2@b.eu       |                 | Anna  |
C26         | 伟          | 张              | 茶馆          | z1@b.eu       |                 | Anna  |
C27         | 建          | 张              | 茶馆          | z2@b.eu       |                 | Anna  |
C28         |            |                | Foods       | f1@b.eu       |                 | Anna  |
C29         |            |                | Foods, Inc. | f2@b.eu       |                 | Anna  | <- D105 last_name
C30         | Liam       | Byrne          | Tea         | l3@b.eu       | +1 555 987 6543 | Anna  |
C31         | Liam       | Byrne          | Coffee      | l4@b.eu       | +15559876543    | Anna  | <- D103 phone
C32         | Ingrid     | Köhler         | Hotel       | i1@b.eu       |                 | Anna  |
C33         | Ingrid     | Köhler         | Hotel       | i2@b.eu       |                 | Anna  |
// somebody found C32 and C33 to be two, C4 and C5 only until yesterday

Decisions
kind     | key_a | key_b | until
not_same | c33   | C32   |
not_same | C4    | C5    | today-1d
"""


def pairs(drawing: str) -> list[tuple[str, str]]:
    """Who is found to be likely whom: the IDs, that of the earlier row first."""
    return [(one.details["other"], one.place.row_key) for one in checked(drawing)[2] if one.code == "D105"]


def why(drawing: str) -> list[str]:
    return [message(load(), one).partition("): ")[2] for one in checked(drawing)[2] if one.code == "D105"]


def people(*rows: str, decisions: str = "") -> str:
    drawn = "\n".join(f"C{n} | {row}" for n, row in enumerate(rows, 1))
    heads = "customer_id | first_name | last_name | company | email | phone | street | city | owner"
    return f"Customers\n{heads}\n{drawn}\n" + (
        f"\nDecisions\nkind | key_a | key_b | until\n{decisions}" if decisions else ""
    )


def test_both_sides():
    made, _, findings = checked(BOTH_SIDES)
    found = {(one.place.table, one.place.row, one.code, one.place.key) for one in findings}
    assert found == {(one.table, one.row, one.code, one.key) for one in made.expected}


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Robert Marsh", "Rob Marsh", "nickname"),
        ("Rob Marsh", "Bob Marsh", "forms"),
        ("Robert Marsh", "robert MARSH", "same"),
        ("Siân Pryce", "Sian Pryce", "same"),
        ("Jürgen Müller", "Juergen Mueller", "same"),
        ("Łukasz Wójcik", "Lukasz Wojcik", "same"),
        ("Ｊａｎ Ｎｏｖａｋ", "Jan Novak", "same"),
        ("Anna-Maria Weber", "Annamaria Weber", "same"),
        ("Robert Marsh", "Marsh Robert", "swapped"),
        ("Robert Marsh", "Robret Marsh", "first"),
        ("Robert Marsh", "Robert Mrash", "last"),
        ("Robert Hargreaves", "Robert Hargraeves", "last"),
        ("R. Marsh", "Robert Marsh", "initial"),
        ("Anna Weber", "Anna_Maria Weber", "further"),
        (" Marsh", "Robert Marsh", "lone"),
        ("Олена Марченко", "Olena Marchenko", "script"),
        ("Юрій Їжак", "Yurii Yizhak", "script"),
        ("Γιώργος Παπαδόπουλος", "Papadopoulos Giorgos", "script"),
        ("小明 王", "Xiaoming Wang", "script"),
        (" 王小明", "小明 王", "same"),
        ("Anna Weber", "Bernd Weber", ""),
        ("Daniel Weber", "Daniela Weber", ""),
        ("Mario Rossi", "Maria Rossi", ""),
        ("Christian Weber", "Christina Weber", ""),
        ("Erik Öberg", "Erika Öberg", ""),
        ("Anna Jansen", "Anna Hansen", ""),
        ("Anna Marsh", "Anna Lowell", ""),
        ("Jon Lee", "Jon Leo", ""),
        ("Robert Marsh", "Robert Marsh_Jr.", ""),
        ("Robert Marsh_2", "Robert Marsh_3", ""),
        ("小明 王", "晓明 王", ""),
        ("Тарас Бондар", "Olena Bondar", ""),
        ("B. Marsh", "Robert Marsh", ""),
    ],
)
def test_names_alike_and_not(one, other, code):
    first, second = (Name(*plain([part.replace("_", " ") for part in text.split(" ")])) for text in (one, other))
    for like in (likeness(first, second), likeness(second, first)):
        assert (like.code if like else "") == code


def test_two_names_that_many_bear_are_no_slips_of_each_other():
    meier = Name("anna", "meier"), Name("anna", "maier")
    assert likeness(*meier)
    assert likeness(*meier, lambda name: name == "meier")
    assert not likeness(*meier, lambda name: name in ("meier", "maier"))
    rows = [f"{first} | {last} | {firm} | {first}{last}@b.example |" for first, last, firm in BEARERS]
    assert pairs(people(*rows)) == []
    assert pairs(people(*rows[:2])) == [("C1", "C2")]


BEARERS = [("Ruth", "Meier", "A"), ("Ruth", "Maier", "A"), ("Owen", "Meier", "B"), ("Tara", "Meier", "C")]
BEARERS += [("Owen", "Maier", "D"), ("Tara", "Maier", "E")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ("Rob | Marsh | Acme | a@b.example", "Robert | Marsh | Acme | c@b.example"),
            "Rob is short for Robert, and the last name is the same, the same company.",
        ),
        (
            ("Ann | Lee | | a@b.example | | 5 High St | York", "Ann | Lee | | c@b.example | | 5 High St. | York"),
            "the same name, the same address.",
        ),
        (
            ("Ann | Lee | A | ann.lee@b.example", "Ann | Lee | B | ann.lee+x@c.example"),
            "the same name, e-mail addresses that begin alike.",
        ),
        (
            ("Ann | Lee | A | a@b.example | 020 7946 0123", "Ann | Lee | B | c@b.example | +44 20 7946 0123"),
            "the same name, phone numbers that end alike.",
        ),
        (("Ann | Lee | | a@b.example", "Ann | Lee | | c@b.example"), "the same name, nobody else has that last name."),
        (("Ann | Lee | | a@b.example | | | York", "Ann | Lee | | c@b.example | | | Leeds"), ""),
        (("Ann | Lee | A | a@b.example", "Ann | Lee | B | c@b.example"), ""),
        (("Ann | Lee | | a@b.example", "Ann | Lee | | c@b.example", "Bo | Lee | | d@b.example"), ""),
        (("Rob | Marsh | | a@b.example", "Robert | Marsh | | c@b.example"), ""),
        ((" | Marsh | Acme | a@b.example", "Robert | Marsh | Acme | c@b.example"), ""),
        ((" | | Acme | a@b.example | | | York", " | | Acme | c@b.example | | | Leeds"), ""),
        (("Ann | Lee | A | a@b.example | 5550123", "Ann | Lee | B | c@b.example | 044 555 0124"), ""),
        (("Ann | Lee | A | ann@b.example", "Ann | Lee | B | ann@c.example"), ""),
    ],
)
def test_what_speaks_for_it(rows, said):
    assert why(people(*rows)) == [said] * bool(said)


def test_what_another_finding_says_of_two_is_not_said_again():
    same_mail = people("Ann | Lee | Acme | a@b.example", "Ann | Lee | Acme | A@b.example")
    assert [one.code for one in checked(same_mail)[2] if one.code[0] == "D"] == ["D102"]
    same_phone = ("Ann | Lee | {} | a@b.example | +1 555 987 6543", "Ann | Lee | Acme | c@b.example | 15559876543")
    firms = {"One": ["D103"], "": ["D103"], "Acme": ["D105"]}  # colleagues may share a switchboard
    for firm, codes in firms.items():
        drawn = people(*(row.format(firm) for row in same_phone))
        assert [one.code for one in checked(drawn)[2] if one.code[0] == "D"] == codes


def test_a_row_may_be_like_several():
    three = people(*(f"Ann | Lee | Acme | a{n}@b.example" for n in range(3)))
    assert pairs(three) == [("C1", "C2"), ("C1", "C3"), ("C2", "C3")]


def test_what_a_crowd_shares_speaks_for_nobody():
    rows = [f"Ann | Lee | private | {n}a@b.example" for n in range(CROWD + 1)]
    assert pairs(people(*rows)) == []
    assert len(pairs(people(*rows[:-1]))) == CROWD * (CROWD - 1) // 2


@pytest.mark.parametrize(
    ("decision", "silent"),
    [
        ("not_same | C1 | C2 |", True),
        ("Not the same person | c2 | c1 |", True),
        ("not_same | C1 | C2 | today", True),
        ("not_same | C1 | C2 | today-1d", False),
        ("not_same | C1 | C2 | today+9d", True),
        ("snooze | C1 | C2 |", False),
        ("not_same | C1 | C3 |", False),
        ("not_same | C1 | |", False),
    ],
)
def test_a_decision_holds_for_its_pair_and_to_its_day(decision, silent):
    drawn = people("Ann | Lee | Acme | a@b.example", "Ann | Lee | Acme | c@b.example", decisions=decision)
    assert pairs(drawn) == ([] if silent else [("C1", "C2")])


FEW = st.tuples(
    st.sampled_from(["Robert", "Rob", "Robret", "Marsh", "Anna", ""]),
    st.sampled_from(["Marsh", "Marhs", "Robert", "Weber"]),
    st.sampled_from(["Acme", "Acme Ltd", "Zeta", ""]),
    st.sampled_from(["", "020 7946 0123", "+44 20 7946 0123"]),
)
CROWDS = st.lists(FEW, min_size=2, max_size=7)


def drawn_people(rows, order, decided=()):
    lines = [f"C{n} | {rows[n][0]} | {rows[n][1]} | {rows[n][2]} | e{n}x@b.example | {rows[n][3]}" for n in order]
    drawn = "Customers\ncustomer_id | first_name | last_name | company | email | phone\n" + "\n".join(lines)
    kept = "\n".join(f"not_same | {one} | {other}" for one, other in decided)
    return drawn + (f"\n\nDecisions\nkind | key_a | key_b\n{kept}" if decided else "")


def unordered(found):
    return sorted(tuple(sorted(pair)) for pair in found)


@settings(max_examples=60, deadline=None)
@given(CROWDS, st.randoms())
def test_sorting_the_rows_changes_no_pair(rows, random):
    order = list(range(len(rows)))
    found = pairs(drawn_people(rows, order))
    random.shuffle(order)
    assert unordered(pairs(drawn_people(rows, order))) == unordered(found)
    assert len(set(unordered(found))) == len(found)


@settings(max_examples=60, deadline=None)
@given(CROWDS, st.data())
def test_a_decision_silences_its_pair_and_no_other(rows, data):
    order = range(len(rows))
    found = pairs(drawn_people(rows, order))
    every = list(combinations([f"C{n}" for n in order], 2))
    decided = data.draw(st.lists(st.sampled_from(every), unique=True, max_size=4))
    turned = [pair[::-1] if data.draw(st.booleans()) else pair for pair in decided]
    assert pairs(drawn_people(rows, order, turned)) == [pair for pair in found if pair not in decided]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=5))
def test_texts_are_folded_together_as_one_by_one(texts):
    assert plain(texts) == [plain([text])[0] for text in texts]
    assert all(re.search(r"[-.\n]|  |^ | $", text) is None for text in plain(texts))


@settings(max_examples=200, deadline=None)
@given(
    *[
        st.builds(
            Name, st.sampled_from(["rob", "robert", "r", "олена", "", "anna maria"]), st.text("marsh é王", max_size=8)
        )
    ]
    * 2
)
@example(Name("rob", "王"), Name("rob", "aa王"))  # of lengths for which not the same slips are allowed
def test_likeness_does_not_depend_on_who_comes_first(one, other):
    assert likeness(one, other) == likeness(other, one)
