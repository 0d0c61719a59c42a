"""docs/columns.md, docs/findings.md, docs/settings.md and examples.json, from the schema, the words, the drawn cases.

``python -m tracker.report.docs`` writes them; a test makes them again and compares. The page of the commands is made
beside the commands, in tracker.cli.docs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tracker.checks.hits import number_text
from tracker.report.docs_rules import rules_page
from tracker.report.pages import EXAMPLES, finding_page
from tracker.schema.base import BASE
from tracker.schema.column import Column, Kind, Owner, Table
from tracker.schema.findings import FINDINGS, FindingSpec
from tracker.schema.lists import LIST_SPECS, LISTS
from tracker.schema.settings import COUNTERS, OWNED, SETTINGS, Setting
from tracker.words import Words, fill, load

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
MADE = "<!-- Made by `python -m tracker.report.docs` from the schema and the words. Do not edit. -->"
FAMILIES = {
    "W": "Workbook and structure",
    "V": "Values",
    "R": "References",
    "L": "Logic",
    "D": "Duplicates",
    "S": "Safety",
    "K": "Settings, rules and lists",
}


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    words = load()
    made = {"columns.md": _columns(words), "findings.md": _findings(words), "settings.md": _settings(words)}
    made["rules.md"] = rules_page(words, MADE)
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def write(folder: Path) -> None:
    """Write every page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def drawn() -> str:
    """The text of examples.json, the drawings that are installed with the program."""
    cases = {spec.code: _case(spec) for spec in FINDINGS}
    return json.dumps(cases, ensure_ascii=False, indent=1) + "\n"


def _columns(words: Words) -> Iterator[str]:
    yield MADE
    yield "# Tables and columns"
    yield ""
    yield "Staff fill the columns marked staff, Refresh those marked tool; input columns are boxes for staff in a list"
    yield "that the tool rebuilds. Staff may reorder, rename (list `alias` of Lists), hide and add columns."
    for table in BASE.tables:
        yield from _table(table, words)
    yield ""
    yield "## Lists"
    yield ""
    yield "| list | closed | values | meanings |"
    yield "|---|---|---|---|"
    for spec in LISTS:
        labels = ", ".join(words.choice(spec.name, code) for code in spec.codes) or "yours"
        meanings = "; ".join(f"{words.choice(spec.name, code)}: {meaning}" for code, meaning in spec.meanings)
        yield _row(f"`{spec.name}`", "closed" if spec.closed else "", labels, meanings)


def _table(table: Table, words: Words) -> Iterator[str]:
    hidden = ", on a hidden sheet" if table.hidden else ""
    yield ""
    yield f"## {table.name}"
    yield ""
    yield f"On sheet {words.sheet(table.sheet)}{hidden}." + (f" A row is known by `{table.key}`." if table.key else "")
    yield ""
    yield "| header | key | who | holds | privacy |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        privacy = column.privacy.value if column.privacy.value != "none" else ""
        header = words.header(table.name, column.key)
        yield _row(header, f"`{column.key}`", column.owner.value, _holds(column), privacy)


def _holds(column: Column) -> str:
    """What may stand in a column, in a few words."""
    parts = [column.kind.value.replace("_", " ")]
    if column.kind in (Kind.CHOICE, Kind.CHOICES, Kind.FLAG) and column.choices:
        spec = LIST_SPECS.get(column.choices)
        parts.append(f"list `{column.choices}`" + (" (closed)" if spec and spec.closed else ""))
    if column.refers_to:
        parts.append(f"of {column.refers_to}")
    parts += ["required"] * column.required + ["unique"] * column.unique
    if column.low is not None or column.high is not None:
        parts.append(f"{_bound(column.low)} to {_bound(column.high)}")
    if column.length:
        parts.append(f"at most {column.length} characters")
    if column.owner is Owner.TOOL:
        parts.append("live formula" if column.derive else "value")
    return ", ".join(parts)


def _bound(number: float | None) -> str:
    return "any" if number is None else number_text(number)


def _findings(words: Words) -> Iterator[str]:
    yield MADE
    yield "# Findings"
    yield ""
    yield "A finding has a code and a name that never change; `tracker validate --select` and `--ignore` take both. In"
    yield "the examples a row that gives the finding is marked `<- CODE column`; the others must not give it."
    yield "`tracker finding CODE` prints one of these."
    for letter, family in FAMILIES.items():
        yield ""
        yield f"## {letter}: {family}"
        for spec in FINDINGS:
            if spec.code.startswith(letter):
                yield from _finding(spec, words)


def _finding(spec: FindingSpec, words: Words) -> Iterator[str]:
    page = finding_page(spec, words, _case(spec))
    yield ""
    yield f"### {page.code} {page.name}"
    yield ""
    yield " ".join(filter(None, [f"*{page.severity}.*", page.mended, page.why]))
    yield ""
    yield f"- Says: {page.message}"
    yield f"- What to do: {page.remedy}"
    if page.fix:
        yield f"- Fix: {page.fix}"
    yield ""
    yield f"Example: {page.about}"
    yield ""
    yield "```text"
    yield from page.example
    yield "```"


def _case(spec: FindingSpec) -> str:
    """The drawn case of a finding; of one that no drawn workbook can give a picture of it."""
    name = f"{spec.code}_{spec.name.replace('-', '_')}.txt"
    path = next(one for one in (CASES / name, CASES / "elsewhere" / name) if one.is_file())
    return path.read_text(encoding="utf-8")


def _settings(words: Words) -> Iterator[str]:
    yield MADE
    yield "# Settings"
    yield ""
    yield "Rows of the sheet Settings. A value out of its range is a finding; until it is mended the default is used."
    yield ""
    yield "| key | default | unit | allowed | meaning |"
    yield "|---|---|---|---|---|"
    for setting in SETTINGS:
        yield _row(
            f"`{setting.key}`",
            _default(setting, words),
            fill(words.at("unit", setting.unit), {"currency": "currency"}) if setting.unit else "",
            _allowed(setting, words),
            words.at("setting", setting.key),
        )
    yield ""
    yield "The first rows belong to the tool and are not edited:"
    yield ""
    yield "| key | meaning |"
    yield "|---|---|"
    for key in (*OWNED, *COUNTERS.values()):
        yield _row(f"`{key}`", words.at("setting", key))


def _default(setting: Setting, words: Words) -> str:
    if setting.default is None or setting.default == "":
        return "blank"
    if setting.choices:
        return words.choice(setting.key, str(setting.default))
    return number_text(setting.default) if isinstance(setting.default, float | int) else setting.default


def _allowed(setting: Setting, words: Words) -> str:
    if setting.choices:
        return ", ".join(words.choice(setting.key, code) for code in setting.choices)
    if setting.low is None or setting.high is None:
        return setting.kind.value
    return f"{number_text(setting.low)} – {number_text(setting.high)}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    EXAMPLES.write_text(drawn(), encoding="utf-8", newline="\n")
    write(ROOT / "docs")
