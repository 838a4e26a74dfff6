"""Cells merged over several rows of a table: what they hold is put into each of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cells import is_blank
from .columnar import Columnar, columnar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .headers import Header
    from .sheets import Sheet

Filled = dict[str, list[int]]


def fill_down(sheet: Sheet, header: Header, end: int) -> tuple[Filled, dict[str, frozenset[int]]]:
    """Fill merged cells down in one table of a sheet, in place.

    Returns
    -------
    filled : dict
        Column id -> rows, as Excel shows them, that got a value.
    merged : dict
        Column id -> rows of merged cells of which it cannot be told what they hold: all that share a number, and those
        with a value of their own underneath that is not the one shown. An id is one row's only. These stay as they are.
    """
    filled: Filled = {}
    merged: dict[str, set[int]] = {}
    grid = columnar(sheet.rows)
    columns = {place: name for name, place in header.fits[0].places.items()}
    for top, bottom, place in _tall(sheet, header, end):
        if place not in columns or is_blank(grid.columns[place][top]):
            continue
        column, rows = header.fits[0].table.by_id[columns[place]], range(top, bottom + 1)
        numbers = column.type in ("whole", "number")
        unclear = rows if numbers else [row for row in rows if _differs(grid.columns[place], top, row)]
        if unclear:
            merged.setdefault(column.id, set()).update(row + sheet.first_row for row in unclear)
        if not numbers and not column.key and (own := list(_fill(grid, place, rows))):
            filled.setdefault(column.id, []).extend(row + sheet.first_row for row in own)
    return filled, {name: frozenset(rows) for name, rows in merged.items()}


def _differs(cells: Sequence[Any], top: int, row: int) -> bool:
    return not is_blank(cells[row]) and cells[row] != cells[top]


def _tall(sheet: Sheet, header: Header, end: int) -> Iterator[tuple[int, int, int]]:
    """First row, last row and column of the merged cells of one column among a table's rows."""
    height = min(end, len(sheet.rows))
    for top, left, bottom, right in sheet.merges:
        first, last, place = top - sheet.first_row, bottom - sheet.first_row, left - sheet.first_column
        if left == right and place >= 0 and header.end <= first < last and first < height:
            yield first, min(last, height - 1), place


def _fill(grid: Columnar, place: int, rows: range) -> Iterator[int]:
    for row in rows[1:]:
        if is_blank(grid.columns[place][row]) and any(not is_blank(cell) for cell in grid[row]):
            grid.put(row, place, grid.columns[place][rows[0]])
            yield row
