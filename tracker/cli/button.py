"""``tracker button``: what the buttons of workbooks run on this computer, and workbooks that have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.app import PATH, Command, backups_option, book_argument, gathered, in_place_option, wait_option
from tracker.cli.show import pasted, say, tell
from tracker.errors import Exit

if TYPE_CHECKING:
    from tracker.commands.pointer import Pointer
    from tracker.keeper import Keeping


@click.group("button", short_help="The buttons Refresh and Undo in workbooks: set them up, add them to BOOK.")
def button_command() -> None:
    """The buttons in workbooks that end in .xlsm.

    `install` says once for you which command they run, in a file of your own; the workbook itself names no program.
    The macros are in macros/TrackerButton.bas, a page long. Without macros: tracker watch.
    """


@button_command.command("install", short_help="Set the buttons up on this computer, for you.")
def _install_command() -> None:
    """Set the buttons up on this computer, for you: write down which command they run.

    Run it again when tracker was installed anew or moved. No administrator is needed.
    """
    from tracker.commands.pointer import install

    done = install()
    tell(say("button_installed", file=done.path))
    tell(say("button_runs", command=done.command))
    tell(say("button_next"))


@button_command.command("uninstall", short_help="Take back what install wrote.")
def _uninstall_command() -> None:
    """Take back what `tracker button install` wrote. Workbooks keep their buttons, which then say how to set it up."""
    from tracker.commands.pointer import pointer_path, uninstall

    before = uninstall()
    tell(say("button_uninstalled", file=before.path) if before else say("button_none", file=pointer_path()))


@button_command.command("status", short_help="Say whether the buttons work here, and what to click if not.")
@click.argument("book", type=PATH, required=False, metavar="[BOOK]")
def _status_command(book: str | None) -> int:
    """Say whether the buttons are set up here, and whether LibreOffice and Excel run macros; with BOOK, those of BOOK.

    Ends with exit code 1 when something is missing. What a program does not say is not guessed.
    """
    from tracker.commands.pointer import look
    from tracker.commands.trust import trusts

    found, path = look(), Path(book) if book else None
    _say_pointer(found)
    whole = _say_book(path) if path else True
    for one in trusts(path):
        tell(say(f"trust_{one.program}_{one.answer}", place=one.source))
    return Exit.CLEAN if found.works and whole else Exit.FINDINGS


def _say_pointer(found: Pointer) -> None:
    if not found.command:
        tell(say("button_missing", file=found.path), "yellow")
        return
    tell(say("button_set_up", file=found.path))
    tell(say("button_runs", command=found.command))
    if not found.program_there:
        tell(say("button_gone"), "yellow")
    elif not found.works:
        tell(say("button_script", file=found.script), "yellow")


def _say_book(path: Path) -> bool:
    """Say how the buttons of a workbook stand: whether it has all of them, and our macros."""
    from tracker.commands.button import wearing

    found = wearing(path)
    if not found.missing and found.macros:
        tell(say("button_whole", file=path.name))
        return True
    what = ", ".join([*found.missing, *([] if found.macros else [say("button_macros")])])
    tell(say("button_wants", file=path.name, what=what, again=pasted(path)), "yellow")
    return False


@dataclass(frozen=True)
class _How:
    """What the options say of how a workbook is written."""

    wait: float
    backups: Path | None
    in_place: bool

    def keeping(self, book: Path) -> Keeping:
        """How BOOK is to be held, and where its copies go."""
        from tracker.commands.keep import keeping

        return keeping(book, self.wait, self.in_place, self.backups)


@button_command.command("add", cls=Command, short_help="Give BOOK its buttons, or give them back.")
@book_argument
@gathered("how", _How, (wait_option, backups_option, in_place_option), "How BOOK is written")
def _add_command(book: str, how: _How) -> None:
    """Give BOOK its buttons; nothing else in it changes.

    From BOOK.xlsx a BOOK.xlsm is made beside it, and BOOK.xlsx stays as it is. A BOOK.xlsm that lost buttons or macros,
    as a save by LibreOffice does, gets them back in place, and a copy is kept first.
    """
    from tracker.commands.button import add_button

    path = Path(book)
    done = add_button(path, how.keeping(path))
    if not done.changed:
        tell(say("button_had", file=done.path.name))
    elif done.made:
        tell(say("button_made", file=done.path, old=path.name))
    else:
        what = [*done.buttons, *([say("button_macros")] if done.macros else [])] or [say("button_names")]
        tell(say("button_mended", file=done.path.name, what=", ".join(what)))
    from tracker.commands.pointer import look

    if not look().works:
        tell(say("button_still"), "yellow")
