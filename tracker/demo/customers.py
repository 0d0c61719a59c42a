"""Who the demo's customers are: names and addresses in a dozen scripts, firms, needs, and how they came."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from tracker.demo.draw import Dice, Person
from tracker.demo.people import COUNTRIES, Country
from tracker.demo.shop import NEEDS, NOTES, TEAM

# How many customers of each sort there are; what they buy and how they are called on follows from it.
PERSONAS: tuple[tuple[str, int], ...] = (
    ("vip", 4),
    ("key", 18),
    ("growing", 22),
    ("steady", 56),
    ("small", 92),
    ("new", 22),
    ("at_risk", 14),
    ("prospect", 50),
    ("untouched", 8),
    ("closed", 14),
)
INDUSTRIES = ("hospitality", "hospitality", "hospitality", "retail", "services", "technology", "health", "public")
SOURCES = ("referral", "referral", "website", "website", "website", "trade_fair", "cold_call", "social_media")
FIRMS_OF_A_NAME, FIRMS_OF_TWO = 12, 60  # tries before another name is taken, and before two are
SHORT = 4  # a domain this short gets the name as well
PRIVATE = 0.14  # share of customers without a firm
LATIN = {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae"}


@dataclass(frozen=True)
class Name:
    """A word in its own script and in plain letters."""

    native: str
    latin: str

    @classmethod
    def of(cls, text: str) -> Name:
        """Read ``native|latin``; without the second, the accents are taken off."""
        native, _, latin = text.partition("|")
        return cls(native, plain(latin or native))


def plain(text: str) -> str:
    """Lower-case letters and digits without accents, as they may stand in an address."""
    lower = "".join(LATIN.get(letter, letter) for letter in text.lower())
    stripped = unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", stripped)


def people(dice: Dice) -> list[Person]:
    """Three hundred customers, no two with the same name, e-mail or phone."""
    personas = [persona for persona, count in PERSONAS for _ in range(count)]
    dice.random.shuffle(personas)
    weights = [country.share for country in COUNTRIES]
    taken: set[str] = set()
    found = []
    for persona in personas:
        country = dice.random.choices(COUNTRIES, weights)[0]
        found.append(_person(dice, persona, country, taken))
    return found


def _person(dice: Dice, persona: str, country: Country, taken: set[str]) -> Person:
    first, last = _unused(dice, country, taken)
    city = Name.of(dice.pick(country.cities))
    firm, domain = _firm(dice, country, last, city, taken)
    owner = TEAM[1][0] if persona in ("vip", "key") else dice.pick(TEAM[1:])[0]
    row: dict[str, Any] = {
        "first_name": first.native,
        "last_name": last.native,
        "company": firm if persona in ("vip", "key") or not dice.chance(PRIVATE) else None,
        "city": city.native,
        "country": country.code,
        "preferred_language": country.language,
        "phone": _phone(dice, country, taken),
        "email": _email(first, last, domain, taken),
        "owner": owner,
        "core_need": dice.pick(NEEDS),
        "industry": "hospitality" if persona in ("vip", "key") else dice.pick(INDUSTRIES),
        "source": dice.pick(SOURCES),
        "notes": dice.pick(NOTES) if dice.chance(0.3) else None,
        "job_title": dice.pick(("Owner", "Buyer", "Manager", "Head of kitchen", "Office manager")),
        "preferred_channel": dice.pick(("phone", "email", "visit")) if dice.chance(0.25) else None,
        "consent": "given",
        "consent_channels": "email;phone;visit",
        "verified_on": float(dice.ago(10, 300)),
        "entered_by": owner,
    }
    return Person(persona, row, country.code, f"{first.native} {last.native}", owner)


def _unused(dice: Dice, country: Country, taken: set[str]) -> tuple[Name, Name]:
    """A first and a last name that nobody bears yet; a second first name when a country runs out."""
    for attempt in range(400):
        first, last = Name.of(dice.pick(country.first)), Name.of(dice.pick(country.last))
        if attempt > 60:
            second = Name.of(dice.pick(country.first))
            first = Name(f"{first.native} {second.native}", first.latin + second.latin)
        if f"{first.native} {last.native}" not in taken:
            taken.add(f"{first.native} {last.native}")
            return first, last
    raise AssertionError(f"too few names for {country.code}")


def _firm(dice: Dice, country: Country, last: Name, city: Name, taken: set[str]) -> tuple[str, str]:
    """A firm no other customer has, and its domain; a partner's name when the customer's own is used up."""
    for attempt in range(400):
        pattern = dice.pick(country.firms)
        other = Name.of(dice.pick(country.last))
        both = Name(f"{last.native} & {other.native}", last.latin + other.latin)
        name = last if attempt < FIRMS_OF_A_NAME else other if attempt < FIRMS_OF_TWO else both
        firm = pattern.format(last=name.native, city=city.native)
        if firm not in taken:
            taken.add(firm)
            domain = plain(pattern.format(last=name.latin, city=city.latin))
            return firm, f"{domain if len(domain) > SHORT else domain + name.latin}.example"
    raise AssertionError(f"too few firms for {country.code}")


def _phone(dice: Dice, country: Country, taken: set[str]) -> str:
    while True:
        phone = f"{country.dial}{dice.random.randrange(10**country.digits):0{country.digits}d}"
        if phone not in taken:
            taken.add(phone)
            return phone


def _email(first: Name, last: Name, domain: str, taken: set[str]) -> str:
    email, number = f"{first.latin}.{last.latin}@{domain}", 2
    while email in taken:
        email, number = f"{first.latin}.{last.latin}{number}@{domain}", number + 1
    taken.add(email)
    return email
