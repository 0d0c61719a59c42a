"""Whether a text is an e-mail address. The library email-validator judges; a look at all of a column spares it.

No address is asked for anywhere: nothing leaves the machine. Kept out: hosts that are mistyped (`texts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tracker.checks.texts import clean

HOSTS = 10_000  # that are known again
LONGEST, LONGEST_LOCAL = 254, 64  # of an address, and of what stands before the @
LOCAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."
# What the library takes without a second thought: plain letters; endings that no mail reaches are left to it.
HOST = re.compile(
    r"(?!.*--)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?i:arpa|invalid|local|localhost|onion|test)\Z)[A-Za-z]{2,63}"
)
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
PLAIN = re.compile(rf"(?=[^@]{{1,{LONGEST_LOCAL}}}@)(?=.{{1,{LONGEST}}}\Z){_ATOM}(?:\.{_ATOM})*@{HOST.pattern}")
_NOT_IN_LOCAL = ("..", ".@", "\n.", "\n@")


def may_be_no_email(values: Sequence[str], joined: str, hosts: Iterable[str]) -> bool:
    """Whether one of the texts may not be an e-mail address: what they hold is looked at together, each host once.

    ``joined`` are the texts parted by line breaks, ``hosts`` what stands behind the last @ of each.
    """
    around = f"\n{joined}"
    longest = max(map(len, values))
    if around.count("\n") != len(values) or not around.isascii() or longest > LONGEST:
        return True
    if any(odd in around for odd in _NOT_IN_LOCAL) or around.encode().translate(None, LOCAL + b"\n@"):
        return True
    one_at = around.count("@") == len(values) and all("@" in text for text in values)
    if not one_at or not all(map(_is_host, hosts)):
        return True
    return longest > LONGEST_LOCAL and max(text.index("@") for text in values) > LONGEST_LOCAL


@lru_cache(HOSTS)
def _is_host(text: str) -> bool:
    return HOST.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address, of any alphabet; blemishes reported elsewhere aside."""
    return PLAIN.fullmatch(text) is not None or (len(text) <= LONGEST and _is_valid(clean(text)))


def _is_valid(text: str) -> bool:
    if "@" not in text:
        return False  # known without loading the library
    import email_validator

    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        return False
    return text[-2:-1] != "."  # no ending has one letter


def likely_email(text: str) -> str:
    """The address that was probably meant; empty when nothing simple makes one."""
    tries = (clean(text).replace(" ", ""), clean(text).replace(",", "."), clean(text).strip("<>;,. "))
    return next((one for one in tries if is_email(one)), "")
