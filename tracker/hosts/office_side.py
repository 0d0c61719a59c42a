"""Runs inside a Python that has the module uno: works in a workbook that is open in LibreOffice, order by order.

Stands alone on purpose: that Python has neither the project nor its libraries, and may be an old one. An order is a
line of JSON on stdin, its answer one on stdout. It decides nothing: which cells are to say what is decided elsewhere.
"""

import base64
import contextlib
import json
import signal
import sys
import time
from array import array

import uno
from com.sun.star.beans import PropertyValue

TRIES, PAUSE = 40, 0.25
CONTENT = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas; not notes, not looks
FORMULA, FAILED = 16, 4  # of CellFlags; of FormulaResult
LOGICAL = 1024  # com.sun.star.util.NumberFormat
TO_BOTTOM = 0
ASKED = 200  # different formulas of a column whose results are looked at for being true or false
SHEETS = "com.sun.star.sheet.SpreadsheetDocument"
BLANK = float("nan")


class Refused(Exception):
    """An order that cannot be carried out, with the word for why."""


class Work:
    """One connection: what is open, and the workbook that was chosen."""

    def __init__(self):
        self.desktop = self.found = self.document = None

    def connect(self, pipe):
        """Reach the running LibreOffice over a pipe it listens on."""
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(TRIES):
            with contextlib.suppress(Exception):  # not listening yet
                context = resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
                self.desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
                return True
            time.sleep(PAUSE)
        raise Refused("silent")

    def documents(self):
        """The workbooks that are open, as they are asked for by `choose`: in this order."""
        self.found, listed = [], self.desktop.Components.createEnumeration()
        while listed.hasMoreElements():
            one = listed.nextElement()
            if hasattr(one, "supportsService") and one.supportsService(SHEETS):
                self.found.append(one)
        return [
            {"url": one.URL, "title": one.Title, "read_only": one.isReadonly(), "filter": argument(one, "FilterName")}
            for one in self.found
        ]

    def choose(self, number):
        """Work in this one from now on."""
        self.document = self.found[number]

    def outline(self):
        """Sheets, tables, names, the day that is number 0."""
        return {**self.tables(), "names": [self.name(name) for name in self.document.NamedRanges.ElementNames]}

    def tables(self):
        """The same without names, of which there are many."""
        document = self.document
        return {
            "sheets": list(document.Sheets.ElementNames),
            "protected": [name for name in document.Sheets.ElementNames if self.sheet(name).isProtected()],
            "year": document.NullDate.Year,
            "tables": [self.table(name) for name in document.DatabaseRanges.ElementNames],
        }

    def table(self, name):
        found = self.document.DatabaseRanges.getByName(name)
        area = found.DataArea
        sheet = self.document.Sheets.getByIndex(area.Sheet)
        top = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.StartRow)
        foot = sheet.getCellRangeByPosition(area.StartColumn, area.EndRow, area.EndColumn, area.EndRow)
        return {
            "name": name,
            "sheet": sheet.Name,
            "area": corners(area),
            "headers": list(top.getDataArray()[0]),
            "has_header": bool(found.ContainsHeader),
            "foot": list(foot.getFormulaArray()[0]),
        }

    def name(self, name):
        found = self.document.NamedRanges.getByName(name)
        cells = found.getReferredCells()
        if cells is None:
            return {"name": name, "content": found.Content, "sheet": "", "area": None}
        return {"name": name, "content": "", "sheet": cells.Spreadsheet.Name, "area": corners(cells.RangeAddress)}

    def sheet(self, name):
        return self.document.Sheets.getByName(name)

    def read(self, sheet, left):
        """All that a sheet holds, by column; what is due to be calculated in those that are ``left`` stays due."""
        found = self.sheet(sheet)
        cursor = found.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        with self.uncalculated(bool(left)):
            columns = self.block(found, 0, 0, end.EndColumn, end.EndRow)
        for key in [key for key in columns if left and columns[key]["formulas"] and int(key) not in left]:
            columns.update(self.block(found, int(key), 0, int(key), end.EndRow))
        return {"last": end.EndRow + 1, "columns": columns}

    def look(self, places):
        """The cells of some columns, each between two rows; what is due to be calculated stays due."""
        with self.uncalculated():
            return [self.block(self.sheet(name), at, first, at, last)[str(at)] for name, at, first, last in places]

    @contextlib.contextmanager
    def uncalculated(self, wanted=True):
        """Formulas are not calculated meanwhile: else to be asked for its result makes each that is due do it."""
        document, automatic = self.document, self.document.isAutomaticCalculationEnabled()
        if not (wanted and automatic):
            yield
            return
        modified = document.isModified()
        document.enableAutomaticCalculation(False)
        try:
            yield
        finally:
            document.enableAutomaticCalculation(True)
            if not modified:
                document.setModified(False)  # to switch it counts as a change

    def block(self, sheet, left, top, right, bottom):
        """Cells by column: two calls for all of them, and one for each that failed."""
        area = sheet.getCellRangeByPosition(left, top, right, bottom)
        values = list(zip(*area.getDataArray()))
        formulas = self.formulas(area, left, top, right, bottom)
        columns = {}
        for number, column in enumerate(values, left):
            own = formulas.get(number)
            if own is not None or left == right or any(value != "" for value in column):
                columns[str(number)] = packed(sheet, number, top, column, own)
        self.logical(sheet, top, columns)
        return columns

    def formulas(self, area, left, top, right, bottom):
        """The formulas by column, of the columns that have any."""
        found = area.queryContentCells(FORMULA).RangeAddresses
        numbers = {number for one in found for number in range(one.StartColumn, one.EndColumn + 1)}
        numbers = sorted(
            number for number in numbers if left <= number <= right
        )  # where an area is empty, it looks beside
        if not numbers:
            return {}
        first, last = numbers[0], numbers[-1]
        part = area.getCellRangeByPosition(first - left, 0, last - left, bottom - top)
        columns = list(zip(*part.getFormulaArray()))
        return {number: columns[number - first] for number in numbers}

    def logical(self, sheet, top, columns):
        """Which formulas give true or false: LibreOffice keeps them as numbers that look so."""
        formats = self.document.NumberFormats
        for number, column in columns.items():
            for index, row in column.pop("first").items():
                cell = sheet.getCellByPosition(int(number), top + row)
                if formats.getByKey(cell.NumberFormat).Type & LOGICAL:
                    column["logical"].append(index)

    def merged(self, sheet, area):
        """The merged areas that meet an area, found by halves: only a question about an area is cheap."""
        return list(self.merges(self.sheet(sheet), *area))

    def merges(self, sheet, left, top, right, bottom):
        if not sheet.getCellRangeByPosition(left, top, right, bottom).getIsMerged():
            return
        if (left, top) == (right, bottom):
            cursor = sheet.createCursorByRange(sheet.getCellByPosition(left, top))
            cursor.collapseToMergedArea()
            yield corners(cursor.RangeAddress)
        elif bottom - top >= right - left:
            middle = (top + bottom) // 2
            yield from self.merges(sheet, left, top, right, middle)
            yield from self.merges(sheet, left, middle + 1, right, bottom)
        else:
            middle = (left + right) // 2
            yield from self.merges(sheet, left, top, middle, bottom)
            yield from self.merges(sheet, middle + 1, top, right, bottom)

    def state(self):
        """What tells whether somebody did anything meanwhile, and whether there is anything to save."""
        titles = self.document.UndoManager.getAllUndoActionTitles()
        return {"undo": [len(titles), *titles[:1]], "modified": self.document.isModified()}

    def store(self, url):
        """Save a copy as it stands, in the format of the workbook; the workbook itself is not saved."""
        options = (option("FilterName", argument(self.document, "FilterName")), option("Overwrite", True))
        self.document.storeToURL(url, options)

    def undo(self, title):
        """Take back the last thing that was done, if that was ours."""
        titles = self.document.UndoManager.getAllUndoActionTitles()
        if not titles or titles[0] != title:
            raise Refused("later" if title in titles else "nothing")
        with self.unmoved():
            self.document.UndoManager.undo()

    @contextlib.contextmanager
    def unmoved(self):
        """Who looks at a sheet looks at it still: an undo goes to where something changed."""
        controller = self.document.CurrentController
        sheet = controller.getActiveSheet() if hasattr(controller, "getActiveSheet") else None
        selected = self.document.CurrentSelection
        yield
        if sheet is not None:
            controller.setActiveSheet(sheet)
            controller.select(selected)

    def write(self, title, steps):
        """Carry out all steps as one that can be undone; what was done is taken back when one fails."""
        document = self.document
        undo, automatic = document.UndoManager, document.isAutomaticCalculationEnabled()
        before = undo.getAllUndoActionTitles()
        document.lockControllers()
        document.addActionLock()
        try:
            document.enableAutomaticCalculation(False)
            undo.enterUndoContext(title)
            try:
                for step in steps:
                    getattr(self, "do_" + step.pop("do"))(**step)
            except BaseException:
                undo.leaveUndoContext()
                if undo.getAllUndoActionTitles() != before:
                    undo.undo()
                raise
            undo.leaveUndoContext()
        finally:
            document.removeActionLock()
            document.unlockControllers()
            document.enableAutomaticCalculation(automatic)

    def do_values(self, sheet, left, top, rows, filled):
        """Numbers and texts, "" for nothing, as a block; ``filled`` says that no cell of it is empty."""
        found, right, bottom = self.sheet(sheet), left + len(rows[0]) - 1, top + len(rows) - 1
        if not filled:
            for number in range(left, right + 1):
                undone_exactly(found.getCellRangeByPosition(number, top, number, bottom))
                self.do_value(sheet, number, top, rows[0][number - left])
            top, rows = top + 1, rows[1:]
        if rows:
            found.getCellRangeByPosition(left, top, right, bottom).setDataArray(tuple(map(tuple, rows)))

    def do_value(self, sheet, left, top, value):
        """A number or a text in one cell."""
        cell = self.sheet(sheet).getCellByPosition(left, top)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def do_clear(self, sheet, left, top, bottom):
        """A piece of a column emptied, hidden rows with it."""
        self.sheet(sheet).getCellRangeByPosition(left, top, left, bottom).clearContents(CONTENT)

    def do_formula(self, sheet, left, top, bottom, text):
        """One formula down a column: the first cell is told, the others are filled, where they look alike."""
        found = self.sheet(sheet)
        area = found.getCellRangeByPosition(left, top, left, bottom)
        if top == bottom:
            found.getCellByPosition(left, top).setFormula(text)
            return
        column = found.Columns.getByIndex(left)
        shown = column.IsVisible
        if not shown:  # filling passes over hidden columns
            column.IsVisible = True
        if seen(area) != bottom - top + 1 or not alike(found, left, top, bottom):
            undone_exactly(area)
            found.getCellByPosition(left, top).setFormula(text)
            rest = found.getCellRangeByPosition(left, top + 1, left, bottom)
            rest.setFormulaArray(((text,),) * (bottom - top))  # filling passes over hidden rows, and copies looks
        else:
            found.getCellByPosition(left, top).setFormula(text)
            area.fillAuto(TO_BOTTOM, 1)
        if not shown:
            column.IsVisible = False

    def do_grow(self, table, area):
        """A table's new area."""
        found = self.document.DatabaseRanges.getByName(table)
        place = found.DataArea
        place.StartColumn, place.StartRow, place.EndColumn, place.EndRow = area
        found.DataArea = place

    def do_pattern(self, sheet, like, top, bottom, columns):
        """Rows that come to look like another where nothing stands in them."""
        found = self.sheet(sheet)
        for left in columns:
            area = found.getCellRangeByPosition(left, top, left, bottom)
            if area.queryContentCells(CONTENT).RangeAddresses or alike(found, left, like, bottom):
                continue
            found.getCellRangeByPosition(left, like, left, bottom).fillAuto(TO_BOTTOM, 1)
            area.clearContents(CONTENT)


