"""Which pairs of characters a worksheet's markup holds, and how its cells are referred to, at the speed of memory.

A clean sheet has none of the pairs that are asked for, so that one pass stands for a dozen searches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_BLOCK = 1 << 18  # bytes looked at together, so that they stay in the processor's cache
_SELDOM = b"'!&:efhi\xbf"  # marks that one search finds, or finds missing, in far less time than any pair
_REFERENCE = b' r="'
_LONGEST = 12  # characters of a reference and the mark that ends it


@dataclass(frozen=True)
class Cells:
    """The cells of some rows.

    Attributes
    ----------
    count : int
        Elements whose name begins with c.
    named : int
        Those that begin with their reference, in double quotes.
    letters, digits : int
        The most that a reference has.
    last : int
        The last of the first letters, as its place in the alphabet.
    """

    count: int = 0
    named: int = 0
    letters: int = 0
    digits: int = 0
    last: int = 0

    def __or__(self, other: Cells) -> Cells:
        most = max(self.letters, other.letters), max(self.digits, other.digits), max(self.last, other.last)
        return Cells(self.count + other.count, self.named + other.named, *most)


def pairs_in(body: bytes, pairs: Iterable[bytes]) -> frozenset[bytes]:
    """Return which of some pairs of bytes occur in a text."""
    import numpy as np

    present = {mark: bytes((mark,)) in body for mark in _SELDOM}
    asked = [pair for pair in pairs if present.get(pair[0], True) and present.get(pair[1], True)]
    left = {pair: int.from_bytes(pair, "little") for pair in asked}
    for start in range(0, len(body), _BLOCK):
        for shift in (0, 1):
            length = min(_BLOCK, len(body) - start - shift) // 2
            if length > 0:
                view = np.frombuffer(body, "<u2", length, start + shift)
                found = [pair for pair, number in left.items() if (view == number).any()]
                left = {pair: number for pair, number in left.items() if pair not in found} if found else left
    return frozenset(pair for pair in asked if pair not in left)


def cells_in(body: bytes) -> Cells:
    """Return how the cells of some rows are referred to."""
    import numpy as np

    text, found = np.frombuffer(body + b" " * 2 * _LONGEST, np.uint8), Cells()
    for start in range(0, len(body), _BLOCK):
        block = text[start : start + _BLOCK + 1]
        at = np.flatnonzero((block[:-1] == ord("<")) & (block[1:] == ord("c"))) + (start + 2)
        if len(at):
            found |= _references(text, at)
    return found


def _references(text: NDArray[Any], at: NDArray[Any]) -> Cells:
    """How the cells whose names end at some places are referred to."""
    count = len(at)
    for step, mark in enumerate(_REFERENCE):
        fits = text[at + step] == mark
        at = at if fits.all() else at[fits]
    place = at + len(_REFERENCE)
    first = text[place]
    named = _is_letter(first)
    place, first = (place, first) if named.all() else (place[named], first[named])
    if not len(place):
        return Cells(count)
    n_named, letters, digits = len(place), 0, 0
    while len(place) and letters < _LONGEST:
        letters, place = letters + 1, place + 1
        more = _is_letter(text[place])
        digits = max(digits, _digits(text, place[~more] if more.any() else place))
        place = place[more]
    return Cells(count, n_named, letters, digits, int(first.max()) - ord("A") + 1)


def _digits(text: NDArray[Any], place: NDArray[Any]) -> int:
    """How many characters there are at most from some places to the next quotation mark.

    Nearly always they are as many as from the first place, which one look at each of the others settles.
    """
    length = _longest(text, place[:1])
    other = text[place + length] != ord('"')
    return max(length, _longest(text, place[other]))


def _longest(text: NDArray[Any], place: NDArray[Any]) -> int:
    length = 0
    while len(place) and length < _LONGEST:
        place = place[text[place] != ord('"')] + 1
        length += bool(len(place))
    return length


def _is_letter(marks: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = (marks >= ord("A")) & (marks <= ord("Z"))
    return found
