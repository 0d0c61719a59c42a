"""The Settings sheet → the settings in force and the identity of the workbook; what cannot be used is a finding.

A setting out of its range counts as its default, so that one slip never stops a refresh.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.engine.cast import DAYS_1904, general
from tracker.facts.calendar import FIRST, LAST, from_serial, to_serial
from tracker.model.finding import Finding
from tracker.model.grid import CellKind, Cells
from tracker.schema.findings import finding
from tracker.schema.settings import COUNTERS, OWNED, SETTINGS, Setting, SettingKind, Settings, copies_kept, weekend_mask
from tracker.schema.snapshot import Identity, Layout, fold
from tracker.words import locales

BY_KEY = {setting.key: setting for setting in SETTINGS}
KNOWN = {*OWNED, *COUNTERS.values(), *BY_KEY}

CURRENCY = re.compile("[A-Za-z]{3}")
DIGITS = 15  # of a whole number that a cell keeps; what is longer is none

Raw = float | str | None


def read_settings(
    layout: Layout, keys: Cells, values: Cells, date1904: bool = False
) -> tuple[Settings, Identity, list[Finding]]:
    """The settings, the identity, and the findings of one Settings table; the cells are of equal length."""
    raw = _raw(keys, values)
    settings, findings = Settings(), list[Finding]()
    for key, (row, value) in raw.items():
        place = layout.place("value", layout.first_row + row, key)
        if key not in KNOWN:
            near = difflib.get_close_matches(key, KNOWN, 1)
            findings.append(finding("K102", place, value=key, suggestion=near[0] if near else ""))
        elif key in BY_KEY:
            usable, found = parsed(BY_KEY[key], value, date1904)
            if usable:
                settings = replace(settings, **{key: found})
            else:
                how = {"how": "like"} if BY_KEY[key].like else {}
                about = {"setting": key, "range": allowed(BY_KEY[key]), **how}
                findings.append(finding("K101", place, value=_shown(value), **about))
    return settings, _identity(raw), findings


def setting_value(key: str, text: str) -> tuple[bool, Any]:
    """Whether a text can be the value of a known setting, and what it is then; a date is written as 2026-11-18."""
    setting, value = BY_KEY[key], text.strip() or None
    if value is not None and setting.kind is SettingKind.DATE:
        try:
            return _day(to_serial(date.fromisoformat(value)), date1904=False)
        except ValueError:
            return False, None
    return parsed(setting, value)


def _shown(value: Raw) -> str:
    return general(value) if isinstance(value, float) else str(value)


def allowed(setting: Setting) -> str:
    """The allowed range of a setting, as the sheet shows it; of one without any, examples of it."""
    if setting.like:
        return setting.like
    if setting.choices:
        return ", ".join(setting.choices)
    if setting.kind is SettingKind.DATE:
        return f"{from_serial(FIRST)} – {from_serial(LAST)}"
    if setting.low is None or setting.high is None:
        return str(setting.default or "")
    return f"{general(setting.low)} – {general(setting.high)}"


def allowance(setting: Setting) -> str:
    """What may be written for a setting, as an error says it."""
    return f"Write it such as {setting.like}" if setting.like else f"Allowed is {allowed(setting)}"


def _raw(keys: Cells, values: Cells) -> dict[str, tuple[int, Raw]]:
    raw: dict[str, tuple[int, Raw]] = {}
    for i, key in enumerate(keys.texts):
        if key:
            raw.setdefault(fold(str(key)), (i, _value(values, i)))
    return raw


def _value(cells: Cells, i: int) -> Raw:
    if cells.kinds[i] == CellKind.NUMBER:
        return float(cells.numbers[i])
    if cells.kinds[i] == CellKind.BOOL:
        return "yes" if cells.numbers[i] else "no"
    return str(cells.texts[i]).strip() or None if cells.texts[i] else None


def parsed(setting: Setting, value: Raw, date1904: bool = False) -> tuple[bool, Any]:
    """Whether a value can be used, and what it is; a blank one is the default."""
    if value is None:
        return True, setting.default
    if setting.kind is SettingKind.NUMBER:
        return _number(setting, value)
    if setting.kind is SettingKind.DATE:
        return _day(value, date1904)
    text = general(value) if isinstance(value, float) else value
    if setting.kind is SettingKind.CHOICE:
        code = _choice(setting, text)
        return code is not None, code
    read = READERS.get(setting.key)
    found = read(text) if read else text
    return found is not None, found


def _currency(text: str) -> str | None:
    """A currency as ISO 4217 writes them; which of them there are changes with the years."""
    return text.upper() if CURRENCY.fullmatch(text) else None


def _region(text: str) -> str | None:
    if text == Settings.phone_region:
        return text
    from tracker.checks.phones import region_of  # with all that checks load, where most books keep the default

    return region_of(text) or None


def _zone(text: str) -> str | None:
    if fold(text) == Settings.time_zone:
        return Settings.time_zone
    from zoneinfo import available_timezones  # reads a folder of the system, and few books name a zone

    known = {fold(zone): zone for zone in available_timezones()}
    return known.get(fold(text)) if known else text  # on a computer that knows no zones nothing can be said


READERS: Mapping[str, Callable[[str], str | None]] = {  # of settings that are text and still not any text
    "workdays": lambda text: text if weekend_mask(text) is not None else None,
    "currency": _currency,
    "time_zone": _zone,
    "phone_region": _region,
    "backup_keep": lambda text: text if copies_kept(text) is not None else None,
}


def _day(value: Raw, date1904: bool) -> tuple[bool, float | None]:
    """A day of Excel's calendar; its time is left out."""
    if not isinstance(value, float):
        return False, None
    day = float(np.floor(value)) + (DAYS_1904 if date1904 else 0)
    return FIRST <= day <= LAST, day


def _number(setting: Setting, value: Raw) -> tuple[bool, Any]:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return False, None
    inside = value is not None and setting.low is not None and setting.high is not None
    return inside and setting.low <= value <= setting.high, value  # type: ignore[operator]


def _choice(setting: Setting, text: str) -> str | None:
    for code in setting.choices:
        if fold(text) == code or fold(text) in {fold(words.choice(setting.key, code)) for words in locales()}:
            return code
    return None


def _identity(raw: Mapping[str, tuple[int, Raw]]) -> Identity:
    def text(key: str, otherwise: str = "") -> str:
        value = raw.get(key, (0, None))[1]
        return general(value) if isinstance(value, float) else value or otherwise

    def number(key: str) -> int:
        value = text(key)
        return int(value) if value.isascii() and value.isdigit() and len(value) <= DIGITS else 0

    return Identity(
        number("schema"),
        text("workbook_id"),
        text("locale", "en"),
        text("profile", "base"),
        text("made_by"),
        {table: max(1, number(key)) for table, key in COUNTERS.items()},
    )


def holidays_of(country: str, today: int) -> tuple[NDArray[np.float64], bool]:
    """The public holidays of a country code around a day, as serials, and whether the code is known."""
    if not country.strip():
        return np.empty(0), True
    import holidays  # slow to import, and few books name a country

    day = from_serial(today)
    code, _, part = country.strip().upper().partition("-")
    if day is None:
        return np.empty(0), True
    try:
        found = holidays.country_holidays(code, subdiv=part or None, years=range(day.year - 1, day.year + 3))
    except NotImplementedError:
        return np.empty(0), False
    return np.array(sorted(to_serial(one) for one in found)), True
