"""One person kept as two customers: names that may be one, and something else that speaks for it. Never certain.

Rows are only compared when they have something in common that few share: firm, address, end of the phone number,
beginning of the e-mail address; so that a hundred thousand customers cost no more than sorting them a few times. What
stands twice exactly, an address or a number, is told by `duplicates` and not said again.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracker.checks.duplicates import merged, phone_numbers
from tracker.checks.hits import Mask, Texts, address
from tracker.checks.names import Likeness, Name, joined_plain, likeness, plain, spelled
from tracker.checks.waivers import pairs
from tracker.model.finding import Finding
from tracker.schema.column import Kind
from tracker.schema.findings import finding
from tracker.schema.snapshot import Snapshot, distinct

TABLE = "Customers"
CROWD = 40  # rows; what more of them share speaks for nobody: "private", a switchboard, info@
FEW = 4  # rows that share a number or the beginning of an address are compared whatever their names
MOST = 200_000  # pairs that are looked at closely
COMMON = 3  # rows that bear a name, so that it is one and no slip of another
SLIP = 8  # bytes that two letters more or less may take
TAIL = 7  # digits at the end of a phone number that are the same with and without country and area
LOCAL = 4  # letters of an e-mail address before the @; fewer are initials
FORMS = (  # legal forms and what joins them
    "inc incorporated ltd limited llc llp plc corp corporation co company gmbh mbh ag kg ohg ug se sa sas sarl srl spa "
    "bv nv ab as oy oyj sl slu kft sro ооо тов пп & and und"
)

Keys = NDArray[np.int64]  # a number for what each row has; 0: nothing
Pairs = NDArray[np.int64]  # shape (pairs, 2): positions, the earlier row first
NONE: Pairs = np.empty((0, 2), np.int64)


def check_persons(snapshot: Snapshot) -> Iterator[Finding]:
    """Every two customers that are likely one, each two once, at the later row; without those found to be two."""
    yield from twins(snapshot, _decided(snapshot))


def twins(snapshot: Snapshot, apart: Collection[frozenset[str]] = ()) -> Iterator[Finding]:
    """The same of all but the pairs of folded IDs that are given."""
    if TABLE not in snapshot.layout:
        return
    people = People(snapshot)
    ids = snapshot.folded(TABLE, "customer_id")
    for one, other in people.pairs()[:MOST].tolist():
        like = people.likeness(one, other)
        if like is not None and frozenset((ids[one], ids[other])) not in apart:
            yield _finding(people, one, other, *like)


def _finding(people: People, one: int, other: int, name: Likeness, evidence: tuple[str, ...]) -> Finding:
    """What is said at the later of two rows: who the other is, where, and why."""
    snapshot, layout = people.snapshot, people.snapshot.layout[TABLE]
    rows, ids = snapshot.frames[TABLE].rows, snapshot.text(TABLE, "customer_id")
    key = next((key for key in ("last_name", "company") if key in layout.columns), "customer_id")
    return finding(
        "D105",
        layout.place(key, int(rows[other]), str(ids[other])),
        people.shown(other),
        twin=people.shown(one),
        other=str(ids[one] or rows[one]),
        first=address(snapshot, TABLE, key, int(rows[one])),
        likeness=";".join((name.code, *evidence)),
        **({"short": name.short.title(), "long": name.long.title()} if name.long else {}),
    )


def _decided(snapshot: Snapshot) -> set[frozenset[str]]:
    """The pairs that somebody found to be two; a decision holds to the end of its last day, and until it is ended."""
    return {pair.key for pair in pairs(snapshot) if not pair.expired}


@dataclass(frozen=True, eq=False)
class People:
    """The customers as they are compared; merged ones are nobody's twin."""

    snapshot: Snapshot

    def pairs(self) -> Pairs:
        """Every two rows that have something in common and may have one name, each two once, in the order of rows."""
        found = [*self._near(self.companies), *self._near(self.places)]
        found += [*self._near(self.locals), _pairs(self.locals, FEW), *self._same_tail()]
        found += [self._namesakes(), self._nameless()]
        size = max(1, len(self._merged))
        one, other = np.concatenate(found).T
        return np.column_stack(np.divmod(np.unique(one * size + other), size))

    def likeness(self, one: int, other: int) -> tuple[Likeness, tuple[str, ...]] | None:
        """Why two rows may be one person and what else speaks for it; None when nothing does, or it is said already."""
        if self._said(one, other) or self._differ("gender", one, other):
            return None
        named = [bool(self.families[row] or self.givens[row]) for row in (one, other)]
        if not all(named):
            firm = not any(named) and self.companies[one] == self.companies[other] != 0
            return (Likeness("nobody"), ("company",)) if firm and not self._elsewhere(one, other) else None
        like = likeness(self._name(one), self._name(other), self._common)
        if like is None:
            return None
        evidence = tuple(self._evidence(one, other))
        if like.code == "lone":
            return (like, evidence) if {"phone", "email"} & {*evidence} else None
        if not evidence and like.code in ("same", "swapped") and self._alone(one, other):
            evidence = ("rare",)
        return (like, evidence) if evidence else None

    def shown(self, row: int) -> str:
        """A customer as staff call it."""
        given, family, company = (self.snapshot.text(TABLE, key)[row] for key in ("first_name", "last_name", "company"))
        parts = (family, given) if self._family_first else (given, family)
        return " ".join(" ".join(parts).split()) or str(company)

    # What the rows have, as numbers.

    @cached_property
    def companies(self) -> Keys:
        """The firm, whatever its legal form."""
        place, found = self.snapshot.groups(TABLE, "company")
        return self._unmerged(_hashes([*map(_formless, plain(found.tolist())), ""])[place])

    @cached_property
    def places(self) -> Keys:
        """Street and town, where the street is known."""
        street, code, city = (self.snapshot.text(TABLE, key) for key in ("street", "postal_code", "city"))
        if not street.any():
            return np.zeros(len(street), np.int64)
        at = np.flatnonzero(street)
        keys = np.zeros(len(street), np.int64)
        keys[at] = _hashes(plain([f"{street[row]} {code[row] or city[row]}" for row in at.tolist()]))
        return self._unmerged(keys)

    @cached_property
    def locals(self) -> Keys:
        """What stands before the @ of an address, without what follows a +."""
        emails = self.snapshot.folded(TABLE, "email").tolist()
        parts = [text[:at] if (at := text.find("@")) >= LOCAL else "" for text in emails]
        if "+" in "".join(parts):
            parts = [text.partition("+")[0] for text in parts]
        return self._unmerged(_hashes(parts))

    @cached_property
    def phones(self) -> list[Texts]:
        """The digits of the numbers, by column."""
        columns = [column.key for column in self.snapshot.schema[TABLE].columns if column.kind is Kind.PHONE]
        return [phone_numbers(self.snapshot, key) for key in columns]

    @cached_property
    def givens(self) -> Keys:
        """The first name."""
        place, texts = self._plain_givens
        return self._unmerged(_hashes([*map(spelled, texts)])[place])

    @cached_property
    def _plain_givens(self) -> tuple[NDArray[np.int64], list[str]]:
        """The number of each first name among the different ones, −1 where blank; those, and a blank one at the end."""
        given, _ = self._texts
        whole = given is self.snapshot.text(TABLE, "first_name")
        place, found = self.snapshot.groups(TABLE, "first_name") if whole else distinct(given)
        return place, [*plain(found.tolist()), ""]

    @cached_property
    def families(self) -> Keys:
        """The last name."""
        return self._unmerged(_hashes(spelled(self._joined_families).split("\n")[: len(self._merged)]))

    @cached_property
    def _joined_families(self) -> str:
        return joined_plain(self._texts[1].tolist())

    @cached_property
    def _texts(self) -> tuple[Texts, Texts]:
        """First and last names; of a name that stands in one cell the one that is the last is parted off."""
        given, family = (self.snapshot.text(TABLE, key) for key in ("first_name", "last_name"))
        bare = [row for row in np.flatnonzero(~given.astype(bool)).tolist() if " " in family[row].strip()]
        if not bare:
            return given, family
        given, family = given.copy(), family.copy()
        for row in bare:
            words = family[row].split()
            at = 1 if self._family_first else -1
            parts = " ".join(words[:at]), " ".join(words[at:])
            given[row], family[row] = parts[::-1] if self._family_first else parts
        return given, family

    @cached_property
    def _merged(self) -> Mask:
        return merged(self.snapshot)

    def _unmerged(self, keys: Keys) -> Keys:
        return np.where(self._merged, 0, keys)

    @property
    def _family_first(self) -> bool:
        return self.snapshot.settings.name_order == "family-given"

    # Which rows are compared.

    def _near(self, shared: Keys) -> Iterator[Pairs]:
        """Rows that share something, and the last name, or the first, or both the other way round."""
        if not shared.any():
            return
        family, given = self.families, self.givens
        yield _pairs(_both(shared, family))
        starts, ends, length = self._ends
        for edge in (starts, ends):
            one, other = (same := _pairs(_both(_both(shared, given), edge))).T
            yield same[np.abs(length[one] - length[other]) <= SLIP]
        turned = np.isin(family, np.unique(given)) & (given != 0) & (family != given)
        if turned.any():
            yield _pairs(np.where(turned, _both(shared, family + given), 0))

    @cached_property
    def _ends(self) -> tuple[Keys, Keys, Keys]:
        """How the last names begin and end, with their digits, and how long they are: a slip spoils one end at most."""
        starts, ends, digits, length = (found[: len(self._merged)] for found in _edges(self._joined_families))
        return _both(starts, digits), _both(ends, digits), length

    def _same_tail(self) -> Iterator[Pairs]:
        """Rows with phone numbers that end alike, in whichever column."""
        size = len(self._merged)
        columns = [[text[-TAIL:] for text in numbers.tolist()] for numbers in self.phones if numbers.any()]
        tails = [self._unmerged(_hashes(texts)) for texts in columns]
        for keys in tails:
            yield from self._near(keys)
        if len(tails) > 1:
            one, other = (_pairs(np.concatenate(tails), FEW) % size).T
            yield np.column_stack((np.minimum(one, other), np.maximum(one, other)))[one != other]
        elif tails:
            yield _pairs(tails[0], FEW)

    def _namesakes(self) -> Pairs:
        """Rows with the same name, either way round, that are two and whose last name nobody else has."""
        known = (self.families != 0) & (self.givens != 0)
        pairs = _pairs(np.where(known, self.families + self.givens, 0), 2)
        rare = [self._bearers_of(self.families[[one, other]]) <= 2 for one, other in pairs.tolist()]
        kept: Pairs = pairs[np.array(rare, bool)]
        return kept

    def _nameless(self) -> Pairs:
        """Firms that stand twice and name nobody."""
        return _pairs(np.where((self.families == 0) & (self.givens == 0), self.companies, 0))

    # What is known of two rows.

    def _name(self, row: int) -> Name:
        place, texts = self._plain_givens
        return Name(texts[place[row]], plain([self._texts[1][row]])[0])

    def _said(self, one: int, other: int) -> bool:
        """Whether `duplicates` names the two: the same e-mail address, or the same number at another firm."""
        emails, firms = (self.snapshot.folded(TABLE, key) for key in ("email", "company"))
        if emails[one] == emails[other] != "":
            return True
        numbers = [{str(column[row]) for column in self.phones} - {""} for row in (one, other)]
        return not numbers[0].isdisjoint(numbers[1]) and not firms[one] == firms[other] != ""

    def _evidence(self, one: int, other: int) -> Iterator[str]:
        """What the two have in common beside their names."""
        for code, keys in (("company", self.companies), ("address", self.places), ("email", self.locals)):
            if keys[one] == keys[other] != 0:
                yield code
        numbers = [[str(column[row]) for column in self.phones] for row in (one, other)]
        if any(_one_number(mine, theirs) for mine in numbers[0] for theirs in numbers[1]):
            yield "phone"

    def _alone(self, one: int, other: int) -> bool:
        """Whether nobody else has the last name, and the two are not at different firms or in different towns."""
        if self._elsewhere(one, other) or 0 != self.companies[one] != self.companies[other] != 0:
            return False
        return self._bearers_of(self.families[[one, other]]) <= 2

    def _elsewhere(self, one: int, other: int) -> bool:
        return self._differ("city", one, other) or 0 != self.places[one] != self.places[other] != 0

    def _differ(self, key: str, one: int, other: int) -> bool:
        """Whether both say something, and not the same."""
        mine, theirs = (self.snapshot.text(TABLE, key)[row] for row in (one, other))
        return "" not in (mine, theirs) and mine != theirs and operator.ne(*plain([mine, theirs]))

    def _common(self, name: str) -> bool:
        """Whether so many customers bear a name that it is one."""
        number = hash(spelled(name))
        return self._bearers[0].get(number, 0) + self._bearers[1].get(number, 0) >= COMMON

    def _bearers_of(self, families: Keys) -> int:
        """How many customers have one of these last names."""
        return sum(self._bearers[0].get(number, 0) for number in set(families.tolist()))

    @cached_property
    def _bearers(self) -> tuple[dict[int, int], dict[int, int]]:
        """How many customers have each last name, and each first one."""
        return _counted(self.families), _counted(self.givens)


