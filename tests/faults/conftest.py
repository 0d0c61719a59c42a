"""The four workbooks that the faults are put upon, and the process that refreshes them."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from books import new_book, type_rows
from faulty import TODAY, Shop, Warm
from xlsxwriter import Workbook

HEADERS = ("Customer ID", "First name", "Last name", "Email", "Owner", "Tags")
MORE = {"last_name": "Marsh", "email": "marsh@example.org", "owner": "Bo"}


def narrow() -> bytes:
    """A list of customers that somebody made himself, a table of six columns, and nothing else of ours."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        rows = [["", "Ada", "Marsh", "ada@example.org", "Bo", ""], ["", "Cy", "Reed", "cy@example.org", "Bo", ""]]
        columns = [{"header": header} for header in HEADERS]
        book.add_worksheet("Customers").add_table(0, 0, 2, 5, {"name": "Customers", "columns": columns, "data": rows})
    return out.getvalue()


def rows(count: int, before: str = "") -> bytes:
    """The workbook of ``tracker new`` with customers in it; ``before`` stands before each last name."""
    many = [{**MORE, "last_name": f"{before}Marsh{n}", "email": f"marsh{n}@example.org"} for n in range(count)]
    return type_rows(new_book(), "Customers", many)


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """The process whose children are the runs."""
    folder = tmp_path_factory.mktemp("warm")
    book = folder / "first.xlsx"
    book.write_bytes(rows(2))
    served = Warm(folder, book)
    yield served
    served.close()


@pytest.fixture(scope="session")
def shops(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shop]:
    """By name: a narrow list, a new workbook with rows, one that was refreshed before and has got more rows; and one
    with stray spaces, which is fixed and not refreshed."""
    folder = tmp_path_factory.mktemp("shops")
    return {
        name: Shop(warm, folder / name, kept(folder / f"{name}-kept", warm, book, more), len(more), verb)
        for name, book, more, verb in (
            ("narrow", narrow(), (), "refresh"),
            ("rows", rows(8), (), "refresh"),
            ("history", rows(3), ("Reed", "Holt"), "refresh"),
            ("fixed", rows(3, "  "), (), "fix"),
        )
    }


def kept(folder: Path, warm: Warm, book: bytes, more: tuple[str, ...]) -> Path:
    """A folder with a workbook, refreshed once for each customer that came later and has not been seen by a run."""
    folder.mkdir()
    path = folder / "shop.xlsx"
    path.write_bytes(book)
    for name in more:
        assert warm.run("refresh", str(path), "--today", TODAY).code == 0
        path.write_bytes(type_rows(path.read_bytes(), "Customers", [{**MORE, "last_name": name}]))
    return folder


@pytest.fixture
def counted() -> Callable[[str, int, int], None]:
    """Tell how many of how many came out right, for the table (``python tests/faults/table.py``)."""

    def tell(what: str, right: int, cases: int) -> None:
        line = f"count\t{what}\t{right}\t{cases}"
        print(line)
        if place := os.environ.get("TRACKER_COUNTS"):
            with Path(place).open("a") as file:
                print(line, file=file)

    return tell


@pytest.fixture(scope="session")
def shop(shops: dict[str, Shop], request: pytest.FixtureRequest) -> Shop:
    """One of them, by the name a test is parametrized with."""
    return shops[request.param]
