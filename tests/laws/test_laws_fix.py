"""Laws of a fix, over cells as dirty as real ones: what it fixes is gone, nothing else changes, nothing gets worse.

And the safe ones are safe: what stands there afterwards means what stood there before, told by other means than the
program's own.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import day_abbr, month_abbr
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from books import new_book, type_rows
from dirty import Dirt, customers, interactions, purchases
from fixing import cells, changed, company, fixed
from hypothesis import given, settings
from hypothesis import strategies as st
from world import TODAY, World, world

from tracker.commands.examine import findings_of
from tracker.commands.fix import Fixing
from tracker.engine.mending import cell_of, is_formula, standing
from tracker.engine.read import read
from tracker.hosts import MemoryHost
from tracker.model.finding import Finding
from tracker.model.grid import Host
from tracker.schema.findings import FINDING_SPECS
from tracker.schema.fixes import fix_of

TESTS = Path(__file__).parent.parent
PLAIN = (
    *("Marsh", "Van Marsh", "Ann Marsh", "Oak", "Tom", "Phone", "C1", "s@b.example", "ann@gmail.com", "+12125550002"),
    *(
        "2026-11-12",
        "12.11.2026",
        "13/11/2026",
        "03/04/2026",
        "12 Nov 2026",
        "3-Apr-26",
        "1890-01-01",
        "2062-01-31",
        "2027-07",
    ),
    *("4", "12,50", "1.234,50", "1,234", "1 234 567", "$5", "€5", "-3", "12%", "1e3", "0", "007", "9.5", "n/a", ""),
    *("MÃ¼ller", "Mrs. Marsh", "ann@gmial.com", "a b@c.example", "Phne", "Chekc-in", "Phone; Vist", "Hospitalty"),
)
CLOCK = r"[T\s]+(\d{1,2}):(\d\d).*"
HIDDEN = "\u00a0\u202f\u200b\ufeff\u00ad\u200e"
WIDE = {ord(one): ord(one) + 0xFEE0 for one in "0123456789abcABC@+."}
COLUMNS = {
    "Customers": (
        "customer_id first_name last_name company email phone owner next_followup need_by consent_channels industry "
        "created_on closed_reason city tag_override referrer_id"
    ),
    "Interactions": "customer started_at channel direction purpose csat action_due summary ended_at response",
    "Purchases": "customer purchased_at item quantity unit_price discount amount return_of currency",
}


@st.composite
def dirt(draw: st.DrawFn) -> str:
    """A text with some of the blemishes that cells have."""
    text = draw(st.sampled_from(PLAIN))
    if draw(st.booleans()):
        text = text.translate(WIDE)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from([" ", "  ", "\t", *HIDDEN])) + text[at:]
    return text


PLACES = st.sampled_from([(t, row, key) for t, keys in COLUMNS.items() for key in keys.split() for row in (0, 1)])
Typed = dict[tuple[str, int, str], str]
DIRT = st.dictionaries(PLACES, dirt(), min_size=1, max_size=8)


def dirty(typed: Typed) -> World:
    return company(**{f"{table}__{row}__{key}": text for (table, row, key), text in typed.items()})


@settings(deadline=None, max_examples=25)
@given(DIRT, st.booleans())
def test_what_a_fix_fixes_is_gone_and_nothing_else_changes(
    typed: dict[tuple[str, int, str], str], unsafe: bool
) -> None:
    holds(dirty(typed), unsafe)


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_same_for_companies_of_random_dirt(seed: int, unsafe: bool) -> None:
    dirt = Dirt(seed, TODAY, dirt=0.3)
    data = new_book()
    for table, rows in (
        ("Customers", customers(dirt, 14)),
        ("Interactions", interactions(dirt, 20, 14)),
        ("Purchases", purchases(dirt, 20, 14)),
    ):
        data = type_rows(data, table, rows)
    holds(MemoryHost(data), unsafe)


@pytest.mark.parametrize("path", sorted((TESTS / "hostile" / "dirt").glob("*.txt")), ids=lambda path: path.stem)
def test_the_same_for_every_drawing_of_everyday_dirt(path: Path) -> None:
    holds(world(path.read_text(encoding="utf-8").partition("\n")[2]), unsafe=False)


CASES = [path for path in (TESTS / "cases").glob("*.txt") if FINDING_SPECS[path.stem.partition("_")[0]].fix]


@pytest.mark.parametrize("path", sorted(CASES), ids=lambda path: path.stem)
def test_the_same_for_every_drawing_of_a_finding_with_a_fix(path: Path) -> None:
    holds(world(path.read_text(encoding="utf-8").partition("\n")[2]), unsafe=True)


def holds(made: Host, unsafe: bool) -> None:
    """All the laws of one fix."""
    before, old, snapshot = cells(made), findings_of(made, TODAY), read(made, TODAY)
    done = fixed(made, unsafe=unsafe)
    new = findings_of(made, TODAY)
    assert kinds(new) <= kinds(old), "a fix made a new finding"
    touched = {(one.place.sheet, one.place.column, one.place.row) for one in done.cells}
    assert changed(before, made) == touched, "a cell changed that no fix is about, or none did"
    left = {(one.place.table, one.place.key, one.place.row) for one in done.left}
    for one in new:
        how = fix_of(one)
        assert cell_of(one) in left or how is None or (how == "unsafe" and not unsafe) or not takes(one), one
    for one in done.cells:
        assert not {(code, cell_of_fixed(one)) for code in one.codes} & {(f.code, cell_of(f)) for f in new}
        assert not is_formula(standing(snapshot, cell_of_fixed(one)))
    if not unsafe:
        means_the_same(done, made)
    after = cells(made)
    again = fixed(made, unsafe=unsafe)
    assert again.cells == () and changed(after, made) == set()


def kinds(findings: tuple[Finding, ...]) -> set[object]:
    return {(one.code, one.place.sheet, one.place.row, one.place.key) for one in findings}


def cell_of_fixed(one: object) -> tuple[str, str, int]:
    place = one.place  # type: ignore[attr-defined]
    return place.table, place.key, place.row


def takes(one: Finding) -> bool:
    """Whether a column can take what is suggested: of several values in a cell only one may be meant."""
    return ";" not in one.value


def means_the_same(done: Fixing, made: Host) -> None:
    """Each cell that was fixed, by a law of its own for each kind of finding."""
    snapshot = read(made, TODAY)
    for one in done.cells:
        now = standing(snapshot, cell_of_fixed(one))
        if isinstance(now, str):
            assert bare(now) == bare(one.before)
        elif set(one.codes) <= {"V102", "V118"}:
            assert (date(1899, 12, 30) + timedelta(days=float(now))) in days(one.before)
            assert len(days(one.before)) == 1
            assert round(float(now) % 1 * 1440) == minutes(one.before)
        else:
            assert one.codes == ("V109",)
            assert Decimal(repr(now)).normalize() in numbers(one.before)


def bare(text: str) -> str:
    """A text without spaces and what nobody sees, in half width."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(one for one in narrow if unicodedata.category(one) not in ("Zs", "Cf", "Cc"))


