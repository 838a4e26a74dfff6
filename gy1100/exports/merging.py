"""Cells merged over several rows of a table: what they hold is put into each of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cells import is_blank
from .columnar import Columnar, columnar

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        Column id -> all rows of merged cells that hold a number: which share is whose cannot be told, and an id is one
        row's only. The rows stay as they are.
    """
    filled: Filled = {}
    merged: dict[str, set[int]] = {}
    grid = columnar(sheet.rows)
    columns = {place: name for name, place in header.fits[0].places.items()}
    for top, bottom, place in _tall(sheet, header, end):
        if place not in columns or is_blank(grid.columns[place][top]):
            continue
        column = header.fits[0].table.by_id[columns[place]]
        rows = list(range(top, bottom + 1))
        if column.type in ("whole", "number"):
            merged.setdefault(column.id, set()).update(row + sheet.first_row for row in rows)
        elif not column.key:
            filled.setdefault(column.id, []).extend(_fill(grid, place, rows, sheet.first_row))
    return filled, {name: frozenset(rows) for name, rows in merged.items()}


def _tall(sheet: Sheet, header: Header, end: int) -> Iterator[tuple[int, int, int]]:
    """First row, last row and column of the merged cells of one column among a table's rows."""
    height = min(end, len(sheet.rows))
    for top, left, bottom, right in sheet.merges:
        first, last, place = top - sheet.first_row, bottom - sheet.first_row, left - sheet.first_column
        if left == right and place >= 0 and header.end <= first < last and first < height:
            yield first, min(last, height - 1), place


def _fill(grid: Columnar, place: int, rows: list[int], first_row: int) -> Iterator[int]:
    for row in rows[1:]:
        if is_blank(grid.columns[place][row]) and any(not is_blank(cell) for cell in grid[row]):
            grid.put(row, place, grid.columns[place][rows[0]])
            yield row + first_row
