"""Arrays of texts looked at as bytes, all of them at once: which are odd, and what normalising leaves of the others.

Expressions of an engine look at texts one by one; here they only decide on the few of which the bytes leave a doubt.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Bytes = npt.NDArray[np.uint8]
    Positions = npt.NDArray[np.int64]

# Texts of these characters alone are visible, printable, and known to every edition of Unicode: printed ASCII, the
# usual ideographs and the marks of Chinese sentences.
ODD = (
    r"[^ -~\x{4e00}-\x{9fa5}\x{3001}\x{3002}\x{ff0c}\x{ff1a}\x{ff1b}\x{ff01}\x{ff1f}\x{ff08}\x{ff09}"
    r"\x{300a}\x{300b}\x{3010}\x{3011}\x{2018}\x{2019}\x{201c}\x{201d}\x{2026}\x{2014}\x{b7}]"
)
_MARKS = "、。，：；！？（）《》【】‘’“”…—·"
_LONGER = (0xC2, 0xE0, 0xF0)  # from which first byte on a character has a second one, a third, a fourth
_USUAL = range(0xE4, 0xEA)  # first bytes of ideographs, and of no mark
_FIRST, _LAST = "\u4e00".encode(), "\u9fa5".encode()  # ideograph
_KEPT = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DROPPED = {*range(0x80), *range(_LONGER[0], 0x100)} - {*_KEPT, *_USUAL}
_NORMAL = bytes(0 if byte in _DROPPED else byte for byte in bytes(range(256)).lower())
_AT_ONCE = 4_096  # texts: no more than a processor keeps near
_FREED = 16 << 20  # bytes: more than a part takes


class Normal(NamedTuple):
    """Texts without anything but letters and digits, in lower case; which of them may hold a person's number."""

    texts: pa.Array
    numbers: Positions


class Texts:
    """An array of texts, none of them missing, looked at as bytes.

    Parameters
    ----------
    array : pyarrow.StringArray
    """

    def __init__(self, array: pa.Array) -> None:
        _keep_freed()
        self.array, starts = array, range(0, len(array), _AT_ONCE)
        self.parts = [_Part(array.slice(start, _AT_ONCE)) for start in starts]

    def doubtful(self) -> Positions:
        """Return the texts that may hold an odd character, all that do among them."""
        return self._together([part.doubtful for part in self.parts])

    def with_edges(self, first: bytes = b"", last: bytes = b"") -> Positions:
        """Return the texts that begin or end with some bytes, and the empty ones."""
        return self._together([part.with_edges(first, last) for part in self.parts])

    def without(self, some: bytes) -> bool:
        """Whether there are no other bytes than some."""
        return not any(part.data.translate(None, some) for part in self.parts)

    def normal(self) -> Normal:
        """Return what normalising leaves of texts that hold no odd character; of others it is not that."""
        import pyarrow as pa

        found = [part.normal() for part in self.parts]
        texts = pa.chunked_array([texts for texts, _ in found], pa.string()).combine_chunks()
        return Normal(texts, self._together([numbers for _, numbers in found]))

    def _together(self, found: list[Positions]) -> Positions:
        """Positions in the parts as positions in the whole."""
        import numpy as np

        return np.concatenate([np.zeros(0, np.int64), *(own + n * _AT_ONCE for n, own in enumerate(found))])


@cache
def _keep_freed() -> None:
    """Have memory that a part frees kept for the next one, where the system would clear each page of it anew.

    GNU's allocator gives back only what is larger than the largest block that was freed before.
    """
    import numpy as np

    np.empty(_FREED, np.uint8)


