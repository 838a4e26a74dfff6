"""The rows of a delimited text: cut out of it where they are needed, so that a text of any length can be read."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any, overload

from .columnar import Columnar, Part, columnar, turned, without_collection
from .even_rows import even_rows
from .guard import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from .encoding import Encoded

NEUTRAL = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
KEPT = 32 << 20  # bytes of text whose rows stay in memory
LONGEST = 64 << 20  # bytes of a row; a longer one has a quotation mark that was never closed


class TextRows(Columnar):
    """The rows of a delimited text: a sequence of rows, most of which lie in the text until they are asked for.

    Parameters
    ----------
    text : Encoded
    start : int
        The byte at which the rows begin.
    delimiter : str

    Raises
    ------
    Unreadable
        If its quotation marks do not pair.
    """

    __slots__ = (
        "_evens",
        "_first",
        "_kept",
        "_last",
        "_put",
        "_spans",
        "delimiter",
        "formulas",
        "text",
        "wide",
    )

    def __init__(self, text: Encoded, start: int, delimiter: str) -> None:
        super().__init__([], 0)
        self.text, self.delimiter, self.formulas, self.wide = text, delimiter, 0, 0
        self._first: list[int] = [0]
        self._spans: list[tuple[int, int]] = []
        self._evens: set[int] = set()
        self._kept: dict[int, Columnar] = {}
        self._last: tuple[int, Columnar] | None = None
        self._put: dict[int, dict[int, Any]] = {}
        with without_collection():
            self._find_rows(start)

    def _find_rows(self, start: int) -> None:
        begin = None
        for at, end in self.text.spans(start):
            begin = at if begin is None else begin
            kept = end - start <= KEPT
            rows = self._even(begin, end, places=None if kept else ()) or self._parsed(begin, end)
            if rows is None:
                continue
            if isinstance(rows, Columnar):
                self._evens.add(len(self._spans))
            if kept:
                self._kept[len(self._spans)] = columnar(rows)
            self._spans.append((begin, end))
            self._first.append(self._first[-1] + len(rows))
            wide = rows.width if isinstance(rows, Columnar) else max(map(len, rows), default=0)
            self.wide, begin = max(self.wide, wide), None
        self.height = self._first[-1]

    def _even(self, start: int, end: int, **known: Any) -> Columnar | None:
        """The rows between two bytes where nothing about them is unusual."""
        return even_rows(self.text.utf8(start, end), self.delimiter, **known)

    def _parsed(self, start: int, end: int, *, counted: bool = True) -> list[list[str]] | None:
        """The rows between two bytes; None if the last of them goes on."""
        text, rows = self.text.text(start, end), list[list[str]]()
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True)
            rows.extend(reader)
        except csv.Error as problem:
            more = end < self.text.end and end - start < LONGEST
            if more and str(problem) == "unexpected end of data":
                return None
            raise Unreadable("csv_quote", row=self._first[-1] + len(rows) + 1) from None
        if '="' in text or "'" in text:
            self.formulas += counted * sum(map(_bare, rows))
        return rows

    def _piece(self, number: int) -> Columnar:
        """The rows of one piece of the text."""
        if self._last is None or self._last[0] != number:
            self._last = None  # one piece at a time
            self._last = number, self._with_put(number, self._kept.get(number) or self._turned(number))
        return self._last[1]

    def _turned(self, number: int) -> Columnar:
        span = self._spans[number]
        if number in self._evens and (even := self._even(*span, checked=True)):
            return even
        with without_collection():
            return turned(self._parsed(*span, counted=False) or [])

    def _some(self, number: int, places: Collection[int]) -> Columnar:
        """Some columns of one piece, where it need not be cut into all of them."""
        at_hand = number in self._kept or (self._last is not None and self._last[0] == number)
        if not places or at_hand or self._put or number not in self._evens:
            return self._piece(number)
        return self._even(*self._spans[number], places=places, checked=True) or self._piece(number)

    def _with_put(self, number: int, rows: Columnar) -> Columnar:
        first = self._first[number]
        own = [row for row in self._put if first <= row < first + rows.height]
        if own:
            rows = rows.copied()
        for row in own:
            for place, cell in self._put[row].items():
                rows.put(row - first, place, cell)
        return rows

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.wide

    @overload
    def __getitem__(self, index: int) -> list[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[Any]]: ...
    def __getitem__(self, index: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self.height))]
        piece, at = self._where(index)
        return piece[at]

    def _where(self, index: int) -> tuple[Columnar, int]:
        """The piece with a row, and where it is there."""
        index += self.height if index < 0 else 0
        if not 0 <= index < self.height:
            raise IndexError(index)
        number = bisect_right(self._first, index) - 1
        return self._piece(number), index - self._first[number]

    def __iter__(self) -> Iterator[list[Any]]:
        for number in range(len(self._spans)):
            yield from self._piece(number)

    def copied(self) -> TextRows:
        """Return a copy into which cells can be put."""
        copy = object.__new__(TextRows)
        for name in (*Columnar.__slots__, *TextRows.__slots__):
            setattr(copy, name, getattr(self, name))
        copy._put, copy._last = {row: dict(cells) for row, cells in self._put.items()}, None
        return copy

    def put(self, row: int, place: int, cell: Any) -> None:
        """Put a cell in; a short row becomes long enough to hold it."""
        self._put.setdefault(row, {})[place] = cell
        self._last = None

    def length(self, row: int) -> int:
        """Return how many cells a row has."""
        piece, at = self._where(row)
        return piece.length(at)

    def cells(self, place: int, rows: Sequence[int]) -> list[Any]:
        """Return one column of some rows, in ascending order; None where a row has no such cell."""
        return [cell for part in self.parts(rows) for cell in part.cells(place)]

    def parts(self, rows: Sequence[int], places: Collection[int] = ()) -> Iterator[Part]:
        """Return some rows, in ascending order, part by part; if only some columns of them are wanted, these."""
        start = 0
        for number, first in enumerate(self._first[:-1]):
            end = bisect_left(rows, self._first[number + 1])
            if start < end:
                own = rows[start:end]
                within = (
                    range(own.start - first, own.stop - first)
                    if isinstance(own, range)
                    else [row - first for row in own]
                )
                yield Part(start, within, self._some(number, places))
            start = end


def _bare(row: list[str]) -> int:
    """Take the neutral apostrophe off a row's cells and texts out of ``="…"``; return how many of these."""
    formulas = 0
    for index, cell in enumerate(row):
        if cell[:1] == "'" and NEUTRAL.match(cell):
            row[index] = cell[1:]
        elif cell[:2] == '="' and cell[-1:] == '"' and len(cell) > 2:
            row[index], formulas = cell[2:-1], formulas + 1
    return formulas
