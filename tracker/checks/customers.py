"""A customer as a whole: somebody one can name, reach and own, with consent, and closed or merged for a reason."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

import numpy as np

from tracker.checks.hits import Mask, hits
from tracker.checks.rulebook import rules_of
from tracker.model.finding import Finding
from tracker.schema.snapshot import Snapshot, fold
from tracker.words import locales

TABLE = "Customers"


def check_customers(snapshot: Snapshot) -> Iterator[Finding]:
    """Every rule that looks at several cells of one customer."""
    yield from _incomplete(snapshot)
    yield from _consent(snapshot)
    yield from _ended(snapshot)
    yield from _verified(snapshot)
    yield from _tags(snapshot)


def _incomplete(snapshot: Snapshot) -> Iterator[Finding]:
    """Nobody to name; nobody to reach and nobody to do it, unless the customer is closed or merged."""
    named = [_filled(snapshot, key) for key in snapshot.schema[TABLE].one_of]
    nameless = ~np.logical_or.reduce(named)
    yield from hits(snapshot, "V120", TABLE, "last_name", nameless, values="")
    unreachable = ~_filled(snapshot, "email") & ~_filled(snapshot, "phone") & ~_filled(snapshot, "phone2")
    yield from hits(snapshot, "V123", TABLE, "email", unreachable & ~_closed(snapshot), values="")
    unowned = ~_filled(snapshot, "owner") & ~_closed(snapshot)
    yield from hits(snapshot, "V124", TABLE, "owner", unowned, values="")


def _consent(snapshot: Snapshot) -> list[Finding]:
    """The preferred channel must be one that consent was given for, once anything about consent is known."""
    channel, consent = snapshot.text(TABLE, "preferred_channel"), snapshot.text(TABLE, "consent")
    channels = snapshot.text(TABLE, "consent_channels")
    if not (channel != "").any():
        return []
    named = np.array([one in many.split(";") for one, many in zip(channel, channels, strict=True)], bool)
    refused = (consent == "refused") | (consent == "withdrawn")
    missing = (channel != "") & (refused | ((channels != "") & ~named)) & ~_closed(snapshot)
    label = snapshot.lists["channel"].label if "channel" in snapshot.lists else str
    consented = np.full(len(channels), "–", object)
    consented[missing] = [", ".join(map(label, filter(None, many.split(";")))) or "–" for many in channels[missing]]
    return hits(snapshot, "L111", TABLE, "preferred_channel", missing, consented=np.where(refused, "–", consented))


def _ended(snapshot: Snapshot) -> Iterator[Finding]:
    """Closed for a reason, merged into somebody."""
    merged = snapshot.text(TABLE, "status") == "merged"
    into, reason = _filled(snapshot, "merged_into"), _filled(snapshot, "closed_reason")
    yield from hits(snapshot, "L117", TABLE, "merged_into", merged & ~into, values="")
    closed = _closed(snapshot) & ~merged & ~into & ~reason
    yield from hits(snapshot, "L112", TABLE, "closed_reason", closed, values="")


def _verified(snapshot: Snapshot) -> list[Finding]:
    entered, verified = snapshot.folded(TABLE, "entered_by"), snapshot.folded(TABLE, "verified_by")
    same = np.asarray((snapshot.text(TABLE, "verified_by") != "") & (verified == entered), bool)
    return hits(snapshot, "L109", TABLE, "verified_by", same)


def _tags(snapshot: Snapshot) -> list[Finding]:
    """An override must name a tag that a rule can give."""
    overrides = snapshot.text(TABLE, "tag_override")
    if not (overrides != "").any():
        return []
    known = _known_tags(snapshot)
    strange, near = np.full(len(overrides), "", object), np.full(len(overrides), "", object)
    for i in np.flatnonzero(overrides != "").tolist():
        parts = [part.strip() for part in re.split("[;；]", overrides[i]) if part.strip()]
        unknown = [part for part in parts if fold(part) not in known]
        if unknown:
            strange[i] = "; ".join(unknown)
            # Of several nobody would know which one a suggestion is for.
            close = difflib.get_close_matches(fold(unknown[0]), known, 1, 0.7) if len(unknown) == 1 else []
            near[i] = close[0] if close else ""
    return hits(snapshot, "V126", TABLE, "tag_override", strange != "", values=strange, suggestions=near)


def _known_tags(snapshot: Snapshot) -> set[str]:
    """The tags of the rules, folded: as they stand there, by code, and by their labels in every locale."""
    known = {fold(rule.tag) for rule in rules_of(snapshot)}
    for name, choices in snapshot.lists.items():
        if name.startswith("tag_"):
            for choice in choices.values:
                spellings = {fold(words.choice(name, choice.code)) for words in locales()}
                spellings |= {fold(choice.code), fold(choice.label)}
                known |= spellings
    return known - {""}


def _filled(snapshot: Snapshot, key: str) -> Mask:
    return snapshot.filled(TABLE, key)


def _closed(snapshot: Snapshot) -> Mask:
    """Customers nobody works on any more."""
    return snapshot.means(TABLE, "status", "closed") | _filled(snapshot, "merged_into")
