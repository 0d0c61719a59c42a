"""The fix-it copy: a new workbook with the tables of another one as they stand, and what is to be corrected in them.

Made of one workbook alone, since it holds rows, which a report never does; what goes back is told in `fixit`.
"""

from __future__ import annotations

from datetime import date

from tracker.facts.calendar import EPOCH, from_serial
from tracker.report.xlsx_file import open_paper
from tracker.report.xlsx_problems import Listed, draw_problems
from tracker.report.xlsx_stood import draw_stood
from tracker.report.xlsx_tables import copy_tables
from tracker.words import Words, fill


def as_xlsx(listed: Listed, words: Words) -> bytes:
    """The copy as a workbook: the list first, in the words given; the tables after it, as they stand."""
    day: date = from_serial(listed.snapshot.today) or EPOCH
    paper = open_paper(fill(words.at("fixit", "title"), {"file": listed.file}), day)
    sheet = paper.sheet(words.sheet("problems"))
    made = copy_tables(paper, listed.snapshot, listed.findings, words)
    draw_problems(paper, sheet, listed, made, words)
    draw_stood(paper, listed.snapshot, made)
    sheet.activate()
    return paper.data()