def alike(sheet, left, top, bottom):
    return sheet.getCellRangeByPosition(left, top, left, bottom).getCellFormatRanges().getCount() == 1


def seen(area):
    return sum(one.EndRow - one.StartRow + 1 for one in area.queryVisibleCells().RangeAddresses)


def undone_exactly(area):
    """Make an undo bring back a piece of a column exactly, whatever is written there afterwards.

    Undoing a block of values leaves them in cells that were empty; undoing a fill empties all but its first cell
    before it brings back what was there. Where a fill would spread looks, an array formula does the same: slowly,
    because each of its cells tells all that depends on it.
    """
    if area.getCellFormatRanges().getCount() == 1:
        area.fillAuto(TO_BOTTOM, 1)
    else:
        area.setArrayFormula("=0")
        area.clearContents(CONTENT)


def packed(sheet, number, top, values, formulas):
    """One column as arrays: numbers, which text, which formula; and the codes of errors."""
    size = len(values)
    numbers, texts, which = array("d", [BLANK]) * size, {}, array("i", [-1]) * size
    errors, some = [], False
    for row, value in enumerate(values):
        if value.__class__ is float:
            numbers[row], some = value, True
        elif value is None:
            errors.append((row, sheet.getCellByPosition(number, top + row).getError()))
        elif value != "":
            which[row] = texts.setdefault(value, len(texts))
    found = {"size": size, "numbers": coded(numbers) if some else "", "errors": errors}
    found["texts"], found["text"] = list(texts), coded(which) if texts else ""
    found.update(told(values, formulas))
    return found


