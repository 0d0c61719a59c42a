"""What a single text may look like: spaces, hidden and full-width characters, damage, e-mail, phone, key, title.

Each test takes one text and answers whether it is good; each repair says what was probably meant. Kept out: which
column wants which test.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

from tracker.schema.snapshot import has_touching_spaces

HIDDEN = {
    "\u00a0": "no-break space",
    "\u2007": "no-break space",
    "\u202f": "no-break space",
    "\u200b": "zero-width space",
    "\u2060": "zero-width space",
    "\ufeff": "byte order mark",
    "\u00ad": "soft hyphen",
    **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "direction mark"),
}
_HIDDEN = re.compile(f"[{''.join(HIDDEN)}]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_PRIVATE_LEADS = (b"\xee", b"\xef", b"\xf3", b"\xf4")  # with which bytes of UTF-8 such a character begins
_SPACES = re.compile(r"\A[ \t\r\n]|[ \t\r\n]\Z|[ \t]{2}")
_WIDE = re.compile("[\uff01-\uff5e]")
_PHONE = re.compile(r"\(?\+?[\d\s()./\-–]+(?:\s*(?:ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D")
_EXTENSION = re.compile(r"\s*(?:ext\.?|x|#)\s*\d{1,6}$", re.IGNORECASE)
_CN11 = re.compile(r"(?:(?:\+|00)?86)?1[3-9]\d{9}")
_MOBILES = re.compile(r"(?<!\d)(?:(?:\+|00)?86)?(1[3-9]\d{9})(?!\d)")
TITLES = ("mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "mme", "mlle")
LONGEST_TITLE = max(map(len, TITLES))
HONORIFICS = ("先生", "女士", "小姐")
_TITLES = tuple(map(str.encode, TITLES))
_TITLE = re.compile(rf"(?:(?:{'|'.join(TITLES)})\b\.?\s+)+(?=\S)", re.IGNORECASE)
_HONORIFIC = re.compile(rf"(?<=\w)\s*(?:{'|'.join(HONORIFICS)})$")
# UTF-8 read as Western: a lead byte's letter, then what its continuation bytes look like in cp1252.
_TAIL = "\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™"
_DAMAGE = re.compile(f"\ufffd|(?:[ÂÃÐÑ][{_TAIL}]|â[{_TAIL}]{{2}})+")
_TRAPS = {
    "wildcard": re.compile(r"[*?~]"),
    "sign": re.compile(r"^\s*[<>=]"),
    "zero": re.compile(r"^\s*0\d+\s*$"),
    "digits": re.compile(r"^\s*(?:\d{16,}|\d+(?:[.,]\d+)?E\+\d+)\s*$", re.IGNORECASE),  # what Excel made of such a one
    "spaces": re.compile(r"^\s|\s$"),
}
# Mail hosts of which each has millions of customers, and others one letter away that are as real.
MAIL_HOSTS = ("gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com", "googlemail.com", "protonmail.com")
# Endings that no domain has, and what the keys beside were meant to make of them.
ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom"), "com"),
    **dict.fromkeys(("nte", "nett"), "net"),
    **dict.fromkeys(("ogr", "orgg"), "org"),
}
LIKE_MAIL_HOSTS = frozenset({"mail.com", "ymail.com", "email.com", "fmail.com", "gmx.com"})
_LONG = re.compile(r"\n(?:\d{16}|\d+(?:[.,]\d+)?E\+)", re.IGNORECASE)
FEWEST_DIGITS = 7  # of a phone number
LONGEST_PHONE = 60  # beyond it, a text is something else

_SIGNS = str.maketrans("", "", " +()./-")

BREAK, LOWER = 10, 0x20  # a line break; the bit that makes a letter small
_PAIRS = np.zeros((256, 256), bool)  # with which two letters a title begins
_PAIRS[[ord(title[0]) for title in TITLES], [ord(title[1]) for title in TITLES]] = True

# Whether any of some texts, joined by line breaks, may fail a test: most columns are cleared by these alone.


def may_hide(joined: str) -> bool:
    """Whether a hidden character may stand in one of the texts."""
    return not joined.isascii() and any(letter in joined for letter in HIDDEN)


def may_be_wide(joined: str) -> bool:
    """Whether one of the texts may have full-width characters."""
    return not joined.isascii() and _WIDE.search(joined) is not None


def may_be_damaged(joined: str) -> bool:
    """Whether one of the texts may have been damaged."""
    odd = not joined.isascii() and any(letter in joined for letter in "\ufffdÂÃÐÑâ")
    return odd and _DAMAGE.search(joined) is not None


def may_have_spaces(joined: str) -> bool:
    """Whether one of the texts may have stray spaces."""
    return "\t" in joined or "\r" in joined or has_touching_spaces(joined)


def may_have_title(joined: str, odd: str) -> bool:
    """Whether one of the texts may be a name with a title; ``odd`` are those that hold more than ASCII."""
    around = f"\n{odd.casefold()}"
    if any(f"\n{title}" in around for title in TITLES) or any(title in around for title in HONORIFICS):
        return True
    letters = np.frombuffer(f"\n{joined}  ".encode("utf-8", "surrogatepass"), np.uint8)
    first = np.flatnonzero(letters == BREAK) + 1
    pair = first[_PAIRS[letters[first] | LOWER, letters[first + 1] | LOWER]]
    return any(letters[at : at + LONGEST_TITLE].tobytes().lower().startswith(_TITLES) for at in pair.tolist())


def may_be_trap(joined: str) -> bool:
    """Whether one of the texts may be a key that formulas mistake for others."""
    around = f"\n{joined}\n"
    if not around.isascii() or any(odd in around for odd in "*?~<>=\t\r"):
        return True
    return any(odd in around for odd in ("\n ", " \n", "\n\n", "\n0")) or _LONG.search(around) is not None


def may_be_private(odd: str) -> bool:
    """Whether one of the texts may hold a private-use character."""
    letters = odd.encode("utf-8", "surrogatepass")
    return any(lead in letters for lead in _PRIVATE_LEADS) and _PRIVATE.search(odd) is not None


def has_no_private(text: str) -> bool:
    """No character of a private-use area, which every machine shows as something else, or as nothing."""
    return text.isascii() or _PRIVATE.search(text) is None


def has_no_hidden(text: str) -> bool:
    """No character that nobody can see."""
    return _HIDDEN.search(text) is None


def hidden_in(text: str) -> str:
    """What the hidden characters of a text are."""
    return ", ".join(dict.fromkeys(HIDDEN[letter] for letter in _HIDDEN.findall(text)))


def without_hidden(text: str) -> str:
    """The text as it looks."""
    return spaced(_HIDDEN.sub(lambda letter: " " if "no-break" in HIDDEN[letter[0]] else "", text))


def has_no_stray_spaces(text: str) -> bool:
    """No space before or after the text, and none doubled inside it."""
    return _SPACES.search(text) is None


def spaced(text: str) -> str:
    """The text with single spaces only, and none outside."""
    return re.sub(r"[ \t]{2,}", " ", text.strip())


def has_half_width(text: str) -> bool:
    """No full-width digits, letters or signs."""
    return _WIDE.search(text) is None


def half_width(text: str) -> str:
    """The text with ordinary digits, letters and signs."""
    return _WIDE.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), text)


def is_undamaged(text: str) -> bool:
    """No trace of letters that went through a wrong encoding."""
    return all(match[0] != "\ufffd" and match[0] == _mended(match[0]) for match in _DAMAGE.finditer(text))


def undamaged(text: str) -> str:
    """The text as it probably was; empty when that cannot be known."""
    return "" if "\ufffd" in text else _DAMAGE.sub(lambda match: _mended(match[0]), text)


def has_no_slip(text: str) -> bool:
    """Whether the domain of an e-mail address is none with one slip of the keys."""
    return not slipped_host(text)


def slipped_host(text: str) -> str:
    """The domain that was meant: a large mail host's with one slip of the keys, or any with a mistyped ending."""
    domain = text.rpartition("@")[2].strip().casefold()
    if domain in MAIL_HOSTS or domain in LIKE_MAIL_HOSTS:
        return ""
    near = (host for host in MAIL_HOSTS if abs(len(domain) - len(host)) <= 1)
    found = next((host for host in near if _one_slip(domain, host)), "")
    name, _, ending = domain.rpartition(".")
    return found or (f"{name}.{ENDINGS[ending]}" if name and ending in ENDINGS else "")


