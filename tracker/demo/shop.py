"""What the demo's company sells, who works there, and what people say to each other: a coffee roastery and its trade.

Data only; who buys what and when is drawn in `company`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something on the price list; ``batch`` is a usual quantity of a middling order."""

    name: str
    category: str
    price: float
    batch: int


ITEMS: tuple[Item, ...] = (
    Item("Espresso blend 1 kg", "Coffee", 21.5, 26),
    Item("Filter roast 1 kg", "Coffee", 23.0, 20),
    Item("Decaf 1 kg", "Coffee", 25.0, 10),
    Item("Single estate 1 kg", "Coffee", 34.0, 12),
    Item("Espresso machine Duo", "Machines", 4_850.0, 1),
    Item("Grinder M2", "Machines", 690.0, 1),
    Item("Batch brewer", "Machines", 1_320.0, 1),
    Item("Service contract, year", "Service", 960.0, 1),
    Item("Barista training, day", "Service", 540.0, 1),
    Item("Cups, box of 36", "Supplies", 118.0, 4),
    Item("Water filter set", "Supplies", 84.0, 5),
    Item("Tea selection, case", "Supplies", 62.0, 8),
)

# name, role, team, lead, how many follow-ups a day
TEAM: tuple[tuple[str, str, str, str, int], ...] = (
    ("Elena", "Team lead", "key accounts", "", 12),
    ("Amira", "Account manager", "key accounts", "Elena", 18),
    ("Jonas", "Account manager", "trade", "Elena", 20),
    ("Priya", "Sales", "trade", "Elena", 20),
    ("Tom", "Sales and service", "trade", "Elena", 16),
)

# name, days ago it began, how many days it ran, cost, sent, share opened and clicked
CAMPAIGNS: tuple[tuple[str, int, int, float, int, float, float], ...] = (
    ("Autumn roast", 420, 30, 2_400.0, 210, 0.41, 0.08),
    ("Machine trade-in", 300, 45, 5_600.0, 230, 0.37, 0.11),
    ("Terrace season", 200, 40, 3_100.0, 250, 0.44, 0.09),
    ("Service check", 110, 30, 900.0, 265, 0.39, 0.07),
    ("New estate coffees", 35, 28, 2_900.0, 280, 0.46, 0.13),
)

NEEDS = (
    "House blend for the bar",
    "Coffee for forty desks",
    "Breakfast coffee, 120 rooms",
    "Second machine for the terrace",
    "Reliable service within a day",
    "Decaf that guests like",
    "Training for new staff",
    "Filter coffee for meetings",
    "Tea range for the lobby",
    "Better water, less scale",
)
NOTES = ("Prefers mornings", "Net 30 agreed", "Opens a second site in spring", "Ask about the terrace", "Pays early")
PROMISES = ("Samples of two roasts", "A written price for a year", "A loan machine during the repair")
COMPLAINTS = (
    "Two bags of {item} arrived open",
    "{item} delivered four days late",
    "Invoice shows the wrong price for {item}",
    "{item} stopped working after a week",
)
ACTIONS = ("Call back", "Send quote", "Send samples", "Book technician", "Confirm delivery")

# purpose → what was said; {item} is filled in
TALKS: tuple[tuple[str, str], ...] = (
    ("enquiry", "Wants a sample of {item} before ordering"),
    ("enquiry", "Asks whether {item} is in stock"),
    ("quote", "Sent quote for {item}, decision next week"),
    ("quote", "Compares our price for {item} with the present supplier"),
    ("order", "Ordered {item} again, delivery on Friday"),
    ("order", "Moves the standing order of {item} to every second week"),
    ("delivery", "Confirmed delivery of {item}, back entrance"),
    ("check_in", "All well; happy with {item}"),
    ("check_in", "Asks for prices on {item} from January"),
    ("check_in", "New manager, wants to know our range"),
    ("support", "Explained how to set the grind for {item}"),
    ("visit", "Tasted the new coffees, liked {item}"),
    ("visit", "Showed the range; a second bar opens soon"),
    ("payment", "Asks for a copy of last month's invoice"),
)
