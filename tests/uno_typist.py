"""Runs inside a Python that has the module uno: opens a workbook in LibreOffice, types into cells, saves, closes.

Stands alone on purpose: that Python has neither the project nor its libraries. Its order comes as JSON on stdin.
"""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

TRIES, PAUSE = 120, 0.5


def main():
    order = json.load(sys.stdin)
    accept = f"--accept=pipe,name={order['pipe']};urp;"
    office = subprocess.Popen(
        [order["soffice"], "--headless", "--norestore", "--nologo", order["profile"], accept],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    desktop = None
    try:
        desktop, dispatcher = connect(order["pipe"])
        work(desktop, dispatcher, order)
    finally:
        if desktop is not None:
            with contextlib.suppress(Exception):  # the connection breaks as the office ends
                desktop.terminate()
        try:
            office.wait(30)
        except subprocess.TimeoutExpired:
            office.kill()


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(TRIES):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            names = ("com.sun.star.frame.Desktop", "com.sun.star.frame.DispatchHelper")
            return [context.ServiceManager.createInstanceWithContext(name, context) for name in names]
        except Exception:  # not listening yet
            time.sleep(PAUSE)
    raise SystemExit("LibreOffice did not answer")


def work(desktop, dispatcher, order):
    url = Path(order["file"]).resolve().as_uri()
    document = desktop.loadComponentFromURL(url, "_blank", 0, (option("Hidden", True),))
    controller = document.CurrentController
    for sheet, address, text in order["cells"]:
        target = document.Sheets.getByName(sheet)
        controller.setActiveSheet(target)
        controller.select(target.getCellRangeByName(address))
        # The command behind the keyboard: it heeds the cell's format and tells dates, numbers and texts apart.
        dispatcher.executeDispatch(controller.Frame, ".uno:EnterString", "", 0, (option("StringName", text),))
    document.calculateAll()
    document.storeToURL(url, (option("FilterName", "Calc MS Excel 2007 XML"), option("Overwrite", True)))
    document.close(True)


def option(name, value):
    return PropertyValue(name, 0, value, 0)


main()
