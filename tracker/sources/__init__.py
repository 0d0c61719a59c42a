"""Foreign files become plain tables, and plain tables become rows of ours, by a map that a person wrote.

Bytes come in and values go out. This package keeps out paths, workbooks of ours, the schema (column kinds come in as
plain words) and every decision about what an existing row becomes.
"""

from tracker.sources.maps import Map, read_map
from tracker.sources.read import read_source, split_member
from tracker.sources.rejects import REASONS, Reject, is_rejects, say, write_rejects
from tracker.sources.shape import Shaped, shape
from tracker.sources.table import Cell, MapError, SourceError, SourceTable

__all__ = [
    "REASONS",
    "Cell",
    "Map",
    "MapError",
    "Reject",
    "Shaped",
    "SourceError",
    "SourceTable",
    "is_rejects",
    "read_map",
    "read_source",
    "say",
    "shape",
    "split_member",
    "write_rejects",
]
