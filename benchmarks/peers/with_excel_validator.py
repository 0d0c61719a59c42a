"""excel-validator: its configuration around the schemas of frictionless; its report names cells.

Without foreign keys: with them it loses the constraint errors of the sheets that have them.
"""

import sys
from pathlib import Path

from excel_validator.validator import Validate

CONFIGURATION = Path(__file__).with_name("schemas") / "excel_validator.json"


def main() -> None:
    """Check the workbook, write the report that users read, and print sheet, header and row of each error."""
    validation = Validate(sys.argv[1], str(CONFIGURATION))
    validation.createTextReport()
    reports = [validation[name].frictionless for name in validation.reports]
    for task in [task for report in reports if report for task in report.tasks]:
        for error in task.errors:
            print(task.name.capitalize(), error.field_name, error.row_number, sep="\t")


main()
