"""What a customer agreed to: the mailings they may get, and the channels on which one of us may turn to them.

A mailing needs consent that was given. One of us who calls about the customer's own matter needs none, but what they
said is kept to: nothing by a channel they refused. Kept out: whether a channel can be used at all (see `routing`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.schema.snapshot import Snapshot, fold

Mask = NDArray[np.bool_]

GIVEN, REFUSED = "given", ("refused", "withdrawn")
OPEN = ("", "none")  # of opt_out: every other word is taken for an opt-out


def consented(snapshot: Snapshot, channel: str) -> Mask:
    """To whom a mailing on a channel may go: consent was given, and for this channel where any is named."""
    return np.asarray((snapshot.text("Customers", "consent") == GIVEN) & _covered(snapshot, channel, True), bool)


def opted_out(snapshot: Snapshot) -> Mask:
    """Who wants no mailings, or is not clear about it."""
    wants = np.isin(snapshot.text("Customers", "opt_out").astype(str), OPEN)
    return np.asarray(~wants | snapshot.broken("Customers", "opt_out"), bool)


def agreed(snapshot: Snapshot, channel: str, blank: bool = True) -> Mask:
    """Who did not refuse to be spoken to on a channel; with ``blank`` also who named no channel at all."""
    consent = snapshot.text("Customers", "consent")
    refused = np.logical_or.reduce([consent == word for word in REFUSED]) | snapshot.broken("Customers", "consent")
    return np.asarray(~refused & _covered(snapshot, channel, blank), bool)


def _covered(snapshot: Snapshot, channel: str, blank: bool) -> Mask:
    """Whose consent names a channel; ``blank`` is the answer for those who named none."""
    place, found = snapshot.groups("Customers", "consent_channels")
    covers = [channel in [part.strip() for part in fold(text).split(";")] for text in found]
    return np.array([*covers, blank], bool)[place] & ~snapshot.broken("Customers", "consent_channels")
