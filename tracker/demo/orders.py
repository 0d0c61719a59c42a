"""What the demo's customers buy: orders over two years that grow, with lines, returns, discounts and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tracker.demo.draw import Dice, Person, workday
from tracker.demo.shop import ITEMS, Item

LINES, RETURNS = 1_500, 28
CHEAP, MACHINES = 400.0, 3  # above that price it is a machine or a service, and nobody buys many at once
FILLING = "small"  # these customers take whatever number of lines is left


@dataclass(frozen=True)
class Habit:
    """How a sort of customer buys: how many lines, how large, and when (days ago; recent ones likelier)."""

    lines: tuple[int, int]
    size: float
    days: tuple[int, int]


HABITS: dict[str, Habit] = {
    "vip": Habit((38, 42), 17.0, (2, 720)),
    "key": Habit((14, 18), 6.0, (4, 710)),
    "growing": Habit((7, 9), 1.6, (5, 350)),
    "steady": Habit((9, 11), 3.6, (6, 700)),
    "small": Habit((2, 4), 0.45, (8, 690)),
    "new": Habit((1, 3), 1.0, (3, 84)),
    "at_risk": Habit((3, 5), 1.5, (215, 690)),
}
REASONS = ("Arrived damaged", "Ordered too much", "Wrong grind")


def orders(dice: Dice, people: list[Person]) -> list[dict[str, Any]]:
    """The lines of Purchases, oldest first, each with its Person under ``person``."""
    buyers = [person for person in people if person.persona in HABITS]
    wanted = {id(person): dice.random.randint(*HABITS[person.persona].lines) for person in buyers}
    small = [person for person in buyers if person.persona == FILLING]
    left = LINES - RETURNS - sum(wanted[id(person)] for person in buyers if person.persona != FILLING)
    for i, person in enumerate(small):
        wanted[id(person)] = left // len(small) + (i < left % len(small))
    lines = [line for person in buyers for line in _lines(dice, person, wanted[id(person)])]
    lines.sort(key=lambda line: line["purchased_at"])
    lines += _returns(dice, lines)
    lines.sort(key=lambda line: line["purchased_at"])
    return lines


def _lines(dice: Dice, person: Person, count: int) -> list[dict[str, Any]]:
    habit = HABITS[person.persona]
    lines: list[dict[str, Any]] = []
    while len(lines) < count:
        day = _day(dice, person, habit)
        together = min(count - len(lines), dice.pick((1, 1, 1, 2, 3)))
        order = f"O{day}-{dice.random.randrange(1000):03d}" if together > 1 else None
        lines += [_line(dice, person, habit, day, order) for _ in range(together)]
    return lines


def _day(dice: Dice, person: Person, habit: Habit) -> int:
    """A day of an order: the nearer the likelier, so that the figures grow."""
    near, far = habit.days
    lean = 2.4 if person.persona == "growing" else 1.02
    day = workday(dice.today - near - int((far - near) * dice.random.random() ** lean))
    person.seen(day)
    return day


def _line(dice: Dice, person: Person, habit: Habit, day: int, order: str | None) -> dict[str, Any]:
    item = _item(dice, habit.size)
    most = MACHINES if item.price > CHEAP else 10_000
    quantity = min(most, max(1, round(item.batch * habit.size * dice.random.uniform(0.6, 1.5))))
    price = round(item.price * (1.0 if day > dice.today - 360 else 0.95), 2)
    gross = quantity * price
    return {
        "person": person,
        "purchased_at": dice.at(day, 0.3),
        "item": item.name,
        "category": item.category,
        "quantity": float(quantity),
        "unit_price": price,
        "discount": float(round(gross * 0.05, -1)) or None if gross > 900 and dice.chance(0.2) else None,
        "payment_method": dice.pick(("invoice", "invoice", "transfer", "card")),
        "sales_channel": dice.pick(("direct", "direct", "online", "phone")),
        "order_id": order,
        "review_rating": float(dice.pick((5, 5, 4, 4, 3, 2))) if dice.chance(0.12) else None,
    }


def _item(dice: Dice, size: float) -> Item:
    """Small customers seldom buy machines."""
    cheap = [item for item in ITEMS if item.price < CHEAP]
    chosen: Item = dice.pick(ITEMS if size >= 1.5 and dice.chance(0.5) else cheap)
    return chosen


def _returns(dice: Dice, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Part of some lines comes back within weeks."""
    returnable = [line for line in lines if line["purchased_at"] < dice.today - 30 and line["unit_price"] < CHEAP]
    found = []
    for line in dice.random.sample(returnable, RETURNS):
        back = workday(int(line["purchased_at"]) + dice.random.randint(5, 25))
        keep = ("person", "item", "category", "unit_price", "payment_method", "sales_channel")
        found.append(
            {
                **{key: line[key] for key in keep},
                "purchased_at": float(back),
                "quantity": max(1.0, line["quantity"] // 3),
                "return_reason": dice.pick(REASONS),
                "returned": line,
            }
        )
    return found
