"""Where a workbook lives: each host gives sheets of typed cells and applies writes, all or nothing.

Hosts know sheets, ranges and values, never customers.
"""

from tracker.hosts.closed_file import ClosedFile, elsewhere
from tracker.hosts.draft import Draft
from tracker.hosts.memory import MemoryHost
from tracker.hosts.package import translated, verify

__all__ = ["ClosedFile", "Draft", "MemoryHost", "elsewhere", "translated", "verify"]
