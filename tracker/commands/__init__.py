"""One use case a module, each readable in one glance: the Python API, in the words of the command line.

``from tracker.commands.refresh import refresh`` does what ``tracker refresh`` does and returns what came of it as data.
Nothing here prints, and nothing is imported here, so that ``tracker --help`` answers at once.
"""
