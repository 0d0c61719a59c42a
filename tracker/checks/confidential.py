"""Card numbers and passwords inside a text: where they stand, and the text with them hidden.

What is found here is never quoted: a finding shows the text masked. Near misses matter more than rare spellings: a
phone, an order number, an IBAN or "password reset done" is none. Kept out: which column is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.checks.texts import half_width

Span = tuple[int, int]

# Card numbers, as ISO/IEC 7812 has them: the issuer's first digits, 13 to 19 digits in all, the last a check digit.

_BLANK = " \u00a0\u2009\u202f"
_GAP = rf"(?:[{_BLANK}]?[-‐‑–./][{_BLANK}]?|[{_BLANK}]{{1,2}})"
_RUN = re.compile(rf"(?<![\w@+])(?<!\d[.,])\d(?:{_GAP}?\d){{12,39}}(?![\w@])")
_GROUP = re.compile(r"\d+")
_USUAL = re.compile(r"(?:4,){3}[1-4],|(?:4,){4}[1-3],|4,6,[45],|6,(?:7|8|9|10|11|12|13),|(?:1,){13,19}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER_OF = re.compile(  # after which a bare number is an order's, a device's, an account's: words, or A-
    r"(?:(?<![^\W\d_])[^\W\d_]{1,3}[-_]|(?:order|invoice|inv|ticket|tracking|parcel|shipment|serial|imei|ean|gtin|isbn|ref|reference|account|acct|"
    r"contract|policy|booking|rechnung|auftrag|bestellung|vertrag|konto|commande|facture|pedido|factura|заказ|订单)"
    r"[\s._-]{0,3}(?:no|nr|num|number|nummer|code|id|num[ée]ro|№|号)?[\s.:#№=-]{0,4})\Z",
    re.IGNORECASE,
)
MOST_BEHIND = 3  # groups after a number: its expiry and its code
WIDEST = 19 * 4  # characters of a number, its gaps among them
_NEAR = 40  # characters before a number that are looked at
_ISSUERS = (  # the first six digits, from and to; how many digits there are
    (400000, 499999, (13, 16, 19)),  # Visa
    (510000, 559999, (16,)),  # Mastercard
    (222100, 272099, (16,)),
    (340000, 349999, (15,)),  # American Express
    (370000, 379999, (15,)),
    (300000, 305999, range(14, 20)),  # Diners Club
    (309500, 309599, range(14, 20)),
    (360000, 369999, range(14, 20)),
    (380000, 399999, range(14, 20)),
    (352800, 358999, range(16, 20)),  # JCB
    (601100, 601199, range(16, 20)),  # Discover
    (644000, 659999, range(16, 20)),
    (620000, 629999, range(16, 20)),  # UnionPay
    (501800, 501899, range(13, 20)),  # Maestro
    (502000, 502099, range(13, 20)),
    (503800, 503899, range(13, 20)),
    (589300, 589399, range(13, 20)),
    (630400, 630499, range(13, 20)),
    (675900, 676399, range(13, 20)),
    (220000, 220499, range(16, 20)),  # Mir
    (979200, 979299, (16,)),  # Troy
)
_AS_ZEROS = bytes(48 if chr(byte).isdigit() else 10 for byte in range(128)) + b"\n" * 128
_BETWEEN = b" -./" + bytes(range(128, 256))  # what may stand between digits, or belongs to a letter that does
_FEWEST = b"0" * 13
_OTHER_DIGITS = re.compile("[\uff10-\uff19\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]")
_SERIES = 10  # that many bare numbers in a column are a series of numbers, when most of them are no cards


def may_hold_card(encoded: bytes, joined: str, odd: str) -> bool:
    """Whether one of some texts may hold a card number: 13 digits with nothing else between or before them.

    ``joined`` are the texts parted by line breaks, ``encoded`` the same in UTF-8, ``odd`` those that are no ASCII.
    """
    if _FEWEST in encoded.translate(_AS_ZEROS, _BETWEEN) and _RUN.search(joined):
        return True
    return bool(odd) and _OTHER_DIGITS.search(odd) is not None


def cards_in(text: str, bare: bool = True) -> list[Span]:
    """Where card numbers stand in a text; ``bare`` says whether one without any space or dash counts."""
    if sum(map(str.isdecimal, text)) < len(_FEWEST):
        return []
    plain = _LINK.sub(lambda match: "~" * len(match[0]), half_width(text))
    plain = _IBAN.sub(lambda match: "~" * len(match[0]) if _is_account(match[0]) else match[0], plain)
    return [span for run in _RUN.finditer(plain) for span in _cards_of(plain, run, bare)]


def _is_account(text: str) -> bool:
    """Whether what looks like an IBAN is one (ISO 13616: 1 modulo 97)."""
    plain = text.replace(" ", "")
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def _cards_of(text: str, run: re.Match[str], bare: bool) -> Iterator[Span]:
    """The card numbers in a run of digits: groups of it that are spelled as cards are, the longest first."""
    groups = [(run.start() + one.start(), run.start() + one.end()) for one in _GROUP.finditer(run[0])]
    done = 0
    for first in range(len(groups)):
        if first < done or not _may_begin(groups, first, text):
            continue
        for after in range(len(groups), max(first, len(groups) - MOST_BEHIND - 1), -1):
            start, end = groups[first][0], groups[after - 1][1]
            if end - start > WIDEST or not _may_end(groups, after):
                continue
            if _is_spelled(groups[first:after], text, bare) and is_card(_digits(text[start:end])):
                yield start, end
                done = after
                break


def _may_begin(groups: Sequence[Span], first: int, text: str) -> bool:
    """Whether a number may begin at a group: only a short one, parted by a space, stands before it."""
    if first == 0:
        return True
    before, gap = groups[first - 1], text[groups[first - 1][1] : groups[first][0]]
    return before[1] - before[0] <= 3 and gap.isspace()


def _may_end(groups: Sequence[Span], after: int) -> bool:
    """Whether a number may end before a group: what follows may be its expiry and its code."""
    rest = groups[after:]
    return len(rest) <= MOST_BEHIND and all(end - start <= 4 for start, end in rest)


def _is_spelled(groups: Sequence[Span], text: str, bare: bool) -> bool:
    sizes = [end - start for start, end in groups]
    if len(sizes) > 1:
        return _USUAL.fullmatch("".join(f"{size}," for size in sizes)) is not None
    start = groups[0][0]
    return bare and 13 <= sizes[0] <= 19 and _NUMBER_OF.search(text[max(0, start - _NEAR) : start]) is None


def _digits(text: str) -> str:
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def is_card(digits: str) -> bool:
    """Whether digits are a card's: issuer, length and check digit.

    Of 13 and 14 digits those are none that are a good phone number with its country, or an article's bar code.
    """
    head, size = int(digits[:6]), len(digits)
    issued = any(low <= head <= high and size in sizes for low, high, sizes in _ISSUERS)
    if not issued or len(set(digits)) == 1 or luhn(digits):
        return False
    return size > 14 or not (_is_article(digits) or _is_phone(digits))


def luhn(digits: str) -> int:
    """What the digits leave over by the formula of Luhn (ISO/IEC 7812-1, annex B); a good number leaves 0."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(two - 9 if two > 9 else two for two in doubled)) % 10


