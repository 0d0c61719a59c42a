"""Ten customers of the Maven example explained: each number and each day ahead counted by pandas from the data."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
import pytest
from maven_explained import Pipeline
from test_import_maven import Made, maven

from tracker.engine.explain import TagStory, explain
from tracker.engine.read import read
from tracker.engine.worked import Worked, as_refreshed
from tracker.hosts import MemoryHost

__all__ = ["maven"]  # the workbook, as a fixture
YEAR = 366
SIGNS = re.compile(r" (?:above|at least|at most|below|is) ")
CUSTOMERS = {
    "2017-03-15": ("Acme Corporation", "Betasoloin", "Bluth Company", "Conecom"),
    "2017-06-30": ("Kan-code", "Donware"),
    "2017-12-31": ("Bioholding", "Betatech"),
    "2018-05-15": ("Cheers",),
    "2018-09-30": ("Massive Dynamic",),
}


def numbers(story: TagStory) -> dict[str, float | None]:
    """Every number that entered a rule of a dimension, by its words."""
    rules = (*story.above, *([story.rule] if story.rule else []))
    return {SIGNS.split(one.words)[0]: one.value for rule in rules for one in rule.asked}  # type: ignore[misc]


def worked(maven: Made, day: str) -> Worked:
    return as_refreshed(read(MemoryHost(maven.data), date.fromisoformat(day)))


@pytest.mark.parametrize("day", CUSTOMERS)
def test_what_is_explained_is_what_pandas_counts(maven: Made, day: str) -> None:
    deals, whole = Pipeline(maven.archive), worked(maven, day)
    names, today = whole.snapshot.text("Customers", "display_name").tolist(), pd.Timestamp(day)
    for name in CUSTOMERS[day]:
        found, expected = explain(whole, names.index(name), YEAR), deals.account(name, today, today)
        changes = deals.first_changes(name, today, YEAR)
        seen = set()
        for story in found.dimensions:
            if story.dimension in expected.tags:
                change = story.change and (story.change.days, story.change.tag)
                assert (story.tag, change) == (expected.tags[story.dimension], changes.get(story.dimension)), name
            for words, value in numbers(story).items():
                if words in expected.numbers:
                    right = expected.numbers[words]
                    assert value == (right if right is None else pytest.approx(right, abs=0.005)), (name, words)
                    seen.add(words)
        assert len(seen) >= 4, name