def without_slip(text: str) -> str:
    """The address with the domain that was probably meant."""
    return f"{text.rpartition('@')[0]}@{slipped_host(text)}"


def _one_slip(typed: str, meant: str) -> bool:
    """Whether of two texts of about one length one is the other with a letter changed, dropped, added or swapped."""
    start = next((i for i, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]), -1)
    if start < 0:
        return typed != meant
    left, right = typed[start:], meant[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right or left == right[1:] or left[1:] == right[1:]


def may_have_slip(hosts: Iterable[str]) -> bool:
    """Whether one of the hosts is one with a slip."""
    return any(map(slipped_host, hosts))


def is_phone_shaped(text: str) -> bool:
    """Whether a text holds digits and the usual signs alone, perhaps an extension: the shape of one phone number."""
    return len(text) <= LONGEST_PHONE and _PHONE.fullmatch(text) is not None


def is_chinese_mobile(text: str) -> bool:
    """Whether a text is an 11-digit mobile number, with or without its country."""
    return len(text) <= LONGEST_PHONE and _CN11.fullmatch(re.sub(r"[\s()./\-–]", "", clean(text))) is not None


def likely_chinese_mobile(text: str) -> str:
    """The 11 digits of the one mobile number in a text; empty when there is none, or more."""
    found = _MOBILES.findall(re.sub(r"[\s()./\-–]", "", clean(text[:LONGEST_PHONE])))
    return found[0] if len(found) == 1 else ""


def phone_digits(text: str) -> str:
    """The digits two spellings of one number share; empty when there are too few to be one."""
    number = text.translate(_SIGNS)
    if number.isdecimal() and number.isascii():
        return number.removeprefix("00") if len(number) >= FEWEST_DIGITS else ""
    if len(text) > LONGEST_PHONE:
        return ""
    number = _NO_DIGIT.sub("", _EXTENSION.sub("", half_width(text)))
    return number.removeprefix("00") if len(number) >= FEWEST_DIGITS else ""


def is_plain_key(text: str) -> bool:
    """Whether formulas match a key with itself alone."""
    return not any(trap.search(text) for trap in _TRAPS.values())


def key_trap(text: str) -> str:
    """Why a key would be mistaken for others: the first of wildcard, sign, zero, digits, spaces."""
    return next((name for name, trap in _TRAPS.items() if trap.search(text)), "")


def has_no_title(text: str) -> bool:
    """No title before, or honorific after, a name."""
    return _TITLE.match(text) is None and _HONORIFIC.search(text) is None


def without_title(text: str) -> str:
    """The name alone."""
    return _HONORIFIC.sub("", _TITLE.sub("", text, count=1)).strip()


def clean(text: str) -> str:
    """A text without the blemishes that have a finding of their own."""
    return half_width(without_hidden(text))


def _mended(damaged: str) -> str:
    try:
        return b"".join(_byte(letter) for letter in damaged).decode("utf-8")
    except UnicodeError:
        return damaged


def _byte(letter: str) -> bytes:
    """The byte a letter was misread from: cp1252, and latin-1 where cp1252 has none."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
