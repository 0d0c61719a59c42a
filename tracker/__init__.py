"""Customer tracking in the Excel workbook people already use.

The Python API is the package ``tracker.commands``: one use case a module, in the words of the command line.
This module stays empty of imports, so that ``tracker --help`` answers at once.
"""

__version__ = "0.1.0"