def _is_article(digits: str) -> bool:
    """Whether the check digit is that of a GTIN: weights 1 and 3 in turn, from the right."""
    return (sum(map(int, digits[-1::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0


def _is_phone(digits: str) -> bool:
    import phonenumbers as lib

    try:
        return bool(lib.is_valid_number(lib.parse(f"+{digits}")))
    except lib.NumberParseException:
        return False


def is_series(texts: Sequence[str]) -> bool:
    """Whether a column holds bare long numbers of some other kind: one in ten of those passes for a card by chance."""
    bare = [text for text in texts if text.isdecimal() and 13 <= len(text) <= 19]
    return len(bare) >= _SERIES and 2 * sum(is_card(_digits(text)) for text in bare) < len(bare)


# Passwords, PINs and keys.

_SURE = (  # words of which nothing else is meant
    "password|passwd|pass ?phrase|passcode|passwort|kennwort|mot de passe|contrase[ñn]a|wachtwoord|lösenord|"
    "adgangskode|passord|salasana|jelsz[óo]|пароль|密码|密碼|口令|パスワード|비밀번호|كلمة المرور|كلمة السر|סיסמה|"
    "mật khẩu|รหัสผ่าน|api[ _-]?key|secret[ _-]?key|client[ _-]?secret|access[ _-]?(?:key|token)|auth[ _-]?token|"
    r"(?<![^\W_])pwd"
)
_LOOSE = r"(?<![^\W_])(?:pw|senha|has[łl]o|heslo|parol[aă]|şifre|(?:wi-?fi|wlan)[ -]?(?:key|code|schlüssel))"
_TELLING = (
    "password|passwd|passcode|passwort|passord|пароль|密码|密碼|パスワード|비밀번호"  # also without a sign behind
)
# One of them stands in each text that holds a secret: where a sign announces it, and where none does.
_SIGNED = (
    *("pass", "pw", "kennwort", "contrase", "wachtwoord", "lösenord", "adgangskode", "salasana", "jelsz", "парол"),
    *(
        "密码",
        "密碼",
        "口令",
        "パスワード",
        "비밀번호",
        "كلمة",
        "סיסמה",
        "mật khẩu",
        "รหัสผ่าน",
        "key",
        "secret",
        "token",
    ),
    *("senha", "hasło", "haslo", "heslo", "parol", "şifre", "wifi", "wi-fi", "wlan", "pin", "пин", "puk", "cvv", "cvc"),
)
_UNSIGNED = (
    "pass",
    "pin",
    "cvv",
    "cvc",
    "парол",
    "пин",
    "puk",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
    "private key",
    "://",
)
# Blanks are bounded and stand beside no others, so that no text of a stranger takes more than a look or two a letter.
_WHERE = r"(?:\s{0,9}\([^()\n]{0,30}\)|\s{1,9}(?:for|für|pour|para|per|to|zu[mr]?|von|de|del|на|для)\s[^\n:=]{1,40}?)?"
_SIGN = r"\s{0,9}[:=：＝]{1,9}>?\s{0,9}"
_VALUE = r"(?:[\"“„«'‘](?P<quoted>[^\"”“»'’\n]{4,64})[\"”“»'’]|(?P<value>\S{4,128}))"
_SAID = re.compile(
    rf"(?:(?P<sure>{_SURE})|{_LOOSE}){_WHERE}{_SIGN}{_VALUE}(?P<more>[^\S\n]{{0,9}}[^\W_])?", re.IGNORECASE
)
_TOLD = re.compile(
    rf"(?:{_TELLING})(?:\s{{1,9}}(?:is|ist|lautet|est|es|é|to|auf))?\s{{1,9}}(?P<value>\S{{6,64}})(?P<more>)",
    re.IGNORECASE,
)
_LOGIN = re.compile(rf"\b(?:login|user(?:name)?)\b[^\n]{{1,40}}?\bpass\b{_SIGN}{_VALUE}(?P<more>)", re.IGNORECASE)
_PINS = re.compile(
    r"(?<![\w-])(?:(?i:pin|пин|puk)(?:[- ]?(?i:code|nummer|number|no|код))?"
    r"(?:\s{0,9}[:=#：]\s{0,9}|\s{1,9}(?:is|ist|lautet)\s{1,9})"
    r"(?P<pin>\d{4,5}|\d{7,8})|PIN\s{1,9}(?P<bare>(?!19|20)\d{4})|(?:CVV|CVC)2?\b\s{0,9}(?:[:=#：]\s{0,9})?(?P<cvv>\d{3,4}))"
    r"(?![\w%]|[.,/-]\d)"
)
_KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]{1,20} ){0,4}PRIVATE KEY-----.*"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20}|\bxox[abeoprs]-[\w-]{10,}"
    r"|\b[sr]k_(?:live|test)_[0-9A-Za-z]{16,}|\bsk-[\w-]{20,}|\bAIza[\w-]{35}|\beyJ[\w-]{10,300}\.eyJ[\w-]{10,9999}\.[\w-]+"
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_[A-Za-z0-9]{36}|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)",
    re.DOTALL,
)
_KEY_MARKS = ("akia", "gh", "glpat-", "xox", "k_", "sk-", "aiza", "eyj", "sg.", "npm_")
SHORTEST_KEY = 20  # characters, no blank among them
_WORDS = bytes(120 if chr(byte).isalnum() or chr(byte) in "-_." else 10 for byte in range(128)) + b"\n" * 128
# Said where a password would stand.
_NONE = frozenset(
    (
        *("none", "unknown", "reset", "resetted", "changed", "forgotten", "forgot", "lost", "expired", "same"),
        *("known", "given", "sent", "done", "okay", "pending", "missing", "empty", "blank", "yes", "required"),
        *("needed", "optional", "protected", "correct", "wrong", "invalid", "valid", "hidden", "secret"),
        *("rotated", "revoked", "renewed", "updated", "removed", "deleted", "disabled", "stored", "saved", "requested"),
        *("separate", "separately", "attached", "confirmed", "vault", "keepass", "bitwarden", "lastpass", "safe"),
        *("your", "password", "later", "unbekannt", "vergessen", "geändert", "zurückgesetzt", "keine", "keins"),
        *("fehlt", "erhalten", "siehe", "oublié", "perdu", "inconnu", "aucun", "changé", "voir", "olvidada"),
        *("cambiada", "ninguna", "perdida", "nenhuma", "esquecida", "забыт", "сброшен", "изменён", "нет"),
        *("неизвестен", "n/a", "tbd", "todo"),
    )
)
_PRODUCTS = re.compile(r"(?:office|windows|win|outlook|o|m|sap|ms|iso)[ -]?\d+\W*", re.IGNORECASE)
_QUANTITY = re.compile(r"\d+(?:[.,]\d+)?[-–]?[^\W\d_]{1,12}|[\d.,:/-]+%?|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_HIDDEN = re.compile(r"[*•·xX.…_#?-]+|[<{\[$%].*|\w+://.*|[^@\s]+@[^@\s]+\.\w{2,}")
_ENDS = ".,;:!?)]}\"'”»"


def may_hold_password(texts: Sequence[str], joined: str, encoded: bytes, free: bool) -> bool:
    """Whether one of some texts holds a password or a key; only those are read that have its word in them.

    ``joined`` are the texts parted by line breaks, ``encoded`` the same in UTF-8. Only in ``free`` text a password is
    looked for that no sign announces.
    """
    signs = [sign for sign in (":", "=", "：", "＝") if sign in joined]
    signed = [text for text in texts if any(sign in text for sign in signs)] if signs else []
    read = [*_having(signed, _SIGNED), *(_having(texts, _UNSIGNED) if free else _having(signed, ("://",)))]
    if (b"x" * SHORTEST_KEY) in encoded.translate(_WORDS):
        read += _having(texts, _KEY_MARKS)
    return any(map(passwords_in, read))


def _having(texts: Sequence[str], stems: Sequence[str]) -> list[str]:
    """The texts in which one of these stands, in letters of any size."""
    small = "\n".join(texts).lower()
    plain = small.isascii()
    found = [stem for stem in stems if (stem.isascii() or not plain) and stem in small]
    return [text for text in texts if any(stem in text.lower() for stem in found)] if found else []


def passwords_in(text: str) -> list[Span]:
    """Where passwords, PINs and keys stand in a text, in order; only the secret itself, not the word before it."""
    found = [match.span() for match in _KEYS.finditer(text)]
    for pattern, judge in ((_SAID, _is_secret), (_LOGIN, _is_secret), (_TOLD, _is_strong)):
        found += [_inside(match) for match in pattern.finditer(text) if judge(match)]
    for match in _PINS.finditer(text):
        found += [match.span(name) for name in ("pin", "bare", "cvv") if match[name]]
    return _apart(found)


def _inside(match: re.Match[str]) -> Span:
    name = "quoted" if match.groupdict().get("quoted") else "value"
    return match.span(name)


def _is_secret(match: re.Match[str]) -> bool:
    """Whether what stands behind the sign is a password, and no remark about one."""
    if match["quoted"]:
        return match["quoted"].casefold() not in _NONE
    value = match["value"].rstrip(_ENDS)
    if len(value) < 4 or _HIDDEN.fullmatch(value):
        return False
    if value.isdecimal():
        return not match["more"]
    if _QUANTITY.fullmatch(value):
        return False
    if value.isalpha():  # a word alone may be one, where it is sure that a password comes
        return bool(match.groupdict().get("sure")) and not match["more"] and value.casefold() not in _NONE
    letters = any(map(str.isalpha, value))
    return letters and (any(map(str.isdecimal, value)) or any(sign in value for sign in "!@#$%^&*+=~_"))


def _is_strong(match: re.Match[str]) -> bool:
    """Whether a word looks like a password by itself: letters and digits in one, and no product's name."""
    value = match["value"].rstrip(_ENDS)
    mixed = any(map(str.isalpha, value)) and any(map(str.isdecimal, value))
    return mixed and len(value) >= 6 and not any(p.fullmatch(value) for p in (_PRODUCTS, _QUANTITY, _HIDDEN))


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those that touch joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def masked(text: str) -> str:
    """The text with every card number cut to its last four digits, and every password hidden."""
    cards = cards_in(text)
    spans, shown = _apart([*cards, *passwords_in(text)]), dict(cards)
    out, at = "", 0
    for start, end in spans:
        last = _digits(text[start:end])[-4:] if shown.get(start) == end else ""
        out, at = f"{out}{text[at:start]}…{last}", end
    return out + text[at:]
