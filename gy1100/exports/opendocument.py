"""OpenDocument sheets (.ods, .fods): blank cells repeated a million times cost nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from ..cells import Fault
from ..findings import Finding
from .guard import Unreadable
from .markup import count_of, formula_note, member_pieces, number, parse, text_pieces
from .sheets import MAX_CELLS, Grid, Sheet, column_letters
from .zipped import opened

_BREAKS = {"tab": "\t", "line-break": "\n"}
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)|Err:\d{3}")
_SCRIPTS = ("Basic/", "Scripts/")  # of a package
_ELSEWHERE = "'#"  # of a formula that names a sheet of another book
_UNREAD = ("annotation", "ruby-text", "tracked-changes", "shapes", "forms")


def read_opendocument(data: bytes, zipped: bool = True) -> list[Sheet]:
    """Return the sheets of an OpenDocument spreadsheet.

    Raises
    ------
    Unreadable
        If it is damaged, encrypted, declares entities or spans too many cells.
    """
    pieces = member_pieces(data, "content.xml") if zipped else text_pieces(data)
    document = _Document()
    sheets = parse(pieces, document)
    if not sheets:
        raise Unreadable("damaged", reason="没有工作表 no sheet")
    notes = [Finding("note", code="macro")] if zipped and _has_macros(data) else []
    if document.n_links:
        notes.append(Finding("note", code="external_link", args={"count": document.n_links}))
    return [replace(sheets[0], findings=(*sheets[0].findings, *notes)), *sheets[1:]]


def _has_macros(data: bytes) -> bool:
    with opened(data) as book:
        return any(name.startswith(_SCRIPTS) and not name.endswith("/") for name in book.namelist())


class _Document:
    """Follows the document's tables, rows and cells."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.unseen: set[str] = set()
        self.style = ""
        self.skip = self.depth = self.n_links = 0
        self._open_table({})

    def _open_table(self, marks: dict[str, str]) -> None:
        self.name, self.hidden = marks.get("name", ""), marks.get("style-name", "") in self.unseen
        self.grid, self.row, self.column, self.n_formulas, self.n_cells = Grid(), 0, 0, 0, 0
        self.next_column = 0
        self.marks: dict[str, str] = {}
        self.lines: list[str] = []

    def start(self, tag: str, marks: dict[str, str]) -> None:
        """An element begins."""
        if self.skip or tag in _UNREAD:
            self.skip += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self._open_table(marks)
        elif tag in ("table-row", "table-column", "table-cell", "covered-table-cell"):
            self._open(tag, marks)
        elif tag in ("style", "table-properties"):
            self._style(tag, marks)
        else:
            self._words(tag, marks)

    def _open(self, tag: str, marks: dict[str, str]) -> None:
        if tag == "table-row":
            self.row, self.column, self.repeat = self.row + 1, 0, count_of(marks, "number-rows-repeated")
            self.filled: list[tuple[int, Any]] = []
            if marks.get("visibility") in ("collapse", "filter"):
                self.grid.hidden_rows.append(self.row)
        elif tag == "table-column":
            self._column(marks)
        elif not self.row:
            raise Unreadable("damaged", reason="单元格不在行里 a cell outside of rows")
        else:
            self.marks, self.lines = marks, []

    def _column(self, marks: dict[str, str]) -> None:
        first, self.next_column = (
            self.next_column,
            self.next_column + count_of(marks, "number-columns-repeated"),
        )
        if marks.get("visibility") in ("collapse", "filter"):
            self.grid.hidden_columns.extend(range(first + 1, min(self.next_column, 16_384) + 1))

    def _style(self, tag: str, marks: dict[str, str]) -> None:
        if tag == "style":
            self.style = marks.get("name", "")
        elif marks.get("display") == "false":
            self.unseen.add(self.style)

    def _words(self, tag: str, marks: dict[str, str]) -> None:
        if tag == "p":
            self.lines.append("")
        elif self.lines:
            blanks = " " * min(count_of(marks, "c"), 10_000) if tag == "s" else _BREAKS.get(tag, "")
            self.lines[-1] += blanks

    def data(self, text: str) -> None:
        """Text counts inside of paragraphs of cells."""
        if self.lines and not self.skip:
            self.lines[-1] += text

    def end(self, tag: str) -> None:
        """An element ends."""
        if self.skip:
            self.skip -= 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._put()
        elif tag == "table-row":
            self._close_row()
        elif tag == "table":
            self.depth -= 1
            if self.depth == 0:
                notes = formula_note(self.n_formulas, self.name)
                self.sheets.append(self.grid.sheet(self.name, hidden=self.hidden, findings=notes))

    def _put(self) -> None:
        repeat, value = count_of(self.marks, "number-columns-repeated"), _value(self.marks, self.lines)
        height, width = (
            count_of(self.marks, "number-rows-spanned"),
            count_of(self.marks, "number-columns-spanned"),
        )
        self.grid.merge(self.row, self.column + 1, height, width)
        if value is not None and value != "":
            self.n_formulas += "formula" in self.marks and not isinstance(value, Fault)
            self.n_links += _ELSEWHERE in self.marks.get("formula", "")
            self._count(repeat, self.column + repeat)
            self.filled.extend((self.column + more, value) for more in range(1, repeat + 1))
        self.column, self.lines = self.column + repeat, []

    def _close_row(self) -> None:
        if self.filled:
            self._count(len(self.filled) * (self.repeat - 1), self.column)
            for row in range(self.row, self.row + self.repeat):
                self.grid.cells[row] = dict(self.filled)
        self.row += self.repeat - 1

    def _count(self, more: int, column: int) -> None:
        """Filled cells may be repeated too; never beyond what can be held."""
        self.n_cells += more
        if self.n_cells > MAX_CELLS or column > 16_384:
            raise Unreadable("far_cell", cell=f"{column_letters(column)}{self.row}")


def _value(marks: dict[str, str], lines: list[str]) -> Any:
    shown, kind = "\n".join(lines), marks.get("value-type", "")
    if kind == "error" or (marks.get("formula") and _ERROR.fullmatch(shown)):
        return Fault("error_cell", shown or "#")
    if kind in ("float", "currency"):
        return number(marks.get("value", shown))
    if kind == "boolean":
        return marks.get("boolean-value") == "true"
    if kind == "date":
        return _date(marks.get("date-value", shown))
    if not kind and marks.get("formula") and not shown:
        return Fault("formula_empty", "=")
    return shown or marks.get("string-value", "")


def _date(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
    except ValueError:
        return text
