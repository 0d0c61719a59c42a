"""The tags of dimensions of staff's own in one text a customer, such as ``club=gold; tier=silver``, and read back.

It is how a refresh remembers them: Customers has a column each for our dimensions alone. A dimension named without a
tag was asked and gave none; one that is not named was not there, so that a rule added since makes nobody a mover. Kept
out: which tag a customer bears, and who moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tracker.engine.alike import alike
from tracker.schema.snapshot import Snapshot, fold
from tracker.schema.tags import DIMENSIONS, OWN_TAGS
from tracker.words.sentences import CELL

if TYPE_CHECKING:
    from tracker.engine.tag_words import Given

Texts = NDArray[np.object_]

BETWEEN = "; "
SIGNS = re.compile('[;="]')  # a word that holds one of them stands in quotes, a quote in it twice
WORD = '("(?:[^"]|"")*"|[^;="]*)'
PAIR = re.compile(rf" ?{WORD}={WORD}(?:;|\Z)")


def own(given: Iterable[Given]) -> list[Given]:
    """The dimensions of staff's own among some."""
    return [one for one in given if one.dimension not in DIMENSIONS]


def own_tags(given: Sequence[Given], size: int) -> Texts:
    """The text of each customer, None where there are no dimensions of staff's own; shape (size,)."""
    mine = own(given)
    if not mine or not size:
        return np.full(size, None, object)
    place, first = alike([one.tag for one in mine])
    tags = [(one.dimension, np.array([*one.names, ""], object)[one.tag[first]].tolist()) for one in mine]
    said = [written((name, of[i]) for name, of in tags) for i in range(len(first))]
    return np.array([*said, None], object)[place]


def own_before(snapshot: Snapshot, given: Sequence[Given]) -> dict[str, Texts]:
    """By dimension the tags that the last refresh left, "" for none of it, None where it did not know the dimension."""
    mine = own(given)
    if not mine or OWN_TAGS not in snapshot.frames["Customers"]:
        return {}
    place, texts = snapshot.groups("Customers", OWN_TAGS)
    left = [*map(read_back, texts), dict[str, str]()]
    return {one.dimension: np.array([*(of.get(fold(one.dimension)) for of in left)], object)[place] for one in mine}


def written(tags: Iterable[tuple[str, str]]) -> str:
    """Dimensions and their tags as one text; of more than a cell holds the last are left out, each as a whole."""
    said: list[str] = []
    room = CELL
    for name, tag in tags:
        one = f"{BETWEEN if said else ''}{_quoted(name)}={_quoted(tag)}"
        room -= len(one.encode("utf-16-le", "surrogatepass")) // 2
        if room < 0:
            break
        said.append(one)
    return "".join(said)


def read_back(text: str) -> Mapping[str, str]:
    """The tag of each dimension, by its folded name; what follows something else typed there is not known."""
    found: dict[str, str] = {}
    at = 0
    while pair := PAIR.match(text, at):
        name, tag = map(_plain, pair.groups())
        found.setdefault(fold(name), tag)
        at = pair.end()
    return found


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if SIGNS.search(word) else word


def _plain(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.strip()
