"""Rows of a delimited text without anything unusual about them: cut by an engine, column by column.

A piece of text is read this way only where the careful reader would surely find the same cells in it.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING, Any

from .columnar import Columnar

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Positions = npt.NDArray[np.intp]

_QUOTE, _RETURN, _LINE, _END = b'"\r\n\0'
_UNUSUAL = (b"'", b"\0")  # what stands for something else in a cell, and what engines differ about
_FIRST = 10_000  # bytes in which the first row must end
_BLOCK = 1 << 19  # bytes that are cut at a time: for each column the engine takes memory for all of them


class EvenRows(Columnar):
    """Rows that all have equally many cells; a column becomes single cells when it is asked for.

    Parameters
    ----------
    arrays : list of pyarrow.StringArray
        The columns; None for those that were not wanted.
    height : int
    """

    __slots__ = ("_arrays", "_turned")

    def __init__(self, arrays: list[pa.Array], height: int) -> None:
        self._arrays = arrays
        self._turned: dict[int, list[Any]] = {}
        super().__init__([], height)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self._arrays)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self.height))]
        return [array[index].as_py() for array in self._arrays]

    def __iter__(self) -> Any:
        return map(list, zip(*map(self._column, range(self.width)), strict=True))

    def copied(self) -> Columnar:
        """Return a copy into which cells can be put."""
        return Columnar([list(self._column(place)) for place in range(self.width)], self.height)

    def length(self, row: int) -> int:  # noqa: ARG002 - as of all rows
        """Return how many cells a row has."""
        return self.width

    def cells(self, place: int, rows: Sequence[int]) -> list[Any]:
        """Return one column of some rows; None where there is no such column."""
        array = self.array(place, rows)
        return [None] * len(rows) if array is None else list(array.to_pylist())

    def array(self, place: int, rows: Sequence[int]) -> pa.Array | None:
        """Return one column of some rows as texts in an array; None where there is no such column."""
        import pyarrow as pa

        if place >= self.width:
            return None
        if isinstance(rows, range) and rows.step == 1:
            return self._arrays[place].slice(rows.start, len(rows))
        return self._arrays[place].take(pa.array(rows, pa.int64()))

    def _column(self, place: int) -> list[Any]:
        if place not in self._turned:
            self._turned[place] = self._arrays[place].to_pylist()
        return self._turned[place]


def even_rows(
    data: bytes, delimiter: str, *, places: Collection[int] | None = None, checked: bool = False
) -> EvenRows | None:
    """Return the rows of a piece of UTF-8; None where it holds anything unusual, or rows of different lengths.

    Parameters
    ----------
    data : bytes
        Known to be UTF-8.
    delimiter : str
    places : collection of int, optional
        The columns that are wanted, none for the number of rows alone; by default all.
    checked : bool
        It was read so before.
    """
    width = _width(data, delimiter)
    if width < 2:
        return None
    quoted = b'"' in data
    if not checked:
        ends = _usual_ends(data)
        if ends is None or (quoted and not _has_usual_quotes(data, ord(delimiter))):
            return None
        if places is not None and not places and not quoted:
            height = _height(data, ends, ord(delimiter), width)
            return EvenRows([None] * width, height) if height else None
    found = _cut(data, delimiter, [str(number) for number in range(width)], places)
    if found is None:
        return None
    arrays = {int(name): _array(found[name]) for name in found.column_names}
    return EvenRows([arrays.get(place) for place in range(width)], found.num_rows)


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _cut(data: bytes, delimiter: str, names: list[str], places: Collection[int] | None) -> pa.Table | None:
    """The columns of a piece that are wanted, one at least; None where its rows have different lengths."""
    import pyarrow as pa
    from pyarrow import csv as engine

    wanted = (
        names if places is None else [names[place] for place in places if place < len(names)] or names[:1]
    )
    convert = engine.ConvertOptions(
        check_utf8=False, column_types=dict.fromkeys(names, pa.string()), include_columns=wanted
    )
    parse = engine.ParseOptions(
        delimiter=delimiter, newlines_in_values=b'"' in data, ignore_empty_lines=False
    )
    read = engine.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=False)
    try:
        return engine.read_csv(pa.BufferReader(data), read, parse, convert)
    except pa.ArrowInvalid:
        return None


def _width(data: bytes, delimiter: str) -> int:
    """How many cells the first row has; 0 where that cannot be told, or the delimiter is no single byte."""
    if len(delimiter.encode()) > 1 or delimiter in '"\r\n':
        return 0
    first = data[:_FIRST].decode("utf-8", "ignore")
    reader = csv.reader(io.StringIO(first, newline=""), delimiter=delimiter)
    row = next(reader, [])
    ended = reader.line_num < first.count("\n") or len(data) <= _FIRST
    return len(row) if ended else 0


def _usual_ends(data: bytes) -> Positions | None:
    """Where lines end, in a piece in which every reader finds the same; None in any other.

    All rows end in one line feed, or in a return with one, and none is empty.
    """
    import numpy as np

    if data.startswith(codecs.BOM_UTF8) or any(mark in data for mark in _UNUSUAL):
        return None
    found = np.frombuffer(data, np.uint8)
    lines = np.flatnonzero(found == _LINE)
    if data[:1] in b"\r\n" or (found[lines - 1] == _LINE).any():
        return None
    both = lines[found[lines - 1] == _RETURN]
    if len(both) != np.count_nonzero(found == _RETURN) or (found[both - 2] == _LINE).any():
        return None
    return lines


def _height(data: bytes, ends: Positions, delimiter: int, width: int) -> int:
    """How many rows a piece without quotation marks has; 0 where they have different lengths."""
    import numpy as np

    marks = np.flatnonzero(np.frombuffer(data, np.uint8) == delimiter)
    height = len(ends) + (not data.endswith(b"\n"))
    if len(marks) != height * (width - 1):
        return 0
    rows = marks.reshape(height, width - 1)
    apart = (rows[1:, 0] > ends[: height - 1]).all() and (rows[: len(ends), -1] < ends).all()
    return height if apart else 0


def _has_usual_quotes(data: bytes, delimiter: int) -> bool:
    """Whether quotation marks stand around cells only, or twice within such."""
    import numpy as np

    found = np.frombuffer(data + bytes([_END]), np.uint8)
    marks = np.flatnonzero(found == _QUOTE)
    opening, closing = marks[::2], marks[1::2]
    if len(opening) != len(closing) or b'="' in data:
        return False
    before, after = found[opening[opening > 0] - 1], found[closing + 1]
    behind = (delimiter, _RETURN, _LINE, _QUOTE, _END)
    return bool(np.isin(before, (delimiter, _LINE, _QUOTE)).all() and np.isin(after, behind).all())
