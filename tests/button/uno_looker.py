"""Runs inside a Python that has the module uno: says what a message on the screen says, and what stands in cells.

Stands alone on purpose: that Python has neither the project nor its libraries. Its order comes as JSON on stdin, its
answer goes as JSON to stdout. It only looks; whatever is pressed is pressed by mouse and keyboard.
"""

import json
import sys
import time

import uno

TRIES, PAUSE = 240, 0.25
NEAR = 20  # children of an object that are looked at: a message has fewer, a sheet billions


def main():
    order = json.load(sys.stdin)
    context = connect(order["pipe"])
    what = {"message": message, "cell": cell, "changed": changed, "sheet": sheet}[order["what"]]
    json.dump(what(context, *order["with"]), sys.stdout)


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(TRIES):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # not listening yet
            time.sleep(PAUSE)
    raise SystemExit("LibreOffice did not answer")


def document(context):
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    return desktop.getCurrentComponent() or next(iter(desktop.Components))


def message(context, title):
    """The words of the message with this title, or None when there is none."""
    toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
    for i in range(toolkit.getTopWindowCount()):
        try:
            said = words(toolkit.getTopWindow(i).getAccessibleContext(), title)
        except Exception:  # the window went away while it was looked at; who asks looks again
            continue
        if said is not None:
            return said
    return None


def words(top, title):
    """The words in a window, or None for one with another title."""
    if top.getAccessibleName() != title:
        return None
    said = [one.getAccessibleName() for one in walk(top)]
    return [text for text in said if text not in (title, "OK", "")]


def cell(context, sheet, address):
    """What stands in a cell."""
    return document(context).Sheets.getByName(sheet).getCellRangeByName(address).String


def sheet(context):
    """The sheet that is looked at."""
    return document(context).CurrentController.getActiveSheet().Name


def changed(context):
    """Whether the document was changed since it was saved."""
    return document(context).isModified()


def walk(one, depth=0):
    """An object on the screen and what is in it."""
    yield one
    if depth < 14:
        for i in range(min(one.getAccessibleChildCount(), NEAR)):
            try:
                child = one.getAccessibleChild(i)
            except Exception:  # gone meanwhile, or no such child after all
                continue
            if child is not None:
                yield from walk(child.getAccessibleContext(), depth + 1)


main()
