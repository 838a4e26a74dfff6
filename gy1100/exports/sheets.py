"""A sheet as every reader hands it on: its cells, where they stand, and what a person would see of it in Excel."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .guard import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..findings import Finding

Span = tuple[int, int, int, int]
MAX_CELLS = 40_000_000
FREE_CELLS = 4_000_000  # a rectangle of this size may be as empty as it likes
CUT = "row_cut"  # the finding on the row in which a file breaks off
SPARSEST = 8  # a larger one needs a filled cell among so many


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, or of one text file.

    Attributes
    ----------
    file, name : str
        The file's name in the delivery; the sheet's name, empty for text files.
    rows : sequence of sequences
        The used rectangle, row by row; rows of a text file may differ in length.
    first_row, first_column : int
        Where the rectangle begins, from 1 as Excel counts.
    plain : bool
        The file knows text only.
    date1904 : bool
        Serial numbers count from 1904.
    table : str or None
        The table's id from a hidden defined name of our own templates; it wins over the headers.
    findings : tuple of Finding
        What was found while reading the cells.
    merges : tuple of (int, int, int, int)
        Merged cells: first row, first column, last row, last column, as Excel counts.
    hidden : bool
        The sheet is hidden.
    hidden_rows, hidden_columns : tuple of int
        Rows and columns that are hidden, as Excel counts.
    filtered : bool
        A filter leaves rows out of view.
    struck : tuple of int
        Rows with text that is struck through.
    cut : bool
        The text ends in the middle of a line.
    """

    file: str
    name: str
    rows: Sequence[Sequence[Any]]
    first_row: int = 1
    first_column: int = 1
    plain: bool = False
    date1904: bool = False
    table: str | None = None
    findings: tuple[Finding, ...] = field(default=())
    merges: tuple[Span, ...] = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    filtered: bool = False
    struck: tuple[int, ...] = ()
    cut: bool = False

    def of(self, file: str) -> Sheet:
        """Return the sheet as one of a file, its findings too."""
        return replace(self, file=file, findings=tuple(replace(f, file=file) for f in self.findings))


@dataclass
class Grid:
    """Cells put down one by one, at any place, until the sheet is whole; places count from 1."""

    cells: dict[int, dict[int, Any]] = field(default_factory=dict)
    merges: list[Span] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def put(self, row: int, column: int, cell: Any) -> None:
        """Put a cell down; empty ones take no room."""
        if cell is not None and cell != "":
            self.cells.setdefault(row, {})[column] = cell

    def merge(self, row: int, column: int, height: int, width: int) -> None:
        """Note merged cells."""
        if height > 1 or width > 1:
            self.merges.append((row, column, row + height - 1, column + width - 1))

    def sheet(self, name: str, **more: Any) -> Sheet:
        """Return the used rectangle as a sheet."""
        if not self.cells:
            return Sheet("", name, [], **more)
        top, bottom = min(self.cells), max(self.cells)
        left = min(min(row) for row in self.cells.values())
        right = max(max(row) for row in self.cells.values())
        check_extent(bottom - top + 1, right - left + 1, sum(map(len, self.cells.values())), (bottom, right))
        rows = [self._row(row, left, right) for row in range(top, bottom + 1)]
        whole = Sheet("", name, rows, top, left, merges=tuple(self.merges), **more)
        hidden = tuple(self.hidden_rows), tuple(self.hidden_columns)
        return replace(whole, hidden_rows=hidden[0], hidden_columns=hidden[1])

    def _row(self, row: int, left: int, right: int) -> list[Any]:
        cells: list[Any] = [None] * (right - left + 1)
        for column, cell in self.cells.get(row, {}).items():
            cells[column - left] = cell
        return cells


def check_extent(height: int, width: int, filled: int, last: tuple[int, int]) -> None:
    """Refuse a rectangle that is too large, or large and all but empty.

    Raises
    ------
    Unreadable
        Naming the last cell.
    """
    area = height * width
    if area > MAX_CELLS or (area > FREE_CELLS and area > SPARSEST * filled):
        raise Unreadable("far_cell", cell=f"{column_letters(last[1])}{last[0]}")


def column_letters(number: int) -> str:
    """Return a column's letters as Excel shows them; 1 -> A."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