class _Part:
    """Some texts as bytes: all of them one after the other, and where each begins and the last one ends."""

    def __init__(self, texts: pa.Array) -> None:
        import numpy as np

        _, ends, data = texts.buffers()
        own = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
        first, last = int(own[0]), int(own[-1])
        self.data = data.slice(first, last - first).to_pybytes() if data else b""
        self.ends = own.astype(np.int64) - first

    @cached_property
    def codes(self) -> Bytes:
        """The bytes as numbers."""
        import numpy as np

        return np.frombuffer(self.data, np.uint8)

    @cached_property
    def dropped(self) -> tuple[bytes, Positions]:
        """The bytes in lower case, 0 where a mark or something odd begins, and where that is."""
        import numpy as np

        lower = self.data.translate(_NORMAL)
        return lower, np.flatnonzero(np.frombuffer(lower, np.uint8) == 0)

    @cached_property
    def doubtful(self) -> Positions:
        """The texts that may hold an odd character: a control, no mark of a sentence, no usual ideograph."""
        import numpy as np

        found, at = self.codes, self.dropped[1]
        begins = found[at]
        marks = at[begins >= _LONGER[0]]
        odd = [at[(begins < 0x20) | (begins == 0x7F)], marks[~_are_marks(self.data, marks)]]
        odd.append(np.flatnonzero((found[:-1] == _FIRST[0]) & (found[1:] < _FIRST[1])))
        odd.append(np.flatnonzero((found[:-1] == _LAST[0]) & (found[1:] >= _LAST[1])))
        return _holders(self.ends, np.concatenate(odd))

    def with_edges(self, first: bytes, last: bytes) -> Positions:
        """The texts that begin or end with some bytes, and the empty ones."""
        import numpy as np

        begins, ends = self.ends[:-1], self.ends[1:]
        found = np.frombuffer(self.data + b"\0", np.uint8)
        return np.flatnonzero((begins == ends) | _are(found[begins], first) | _are(found[ends - 1], last))

    def normal(self) -> tuple[pa.Array, Positions]:
        """The texts normalised, and which of them hold ten digits in a row."""
        import numpy as np
        import pyarrow as pa

        lower, at = bytearray(self.dropped[0]), self.dropped[1]
        begins = self.codes[at]
        longer = [begins >= first for first in _LONGER]
        further = [at[some] + n for n, some in enumerate(longer, 1)]
        np.frombuffer(lower, np.uint8)[np.concatenate(further)] = 0
        left = lower.translate(None, b"\0")
        gone = np.concatenate([[0], np.cumsum(1 + sum(some.astype(np.int64) for some in longer))])
        ends = self.ends - gone[np.searchsorted(at, self.ends)]
        buffers = pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(left)
        texts = pa.StringArray.from_buffers(len(ends) - 1, *buffers)
        return texts, _holders(ends, _ten_digits(np.frombuffer(left, np.uint8)))


def confirmed(texts: pa.Array, pattern: str, *doubtful: Positions) -> Positions:
    """Return which of the texts in doubt match a pattern."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.unique(np.concatenate(doubtful))
    if not len(rows):
        return rows
    return rows[np.asarray(pc.match_substring_regex(texts.take(pa.array(rows)), pattern), np.bool_)]


def mask(rows: Positions, height: int) -> pa.Array:
    """Return for each row whether it is one of some."""
    import numpy as np
    import pyarrow as pa

    found = np.zeros(height, np.bool_)
    found[rows] = True
    return pa.array(found)


def _holders(ends: Positions, places: Positions) -> Positions:
    """The texts that hold some bytes, each once."""
    import numpy as np

    return np.unique(np.searchsorted(ends, places, "right") - 1)


def _are_marks(data: bytes, places: Positions) -> npt.NDArray[np.bool_]:
    """Whether marks of sentences stand where characters of several bytes begin."""
    import numpy as np

    whole = np.frombuffer(data + b"\0\0", np.uint8)
    first, second, third = (whole[places + n] & 0x3F for n in range(3))
    found: npt.NDArray[np.bool_] = _marks()[first, second, third]
    return found


@cache
def _marks() -> npt.NDArray[np.bool_]:
    """Which characters of two or three bytes are marks of sentences, by the last six bits of each."""
    import numpy as np

    table = np.zeros((64, 64, 64), np.bool_)
    for mark in map(str.encode, _MARKS):
        table[tuple(byte & 0x3F for byte in mark)] = True
    return table


def _are(found: Bytes, some: bytes) -> npt.NDArray[np.bool_]:
    """Which bytes are some of these."""
    import numpy as np

    table = np.zeros(256, np.bool_)
    table[list(some)] = True
    return table[found]


def _ten_digits(found: Bytes) -> Positions:
    """Where ten digits in a row begin: no person's number has fewer, once all between its digits is dropped."""
    import numpy as np

    if len(found) < 10:
        return np.zeros(0, np.int64)
    fifths = found[4::5] - np.uint8(0x30) < 10  # ten in a row hold two of them that follow each other
    both = 5 * np.flatnonzero(fifths[:-1] & fifths[1:]) + 4
    begins = np.unique(both[:, np.newaxis] - np.arange(5))
    tens = np.lib.stride_tricks.sliding_window_view(found, 10)
    begins = begins[begins < len(tens)]
    return begins[(tens[begins] - np.uint8(0x30) < 10).all(axis=1)]
