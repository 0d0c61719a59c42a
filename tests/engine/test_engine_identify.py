"""Keys: who is meant by a typed text, which ID a new row gets, and the day a customer is dated to."""

import numpy as np
import pytest
from refreshing import book, by, customers, refresh, rows
from world import TODAY

from tracker.engine.resolve import Directory
from tracker.facts.calendar import to_serial
from tracker.schema.state import CHOICE_ROWS

DAY = to_serial(TODAY)

PEOPLE = """
    Customers
    customer_id | first_name | last_name | company   | email       | phone
    C1          | Ana        | Marsh     | Oak & Co  | a@b.example | +1 425 555 3409
    C2          | Bo         | Silva     | Fir Ltd   |             |
    C3          | Cy         | Silva     |           |             |

    Interactions
    interaction_id | customer | customer_id | started_at | channel
"""


def owner(text, before=""):
    """Whose interaction a typed text makes it, and the findings about it; ``before`` is what a refresh left."""
    host = book(f"{PEOPLE} I1 | {text} | {before} | today | phone")
    refreshed, _ = refresh(host)
    odd = [(one.code, one.suggestion) for one in refreshed.findings if one.code in ("R101", "R102", "R106")]
    return rows(host, "Interactions")[0]["customer_id"], odd


@pytest.mark.parametrize(
    "text", ["C1", "c1", "A@B.example", "001 425 555 34 09", "Ana Marsh", "Marsh Ana", "marsh  ana", "OAK & CO"]
)
def test_a_customer_is_found_by_whatever_is_theirs_alone(text):
    assert owner(text) == ("C1", [])


def test_a_name_two_bear_and_a_name_nobody_bears_are_findings():
    assert owner("Bo Silva") == ("C2", [])
    assert owner("Ana Marhs") == (None, [("R101", "Ana Marsh")])


def test_what_was_resolved_stays_while_the_text_became_unclear():
    assert owner("Nobody at all", before="C3") == ("C3", [("R106", "C3")])
    assert owner("Bo Silva", before="C3") == ("C2", [])  # it means exactly one other customer now
    assert owner("Nobody at all", before="C9")[0] is None  # that one is gone
    assert owner("", before="C3") == ("C3", [])  # the blank cell has a finding of its own


def test_a_new_row_gets_the_next_id_of_its_day():
    host = book(
        """
        Customers
        customer_id  | last_name
                     | Marsh
        C20261118008 | Silva
                     | Okafor
        """,
        next_id_customers=7,
    )
    refresh(host)
    assert list(customers(host)) == ["C20261118009", "C20261118008", "C20261118010"]
    host.put("Customers", 2, "last_name", None)
    host.put("Customers", 2, "customer_id", None)
    host.put("Customers", 2, "created_on", None)
    host.put("Customers", 2, "last_name", "Ito")
    refresh(host)
    assert list(customers(host))[-1] == "C20261118011"  # an ID is never used again


def test_ids_may_be_plain_numbers():
    host = book("Customers\ncustomer_id | last_name\n | Marsh", id_pattern="integer", next_id_customers=12)
    refresh(host)
    assert list(customers(host)) == ["12"]


NUMBERED = """
    Customers
    customer_id | last_name | referrer_id
                | Marsh     | {referrer}

    Interactions
    interaction_id | customer | customer_id | started_at | channel
    {interaction}

    Purchases
    purchase_id | customer | purchased_at | item | amount | return_of
    {purchase}

    TagHistory
    customer_id | dimension | to_tag | changed_on
    {history}

    Decisions
    kind | key_a | key_b
    {decision}
"""
NOWHERE = dict.fromkeys(("referrer", "interaction", "purchase", "history", "decision"), "")


