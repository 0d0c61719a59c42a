"""Single columns: kind, list, length, range and the look of each text, as the schema declares them.

Each column is checked over its distinct values, once each, and a failure is carried back to every row that holds the
value. Cells that could not be read are findings already and blank here. The same tests as a pandera schema: `frames`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.checks import emails, ids, phones, romanised, texts
from tracker.checks.hits import Detail, header, hits, number_text
from tracker.checks.look import KEYS, Look, Test, each, safety_tests
from tracker.checks.settings import setting_finding
from tracker.facts.calendar import FIRST, LAST, edate
from tracker.facts.dates import moments_in
from tracker.model.finding import Finding
from tracker.schema.column import Column, Kind, Privacy, Table
from tracker.schema.findings import finding
from tracker.schema.lists import LIST_SPECS
from tracker.schema.snapshot import Choices, Snapshot, distinct

NAMES = {("Customers", "first_name"), ("Customers", "last_name")}  # where a title does not belong
ADDRESSES = (Kind.EMAIL, Kind.PHONE)
NEGATIVE = {("Purchases", "quantity"): ("L108", "return_of")}  # below zero means something of its own there
FAR_AHEAD, FAR_BACK = 20 * 12, -100 * 12  # months from today beyond which a year is a slip
EIGHT_DIGITS = 10_000_000  # a day typed without marks, 20260505; fewer digits are a year, or a day that Excel knows
SAMPLE = 1_000  # texts of a column that are asked whether it repeats itself
FEW_AGAIN = 10  # cells that hold what another holds, so few that it is not worth finding out which
NEAREST = 20_000  # pairs of a stranger and a label that are compared to find the nearest, in one column


def check_columns(snapshot: Snapshot) -> Iterator[Finding]:
    """Every staff column of every table staff type in."""
    for table in snapshot.schema.tables:
        layout = snapshot.layout.get(table.name)
        for column in table.columns:
            if layout is not None and column.key in layout.columns and not column.is_tool and not table.tool_rows:
                yield from _required(snapshot, table, column)
                yield from _column(snapshot, table, column)


def _required(snapshot: Snapshot, table: Table, column: Column) -> list[Finding]:
    if not column.required:
        return []
    return hits(snapshot, "V103", table.name, column.key, ~snapshot.filled(table.name, column.key), values="")


def _column(snapshot: Snapshot, table: Table, column: Column) -> Iterator[Finding]:
    """Check the distinct values of one column and spread each failure over its rows."""
    tests = column_tests(snapshot, table, column)
    look = _look(snapshot, table, column)
    tests = [test for test in tests if look.size and test.doubts(look)]
    if not tests:
        return
    place, values = _values(snapshot, table, column, tests)
    for test, bad in _failing(values, tests):
        if bad is None:
            yield finding("W199", snapshot.layout[table.name].place(column.key), check=test.code)
            continue
        if len(bad):
            yield from _spread(snapshot, table, column, test, values, bad, place)
        if test.whole is not None:
            yield from test.whole()


def column_tests(snapshot: Snapshot, table: Table, column: Column) -> list[Test]:
    """What the values of a column must pass; blank ones are not asked."""
    return _text_tests(snapshot, table, column) if column.kind.is_text else _number_tests(snapshot, table, column)


def _look(snapshot: Snapshot, table: Table, column: Column) -> Look:
    """What stands in the filled cells of a column; of choices and names, which come again and again, each once."""
    if not column.kind.is_text:
        numbers = snapshot.number(table.name, column.key)
        return Look(numbers[~np.isnan(numbers)])
    texts = snapshot.text(table.name, column.key)
    sample = texts[:: len(texts) // SAMPLE + 1].tolist()
    if column.choices or 2 * len(set(sample)) < len(sample):
        return Look(snapshot.groups(table.name, column.key)[1])
    return Look(texts[texts.astype(bool)])


def _values(
    snapshot: Snapshot, table: Table, column: Column, tests: list[Test]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The values to be tested, and for each row the number of its value, −1 where it is blank.

    Each value stands there once, or nearly so: one word for what is unknown, all over a column, would leave no block of
    it without a doubt, and which are the same is found out only where some are.
    """
    if not column.kind.is_text:
        return distinct(snapshot.number(table.name, column.key))
    texts = snapshot.text(table.name, column.key)
    filled = texts.astype(bool)
    values = texts[filled]
    if any(test.together for test in tests) or len(values) - len(set(values.tolist())) > FEW_AGAIN:
        return snapshot.groups(table.name, column.key)
    return np.where(filled, np.cumsum(filled) - 1, -1), values


def _failing(values: NDArray[Any], tests: list[Test]) -> Iterator[tuple[Test, NDArray[np.int64] | None]]:
    """Each test with the numbers of the values that fail it; None where the test itself fails."""
    look = Look(values)
    for test in tests:
        try:
            yield test, test.failing(look)
        except MemoryError:
            raise  # no fault of the test, and the end of the run
        except Exception:
            yield test, None


