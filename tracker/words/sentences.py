"""A finding becomes sentences: what is wrong, and what to do about it.

The Problems sheet and every report say the same, because both ask here. The sentences themselves stand in the locale,
section ``finding.<CODE>``; layout, colour and counting are kept out.
"""

from __future__ import annotations

from tracker.model.finding import Finding
from tracker.words import Words, fill

SHOWN = 60  # characters of a value that a sentence quotes
CELL = 32_767  # characters a cell holds, counted as UTF-16 does: an emoji is two


def message(words: Words, finding: Finding) -> str:
    """What is wrong, as one sentence on one line; of a second version that a sync program kept, that it is one."""
    how = "conflict" if "conflict" in finding.details else finding.details.get("how", "")
    own = f"message_{how}"
    return _say(words, finding, own if words.find("finding", finding.code, own) else "message")


def remedy(words: Words, finding: Finding) -> str:
    """What to do about it, naming what was probably meant when the finding knows, and what its column takes."""
    own = ["suggest"] if finding.suggestion else []
    own += [f"remedy_{finding.details[name]}" for name in ("takes", "how") if name in finding.details]
    wanted = next((key for key in own if words.find("finding", finding.code, key)), "remedy")
    return _say(words, finding, wanted)


def why(words: Words, code: str) -> str:
    """Why this kind of finding matters; for whoever asks about the rule."""
    return words.find("finding", code, "why") or ""


def shown(text: str, most: int = SHOWN) -> str:
    """Text of a workbook as a sentence may quote it: one short line without control characters."""
    line = "".join(letter if letter.isprintable() else "·" for letter in text[: most + 1])
    return line if len(line) <= most else line[: most - 1] + "…"


def fitting(text: str) -> str:
    """Text as a cell can hold it: cut at the end where words of ours and of staff are too long together."""
    if len(text) <= CELL // 2:
        return text
    coded = text.encode("utf-16-le", "surrogatepass")
    return text if len(coded) <= 2 * CELL else coded[: 2 * (CELL - 1)].decode("utf-16-le", "ignore") + "…"


def _say(words: Words, finding: Finding, wanted: str) -> str:
    sentence = words.find("finding", finding.code, wanted)
    if sentence is None:
        return ""
    values = {name: shown(text, 2 * SHOWN) for name, text in finding.details.items()}
    if "reason" in values:
        values["reason"] = _reason(words, finding)
    if "likeness" in values:
        values["likeness"] = _likeness(words, finding)
    place = finding.place
    values |= {"value": shown(finding.value), "suggestion": shown(finding.suggestion)}
    values |= {"header": place.header or place.key, "key": place.key, "sheet": place.sheet, "table": place.table}
    return fill(sentence, values)


def _reason(words: Words, finding: Finding) -> str:
    """Why a rule cannot be read: in the locale's words when it has them, else in those of the parser."""
    reason = words.find("rule", finding.details["reason"])
    return fill(reason, finding.details) if reason else finding.details.get("said", "")


def _likeness(words: Words, finding: Finding) -> str:
    """Why two rows may be one person: what is said of their names, and all that speaks for it."""
    codes = filter(None, finding.details["likeness"].split(";"))
    return ", ".join(fill(words.at("likeness", code), finding.details) for code in codes)
