"""The Maven example as a user runs it: a real pipeline in, and the figures an independent script counts."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from maven_counts import counts, tags
from segments_count import Book, counted

from tracker.cli.run import run
from tracker.commands.refresh import refresh
from tracker.commands.validate import findings_of
from tracker.engine.lower import Lowering, lower
from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.model.plan import Edits, Plan
from tracker.schema.snapshot import Snapshot

EXAMPLE = Path(__file__).parents[2] / "examples" / "maven"
DAY = date(2017, 12, 31)


@dataclass(frozen=True)
class Made:
    """The refreshed workbook, where it is, the data, and what each command said."""

    data: bytes
    folder: Path
    archive: str
    said: tuple[tuple[int, str], ...]


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory, shared_data) -> Made:  # type: ignore[no-untyped-def]
    archive = str(shared_data("maven-crm-sales-opportunities.zip"))
    folder = tmp_path_factory.mktemp("maven")
    book = folder / "maven.xlsx"
    codes = [run(command) for command in _example().commands(archive, str(book))]
    return Made(book.read_bytes(), folder, archive, tuple((code, "") for code in codes))


def _example():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("maven_example", EXAMPLE / "run.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _snapshot(data: bytes) -> Snapshot:
    return read(MemoryHost(data), DAY)


def _tags(snapshot: Snapshot) -> Counter[str]:
    return Counter(snapshot.text("Customers", "tag_value"))


def test_each_command_did_its_work(maven: Made) -> None:
    codes = [code for code, _ in maven.said]
    assert codes == [0, 0, 0, 0, 0, 1, 0, 0, 0], "only the interactions have rejects; validate finds warnings"


def test_what_goes_in_and_what_is_rejected(maven: Made) -> None:
    expected = counts(maven.archive)
    snapshot = _snapshot(maven.data)
    assert len(snapshot.frames["Customers"]) == expected.customers == 85
    assert len(snapshot.frames["Interactions"]) == expected.interactions == 7_212
    assert len(snapshot.frames["Purchases"]) == expected.purchases == 4_238
    with (maven.folder / "sales_pipeline.Interactions.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        reasons = Counter(row["reject_reason"] for row in csv.DictReader(file))
    account, day = "account is blank, and required", "engage_date is blank, and required"
    both = reasons[f"{account}; {day}"]  # a row names all its reasons
    assert reasons == {account: expected.without_account - both, f"{account}; {day}": both, day: expected.without_date}
    assert both == 337
    assert (expected.without_account, expected.without_date) == (1_425, 163)


def test_revenue_and_tags_after_the_refresh(maven: Made) -> None:
    expected, snapshot = counts(maven.archive), _snapshot(maven.data)
    assert np.nansum(snapshot.number("Purchases", "net_amount")) == expected.revenue == 10_005_534
    assert np.nansum(snapshot.number("Customers", "spend_12m")) == 10_005_534
    tags = _tags(snapshot)
    assert (tags["vip"], tags["high"]) == (expected.vip, expected.high) == (51, 34)


@pytest.mark.parametrize("day", ["2017-03-15", "2017-06-30", "2017-12-31"])
def test_every_tag_on_three_days_is_counted_as_by_pandas(maven: Made, day: str) -> None:
    host, when = MemoryHost(maven.data), date.fromisoformat(day)
    refresh(host, when, when)
    snapshot = read(host, when)
    for dimension, expected in tags(maven.archive, day).items():
        assert Counter(snapshot.text("Customers", f"tag_{dimension}")) == expected, dimension


def test_segments_says_what_pandas_counts_from_the_tables(maven: Made) -> None:
    host = MemoryHost(maven.data)
    for when in (date(2017, 11, 20), DAY, date(2018, 1, 15)):
        refresh(host, when, when)
    expected, found = counted(host.data), Book(host.data).stands()
    assert sum(abs(line["moved"] or 0) for line in found.values()) > 20
    for where, line in expected.items():
        for key, right in line.items():
            said = found[where][key]
            assert (said is None) == (right is None), (where, key)
            assert right is None or abs(float(said or 0) - right) <= 0.0501, (where, key)
    assert all(line["customers"] == 0 for where, line in found.items() if where not in expected)


def test_with_other_thresholds_the_counts_are_still_those_of_pandas(maven: Made) -> None:
    host = MemoryHost(maven.data)
    snapshot = _snapshot(maven.data)
    keys, index = snapshot.text("Settings", "key"), snapshot.frames["Settings"].rows
    wanted = {"vip_spend": 150_000.0, "high_value_spend": 100_000.0}
    rows = {key: int(index[keys == key][0]) for key in wanted}
    edit = Edits("Settings", "value", tuple(rows.values()), tuple(wanted[key] for key in rows), (None, None))
    host.apply(lower(Plan(edits=(edit,)), Lowering(snapshot, host.book(), host.sheet)))
    refresh(host, DAY, DAY)
    tags, expected = _tags(_snapshot(host.data)), counts(maven.archive, 150_000, 100_000)
    assert (tags["vip"], tags["high"]) == (expected.vip, expected.high)


def test_misspelt_products_and_sectors_are_noticed_with_the_nearest_value(maven: Made) -> None:
    found = {(one.value, one.suggestion) for one in findings_of(MemoryHost(maven.data), DAY) if one.code == "V106"}
    assert ("GTXPro", "GTX Pro") in found
    assert ("technolgy", "technology") in {(value, near.casefold()) for value, near in found}


def test_importing_it_all_again_changes_nothing(maven: Made, tmp_path: Path) -> None:
    book = tmp_path / "again.xlsx"
    book.write_bytes(maven.data)
    for command in _example().commands(maven.archive, str(book)):
        if command[0] == "import":
            run(command)
    assert book.read_bytes() == maven.data


def test_refreshing_it_again_writes_nothing(maven: Made) -> None:
    host = MemoryHost(maven.data)
    done = refresh(host, DAY, DAY)
    assert not done.changed and host.data == maven.data
