"""The sheets that team leads keep, and what a new workbook starts from: settings, rules, lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tracker.schema.lists import LISTS
from tracker.schema.settings import COUNTERS, OWNED, SETTINGS, Setting, SettingKind
from tracker.schema.tags import RULES
from tracker.template import theme
from tracker.template.book import Drawing
from tracker.template.page import LEAD_LINKS, head, links_over
from tracker.template.tables import Row, TableLook, draw_table, write
from tracker.words import fill

PLAIN = TableLook(28, row_height=24)
RULES_LOOK = TableLook(38, row_height=24, frozen=3, wrap=True)
LINE_LETTERS = 74  # of a condition that fit in one line
TALL_RULE = 38
TOOLS_OWN = (*OWNED, *COUNTERS.values())


def draw_leads(drawing: Drawing, identity: Mapping[str, object]) -> None:
    """Draw the sheets of team leads; ``identity`` holds the rows of Settings that the tool owns, by key."""
    _settings(drawing, identity)
    rules = tuple(_rules(drawing))
    _sheet(drawing, "Rules", RULES_LOOK, rules)
    top = drawing.schema["Rules"].top
    for i, rule in enumerate(RULES):
        if len(rule.condition) > LINE_LETTERS:
            drawing.sheets["rules"].set_row_pixels(top + i, TALL_RULE)
    _sheet(drawing, "Lists", PLAIN, tuple(_lists(drawing)))
    for name in ("Team", "Campaigns", "Goals"):
        _sheet(drawing, name, PLAIN)


def _sheet(drawing: Drawing, name: str, look: TableLook, rows: tuple[Row, ...] = ()) -> None:
    table = drawing.schema[name]
    key, sheet = table.sheet, drawing.sheets[table.sheet]
    sheet.set_default_row(look.row_height * 0.75)
    sheet.set_column_pixels(0, 0, theme.MARGIN, drawing.look())
    draw_table(drawing, table, look, rows)
    shown = [column.width for column in table.columns if not column.folded]
    head(drawing, key, drawing.words.sheet(key), links_over(drawing, key, shown, LEAD_LINKS), len(shown))
    drawing.text(key, 0, len(shown), drawing.label(f"hint_{key}"), font_color=theme.HINT, align="right")


def _rules(drawing: Drawing) -> Iterable[Row]:
    for rule in RULES:
        yield {
            "dimension": rule.dimension,
            "tag": rule.tag,
            "condition": rule.condition,
            "cadence_days": rule.cadence_days,
            "channel": drawing.words.choice("channel", rule.channel) if rule.channel else None,
            "note": drawing.label("rule", f"{rule.dimension}_{rule.tag}"),
        }


def _lists(drawing: Drawing) -> Iterable[Row]:
    yes = drawing.words.choice("yes_no", "yes")
    for spec in LISTS:
        meanings = dict(spec.meanings)
        for order, code in enumerate(spec.codes if spec.on_sheet else (), 1):
            label = drawing.words.choice(spec.name, code)
            meaning = meanings.get(code)
            yield {
                "list": spec.name,
                "code": code,
                "label": label,
                "order": order,
                "active": yes,
                "meaning": meaning,
            }


def _settings(drawing: Drawing, identity: Mapping[str, object]) -> None:
    owned = "|".join(("", *TOOLS_OWN, ""))
    look = TableLook(
        28,
        row_height=24,
        frozen=2,
        filters="Settings" not in theme.UNFILTERED,
        live=f'AND({{key}}<>"",ISERROR(FIND("|"&{{key}}&"|","{owned}")))',
    )
    rows = [_owned_row(drawing, key, identity[key]) for key in TOOLS_OWN]
    rows += [_setting_row(drawing, setting) for setting in SETTINGS]
    _sheet(drawing, "Settings", look, tuple(rows))
    table, sheet = drawing.schema["Settings"], drawing.sheets["settings"]
    for i, row in enumerate(rows):
        if i < len(TOOLS_OWN):
            _quiet(drawing, table.top + i, row)
        else:
            _value(drawing, table.top + i, SETTINGS[i - len(TOOLS_OWN)], row["value"])
    sheet.set_column_pixels(0, 0, theme.MARGIN, drawing.look())


def _owned_row(drawing: Drawing, key: str, value: object) -> Row:
    return {"key": key, "value": value, "meaning": drawing.words.at("setting", key)}


def _setting_row(drawing: Drawing, setting: Setting) -> Row:
    unit = drawing.words.at("unit", setting.unit) if setting.unit else ""
    if setting.kind is SettingKind.DATE:
        unit = drawing.words.at("unit", "date")
    return {
        "key": setting.key,
        "value": value_of(drawing, setting),
        "unit": fill(unit, {"currency": drawing.settings.get("currency", "USD")}),
        "range": _allowed(drawing, setting),
        "meaning": drawing.words.at("setting", setting.key),
    }


def value_of(drawing: Drawing, setting: Setting) -> object:
    """What the cell of a setting starts with: what was asked for, else the default, choices as labels."""
    value = drawing.settings.get(setting.key, setting.default)
    return drawing.words.choice(setting.key, str(value)) if setting.choices else value


def _allowed(drawing: Drawing, setting: Setting) -> str:
    if setting.choices:
        return ", ".join(drawing.words.choice(setting.key, code) for code in setting.choices)
    if setting.low is None or setting.high is None:
        return ""
    if setting.unit == "currency":
        return f"≥ {setting.low:g}"
    return f"{setting.low:,.0f} – {setting.high:,.0f}"


def _quiet(drawing: Drawing, row: int, values: Row) -> None:
    """A row the tool owns: grey on a band, no box."""
    table = drawing.schema["Settings"]
    style = {"font_color": theme.HINT, "bg_color": theme.BAND, "bottom": 1, "bottom_color": theme.RULE, "align": "left"}
    for i, column in enumerate(table.columns, table.left - 1):
        look = drawing.look(**style, indent=int(column.key == "value"))
        write(drawing.sheets["settings"], row, i, values.get(column.key), look)


def _value(drawing: Drawing, row: int, setting: Setting, value: object) -> None:
    """A value in its own format: amounts with thousands, a date as a date; a choice with its dropdown."""
    table, sheet = drawing.schema["Settings"], drawing.sheets["settings"]
    column = table.left - 1 + table.keys.index("value")
    number = "#,##0" if setting.unit == "currency" else "General"
    if setting.kind is SettingKind.DATE or isinstance(value, date):
        number = theme.DATE
    style = {"num_format": number, "align": "left", "indent": 1, "bottom": 1, "bottom_color": theme.RULE}
    write(sheet, row, column, value, drawing.look(**style))
    if setting.choices:
        labels = [drawing.words.choice(setting.key, code) for code in setting.choices]
        sheet.data_validation(row, column, row, column, {"validate": "list", "source": labels, "error_type": "warning"})
