"""Findings for people and for scripts: the only place that lays them out; the sentences themselves are words.

A report is made of `FileReport`s, which whoever checked the files fills. No file is opened and nothing printed here.
"""

from tracker.report.as_json import as_json
from tracker.report.as_text import as_text, wants_colour
from tracker.report.files import Compared, FileReport, Report, file_report
from tracker.report.formats import FORMATS, Format
from tracker.report.redact import is_id_of_ours, quotes, redacted

__all__ = [
    "FORMATS",
    "Compared",
    "FileReport",
    "Format",
    "Report",
    "as_json",
    "as_text",
    "file_report",
    "is_id_of_ours",
    "quotes",
    "redacted",
    "wants_colour",
]
