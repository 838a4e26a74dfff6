"""Rows that are equal: found by their hashes where there are many, and then compared value by value."""

from __future__ import annotations

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from .database import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Positions = npt.NDArray[np.int64]
    Hash = TypeVar("Hash", np.uint32, np.uint64)

Row = tuple[Any, ...]
MANY = 50_000  # rows from which on their hashes are compared first
PIECE = 50_000  # rows
HALF = 32  # bits of a hash: of tens of millions of rows few agree in them by chance
BITS = 26  # of a hash that are looked up at once: tens of millions of them seldom agree by chance


def rows_at(columns: Sequence[pa.ChunkedArray], positions: Sequence[int] | Positions) -> Iterator[Row]:
    """Return the values of some rows, a piece at a time."""
    for start in range(0, len(positions), PIECE):
        wanted = positions[start : start + PIECE]
        yield from zip(*(values_at(column, wanted) for column in columns), strict=True)


def values_at(column: pa.ChunkedArray, positions: Sequence[int] | Positions) -> list[Any]:
    """Return some values of a column, taken out of each of its pieces: taking from all at once joins them first."""
    import numpy as np
    import pyarrow as pa

    wanted = np.asarray(positions, np.int64)
    ends = np.cumsum([len(chunk) for chunk in column.chunks], dtype=np.int64)
    numbers = np.searchsorted(ends, wanted, side="right")
    order = np.argsort(numbers, kind="stable")
    values: list[Any] = []
    for own in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(wanted) else ():
        number = int(numbers[own[0]])
        chunk = column.chunk(number)
        values += chunk.take(pa.array(wanted[own] - (ends[number] - len(chunk)))).to_pylist()
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return [values[place] for place in places.tolist()]


def repeated(columns: Sequence[pa.ChunkedArray], positions: Positions) -> list[list[int]]:
    """Return the groups of rows that are equal in some columns, each and all in the order of their positions."""
    if len(positions) > MANY:
        positions = positions[_again(hashes(columns)[positions])]
    elif any(len(positions) == len(column) and _all_differ(column) for column in columns):
        return []
    groups: dict[Row, list[int]] = {}
    for index, row in zip(positions.tolist(), rows_at(columns, positions), strict=True):
        groups.setdefault(row, []).append(index)
    return [group for group in groups.values() if len(group) > 1]


def _all_differ(column: pa.ChunkedArray) -> bool:
    """Whether a column holds texts of which no two are equal (numbers may be equal and written otherwise: 0 and -0)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.types.is_string(column.type)
    return texts and bool(pc.count_distinct(column, mode="all").as_py() == len(column))


def equal_sheets(
    columns: Sequence[pa.ChunkedArray], source: npt.NDArray[np.int32], positions: Positions
) -> Iterator[tuple[int, list[int]]]:
    """Return the sheets that hold exactly the rows of an earlier one, each as often: that one's source, their rows."""
    import numpy as np

    sheets = {int(number): positions[source[positions] == number] for number in np.unique(source[positions])}
    whole = hashes(columns) if len(positions) > MANY and len(sheets) > 1 else None
    alike: dict[bytes | int, dict[frozenset[tuple[Row, int]], int]] = {}
    likeness = {
        n: len(own) if whole is None else hashlib.sha256(np.sort(whole[own]).tobytes()).digest()
        for n, own in sheets.items()
    }
    shared = Counter(likeness.values())
    for number, own in sheets.items():
        if shared[likeness[number]] > 1:
            rows = frozenset(Counter(rows_at(columns, own)).items())
            first = alike.setdefault(likeness[number], {}).setdefault(rows, number)
            if first != number:
                yield first, own.tolist()


def repeating(columns: Sequence[pa.ChunkedArray]) -> npt.NDArray[np.bool_]:
    """Tell which rows may be equal to another one in some columns: all of them that are, and few that are not."""
    import numpy as np

    rows = len(columns[0])
    if rows <= MANY:
        return np.ones(rows, np.bool_)
    values = (hashes(columns) >> np.uint64(HALF)).astype(np.uint32)  # sorted in half the time
    return _near(values, _shared(values))


def hashes(columns: Sequence[pa.ChunkedArray]) -> npt.NDArray[np.uint64]:
    """Return a hash of each row; rows that are equal have equal ones."""
    import numpy as np
    import pyarrow as pa

    names = [f"c{number}" for number in range(len(columns))]
    rows = pa.Table.from_arrays(list(columns), names=names)
    found, at = np.empty(len(rows), np.uint64), 0
    with database(temp_directory="") as engine:
        engine.register("rows", rows)
        # rows come in their order, as the engine keeps it unless it is told otherwise
        question = engine.sql(f"SELECT hash({', '.join(names)}) AS hash FROM rows")  # noqa: S608 - ours
        for batch in question.to_arrow_reader(PIECE):
            found[at : at + len(batch)] = batch["hash"]
            at += len(batch)
    return found


def _again(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which values occur more than once."""
    import numpy as np

    shared = _shared(values)
    found = _near(values, shared)
    positions = np.flatnonzero(found)
    own = values[positions]
    found[positions] = shared[np.minimum(np.searchsorted(shared, own), len(shared) - 1)] == own
    return found


def _shared(values: npt.NDArray[Hash]) -> npt.NDArray[Hash]:
    """Return the values that occur more than once, in order: two halves of what there may be, beside each other."""
    import numpy as np

    last = values.dtype.type(8 * values.itemsize - 1)
    with ThreadPoolExecutor(2) as threads:
        return np.concatenate(list(threads.map(lambda top: _twice(values[values >> last == top]), (0, 1))))


def _twice(values: npt.NDArray[Hash]) -> npt.NDArray[Hash]:
    import numpy as np

    ordered = np.sort(values)
    again: npt.NDArray[Hash] = ordered[1:][ordered[1:] == ordered[:-1]]
    return again[np.flatnonzero(np.diff(again, prepend=~again[:1]))]


def _near(values: npt.NDArray[Hash], wanted: npt.NDArray[Hash]) -> npt.NDArray[np.bool_]:
    """Which values begin with the same bits as a wanted one: a glance into a table instead of a search."""
    import numpy as np

    bits, found = values.dtype.type(8 * values.itemsize - BITS), np.zeros(len(values), np.bool_)
    table = np.zeros(1 << BITS, np.bool_)
    table[wanted >> bits] = True

    def look(start: int) -> None:
        found[start : start + PIECE] = table[values[start : start + PIECE] >> bits]

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(look, range(0, len(values), PIECE)))
    return found
