"""The cells of a column that no data row has: blank ones, words for a total, headers."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from ..cells import is_blank
from ..tables import header_key
from .text_bytes import Texts, confirmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from .columnar import Part

LONGEST = 40  # characters of a header or a total's label
LABELS = frozenset(("合计", "总计", "小计", "共计", "累计", "总和", "汇总"))
TOTAL = re.compile(
    r"(?:总计|合计|共计|小计|累计|总和|汇总|本页合计|本页小计)(?:[(（].*)?[:：]?.{0,12}|.{1,20}(?:小计|合计|总计)[:：]?"
)
_FEW = 5_000  # distinct cells of a column that are looked at one by one
_UNLIKE_ID = r"^[^0-9A-Za-z\x{4e00}-\x{9fa5}]|^$"
_UNLIKE_BYTES = bytes(byte for byte in range(256) if byte > 0x7F or not chr(byte).isalnum())
_BARE = frozenset(
    ("", *LABELS, *(f"{a[0]}{gap}{a[1]}" for a in LABELS for gap in (" ", "  ", "　", "　　", "   ")))
)


class Strange:
    """The strange cells of one column that every data row fills, found part by part.

    Of a column with few distinct cells, each that is short is looked at by itself; of one with many, only those that
    are a blank, a word for a total or a header as they stand.

    Parameters
    ----------
    known : frozenset of str
        Every header of every table, as `header_key` makes it.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self._distinct: set[object] | None = set()
        self._seen: tuple[set[object], set[object]] = set(), set()  # words and blank ones among the distinct
        self._sure: list[int] = []
        self._words: list[tuple[int, object]] = []

    def look(self, part: Part, place: int, start: int) -> None:
        """Look at a column's cells in a part of the rows, the first of which is at `start`."""
        array = part.array(place)
        if array is not None and self._distinct is None and not self._may_be_strange(array):
            return
        distinct = None if array is None else array.unique()
        if distinct is None:
            self._look(set(part.cells(place)), part, place, start)
        elif len(distinct) <= _FEW or self._may_be_strange(distinct):
            self._look(set(distinct.to_pylist()), part, place, start)
        else:
            self._distinct = None

    def _may_be_strange(self, cells: pa.Array) -> bool:
        """Whether there is anything among many cells that begins unlike an id, or is a word or header."""
        import pyarrow.compute as pc

        if pc.any(pc.is_in(cells, value_set=_word_array(self.known))).as_py():
            return True
        return len(confirmed(cells, _UNLIKE_ID, Texts(cells).with_edges(_UNLIKE_BYTES))) > 0

    def _look(self, own: set[object], part: Part, place: int, start: int) -> None:
        """Look at the distinct cells, and at all of them only where some are strange."""
        new = own - self._distinct if self._distinct is not None else own
        if self._distinct is not None and len(self._distinct) + len(new) <= _FEW:
            self._distinct |= new
            words, sure = self._remembered(own, new, part, place)
        else:
            self._distinct, words, sure = None, own & self.known, self._blank(own, part, place)
        if words or sure:
            cells = part.cells(place)
            self._sure += [start + at for at, cell in enumerate(cells) if cell in sure]
            self._words += [(start + at, cell) for at, cell in enumerate(cells) if cell in words]

    def _remembered(
        self, own: set[object], new: set[object], part: Part, place: int
    ) -> tuple[set[object], set[object]]:
        """Words and blank cells among few distinct ones, of which only the new ones are looked at."""
        words, blank = self._seen
        words.update(self._like_words(new))
        blank |= self._blank(new, part, place)
        return own & words, own & blank

    def rows(self) -> Iterator[int]:
        """Return the rows of the strange cells."""
        yield from self._sure
        yield from (row for row, cell in self._words if self._distinct is not None or cell in self.known)

    def _like_words(self, cells: set[object]) -> Iterator[object]:
        texts = (cell for cell in cells if isinstance(cell, str) and len(cell) <= LONGEST)
        return (text for text in texts if header_key(text) in self.known or TOTAL.fullmatch(text))

    def _blank(self, cells: set[object], part: Part, place: int) -> set[object]:
        """Blank cells, and the bare words for a total."""
        if len(cells) > _FEW and _is_plain(part.cells(place)):
            return cells & _BARE
        odd = (cell for cell in cells if not cell or (isinstance(cell, str) and not cell[0].isalnum()))
        return cells & _BARE | {cell for cell in odd if is_blank(cell)}


@cache
def _word_array(known: frozenset[str]) -> pa.Array:
    import pyarrow as pa

    return pa.array(sorted(known | _BARE))


def _is_plain(cells: Sequence[Any]) -> bool:
    """Whether many cells are texts without any space or unseen character, told by looking at all of them as one."""
    if set(map(type, cells)) != {str}:
        return False
    text = "".join(cells)
    return text.isprintable() and " " not in text
