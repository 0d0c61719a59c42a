"""What tests share: LibreOffice, and the data that lies beside a checkout.

A machine without LibreOffice skips its tests with a reason; where ``CI=true`` such a skip is a failure, so that the
oracle never falls silent. The data beside the checkout is optional everywhere: it is not part of the project.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from libreoffice import LibreOffice, program, without
from running import Running, running

LONGEST = (
    "test_hostile_files",
    "test_oracle_derivations",
    "test_oracle_workbooks",
    "test_ooxml_lossless",
    "test_hostile_guard",
    "test_cli_ci",
    "test_laws_fix",
    "test_commands_cache",
    "test_laws_refresh",
    "test_laws_demo",
    "test_commands_undo",
    "test_commands_known",
    "test_hostile_fixit",
    "test_hostile_mutations",
    "test_ooxml_read_specimens",
    "test_cli_formats",
    "test_hostile_crew",
    "test_hostile_canaries",
    "test_commands_policy",
    "test_laws_inputs",
    "test_laws_specimens",
)
DATA = Path(os.environ.get("TRACKER_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks, and keep the cache of whoever runs the tests out of them."""
    os.environ["XDG_CACHE_HOME"] = os.devnull  # no folder: what one run found out is nothing to another
    config.addinivalue_line("markers", "soffice: needs LibreOffice")
    config.addinivalue_line("markers", "faults: takes long; runs with make test-faults only")
    config.addinivalue_line("markers", "click: needs a screen of its own; runs with make test-button only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long ones out, unless they are asked for by their mark; files that take longest come first.

    So neither of two workers is left with a long file when the other has nothing more to do.
    """
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))
    for mark in ("faults", "click"):
        if mark not in str(config.getoption("markexpr")):
            apart = [item for item in items if item.get_closest_marker(mark)]
            config.hook.pytest_deselected(items=apart)
            items[:] = [item for item in items if item not in apart]


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """LibreOffice with a profile of its own that recalculates every file it opens."""
    if program() is None:
        without("LibreOffice (soffice)")
    return LibreOffice(tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A LibreOffice that is running, for workbooks that are open in it."""
    with running(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.fixture(scope="session")
def shared_data():
    """A function from a file's name to its path among the data beside the checkout; skips when it is not there."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.is_file():
            pytest.skip(f"no {name} in {DATA}")
        return path

    return find
