"""The command line: parse, pick a host, call a command, print what came of it, and end with an exit code.

Nothing heavy is imported before a command runs, so that ``tracker --help`` and completion answer at once.
"""

from tracker.cli.run import main

__all__ = ["main"]
