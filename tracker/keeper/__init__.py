"""Keeps workbooks safe: who has one open, whole-or-nothing replacement, copies, a log nobody can quietly change.

Knows paths and bytes, not what is in them. What the rest of the house uses:

Writing: ``with writing(path, Keeping(wait=…)) as held:`` holds the workbook from reading (``held.data``) to the end;
``held.replace(before, after, verify, note)`` is the one writer and returns the path of the copy kept. Restoring is
such a write too: ``held.replace(held.data, read_copy(copy), verify, Note(workbook_id, "restore"))``, with
``missing_ok=True`` for a workbook that is gone. Nothing else takes a lock or writes, but ``new_file`` a copy elsewhere
and ``put`` a small file beside it that is no workbook, each whole and for whom the workbook is. ``keep_open`` keeps and
logs a copy of a workbook that a program has open, which writes it itself.

Looking: ``folder = history_folder(path, workbook_id, keeping.folder)`` is where all of it stands;
``copies(folder, path)`` lists the copies, the oldest first (``.at`` in UTC, ``.digest``, ``.path``, ``.run``);
``read_copy(copy)`` gives the workbook or StorageError, ``holds(copy)`` verifies one, ``read_run(copy)`` gives the
record of that run's writes, compressed as it was handed over in ``Note.undo``, or None.
``chain = read_chain(folder)`` gives ``.entries`` (numbered from 1), ``.verdict``, and ``.line`` and ``.why`` of a
break; ``copy_of(folder, entry)`` the copy a run left. ``renew(path, workbook_id, keeping)`` begins a new log.
``work(path, folder)`` says who of ours is writing just now, ``owner(path)`` which office program has it open.
"""

from tracker.keeper.backups import Copy, Retention, copies, holds, read_copy, read_run, retention
from tracker.keeper.files import put, read_bytes
from tracker.keeper.journal import Chain, Entry, Verdict, copy_of, is_history, read_chain
from tracker.keeper.lock import Holder
from tracker.keeper.locks import Owner, holder, marked, owner
from tracker.keeper.place import history_folder
from tracker.keeper.replace import USUAL, Held, Keeping, Step, keep_open, new_file, renew, replace_file, work, writing

__all__ = [
    "USUAL",
    "Chain",
    "Copy",
    "Entry",
    "Held",
    "Holder",
    "Keeping",
    "Owner",
    "Retention",
    "Step",
    "Verdict",
    "copies",
    "copy_of",
    "history_folder",
    "holder",
    "holds",
    "is_history",
    "keep_open",
    "marked",
    "new_file",
    "owner",
    "put",
    "read_bytes",
    "read_chain",
    "read_copy",
    "read_run",
    "renew",
    "replace_file",
    "retention",
    "work",
    "writing",
]
