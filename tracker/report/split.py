"""A report in parts, one for each person or each file, so that everybody is sent what is theirs and nothing else.

A part is a report like any other, with a name that is safe for a file. Kept out: where it is written, and sending it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from unicodedata import normalize

from tracker.model.finding import Finding
from tracker.report.files import FileReport, Report
from tracker.schema.snapshot import fold
from tracker.words import Words, fill
from tracker.words.visible import visible

BY = ("owner", "file")
LONGEST = 60  # characters of a name, so that path and ending still fit everywhere
_UNSAFE = re.compile(r"[^\w .@+=,()-]+")  # what some system takes for a path, a wildcard or a command
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # devices of Windows


@dataclass(frozen=True)
class Part:
    """One part: the name of its file without the ending, the report, and whose it is where neither may say so."""

    name: str
    report: Report
    whose: str = ""


def split(report: Report, by: str, words: Words) -> list[Part]:
    """The parts that have something to tell, by owner or by file.

    What nobody looks after, and files that could not be checked, stand together in a part of their own. The name of an
    owner is a value of cells: where those are hidden, a number stands for it.
    """
    if by != "owner":
        return list(_named(_by_file(report)))
    parts = list(_by_owner(report, words))
    if not report.redacted:
        return list(_named((whose, part) for whose, part in parts))
    nobody = words.at("report", "html", "no_owner")
    label = words.at("report", "html", "owner")
    numbers = [whose if whose == nobody else fill(label, {"number": n}) for n, (whose, _) in enumerate(parts, 1)]
    hidden = _named((name, replace(part, about=name)) for name, (_, part) in zip(numbers, parts, strict=True))
    return [replace(one, whose=whose) for one, (whose, _) in zip(hidden, parts, strict=True)]


def _by_owner(report: Report, words: Words) -> Iterator[tuple[str, Report]]:
    names, shares = dict[str, str](), defaultdict[str, list[FileReport]](list)
    for one in report.files:
        mine: dict[str, list[Finding]] = {} if one.error is None else {"": []}
        for found in one.findings:
            mine.setdefault(fold(found.owner), []).append(found)
            names.setdefault(fold(found.owner), found.owner.strip())
        for folded, findings in mine.items():
            shares[folded].append(replace(one, findings=tuple(findings)))
    for folded in sorted(shares, key=lambda name: (not name, name)):  # those of nobody come last
        name = names.get(folded) or words.at("report", "html", "no_owner")
        yield name, replace(report, files=tuple(shares[folded]), skipped=0, other_kinds=0, passed_over=(), about=name)


def _by_file(report: Report) -> Iterator[tuple[str, Report]]:
    for one in report.files:
        if one.findings or one.error is not None:
            yield one.path, replace(report, files=(one,), skipped=0, other_kinds=0, passed_over=(), about=one.path)


def _named(parts: Iterable[tuple[str, Report]]) -> Iterator[Part]:
    """The parts with names that no two share, also where case does not count."""
    taken: set[str] = set()
    for wanted, report in parts:
        name, number = safe(wanted), 1
        while (unique := name if number == 1 else f"{name} {number}").casefold() in taken:
            number += 1
        taken.add(unique.casefold())
        yield Part(unique, report)


def safe(text: str) -> str:
    """A name that is a file's own on every system, whatever a workbook says: no path, no device, not hidden."""
    plain = normalize("NFC", visible(text)).encode("utf-8", "replace").decode()
    name = _UNSAFE.sub("-", plain).strip(" .-")[-LONGEST:].strip(" .-") or "page"  # copies differ at the end
    return f"{name}-" if _RESERVED.match(name) else name
