"""Make the fix-it copy of one workbook: its tables, what is wrong in them, and boxes in which people say what is right.

The workbook is only read. What comes back in the copy is taken over by ``fix``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker.commands.configuration import Configurations
from tracker.commands.examine import Question, examined, report_of
from tracker.commands.policy import Policies, Said
from tracker.commands.workbook import naming
from tracker.errors import RefusedError, UsageError
from tracker.hosts import MemoryHost
from tracker.keeper import new_file
from tracker.report import FileReport
from tracker.report.as_xlsx import as_xlsx
from tracker.report.fixit import ENDING
from tracker.report.xlsx_problems import Listed
from tracker.words import Words


def fix_it(
    paths: Sequence[Path],
    output: Path,
    command: str,
    words: Words,
    clock: date,
    pin: date | None = None,
    policies: Policies | None = None,
) -> FileReport:
    """Write the copy of the one workbook of ``paths`` to a new file, and return the report of what is in it.

    ``command`` is what the copy tells people to run, ``policies`` what counts; only the configuration when not given.
    Raises UsageError for several paths, a folder or another ending of ``output``, RefusedError where that is the
    workbook, or there already, and what reading and writing raise.
    """
    path = _one(paths, output)
    policies = policies or Policies(Said(), Configurations())
    policy = policies.of(path)
    with naming(path):
        snapshot, found = examined(path, Question(clock, pin, policy.wanted, policy.standard))
    findings = policies.kept(path, found)
    data = as_xlsx(Listed(snapshot, findings, path.name, command), words)
    new_file(output, b"", data, _opens, path)  # never over another one, in which somebody may have typed
    return report_of(path, snapshot, findings, standard=policy.standard)


def _one(paths: Sequence[Path], output: Path) -> Path:
    """The one workbook a copy is made of."""
    if len(paths) != 1 or paths[0].is_dir():
        raise UsageError("a fix-it copy is made of one workbook. Name one file, and run this again for each other.")
    if output.suffix.lower() != ENDING:
        raise UsageError(f"--output {output.name}: a workbook ends in {ENDING}. Name it {output.stem}{ENDING}.")
    if output.is_file() and paths[0].exists() and output.samefile(paths[0]):
        raise RefusedError(f"--output {output} is the workbook itself. Give another name for the copy.")
    if not output.parent.is_dir():
        raise UsageError(f"--output {output}: the folder {output.parent} does not exist. Make it first.")
    return paths[0]


def _opens(data: bytes) -> None:
    MemoryHost(data).book()
