"""frictionless: a package of the three sheets with their schemas; it names row and field of an error.

A second argument leaves foreign keys out: they cost it as much as everything else.
"""

import json
import sys
from pathlib import Path

from frictionless import Package, Resource, Schema
from frictionless.formats import ExcelControl

SHEETS = ("Customers", "Interactions", "Purchases")
SCHEMAS = Path(__file__).with_name("schemas")
KEYS = [{"fields": ["Customer"], "reference": {"resource": "customers", "fields": ["Customer ID"]}}]


def resource(path: Path, sheet: str, keys: bool) -> Resource:
    """One sheet with its schema."""
    descriptor = json.loads((SCHEMAS / f"{sheet.lower()}.json").read_text("utf-8"))
    if keys and sheet != "Customers":
        descriptor["foreignKeys"] = KEYS
    schema = Schema.from_descriptor(descriptor)
    control = ExcelControl(sheet=sheet)
    return Resource(name=sheet.lower(), path=path.name, basepath=str(path.parent), control=control, schema=schema)


def main() -> None:
    """Check the workbook and print sheet, header and row of each error."""
    path, keys = Path(sys.argv[1]).resolve(), len(sys.argv) == 2
    report = Package(resources=[resource(path, sheet, keys) for sheet in SHEETS]).validate()
    if report.errors:
        raise SystemExit(f"nothing was checked: {report.errors[0].message}")
    for task in report.tasks:
        for error in task.errors:
            name = getattr(error, "field_name", "") or ",".join(error.field_names)
            print(task.name.capitalize(), name, error.row_number, sep="\t")


main()
