"""SpreadsheetML of Excel 2002 and 2003: one XML document, often called .xls."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from ..cells import Fault
from .guard import Unreadable
from .markup import as_percent, count_of, formula_note, is_percent, number, parse, text_pieces
from .sheets import Grid, Sheet

_TRUE = ("1", "true")


def read_spreadsheetml(data: bytes) -> list[Sheet]:
    """Return the worksheets of a SpreadsheetML document.

    Raises
    ------
    Unreadable
        If it is damaged or declares entities.
    """
    book = _Book()
    sheets = parse(text_pieces(data), book)
    if not sheets:
        raise Unreadable("damaged", reason="没有工作表 no worksheet")
    return [replace(sheet, date1904=book.date1904) for sheet in sheets]


class _Book:
    """Follows the document; ``ss:Index`` may jump over rows and cells that were left out."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.date1904 = False
        self.path: list[str] = []
        self.style, self.percent = "", dict[str, bool]()
        self.styles: dict[str, tuple[str, str]] = {}  # the format of each, and the style that it is like
        self._open_sheet("")

    def _open_sheet(self, name: str) -> None:
        self.name, self.grid, self.hidden = name, Grid(), False
        self.row = self.column = self.next_column = self.n_formulas = 0
        self.covered: dict[int, int] = {}
        self.row_style, self.column_styles = "", dict[int, str]()
        self.height = self.width = 1
        self.type, self.text, self.formula, self.filled = "", "", False, False

    def start(self, tag: str, marks: dict[str, str]) -> None:
        """An element begins."""
        self.path.append(tag)
        if tag == "Worksheet":
            self._open_sheet(marks.get("Name", ""))
        elif tag == "Style":
            self.style = marks.get("ID", "")
            self.styles[self.style] = ("", marks.get("Parent", ""))
        elif tag == "NumberFormat":
            self.styles[self.style] = (marks.get("Format", "General"), "")
        elif tag in ("Row", "Cell", "Data", "Column") and "Comment" not in self.path:
            {"Row": self._row, "Cell": self._cell, "Data": self._data, "Column": self._column}[tag](marks)

    def _row(self, marks: dict[str, str]) -> None:
        self.row = count_of(marks, "Index", self.row + 1)
        self.column, self.row_style = 0, marks.get("StyleID", "")
        if marks.get("Hidden") in _TRUE:
            self.grid.hidden_rows.append(self.row)
        if more := count_of(marks, "Span", 0):
            self.row += more  # so many rows alike, without cells

    def _column(self, marks: dict[str, str]) -> None:
        first = count_of(marks, "Index", self.next_column + 1)
        last = first + count_of(marks, "Span", 0)
        self.next_column = last
        if style := marks.get("StyleID"):
            self.column_styles |= dict.fromkeys(range(first, min(last, 16_384) + 1), style)
        if marks.get("Hidden") in _TRUE:
            self.grid.hidden_columns.extend(range(first, min(last, 16_384) + 1))

    def _cell(self, marks: dict[str, str]) -> None:
        if not self.row:
            raise Unreadable("damaged", reason="单元格不在行里 a cell outside of rows")
        column = self.column + 1
        while "Index" not in marks and self.covered.get(column, 0) >= self.row:
            column += 1
        column = count_of(marks, "Index", column)
        across, down = count_of(marks, "MergeAcross", 0), count_of(marks, "MergeDown", 0)
        self.place, self.column = column, column + across
        self.grid.merge(self.row, column, down + 1, across + 1)
        if down:
            span = range(column, min(column + across, 16_384) + 1)
            self.covered.update(dict.fromkeys(span, self.row + down))
        self.formula, self.filled = "Formula" in marks, False
        self.cell_style = marks.get("StyleID") or self.row_style or self.column_styles.get(column, "")

    def _shows_percent(self, style: str) -> bool:
        """Whether the number format of a style, its own or that of the one it is like, shows per cent."""
        if style not in self.percent:
            form, like = "", style
            for _ in self.styles:
                form, like = self.styles.get(like, ("", ""))
                if form or not like:
                    break
            self.percent[style] = form == "Percent" or is_percent(form)
        return self.percent[style]

    def _data(self, marks: dict[str, str]) -> None:
        self.type, self.text, self.filled = marks.get("Type", "String"), "", True

    def data(self, text: str) -> None:
        """Text counts inside of cells; that of comments and phonetic guides does not."""
        if "Data" in self.path:
            if "PhoneticText" not in self.path and "Comment" not in self.path:
                self.text += text
        elif self.path[-1:] == ["Visible"]:
            self.hidden = self.hidden or text.strip() in ("SheetHidden", "SheetVeryHidden")
        elif self.path[-1:] == ["Date1904"]:
            self.date1904 = True

    def end(self, tag: str) -> None:
        """An element ends."""
        self.path.pop()
        if tag == "Cell" and "Comment" not in self.path:
            self._put()
        elif tag == "Date1904":
            self.date1904 = True
        elif tag == "Worksheet":
            notes = formula_note(self.n_formulas, self.name)
            self.sheets.append(self.grid.sheet(self.name, hidden=self.hidden, findings=notes))

    def _put(self) -> None:
        if self.filled:
            self.n_formulas += self.formula
            percent = self.type == "Number" and self._shows_percent(self.cell_style)
            self.grid.put(self.row, self.place, _value(self.type, self.text, percent=percent))
        elif self.formula:
            self.grid.put(self.row, self.place, Fault("formula_empty", "="))


def _value(kind: str, text: str, *, percent: bool) -> Any:
    if kind == "Number":
        value = number(text)
        return as_percent(value) if percent and isinstance(value, int | float) else value
    if kind == "Boolean":
        return text.strip().lower() in _TRUE
    if kind == "Error":
        return Fault("error_cell", text.strip() or "#")
    return _moment(text) if kind == "DateTime" else text


def _moment(text: str) -> dt.datetime | str:
    try:
        return dt.datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text
