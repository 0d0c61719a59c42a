"""Keeps workbooks safe: who has one open, whole-or-nothing replacement, a verified copy before each write.

Knows paths and bytes, not what is in them.
"""

from tracker.keeper.backups import backup_folder
from tracker.keeper.locks import holder
from tracker.keeper.replace import new_file, read_bytes, replace_file

__all__ = ["backup_folder", "holder", "new_file", "read_bytes", "replace_file"]
