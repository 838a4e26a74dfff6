"""Genuine Excel 97-2003 workbooks (.xls)."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

from ..cells import Fault
from ..findings import Finding
from .guard import Unreadable
from .markup import as_percent, formula_note, is_percent
from .sheets import Grid, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlrd

_FORMULAS = (0x0006, 0x0206, 0x0406)  # a formula cell, of Excel 5 and later, 3 and 4
_BOOK = 0x01AE  # a book that formulas look into
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")


def read_biff(data: bytes) -> list[Sheet]:
    """Return the worksheets of an Excel 97-2003 workbook.

    Raises
    ------
    Unreadable
        If it is damaged or has a password.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), formatting_info=True, ragged_rows=True
        )
        sheets = [_sheet(book, sheet) for sheet in book.sheets()]
    except (Unreadable, MemoryError):
        raise
    except Exception as problem:  # noqa: BLE001 - the reader raises whatever a damaged record leads it to
        raise _refused(problem) from None
    if not sheets:
        raise Unreadable("damaged", reason="没有工作表 no worksheet")
    return sheets


def _refused(problem: Exception) -> Unreadable:
    text = str(problem)
    if "encrypt" in text.lower() or "password" in text.lower():
        return Unreadable("locked")
    return Unreadable("damaged", reason=f"xls：{type(problem).__name__}")


def has_macros(data: bytes) -> bool:
    """Whether a workbook of the old kind carries macros."""
    return _MACROS in data


def _sheet(book: xlrd.Book, sheet: Any) -> Sheet:
    grid = Grid()
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            grid.put(row + 1, column + 1, _value(book, sheet.cell(row, column)))
    struck = {
        number for number, form in enumerate(book.xf_list) if book.font_list[form.font_index].struck_out
    }
    for top, bottom, left, right in sheet.merged_cells:
        grid.merge(top + 1, left + 1, bottom - top, right - left)
    grid.hidden_rows.extend(
        row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < sheet.nrows
    )
    grid.hidden_columns.extend(
        at + 1 for at, info in sheet.colinfo_map.items() if info.hidden and at < sheet.ncols
    )
    marks = {"hidden": sheet.visibility != 0, "date1904": book.datemode == 1}
    return grid.sheet(sheet.name, struck=tuple(_rows_in(sheet, struck)), **marks)


def _rows_in(sheet: Any, styles: set[int]) -> Iterator[int]:
    """The rows with a filled cell in one of some styles."""
    for row in range(sheet.nrows if styles else 0):
        if any(cell.ctype and cell.value != "" and cell.xf_index in styles for cell in sheet.row(row)):
            yield row + 1


def _value(book: Any, cell: Any) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return _moment(cell.value, book.datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Fault("error_cell", xlrd.error_text_from_code.get(cell.value, "#"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER and _percent(book, cell.xf_index):
        return as_percent(cell.value)
    return cell.value


def _moment(value: float, datemode: int) -> Any:
    """A date cell as a moment; days that Excel counts wrongly stay numbers and are refused as such."""
    from xlrd import xldate, xldate_as_datetime

    try:
        if value < 61 and not datemode:
            return value
        return xldate_as_datetime(value, datemode)
    except (xldate.XLDateError, OverflowError, ValueError):
        return value


def _percent(book: Any, xf_index: int | None) -> bool:
    """Whether a number is shown in per cent: 0.85 as 85%."""
    try:
        form = book.format_map[book.xf_list[xf_index].format_key].format_str
    except (IndexError, KeyError, TypeError):
        return False
    return is_percent(form)


def book_notes(data: bytes) -> tuple[Finding, ...]:
    """Return the notes on macros, which are never run, and on formulas and links, whose stored results are used."""
    notes = [Finding("note", code="macro")] if has_macros(data) else []
    formulas, links = formulas_and_links(data)
    if links:
        notes.append(Finding("note", code="external_link", args={"count": links}))
    return (*notes, *formula_note(formulas, ""))


def formulas_and_links(data: bytes) -> tuple[int, int]:
    """Return how many cells of a workbook that was read are formulas, and how many other books they name."""
    from xlrd.compdoc import SIGNATURE, CompDoc

    records, at, end = data, 0, len(data)
    if data.startswith(SIGNATURE):
        document = CompDoc(data, logfile=io.StringIO())
        streams = (document.locate_named_stream(name) for name in ("Workbook", "Book"))
        records, at, length = next(found for found in streams if found[0])
        end = at + length
    formulas = links = 0
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", records, at)
        formulas += kind in _FORMULAS
        links += kind == _BOOK and size > 4  # the book itself and its add-ins are told in four bytes
        at += 4 + size
    return formulas, links
