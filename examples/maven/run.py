"""The whole example: a new workbook, six imports, a refresh, and what is wrong. Prints each command as it runs it.

    python examples/maven/run.py path/to/maven-crm-sales-opportunities.zip maven.xlsx

The day is that of the last deals, 2017-12-31. The data stays where it is.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tracker.cli.run import run
from tracker.errors import Exit

HERE = Path(__file__).parent
DAY = "2017-12-31"
# Lists and people first, then customers, then what refers to them.
STEPS = (
    ("products.csv", "items"),
    (HERE / "sectors.csv", "sectors"),
    ("sales_teams.csv", "team"),
    ("accounts.csv", "customers"),
    ("sales_pipeline.csv", "interactions"),
    ("sales_pipeline.csv", "purchases"),
)


def commands(data: str, book: str) -> list[list[str]]:
    """The command lines, from the data (the zip, or its folder) to a refreshed workbook."""
    made = [["new", book, "--today", DAY]]
    for name, how in STEPS:
        source = name if isinstance(name, Path) else f"{data}:{name}" if data.endswith(".zip") else Path(data) / name
        made.append(["import", book, str(source), "--map", str(HERE / f"{how}.toml"), "--today", DAY])
    return [*made, ["refresh", book, "--today", DAY], ["validate", book, "--today", DAY, "--select", "V106"]]


def main(data: str, book: str) -> int:
    """Run them all; stop at the first that could not do its work."""
    for command in commands(data, book):
        print(f"$ tracker {shlex.join(command)}", flush=True)
        code = run(command)
        if code not in (Exit.CLEAN, Exit.FINDINGS):
            return code
    return Exit.CLEAN


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: python {sys.argv[0]} DATA.zip BOOK.xlsx")
    sys.exit(main(sys.argv[1], sys.argv[2]))
