"""The rules alone: the tags of a generated company by the default rules, who moved, and the worklist; no file in sight.

    python benchmarks/rules.py                                        100,000 customers, a million events of each kind
    python benchmarks/rules.py --customers 10000 --events 50000 --rounds 9
    python benchmarks/rules.py --own 3                                the same with three dimensions of leads' own

The rows are put into a snapshot as reading puts them there; what is measured is what a refresh does after its first
figures (`tag_customers`, `moves`, `plan_followups`), each round on a snapshot that has worked nothing out yet and holds
the tags of the round before. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import date
from statistics import median

import numpy as np

from tracker.engine.derive import derive, ready
from tracker.engine.followups import plan_followups
from tracker.engine.read import read
from tracker.engine.tags import moves, tag_customers
from tracker.engine.worked import TAGGED
from tracker.hosts import MemoryHost
from tracker.model.frame import Frame
from tracker.schema.base import BASE
from tracker.schema.snapshot import Snapshot
from tracker.schema.tags import DIMENSIONS, OWN_TAGS
from tracker.template import build
from tracker.words import load

TODAY = date(2026, 11, 18)
LEFT = (*(f"tag_{name}" for name in DIMENSIONS), OWN_TAGS)  # what a refresh leaves for the next one
STEPS = ("tags", "who moved", "worklist")
OWN = (
    (("club", "gold", "spend(12m) > 5000"), ("club", "silver", "spend(12m) > 500"), ("club", "none", "otherwise")),
    (("tier", "big", "contacts(12m) >= 2"), ("tier", "small", "otherwise")),
    (("region", "shops", 'industry = "retail"'),),
)


def company(customers: int, events: int) -> Snapshot:
    """So many customers, and so many interactions and purchases, the same for the same sizes."""
    empty = read(MemoryHost(build(BASE, load(), workbook_id="bench", created=TODAY)), TODAY)
    dice, today = np.random.default_rng(1), float(empty.today)
    ids = np.array([f"C20240101{i:06d}" for i in range(customers)], object)

    def who() -> np.ndarray:
        return ids[dice.integers(0, customers, events)]

    people = {
        "customer_id": ids,
        "last_name": np.array([f"Marsh {i}" for i in range(customers)], object),
        "industry": np.array(["retail", "finance", "health"], object)[dice.integers(0, 3, customers)],
        "core_need": np.array(["Coffee", "Tea", ""], object)[dice.integers(0, 3, customers)],
        "created_on": np.full(customers, today - 700),
    }
    talks = {
        "interaction_id": np.array([f"I{i:08d}" for i in range(events)], object),
        "customer_id": who(),
        "started_at": today - dice.random(events) * 700,
        "channel": np.array(["phone", "email", "visit"], object)[dice.integers(0, 3, events)],
        "direction": np.array(["", "inbound"], object)[(dice.random(events) < 0.2).astype(int)],
        "purpose": np.array(["", "complaint"], object)[(dice.random(events) < 0.01).astype(int)],
        "urgent": np.array(["", "yes"], object)[(dice.random(events) < 0.02).astype(int)],
    }
    lines = {
        "purchase_id": np.array([f"P{i:08d}" for i in range(events)], object),
        "customer_id": who(),
        "purchased_at": today - dice.integers(0, 700, events).astype(float),
        "item": np.full(events, "Oak", object),
        "amount": np.round(dice.uniform(5, 18_000, events), 2),
    }
    kinds = dice.integers(0, 4, customers)
    people |= {
        "phone": np.array([f"+49 30 {i:07d}" for i in range(customers)], object),
        "consent": np.array(["given", "given", "refused", ""], object)[kinds],
        "consent_channels": np.array(["", "phone; email", "", "email"], object)[kinds],
    }
    frames = {name: _frame(one) for name, one in (("Customers", people), ("Interactions", talks), ("Purchases", lines))}
    return replace(empty, frames={**empty.frames, **frames}, cells={})


def _frame(columns: dict[str, np.ndarray]) -> Frame:
    size = len(next(iter(columns.values())))
    return Frame(np.arange(2, size + 2), columns)


def with_rules(snapshot: Snapshot, own: int) -> Snapshot:
    """The same company with so many dimensions of leads' own below the default rules."""
    rows, frame = [row for one in OWN[:own] for row in one], snapshot.frames["Rules"]
    typed = dict(zip(("dimension", "tag", "condition"), np.array(rows, object).reshape(-1, 3).T, strict=True))
    columns = {}
    for key, values in frame.columns.items():
        blank = np.full(len(rows), np.nan) if values.dtype.kind == "f" else np.full(len(rows), "", object)
        columns[key] = np.concatenate([values, typed.get(key, blank)])
    return replace(snapshot, frames={**snapshot.frames, "Rules": _frame(columns)})


def measure(snapshot: Snapshot) -> tuple[Snapshot, list[float]]:
    """Seconds of one processor for each step: others at work on the machine do not count; and the tags as they stay."""
    first = ready(snapshot.schema, frozenset(), TAGGED)
    derived = derive(replace(snapshot), first)
    marks = [time.process_time()]
    tagging = tag_customers(derived)
    marks.append(time.process_time())
    moves(derived, tagging)
    marks.append(time.process_time())
    tagged = derived.having("Customers", tagging.columns)
    due = derive(tagged, ready(snapshot.schema, frozenset(first), frozenset()))
    began = time.process_time()
    plan_followups(due, tagging, ())
    took = [marks[1] - marks[0], marks[2] - marks[1], time.process_time() - began]
    return snapshot.having("Customers", {key: tagging.columns[key] for key in LEFT}), took


def main() -> None:
    """Measure, and say the medians."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--own", type=int, choices=range(len(OWN) + 1), default=0, help="dimensions of leads' own")
    given = asked.parse_args()
    snapshot, took = with_rules(company(given.customers, given.events), given.own), []
    for _ in range(given.rounds):
        snapshot, one = measure(snapshot)
        took.append(one)
    print(f"{given.customers:,} customers, {given.events:,} interactions, {given.events:,} purchases, own: {given.own}")
    for step, seconds in zip(STEPS, zip(*took, strict=True), strict=True):
        print(f"{step:9}: median {median(seconds):.2f} s of one processor, best {min(seconds):.2f} s")


if __name__ == "__main__":
    main()
