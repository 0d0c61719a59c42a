"""Runs inside a Python that has the module uno: opens workbooks in a running LibreOffice, and does what a person would.

Stands alone on purpose: that Python has neither the project nor its libraries. An order is a line of JSON on stdin.
"""

import contextlib
import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

TRIES, PAUSE = 240, 0.25


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(TRIES):
        with contextlib.suppress(Exception):  # not listening yet
            context = resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        time.sleep(PAUSE)
    raise SystemExit("LibreOffice did not answer")


def option(name, value):
    return PropertyValue(name, 0, value, 0)


class Desk:
    def __init__(self, desktop):
        self.desktop = desktop

    def open(self, url, read_only=False):
        options = (option("Hidden", True), option("ReadOnly", read_only))
        self.desktop.loadComponentFromURL(url, "_blank", 0, options)

    def new(self):
        self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (option("Hidden", True),))

    def close(self):
        """Close all that is open, unsaved."""
        for one in self.all():
            one.setModified(False)
            one.close(True)

    def all(self):
        found, listed = [], self.desktop.Components.createEnumeration()
        while listed.hasMoreElements():
            found.append(listed.nextElement())
        return found

    def document(self, url):
        return next(one for one in self.all() if url == one.URL)

    def save(self, url):
        self.document(url).store()

    def undo(self, url):
        self.document(url).UndoManager.undo()

    def titles(self, url):
        return list(self.document(url).UndoManager.getAllUndoActionTitles())

    def modified(self, url):
        return self.document(url).isModified()

    def type(self, url, sheet, address, text):
        cell = self.document(url).Sheets.getByName(sheet).getCellRangeByName(address)
        cell.setFormula(text)

    def cells(self, url, sheet, address):
        area = self.document(url).Sheets.getByName(sheet).getCellRangeByName(address)
        return [list(row) for row in area.getFormulaArray()]

    def colour(self, url, sheet, address, colour=None):
        area = self.document(url).Sheets.getByName(sheet).getCellRangeByName(address)
        if colour is not None:
            area.CellBackColor = colour
        return area.CellBackColor

    def protect(self, url, sheet):
        self.document(url).Sheets.getByName(sheet).protect("")

    def filter(self, url, table, column, text):
        """Show only the rows of a table with this text in a column, counted from 0."""
        found = self.document(url).DatabaseRanges.getByName(table)
        descriptor = found.getFilterDescriptor()
        field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
        field.Field, field.IsNumeric, field.StringValue = column, False, text
        field.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        descriptor.setFilterFields((field,))
        sheet = self.document(url).Sheets.getByIndex(found.DataArea.Sheet)
        area = found.DataArea
        place = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        again = place.createFilterDescriptor(True)
        again.ContainsHeader = True
        again.setFilterFields((field,))
        place.filter(again)

    def remove(self, url, table):
        self.document(url).DatabaseRanges.removeByName(table)

    def end(self):
        with contextlib.suppress(Exception):  # the connection breaks as the office ends
            self.desktop.terminate()


def main():
    desk = Desk(connect(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        done = getattr(desk, order.pop("do"))(**order)
        print(json.dumps(done), flush=True)


main()
