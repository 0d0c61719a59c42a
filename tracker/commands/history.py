"""The copies kept of a workbook, the newest first, with the run that left each and what it changed; reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tracker.commands.keep import keeping
from tracker.commands.past import Past, known_past


def history(path: Path, backups: Path | None = None) -> Past:
    """What is kept of a workbook, also when it is gone. ``backups`` is the folder of its copies, if not beside it.

    UnreadableError for a file that is not there and of which no copies are kept.
    """
    return known_past(path, keeping(path, backups=backups).folder)


def by_table(counts: Mapping[str, int]) -> dict[str, int]:
    """How many cells of which table or block a run changed, the most first."""
    found: Counter[str] = Counter()
    for name, count in counts.items():
        found[name.partition(".")[0]] += count
    return dict(found.most_common())