def _formless(company: str) -> str:
    """A firm without its legal form."""
    words, forms = company.split(" "), FORMS.split(" ")
    while len(words) > 1 and words[-1] in forms:
        words.pop()
    return " ".join(words)


def _hashes(texts: list[str]) -> Keys:
    """A number for each text, of this run alone; 0 for no text."""
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def _both(keys: Keys, others: Keys) -> Keys:
    """A number for two things together; 0 where one is missing."""
    return np.where((keys != 0) & (others != 0), keys * 1_000_003 ^ others, 0)


def _pairs(keys: Keys, crowd: int = CROWD) -> Pairs:
    """Every two rows with the same key, unless more than a ``crowd`` have it."""
    at = np.flatnonzero(keys)
    found = np.sort(keys[at])
    several = np.unique(found[1:][found[1:] == found[:-1]])
    if not len(several):
        return NONE
    at = at[np.isin(keys[at], several)]
    order = at[np.argsort(keys[at], kind="stable")]
    _, number, sizes = np.unique(keys[order], return_inverse=True, return_counts=True)
    few = sizes[number] <= crowd
    order, number = order[few], number[few]
    pairs = [NONE]
    for step in range(1, min(crowd, len(order))):
        same = number[step:] == number[:-step]
        pairs.append(np.column_stack((order[:-step][same], order[step:][same])))
        if not same.any():
            break
    return np.concatenate(pairs)


def _edges(joined: str) -> tuple[Keys, Keys, Keys, Keys]:
    """The first two and the last two bytes of each line, what its digits come to, above 0, and its length in bytes."""
    text = np.frombuffer(f"\n{joined}\n\n".encode(errors="replace"), np.uint8)
    breaks = np.flatnonzero(text == ord("\n"))[:-1]
    starts, ends = breaks[:-1] + 1, breaks[1:]
    digits = np.where((text >= ord("0")) & (text <= ord("9")), text, 0).astype(np.int32)
    sums = np.add.reduceat(digits, starts)
    digits *= np.arange(len(digits), dtype=np.int32)
    places = ends * sums - np.add.reduceat(digits, starts)  # from the end of the line
    first, second, last, late = (text[at].astype(np.int64) for at in (starts, starts + 1, ends - 1, ends - 2))
    return first << 8 | second, last << 8 | late, places * 512 + sums + 1, ends - starts


def _counted(keys: Keys) -> dict[int, int]:
    found, counts = np.unique(keys, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _one_number(one: str, other: str) -> bool:
    """Whether two numbers are one, with and without country and area."""
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return len(short) >= TAIL and long.endswith(short)
