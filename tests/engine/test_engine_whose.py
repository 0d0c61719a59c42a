"""Whose a place is: the customer of a row, and who looks after that customer."""

from __future__ import annotations

from world import world

from tracker.engine.identify import identify
from tracker.engine.whose import Whose
from tracker.model.finding import Place

DRAWING = """
Customers
customer_id  | last_name | owner  | email
CUST1        | Lee       | Anna   | ann@lee.example
CUST2        | Bo        |        | bo@bo.example
             | Cy        | Chen   | cy@cy.example

Interactions
interaction_id | customer        | started_at | channel
I1             | ann@lee.example | 2026-11-02 | Phone
I2             | cust2           | 2026-11-02 | Phone
I3             | Cy              | 2026-11-02 | Phone
I4             | nobody          | 2026-11-02 | Phone

Purchases
purchase_id | customer | purchased_at | item
P1          | CUST1    | 2026-11-02   | Tea
"""


def whose():
    """The answers for the drawing."""
    return Whose(identify(world(DRAWING).read()).snapshot)


def test_the_owner_is_that_of_the_row_or_of_the_customer_it_is_about():
    told = whose()
    places = [Place("x", table, row) for table, row in (*(("Customers", row) for row in (2, 3, 4)), ("Purchases", 2))]
    assert [told.owner(place) for place in places] == ["Anna", "", "Chen", "Anna"]
    assert [told.owner(Place("x", "Interactions", row)) for row in (2, 3, 4, 5)] == ["Anna", "", "Chen", ""]


def test_what_is_about_no_row_of_a_customer_is_nobodys():
    told = whose()
    places = [("Customers", None), ("Customers", 99), ("Settings", 8), ("Nobody", 2)]
    for place in (Place(), *(Place("x", table, row) for table, row in places)):
        assert (told.owner(place), told.customer(place)) == ("", "")


def test_somebody_unknown_is_called_as_staff_call_them():
    assert whose().customer(Place("x", "Interactions", 5)) == "nobody"


TEAM = """
Team
name | team  | daily_capacity | active
Anna | Sales | 10             | no
"""


def test_a_name_that_is_nobody_in_team_is_no_owner():
    """The page of an owner is sent to somebody; who has left is somebody still."""
    told = Whose(identify(world(DRAWING + TEAM).read()).snapshot)
    assert [told.owner(Place("x", "Customers", row)) for row in (2, 3, 4)] == ["Anna", "", ""]
