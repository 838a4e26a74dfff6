"""How far a worksheet's cells reach, told without looking at each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .guard import Unreadable
from .sheets import FREE_CELLS, MAX_CELLS, SPARSEST, check_extent, column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .scanning import Cells

_WIDTHS = (0, 26, 702, 16_384)
_ROWS, _COLUMNS = 1_048_576, 16_384
_FILLED = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?:[^>]*[^>/])?>')


class Extent:
    """Bounds from the number of letters and digits in the cells' references."""

    def __init__(self) -> None:
        self.letters, self.digits, self.last, self.n_cells = 1, 1, 1, 0

    def add(self, cells: Cells) -> None:
        """Take some rows into account."""
        self.letters, self.digits = max(self.letters, cells.letters), max(self.digits, cells.digits)
        self.last, self.n_cells = max(self.last, cells.last), self.n_cells + cells.named

    def is_harmless(self) -> bool:
        """Whether the rectangle is small, or well filled, whatever the exact references are."""
        if self.letters > 3 or self.digits > 7:
            return False
        width = self.last if self.letters == 1 else _WIDTHS[self.letters]
        area = min(int(10**self.digits), _ROWS) * width
        return area <= FREE_CELLS or (area <= MAX_CELLS and area <= SPARSEST * self.n_cells)


def exact_extent(chunks: Iterable[bytes]) -> None:
    """Refuse a worksheet whose filled cells span more than can be held, looking at each of them.

    Raises
    ------
    Unreadable
        Naming the cell that reaches too far.
    """
    widest = lowest = (0, 0)  # (column, row)
    first, n_filled = _ROWS, 0
    for chunk in chunks:
        for letters, digits in _FILLED.findall(chunk):
            place = (column_number(letters), int(digits))
            widest, lowest = max(widest, place), max(lowest, place, key=lambda one: one[1])
            first, n_filled = min(first, place[1]), n_filled + 1
    if widest[0] > _COLUMNS or lowest[1] > _ROWS:
        raise Unreadable("far_cell", cell=_name(widest if widest[0] > _COLUMNS else lowest))
    far = widest if widest[0] > _WIDTHS[2] else lowest
    check_extent(max(lowest[1] - first + 1, 0), widest[0], n_filled, (far[1], far[0]))


def _name(place: tuple[int, int]) -> str:
    return f"{column_letters(place[0])[:8]}{place[1]}"[:24]


def column_number(letters: bytes) -> int:
    """Return a column's number; A -> 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
