"""The one place where errors end: foreseen ones as one line, any other as a saved log without a customer's value."""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import sys
from collections.abc import Sequence

import click

from tracker.cli.app import PROGRAM, VARIABLE, app
from tracker.cli.show import warn
from tracker.errors import Exit, TrackerError

NO_ROOM = (errno.ENOSPC, errno.EIO)  # where the screen's text goes to a file on a full disk
GARBAGE = 200_000  # objects made before Python looks for those that only name each other: a command hardly makes any
NO_PATH = (errno.ENAMETOOLONG, errno.EACCES, errno.EPERM, errno.ELOOP, errno.EINVAL)  # of a path that leads nowhere


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code, at once: by then all is written and closed.

    Python would take the rows of a large workbook apart one by one before it ends.
    """
    gc.set_threshold(GARBAGE)
    _have_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a pipe in an old code page must not break a report
    code = run(arguments)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody listens any more
            stream.flush()
    os._exit(code)


def _have_streams() -> None:
    """A program without a window, and a command line may have closed one: then what is said goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))


def run(arguments: Sequence[str] | None = None, commands: click.Group = app) -> int:
    """Run a command line and return its exit code; nothing is raised."""
    if VARIABLE in os.environ:
        from tracker.cli.completing import teach

        teach()
    try:
        code = commands.main(args=arguments, prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except SystemExit as end:  # click's, when a shell has asked for completion
        return int(end.code or 0)
    except TrackerError as error:
        return fail(str(error), error.exit_code)
    except click.ClickException as error:
        return fail(f"{_ended(error.format_message())} {_where_help_is(error)}", Exit.USAGE)
    except (KeyboardInterrupt, click.Abort):
        return fail("interrupted; every workbook is whole, as it was before or finished.", Exit.INTERRUPTED)
    except MemoryError:
        return fail("there is not enough memory for it; the workbook is intact. Close other programs", Exit.UNREADABLE)
    except BrokenPipeError:
        _forget_stdout()
        return Exit.IO
    except Exception as bug:
        if isinstance(bug, OSError) and bug.errno in NO_ROOM:
            _forget_stdout()
            return fail(f"the output could not be written ({bug.strerror}). The workbook is intact", Exit.IO)
        if isinstance(bug, OSError) and bug.errno in NO_PATH and bug.filename is not None:
            where = os.fsdecode(bug.filename)
            return fail(f"{where}: it cannot be looked at ({bug.strerror}). Check the name and permissions", Exit.IO)
        from tracker.cli.bugs import save_log

        place = save_log(bug, arguments)
        return fail(
            f"a fault in tracker ({type(bug).__name__}); the workbook is intact. Please report {place}", Exit.BUG
        )
    return int(code or 0)


def fail(message: str, code: Exit) -> int:
    """Say one line on the error stream, and return the exit code."""
    line = " ".join(message.split())
    warn(line if code is Exit.BUG else _ended(line))
    return code


def _ended(sentence: str) -> str:
    """A sentence with its full stop."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _where_help_is(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"See: {context.command_path if context else 'tracker'} --help"


def _forget_stdout() -> None:
    """Nobody takes what we print any more: what is still buffered must not fail again when Python ends."""
    with contextlib.suppress(io.UnsupportedOperation):  # a stream without a file behind it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