def told(values, formulas):
    """The formulas of a column, each once; and where the first few stand whose result may be true or false."""
    texts, which, first = {}, array("i", [-1]) * len(values), {}
    for row, text in enumerate(formulas or ()):
        if text[:1] == "=" or text[:2] == "{=":
            index = which[row] = texts.setdefault(text, len(texts))
            if values[row] in (0.0, 1.0) and index not in first and len(first) < ASKED:
                first[index] = row
    return {"formulas": list(texts), "formula": coded(which) if texts else "", "logical": [], "first": first}


def coded(numbers):
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def corners(area):
    return [area.StartColumn, area.StartRow, area.EndColumn, area.EndRow]


def option(name, value):
    return PropertyValue(name, 0, value, 0)


def argument(document, name):
    return next((one.Value for one in document.getArgs() if one.Name == name), "")


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks may be interrupted; a step is done as a whole
    work = Work()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in iter(sys.stdin.buffer.readline, b""):
        order = json.loads(line.decode("utf-8"))
        try:
            answer = {"done": getattr(work, order.pop("ask"))(**order)}
        except Refused as refused:
            answer = {"refused": str(refused)}
        except Exception as error:
            answer = {"broke": type(error).__name__, "line": lines(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n")
        sys.stdout.buffer.flush()


def lines(error):
    """Where it broke, without what the error says: that may quote a cell."""
    trace, found = error.__traceback__, []
    while trace is not None:
        found.append(trace.tb_lineno)
        trace = trace.tb_next
    return found


if __name__ == "__main__":
    main()
