"""Zipped Excel workbooks (.xlsx, .xlsm): looked into first, then read by the fast reader."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..findings import Finding
from .columnar import Columnar, columnar
from .guard import Unreadable
from .inspection import Inspection
from .isolated import sheets_outside
from .markup import formula_note
from .package import Book, inspect_book
from .sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_MARKS = ("date1904", "table", "merges", "filtered", "hidden_rows", "hidden_columns", "struck")


def read_book(data: bytes) -> list[Sheet]:
    """Return the worksheets of a workbook; one in an unusual form is read in a process of its own.

    Raises
    ------
    Unreadable
        If the workbook is refused.
    """
    seen = inspect_book(data)
    sheets = read_cells(data) if seen.usual else sheets_outside("xlsx", data)
    read = [_marked(sheet, seen.sheets.get(sheet.name, Inspection())) for sheet in sheets]
    if not read:
        raise Unreadable("damaged", reason="没有工作表 no worksheet")
    return [replace(read[0], findings=(*read[0].findings, *_notes(seen))), *read[1:]]


def read_cells(data: bytes) -> list[Sheet]:
    """Return the cells of a workbook's worksheets, and which are hidden.

    Raises
    ------
    Unreadable
        If the reader fails.
    """
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        worksheets = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
        visible = calamine.SheetVisibleEnum.Visible
        return [_cells(book.get_sheet_by_name(m.name), m.visible != visible) for m in worksheets]
    except calamine.PasswordError:
        raise Unreadable("locked") from None
    except BaseException as problem:  # noqa: BLE001 - the reader's panics are no ordinary exceptions
        raise _refused(problem) from None


def _refused(problem: BaseException) -> BaseException:
    """What a reader's failure becomes."""
    if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError):
        return problem
    text = str(problem)
    if "encrypted" in text.lower() or "password" in text.lower():
        return Unreadable("locked")
    return Unreadable("damaged", reason=text[:60] or type(problem).__name__)


def _cells(sheet: Any, hidden: bool) -> Sheet:
    top, left = sheet.start or (0, 0)
    rows = columnar(islice(sheet.iter_rows(), top, None), sheet.width)
    return Sheet("", sheet.name, rows, top + 1, left + 1, hidden=hidden)


def _marked(sheet: Sheet, seen: Inspection) -> Sheet:
    """Put into a sheet what the fast reader hides."""
    if seen.faults:
        rows, top, left = _reaching(sheet, seen.faults)
        for (row, column), fault in seen.faults.items():
            rows.columns[column - left][row - top] = fault
        sheet = replace(sheet, rows=rows, first_row=top, first_column=left)
    marks = {name: getattr(seen, name) for name in _MARKS}
    return replace(sheet, findings=(*sheet.findings, *formula_note(seen.n_formulas, sheet.name)), **marks)


def _reaching(sheet: Sheet, places: Collection[tuple[int, int]]) -> tuple[Columnar, int, int]:
    """Return a sheet's cells as a rectangle in which some places lie, and where it begins.

    The fast reader's own ends where the last value stands, and knows nothing of cells that hold none.
    """
    rows = sheet.rows if isinstance(sheet.rows, Columnar) else columnar(sheet.rows)
    down, right = ([place[at] for place in places] for at in (0, 1))
    if not (rows.height and rows.width):
        rows, first_row, first_column = Columnar([[]], 0), min(down), min(right)
    else:
        first_row, first_column = sheet.first_row, sheet.first_column
    top, left = min(first_row, *down), min(first_column, *right)
    last_row, last_column = first_row + rows.height - 1, first_column + rows.width - 1
    above, below = [None] * (first_row - top), [None] * (max(last_row, *down) - last_row)
    height = len(above) + rows.height + len(below)
    columns = [[*above, *column, *below] for column in rows.columns] if above or below else rows.columns
    before, behind = first_column - left, max(last_column, *right) - last_column
    columns = [*([None] * height for _ in range(before)), *columns, *([None] * height for _ in range(behind))]
    return Columnar(columns, height), top, left


def _notes(seen: Book) -> Iterator[Finding]:
    if seen.macros:
        yield Finding("note", code="macro")
    if seen.links:
        yield Finding("note", code="external_link", args={"count": seen.links})
    if seen.strict:
        yield Finding("repair", code="strict_book")