def numbered(lost=True, **named):
    """The ID that Marsh gets where deleted customers are named somewhere, and the codes found."""
    host = book(NUMBERED.format(**{**NOWHERE, **named}), next_id_customers=3)
    if lost:
        for row in range(20):
            if host.cell("Settings", row, "key") == "next_id_customers":
                host.put("Settings", row, "key", None)
                host.put("Settings", row, "value", None)
                break
    refreshed, _ = refresh(host)
    assert not refresh(host)[1]
    return next(iter(customers(host))), [one for one in refreshed.findings if one.code == "K114"]


@pytest.mark.parametrize(
    "named",
    [
        {"referrer": "C20250101007"},
        {"interaction": "I1 | Silva | C20250101007 | today-9d | phone"},
        {"interaction": "I1 | c20250101007 |  | today-9d | phone"},
        {"purchase": "P1 | C20250101007 | | today-9d | Oak | 5"},
        {"history": "C20250101007 | stage | new | today-9d"},
        {"decision": "same | C20250101002 | C20250101007"},
    ],
)
@pytest.mark.parametrize("lost", [True, False])
def test_a_number_that_is_named_anywhere_is_never_given_again(named, lost):
    given, missing = numbered(lost, **named)
    assert given == "C20261118008"
    assert [(one.value, one.details["number"]) for one in missing] == ([("next_id_customers", "9")] if lost else [])


@pytest.mark.parametrize("other", ["C00000099", "X20250101099", "C20250101099x", "C202501010000000000099", "99", ""])
def test_an_id_of_another_form_says_nothing_about_the_numbers(other):
    assert numbered(lost=False, referrer=other)[0] == "C20261118003"


def test_numbers_without_a_day_go_on_as_well():
    host = book("Customers\ncustomer_id | last_name\n41 | Silva\n | Marsh", id_pattern="integer")
    refresh(host)
    assert list(customers(host)) == ["41", "42"]
    assert by(host, "Settings", "key")["next_id_customers"]["value"] == "43"


def test_pasted_numbers_are_remembered_before_their_rows_are_deleted():
    host = book("Customers\ncustomer_id | last_name\nC20250101040 | Silva")
    refresh(host)
    host.put("Customers", 0, "customer_id", None)
    host.put("Customers", 0, "last_name", "Marsh")
    refresh(host)
    assert list(customers(host)) == ["C20261118041"]


def test_purchases_and_interactions_have_numbers_of_their_own():
    host = book(
        """
        Customers
        customer_id | last_name
        C1          | Marsh

        Purchases
        purchase_id | customer | purchased_at | item | amount | return_of
                    | C1       | today        | Oak  | 5      | P20250101011

        Interactions
        interaction_id | customer | started_at | channel
                       | C1       | today      | phone
        """
    )
    refresh(host)
    assert rows(host, "Purchases")[0]["purchase_id"] == "P20261118012"
    assert rows(host, "Interactions")[0]["interaction_id"] == "I20261118001"


def test_a_new_number_makes_nobody_of_a_text_that_meant_no_one():
    host = book(
        """
        Customers
        customer_id | last_name
                    | Marsh
                    | Silva

        Interactions
        customer | started_at | channel
        2        | today      | phone
        """,
        id_pattern="integer",
    )
    refresh(host)
    assert list(customers(host)) == ["1", "3"]
    assert host.cell("Interactions", 0, "customer_id") is None
    assert not refresh(host)[1]


def test_a_customer_is_dated_to_the_earliest_day_known():
    host = book("""
        Customers
        last_name | created_on
        Marsh     |
        Silva     | today-3d
        Okafor    |

        Interactions
        customer | started_at
        Marsh    | today-9d
        Silva    | today-9d

        Purchases
        customer | purchased_at
        Marsh    | today-30d
    """)
    refresh(host)
    assert [one["created_on"] for one in customers(host).values()] == [DAY - 30, DAY - 3, DAY]


def test_a_row_without_any_staff_value_is_no_row():
    host = book("Customers\nlast_name | followup_why\n | left over\nMarsh |")
    refresh(host)
    assert [one["last_name"] for one in customers(host).values()] == ["Marsh"]
    assert host.cell("Customers", 0, "customer_id") is None


