"""The tables of a workbook for whoever goes on in Python: data frames, and schemas that say what is right in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.checks.frames import data_frame, frame_schema
from tracker.commands.asking import worked_of_file

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa


@dataclass(frozen=True, eq=False)
class Frames:
    """The tables by name, every figure and tag in them as a refresh would write it, and a schema for each."""

    tables: Mapping[str, pd.DataFrame]
    schemas: Mapping[str, pa.DataFrameSchema]


def frames_of_file(path: Path | str, clock: date, pin: date | None = None) -> Frames:
    """The data frames of a closed file as of a day; nothing is written. UnreadableError when it cannot be read."""
    snapshot = worked_of_file(Path(path), clock, pin).snapshot
    names = [table.name for table in snapshot.schema.tables if table.name in snapshot.layout]
    tables = {name: data_frame(snapshot, name) for name in names}
    return Frames(tables, {name: frame_schema(snapshot, name) for name in names})
