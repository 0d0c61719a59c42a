"""What changes a package: the other face of this room, that only those load who write; most runs only read."""

from tracker.ooxml.buttons import Button, missing, with_buttons
from tracker.ooxml.macros import code_names, project_part
from tracker.ooxml.newtables import barred, with_tables
from tracker.ooxml.patch import patch
from tracker.ooxml.vba import Module, modules

__all__ = [
    "Button",
    "Module",
    "barred",
    "code_names",
    "missing",
    "modules",
    "patch",
    "project_part",
    "with_buttons",
    "with_tables",
]