def test_whatever_is_offered_for_a_customer_means_that_customer():
    host = book("""
        Customers
        customer_id | first_name | last_name | company
        C1          |            |           | Hill Ltd
        C2          | Ana        | Marsh     | Hill Ltd
        C3          | Bo         | Silva     | Fir Ltd
        C4          | bo         | SILVA     |
        C5          |            | Fir Ltd   |
        C6          |            |           | Oak & Co
    """)
    refreshed, _ = refresh(host)
    offered = refreshed.plan.dropdowns["customer"]
    assert offered == ("Ana Marsh", "C1", "C3", "C4", "C5", "Oak & Co")
    assert all(Directory(refreshed.snapshot).find(text)[0] >= 0 for text in offered)


def test_who_knows_what_is_asked_answers_as_who_must_answer_everything():
    host = book("""
        Customers
        customer_id | first_name | last_name | company  | email       | phone
        C1          | Ana        | Marsh     | Hill Ltd | a@b.example | +1 425 555 3409
        C2          | Bo         | Silva     | Hill Ltd | a@b.example | 001 425 555 3409
        C3          | bo         |  SILVA    |          |             |
        C4          |            | Straße    | Straße   |             | 425-555-0000
    """)
    texts = [
        "C1",
        "ANA  marsh",
        "Marsh Ana",
        "hill ltd",
        "Bo Silva",
        "STRASSE",
        " A@b.example",
        "4255550000",
        "14255553409",
    ]
    snapshot = refresh(host)[0].snapshot
    whole, asked = Directory(snapshot), Directory(snapshot, texts)
    found = [whole.find(text) for text in texts]
    assert [at for at, _ in found] == [0, 0, 0, -2, -2, 3, -2, 3, -2]
    assert [asked.find(text) for text in texts] == asked.find_all(texts) == found
    assert set(asked._names) < set(whole._names)


@pytest.mark.parametrize("kept", ["De  Souza", "De\nSouza", "De\u00a0Souza", "De\t Souza"])
@pytest.mark.parametrize("typed", ["Ana De Souza", "de souza  ana", "Ana\u00a0De Souza"])
def test_spaces_inside_a_name_are_one_space_whatever_they_are(kept, typed):
    host = book("""
        Customers
        customer_id | first_name | last_name
        C1          | Ana        | De Souza
        C2          | Bo         | Marsh
    """)
    snapshot = refresh(host)[0].snapshot
    snapshot = snapshot.having("Customers", {"last_name": np.array([kept, "Marsh"], object)})
    assert Directory(snapshot).find(typed) == Directory(snapshot, [typed]).find(typed) == (0, ())


def test_of_more_customers_than_a_dropdown_holds_the_first_by_alphabet_are_offered():
    names = [f"{'Nn'[n % 2]}{n:04}" for n in range(CHOICE_ROWS + 3)]
    host = book("Customers\nlast_name\n" + "\n".join([*reversed(names), "Aalto"]))
    offered = refresh(host)[0].plan.dropdowns["customer"]
    assert offered == ("Aalto", *names[: CHOICE_ROWS - 1])


def test_doubts_about_customers_typed_today_are_told_the_same_way_by_the_next_refresh():
    host = book("""
        Customers
        last_name | company
        Müller    |
        Müller    |
                  | Zeta GmbH

        Interactions
        customer | started_at | channel
        Müller   | today-1d   | phone
        Zeta Gmb | today-1d   | phone
    """)
    first, _ = refresh(host)
    said = [(one.code, one.suggestion, one.details["candidates"]) for one in first.findings if one.code[0] == "R"]
    assert said == [("R102", "", "C20261118001, C20261118002"), ("R101", "Zeta GmbH", "")]
    assert not refresh(host)[1]
