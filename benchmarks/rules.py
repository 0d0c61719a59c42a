"""The rules alone: the tags of a generated company given by the default rules, without a file in sight.

    python benchmarks/rules.py                                        100,000 customers, a million events of each kind
    python benchmarks/rules.py --customers 10000 --events 50000 --rounds 9

The rows are put into a snapshot as reading puts them there; what is measured is what a refresh does between its figures
and its follow-ups (`tag_customers`), each round on a snapshot that has worked nothing out yet. Nothing here is a test.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import date
from statistics import median

import numpy as np

from tracker.engine.derive import derive, ready
from tracker.engine.read import read
from tracker.engine.tags import tag_customers
from tracker.engine.worked import TAGGED
from tracker.hosts import MemoryHost
from tracker.model.frame import Frame
from tracker.schema.base import BASE
from tracker.schema.snapshot import Snapshot
from tracker.template import build
from tracker.words import load

TODAY = date(2026, 11, 18)


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
    frames = {name: _frame(one) for name, one in (("Customers", people), ("Interactions", talks), ("Purchases", lines))}
    return replace(empty, frames={**empty.frames, **frames}, cells={})


def _frame(columns: dict[str, np.ndarray]) -> Frame:
    size = len(next(iter(columns.values())))
    return Frame(np.arange(2, size + 2), columns)


def measure(snapshot: Snapshot) -> float:
    """Seconds of one processor for the tags, the figures being known: others at work on the machine do not count."""
    derived = derive(replace(snapshot), ready(snapshot.schema, frozenset(), TAGGED))
    began = time.process_time()
    tag_customers(derived)
    return time.process_time() - began


def main() -> None:
    """Measure, and say the median."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    snapshot = company(given.customers, given.events)
    took = [measure(snapshot) for _ in range(given.rounds)]
    print(f"{given.customers:,} customers, {given.events:,} interactions, {given.events:,} purchases")
    print(f"tags by the default rules: median {median(took):.2f} s of one processor, best {min(took):.2f} s")


if __name__ == "__main__":
    main()