def _spread(
    snapshot: Snapshot,
    table: Table,
    column: Column,
    test: Test,
    values: NDArray[Any],
    bad: NDArray[np.int64],
    place: NDArray[Any],
) -> list[Finding]:
    """The findings of one test, what is said about a value worked out once for each distinct one."""
    wrong = np.zeros(len(values) + 1, bool)
    wrong[bad] = True
    mask = wrong[place]
    rows = np.flatnonzero(mask).tolist()

    def said(say: Callable[[Any], str]) -> Detail:
        words = {number: say(values[number]) for number in bad.tolist()}
        return {row: words[number] for row, number in zip(rows, place[mask].tolist(), strict=True)}

    details = {name: said(say) for name, say in test.details.items()}
    instead = said(test.values) if test.values else None
    meant = said(test.meant) if test.meant else ""
    return hits(snapshot, test.code, table.name, column.key, mask, instead, meant, **details)


def _text_tests(snapshot: Snapshot, table: Table, column: Column) -> list[Test]:
    """What the texts of a column must pass, by its kind."""
    choices = snapshot.lists.get(column.choices)
    if choices is not None:
        return [*_choice_tests(column, choices), *safety_tests(column.kind, free=False)]
    own = _kind_tests(snapshot, table, column)
    tests = [Test("V125", each(texts.is_undamaged), texts.undamaged, suspect=lambda at: texts.may_be_damaged(at.odd))]
    if column.length:
        tests.append(_length(snapshot, column))
    is_key = column.kind in KEYS and column.unique
    if is_key:
        tests += [_trap(snapshot), *_form(snapshot, table, column)]
    free = column.privacy is Privacy.FREE_TEXT or column.kind is Kind.LONG
    if not free:
        tests.append(_hidden())
        if not is_key:
            spaces = each(texts.has_no_stray_spaces)
            tests.append(Test("V111", spaces, texts.spaced, suspect=lambda at: texts.may_have_spaces(at.joined)))
    if column.kind in (*KEYS, *ADDRESSES):
        narrow = each(texts.has_half_width)
        tests.append(Test("V113", narrow, texts.half_width, suspect=lambda at: texts.may_be_wide(at.odd)))
    if (table.name, column.key) in NAMES:
        tests += _name_tests()
    sure = own[0] if own and not _any_country(snapshot, column) else None
    return [*tests, *own, *safety_tests(column.kind, free, sure)]


def _any_country(snapshot: Snapshot, column: Column) -> bool:
    """Whether a phone is any run of digits, which tells nothing: no country is set that they are numbers of."""
    settings = snapshot.settings
    return column.kind is Kind.PHONE and settings.phone_rule != "cn11" and not phones.region_of(settings.phone_region)


def _name_tests() -> list[Test]:
    plain, alone = each(texts.has_no_title), each(romanised.is_alone)
    return [
        Test("V121", plain, texts.without_title, suspect=lambda at: texts.may_have_title(at.joined, at.odd)),
        Test("V129", alone, romanised.alone, suspect=lambda at: romanised.may_be_doubled(at.odd)),
    ]


def _kind_tests(snapshot: Snapshot, table: Table, column: Column) -> list[Test]:
    """What e-mail addresses and phones must be; the first of them looks at the column as a whole."""
    if column.kind is Kind.EMAIL:
        return _email_tests()
    return [_phone(snapshot, table, column)] if column.kind is Kind.PHONE else []


def _email_tests() -> list[Test]:
    doubtful = cache(lambda at: emails.may_be_no_email(at.values, at.joined, at.hosts))
    return [
        Test("V104", each(emails.is_email, emails.PLAIN), emails.likely_email, suspect=doubtful),
        Test("V127", each(texts.has_no_slip), texts.without_slip, suspect=lambda at: texts.may_have_slip(at.hosts)),
    ]


def _phone(snapshot: Snapshot, table: Table, column: Column) -> Test:
    if snapshot.settings.phone_rule == "cn11":
        return Test("V114", each(texts.is_chinese_mobile), texts.likely_chinese_mobile)
    region = phones.region_of(snapshot.settings.phone_region)
    home = cache(lambda: phones.Home(region, snapshot.groups(table.name, column.key)[1].tolist()))
    return Test(
        "V114",
        each(lambda text: home().good(text)),
        lambda text: phones.likely_phone(text, region),
        suspect=cache(lambda at: phones.may_be_no_phone(at.values, at.joined, region)),
        whole=lambda: _other_region(snapshot, table, column, home()),
    )


def _other_region(snapshot: Snapshot, table: Table, column: Column, home: phones.Home) -> Iterator[Finding]:
    """One finding instead of one for each number that is none of the setting's country."""
    if home.strange:
        said = {"count": f"{len(home.strange):,}", "known": f"{len(home.numbers):,}"}
        said["column"] = header(snapshot, table.name, column.key)
        yield setting_finding(snapshot, "K121", "phone_region", home.region, **said)


