"""The cells of a sheet, kept column by column: equal cells are one object, and a column is read without its rows."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, overload

if TYPE_CHECKING:
    import pyarrow as pa

PART = 100_000  # rows
_CHUNK = 500  # rows
_EQUAL_IS_SAME = frozenset(
    (str, float, dt.date, dt.datetime, type(None))
)  # True and 1 are equal, not the same
_DISTINCT = 2_000  # from so many distinct cells on, a column that hardly repeats is no longer looked up


class Part(NamedTuple):
    """Some of the rows that were asked for.

    Attributes
    ----------
    start : int
        How many of them came before.
    rows : sequence of int
        Where they are in `grid`.
    grid : Columnar
    """

    start: int
    rows: Sequence[int]
    grid: Columnar

    def cells(self, place: int) -> list[Any]:
        """Return one column of them."""
        return self.grid.cells(place, self.rows)

    def array(self, place: int) -> pa.Array | None:
        """Return one column of them as an array, where they lie in one."""
        return self.grid.array(place, self.rows)


class Columnar(Sequence[list[Any]]):
    """A sheet's used rectangle: a sequence of rows that holds columns.

    Parameters
    ----------
    columns : list of list
        All of one length, None or an empty text where there is no cell.
    height : int
        Number of rows.
    lengths : list of int, optional
        How many cells each row has, where rows differ (text files).
    """

    __slots__ = ("_shared", "columns", "height", "lengths")

    def __init__(self, columns: list[list[Any]], height: int, lengths: list[int] | None = None) -> None:
        self.columns, self.height, self.lengths = columns, height, lengths
        self._shared: set[int] = set()

    def __len__(self) -> int:
        return self.height

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @overload
    def __getitem__(self, index: int) -> list[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[Any]]: ...
    def __getitem__(self, index: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self.height))]
        row = [column[index] for column in self.columns]
        return row[: self.lengths[index]] if self.lengths else row

    def __iter__(self) -> Iterator[list[Any]]:
        if not self.columns or self.lengths:
            return (self[index] for index in range(self.height))
        return map(list, zip(*self.columns, strict=True))

    def copied(self) -> Columnar:
        """Return a copy into which cells can be put; columns are copied when they change."""
        copy = Columnar(list(self.columns), self.height, self.lengths and list(self.lengths))
        copy._shared = set(range(len(self.columns)))
        return copy

    def put(self, row: int, place: int, cell: Any) -> None:
        """Put a cell into the rectangle, one outside of it is left; a short row becomes long enough to hold it."""
        if not (0 <= row < self.height and 0 <= place < len(self.columns)):
            return
        if place in self._shared:
            self.columns[place] = list(self.columns[place])
            self._shared.remove(place)
        self.columns[place][row] = cell
        if self.lengths:
            self.lengths[row] = max(self.lengths[row], place + 1)

    def length(self, row: int) -> int:
        """Return how many cells a row has."""
        return self.lengths[row] if self.lengths else len(self.columns)

    def parts(self, rows: Sequence[int], places: Collection[int] = ()) -> Iterator[Part]:  # noqa: ARG002 - all are there
        """Return some rows, in ascending order, part by part; if only some columns of them are wanted, these."""
        for start in range(0, len(rows), PART):
            yield Part(start, rows[start : start + PART], self)

    def cells(self, place: int, rows: Sequence[int]) -> list[Any]:
        """Return one column of some rows; None where the sheet has no such column."""
        if place >= len(self.columns):
            return [None] * len(rows)
        column = self.columns[place]
        if isinstance(rows, range) and rows.step == 1:
            return column[rows.start : rows.stop]
        return [column[index] for index in rows]

    def array(self, place: int, rows: Sequence[int]) -> pa.Array | None:  # noqa: ARG002 - there is none
        """Return one column of some rows as texts in an array; None where there is none such."""
        return None


def columnar(rows: Iterable[Sequence[Any]], width: int = 0) -> Columnar:
    """Return rows, read a few thousand at a time, as columns; equal cells of a column become one object."""
    if isinstance(rows, Columnar):
        return rows
    columns: list[list[Any]] = [[] for _ in range(width)]
    known: list[dict[Any, Any] | None] = [{} for _ in range(width)]
    lengths: list[int] = []
    source = iter(rows)
    with without_collection():
        while chunk := list(islice(source, _CHUNK)):
            wide = list(map(len, chunk))
            _widen(columns, known, max(wide), len(lengths))
            lengths.extend(wide)
            turned = zip_longest(*chunk) if min(wide) < max(wide) else zip(*chunk, strict=True)
            for place, cells in enumerate(turned):
                known[place] = _extend(columns[place], cells, known[place])
            _pad(columns, len(lengths))
    even = not lengths or min(lengths) == max(lengths) == len(columns)
    return Columnar(columns, len(lengths), None if even else lengths)


def turned(rows: Sequence[Sequence[Any]]) -> Columnar:
    """Return rows as columns, to be looked at once: each cell stays the object that it is."""
    lengths = list(map(len, rows))
    even = not lengths or min(lengths) == max(lengths)
    columns = zip(*rows, strict=True) if even else zip_longest(*rows)
    return Columnar(list(map(list, columns)), len(lengths), None if even else lengths)


def _widen(columns: list[list[Any]], known: list[dict[Any, Any] | None], width: int, height: int) -> None:
    while len(columns) < width:
        columns.append([None] * height)
        known.append({})


def _pad(columns: list[list[Any]], height: int) -> None:
    for column in columns:
        if len(column) < height:
            column.extend([None] * (height - len(column)))


def _extend(column: list[Any], cells: Sequence[Any], known: dict[Any, Any] | None) -> dict[Any, Any] | None:
    """Append cells, each as the first equal one seen in this column; give up where nearly all differ."""
    if known is None or not _EQUAL_IS_SAME.issuperset(map(type, cells)):
        column.extend(cells)
        return known
    column.extend(map(known.setdefault, cells, cells))
    return None if len(known) > _DISTINCT and 2 * len(known) > len(column) else known


@contextmanager
def without_collection() -> Iterator[None]:
    """Keep the collector from walking millions of cells while they are read; cells cannot form cycles."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