def days(text: str) -> set[date]:
    """Every day that a text of three parts can mean: the year has four digits or the last two, a word is a month.

    With dots between them the day stands first, wherever such dates are written. A weekday settles it.
    """
    months = {name.casefold(): number for number, name in enumerate(month_abbr) if name} | {"mai": 5}
    plain = re.sub(CLOCK, "", unicodedata.normalize("NFKC", text).strip())
    plain = re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", plain)
    words = [word[:3].casefold() for word in re.findall(r"[^\W\d_]+", plain)]
    parts = [part for part in re.findall(r"\d+|[^\W\d_]+", plain) if part.isdigit() or part[:3].casefold() in months]
    short = "." not in plain and not set(words) & set(months) and len(parts[0]) == len(parts[2]) == 2
    found = set()
    orders = (parts, parts[::-1]) if "." in plain else (parts, parts[::-1], (parts[2], parts[0], parts[1]))
    for year, month, day in orders:
        number = months.get(month[:3].casefold()) or (int(month) if month.isdigit() else 0)
        full = len(year) == 4 or (len(year) == 2 and (short or [year] == parts[2:]))
        if year.isdigit() and full and 0 < number < 13 and day.isdigit() and int(day) < 32:
            found.add(date(int(year) + 2000 * (len(year) == 2), number, int(day)))
    named = [number for number, name in enumerate(day_abbr) if name.casefold() in words]
    return {one for one in found if not named or one.weekday() in named}


def minutes(text: str) -> int:
    """The minute of the day that a text names; 0 where it names none."""
    clock = re.search(CLOCK, unicodedata.normalize("NFKC", text))
    return int(clock[1]) * 60 + int(clock[2]) if clock else 0


def numbers(text: str) -> set[Decimal]:
    """Every number that digits with marks can mean: the last mark is a decimal one, or all of them part thousands."""
    body = re.sub(r"[^\d.,-]", "", unicodedata.normalize("NFKC", text).replace("−", "-"))
    front, mark, rest = re.match(r"(.*?)(?:([.,])(\d*))?$", body).groups()  # type: ignore[union-attr]
    whole = Decimal(re.sub("[.,]", "", body))
    if mark is None or body.count(mark) > 1:
        return {whole.normalize()}
    decimal = Decimal(f"{re.sub('[.,]', '', front)}.{rest}").normalize()
    thousands = len(rest) == 3 and re.fullmatch(r"-?[1-9]\d{0,2}", front)
    return {decimal, whole.normalize()} if thousands else {decimal}