def _length(snapshot: Snapshot, column: Column) -> Test:
    most = column.length
    details = {"length": lambda text: str(len(text)), "most": lambda _: str(most)}
    short = each(lambda text: len(text) <= most)
    meant = None
    if column.kind is Kind.PHONE:
        region = phones.region_of(snapshot.settings.phone_region)
        meant = lambda text: phones.in_form(text, region)  # noqa: E731
    return Test("V108", short, meant, details, suspect=lambda at: at.longest > most)


def _trap(snapshot: Snapshot) -> Test:
    words = snapshot.words.section("trap")
    details = {"trouble": lambda text: str(words.get(texts.key_trap(text), ""))}
    return Test("V107", each(texts.is_plain_key), None, details, suspect=lambda at: texts.may_be_trap(at.joined))


def _form(snapshot: Snapshot, table: Table, column: Column) -> list[Test]:
    """That an ID looks as those we give, where nearly all do: others were imported, and then they are many."""
    pattern = snapshot.settings.id_pattern
    if pattern not in ids.PATTERNS or column.key != table.key or not table.prefix:
        return []
    form = ids.Form(table.prefix, pattern == "dated")
    return [Test("V130", form.good, form.meant, suspect=form.may_be_other, together=True)]


def _hidden() -> Test:
    details = {"trouble": texts.hidden_in}
    return Test(
        "V112", each(texts.has_no_hidden), texts.without_hidden, details, suspect=lambda at: texts.may_hide(at.odd)
    )


def _choice_tests(column: Column, choices: Choices) -> list[Test]:
    """Membership of a list; an open list that nobody keeps takes anything."""
    spec = LIST_SPECS.get(choices.name)
    closed = spec is not None and spec.closed
    if not choices.values and not closed:
        return []
    known = {choice.code for choice in choices.values}
    labels = [choice.label for choice in choices.values if choice.active]
    code = "V105" if closed else "R107" if choices.name == "owner" else "V106"
    strangers = _strangers(known) if column.kind is Kind.CHOICES else _stranger(known)
    nearest = _nearest(labels)
    return [Test(code, each(lambda text: not strangers(text)), lambda text: nearest(strangers(text)), values=strangers)]


def _stranger(known: set[str]) -> Callable[[str], str]:
    return lambda text: "" if text in known else text


def _strangers(known: set[str]) -> Callable[[str], str]:
    return lambda text: "; ".join(part for part in re.split("[;；]", text) if part.strip() and part not in known)


def _nearest(labels: list[str]) -> Callable[[str], str]:
    folded = {label.casefold(): label for label in labels}
    looked: dict[str, str] = {}

    def near(text: str) -> str:
        if text not in looked:
            few = len(looked) * len(folded) < NEAREST
            found = difflib.get_close_matches(texts.clean(text).casefold(), folded, 1, 0.7) if few else []
            looked[text] = folded[found[0]] if found else ""
        return looked[text]

    return near


def _number_tests(snapshot: Snapshot, table: Table, column: Column) -> list[Test]:
    """What the numbers or days of a column must pass."""
    if column.kind.is_date:
        ahead, back = (float(edate(snapshot.today, months)) for months in (FAR_AHEAD, FAR_BACK))
        return [
            Test("V115", lambda days: (days >= FIRST) & (days < LAST + 1), _eight_digits),
            Test("V116", lambda days: (days < FIRST) | (days >= LAST + 1) | ((days <= ahead) & ~(days < back))),
        ]
    tests = []
    if column.kind is Kind.INTEGER:
        tests.append(Test("V122", lambda numbers: numbers == np.floor(numbers)))
    if column.low is not None or column.high is not None:
        tests += _range_tests(snapshot, table, column)
    return tests


def _eight_digits(number: float) -> str:
    """The day that a number such as 20260505 is meant to be; empty where it can be none."""
    found = moments_in(number_text(number)) if number >= EIGHT_DIGITS else set()
    return found.pop() if len(found) == 1 else ""


def _range_tests(snapshot: Snapshot, table: Table, column: Column) -> list[Test]:
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    span = _span(column)
    own = NEGATIVE.get((table.name, column.key))
    if own is None:
        return [Test("V110", lambda numbers: (numbers >= low) & (numbers <= high), None, {"range": lambda _: span})]
    code, other = own
    named = header(snapshot, table.name, other)
    return [
        Test(code, lambda numbers: numbers >= 0, None, {"other": lambda _: named}),
        Test(
            "V110",
            lambda numbers: (numbers < 0) | ((numbers >= low) & (numbers <= high)),
            None,
            {"range": lambda _: span},
        ),
    ]


def _span(column: Column) -> str:
    if column.high is None:
        return f"≥ {number_text(column.low or 0)}"
    if column.low is None:
        return f"≤ {number_text(column.high)}"
    return f"{number_text(column.low)} – {number_text(column.high)}"
