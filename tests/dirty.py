"""Random rows as bad as real ones: texts among dates, errors, blanks, times, refunds, odd cases and spaces; seeded."""

from __future__ import annotations

import random
from datetime import date

from tracker.facts.calendar import to_serial

ERRORS = ("#N/A", "#DIV/0!", "#VALUE!")
NAMES = ("Olena", "José", "Анна", "王伟", "  Ann ", "O'Neill", "D\u00a0Arcy", "X", "Émile  Zola")
CHANNELS = (
    "Phone",
    "phone",
    " Phone ",
    "Ph*",
    "?hone",
    "~Phone",
    "Talk~",
    "Call?",
    "Calls",
    "E-mail",
    "Visit",
    "Newsletter",
    "Fax",
    "PHONE",
    "Chat",
    "chat",
    "Visit\u00a0",
    "Video  call",
)
DIRECTIONS = (None, None, "Outbound", "Inbound", "inbound", " INBOUND ", "Inbound\t", "In*", "~Inbound")
# No booleans: to ISNUMBER and the sums TRUE is a number in LibreOffice and none in Excel, so they cannot be compared.
ODD_DAYS = ("2026-03-01", "soon", "", 0.0)
Value = float | str | None
Row = dict[str, Value]


class Dirt:
    """Random cells around a day; most are clean, some are not."""

    def __init__(
        self, seed: int, today: date, dirt: float = 0.12, errors: float = 0.03, odd_days: tuple[Value, ...] = ODD_DAYS
    ) -> None:
        self.random = random.Random(seed)
        self.today = to_serial(today)
        self.odd_days = odd_days
        self.dirt, self.errors = dirt, errors

    def cell(self, clean: Value, *odd: Value) -> Value:
        """The clean value, or now and then an odd one or an error."""
        if self.random.random() < self.errors:
            return self.random.choice(ERRORS)
        return self.random.choice(odd) if odd and self.random.random() < self.dirt else clean

    def day(self, back: int = 900, ahead: int = 40, blank: float = 0.15) -> Value:
        """A day around today, often at the edges of the windows, sometimes with a time, sometimes a text."""
        if self.random.random() < blank:
            return None
        edge = self.random.choice((-366, -365, -364, -184, -183, -30, -29, -1, 0, 1, 7, 8))
        away = edge if self.random.random() < 0.3 else self.random.randint(-back, ahead)
        time = self.random.choice((0.0, 0.0, 0.25, 0.5, 0.999988425925926))
        serial = self.today + away + time
        return self.cell(serial, f"{serial:.0f}", *self.odd_days)

    def amount(self, blank: float = 0.2) -> Value:
        """An amount of money, sometimes a refund, a text or nothing."""
        if self.random.random() < blank:
            return None
        clean = round(self.random.choice((0.1, 9.99, 1234.565, 50_000.0, 0.005)) * self.random.randint(1, 40), 3)
        return self.cell(clean, "12", "1,200.50", -clean, 0.0, "n/a")


def customers(dirt: Dirt, count: int) -> list[Row]:
    """Customers, some without ID, two with the same ID in another case."""
    rows: list[Row] = []
    for i in range(count):
        pick = dirt.random.choice
        rows.append(
            {
                "customer_id": float(i) if i % 13 == 5 else f"K{i:04d}" if i % 7 else None,  # pasted as a number
                "first_name": pick((*NAMES, None)),
                "last_name": f"{pick(NAMES).strip()} {i}" if i % 9 else pick((None, " ")),
                "company": f"Firm {i}" if i % 3 == 0 else None,
                "next_followup": dirt.day(blank=0.6, back=60),
                "paused_until": dirt.day(blank=0.8, back=30),
                "status": dirt.cell(None, "Paused", "Closed", "active", "Gone", "Closed\u00a0", "Clos?d", "*"),
                "opt_out": dirt.cell(None, "All", "Marketing", "A*", "~All"),
                "need_priority": dirt.cell(None, "High", "low"),
                "core_need": dirt.cell("Coffee", None),
            }
        )
    rows[count // 2]["customer_id"] = "k0001"
    return rows


def interactions(dirt: Dirt, count: int, known: int) -> list[Row]:
    """Contacts of those customers and of nobody."""
    rows: list[Row] = []
    for i in range(count):
        pick = dirt.random.choice
        start = dirt.day(blank=0.05)
        ended = start + pick((0.01, 0.02083333, 0.5, -0.1)) if isinstance(start, float) else None
        rows.append(
            {
                "customer": _who(dirt, known),
                "started_at": start,
                "ended_at": dirt.cell(ended if i % 3 else None, "later"),
                "channel": dirt.cell(pick(CHANNELS)),
                "direction": pick(DIRECTIONS),
                "summary": f"talk {i}",
                "response": dirt.cell(None, "yes", " "),
                "responded_at": dirt.day(blank=0.7),
                "action_due": dirt.day(blank=0.6, back=50),
                "action_done_on": dirt.day(blank=0.7),
                "purpose": dirt.cell("Check-in", "Complaint", "Enquiry"),
                "resolved_on": dirt.day(blank=0.9),
                "csat": dirt.cell(None, 4.0, 5.0, "5"),
                "nps": dirt.cell(None, 9.0, 11.0),
            }
        )
    return rows


def purchases(dirt: Dirt, count: int, known: int) -> list[Row]:
    """Lines, refunds and returns."""
    rows: list[Row] = []
    for i in range(count):
        rows.append(
            {
                "customer": _who(dirt, known),
                "purchased_at": dirt.day(blank=0.05),
                "item": f"Item {i % 9}",
                "quantity": dirt.cell(float(dirt.random.randint(1, 9)), None, "3", 0.5, -2.0),
                "unit_price": dirt.amount(0.4),
                "amount": dirt.amount(0.5),
                "discount": dirt.amount(0.8),
                "return_of": dirt.cell(None, "P1", " "),
                "return_reason": dirt.cell(None, "broken"),
                "order_id": f"O{i // 3}" if i % 2 else None,
            }
        )
    return rows


def _who(dirt: Dirt, known: int) -> Value:
    """How staff say who: an ID in any case, a firm, nobody, or a stranger."""
    number = dirt.random.randrange(known)
    return dirt.cell(
        dirt.random.choice((f"K{number:04d}", f"k{number:04d}", f" K{number:04d} ", f"Firm {number - number % 3}")),
        None,
        "Nobody Known",
        float(number),
    )
