"""A table as a pandas data frame, and what its columns must be as a pandera schema: for whoever goes on in Python.

The tests are those of `columns`, so that what a schema says of a frame is what the workbook is told; a frame's index is
the sheet row, so that a failure is found where staff see it. `tracker` itself works on arrays and needs neither: both
take longer to import than a small workbook takes to check. Kept out: rules over several columns or tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks.columns import column_tests
from tracker.checks.hits import Mask
from tracker.checks.look import Test
from tracker.facts.calendar import EPOCH
from tracker.schema.column import Column
from tracker.schema.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

SECONDS = 86_400  # of a day
FAR = 1e12  # days; what lies beyond no calendar knows


def data_frame(snapshot: Snapshot, table: str) -> pd.DataFrame:
    """A table by column key, indexed by sheet row: texts as str, numbers as float64, days as datetime64[s]; blank: NaN.

    Choices are codes, as in every file and message for machines.
    """
    import pandas as pd

    spec, frame = snapshot.schema[table], snapshot.frames[table]
    columns = {key: _shown(values, spec[key]) for key, values in frame.columns.items()}
    return pd.DataFrame(columns, index=pd.Index(frame.rows, name="row"))


def frame_schema(snapshot: Snapshot, table: str) -> pa.DataFrameSchema:
    """What the columns of a table must be, one check a finding, named by its code; validate with ``lazy=True``.

    Columns that the tool fills and columns that are not there are not asked. Nothing is coerced.
    """
    import pandera.pandas as pa

    spec = snapshot.schema[table]
    typed = [column for column in spec.columns if not column.is_tool and not spec.tool_rows]
    columns = {column.key: _asked(snapshot, table, column) for column in typed}
    return pa.DataFrameSchema(columns, coerce=False, strict=False, name=table)


def _asked(snapshot: Snapshot, table: str, column: Column) -> pa.Column:
    import pandera.pandas as pa

    tests = column_tests(snapshot, snapshot.schema[table], column)
    checks = [pa.Check(_of_filled(test, column), error=test.code, ignore_na=False) for test in tests]
    if column.required:
        checks.append(pa.Check(lambda series: series.notna(), error="V103", ignore_na=False))
    return pa.Column(None, checks, nullable=True, required=False)


def _of_filled(test: Test, column: Column) -> Callable[[pd.Series[Any]], pd.Series[bool]]:
    """A test of an array as one of a series, whose blank values pass."""

    def passes(series: pd.Series[Any]) -> pd.Series[bool]:
        good: Mask = series.isna().to_numpy(bool, copy=True)
        filled = ~good
        good[filled] = test.good(_plain(series[filled], column))
        return series.isna() | good  # as a series of the same index

    return passes


def _shown(values: NDArray[Any], column: Column) -> Any:
    import pandas as pd

    if column.kind.is_text:
        return pd.array([text or None for text in values], "str")
    if not column.kind.is_date:
        return values
    days = np.where(np.abs(values) < FAR, values, np.nan)
    seconds = np.round(days * SECONDS)
    since = np.where(np.isnan(seconds), np.iinfo(np.int64).min, np.nan_to_num(seconds)).astype("timedelta64[s]")
    return np.datetime64(EPOCH, "s") + since


def _plain(series: pd.Series[Any], column: Column) -> NDArray[Any]:
    """Filled values as the tests see them: texts, or numbers and the serials of days."""
    if column.kind.is_date:
        return np.asarray((series.to_numpy() - np.datetime64(EPOCH, "s")) / np.timedelta64(SECONDS, "s"), float)
    return series.to_numpy(object) if column.kind.is_text else series.to_numpy(float)
