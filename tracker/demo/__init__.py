"""A realistic workbook out of nothing: to try the tool on, to look at, to test with.

`company` invents the customers, `workbook` puts them into a workbook.
"""

from tracker.demo.workbook import make

__all__ = ["make"]
