"""A file to sheets of cells, whatever it is called."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..findings import Finding
from .delimited import NAMES, read_delimited
from .guard import File, Unreadable, kind_of
from .inspection import Inspection, inspect_book

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = {"zip": (".xlsx", ".xlsm", ".ods"), "ole": (".xls",), "text": (".csv", ".tsv", ".txt")}
_KINDS = {"zip": "Excel工作簿（xlsx）", "ole": "Excel 97-2003工作簿（xls）", "text": "文本（csv）"}


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, or of one text file.

    Attributes
    ----------
    file, name : str
        The file's name in the delivery; the sheet's name, empty for text files.
    rows : list of list
        The used rectangle, row by row; rows of a text file may differ in length.
    first_row, first_column : int
        Where the rectangle begins, from 1 as Excel counts.
    plain : bool
        The file knows text only.
    date1904 : bool
        Serial numbers count from 1904.
    table : str or None
        The table's id from a hidden defined name of our own templates; it wins over the headers.
    """

    file: str
    name: str
    rows: list[list[Any]]
    first_row: int = 1
    first_column: int = 1
    plain: bool = False
    date1904: bool = False
    table: str | None = None
    findings: tuple[Finding, ...] = field(default=())


def sheets_of(file: File, data: bytes) -> list[Sheet]:
    """Return the sheets of a file.

    Raises
    ------
    Unreadable
        If the file as a whole is refused.
    """
    if not data:
        raise Unreadable("empty_file")
    kind = kind_of(data)
    if kind not in _ENDINGS:
        raise Unreadable("kind_unknown", kind=kind)
    sheets = _text(file, data) if kind == "text" else list(_book(file, data, kind))
    if file.path.suffix.lower() in _ENDINGS[kind] or not sheets:
        return sheets
    misnamed = Finding("repair", file=file.name, code="extension", args={"kind": _KINDS[kind]})
    return [replace(sheets[0], findings=(*sheets[0].findings, misnamed)), *sheets[1:]]


def _text(file: File, data: bytes) -> list[Sheet]:
    read = read_delimited(data)
    findings = []
    if read.encoding:
        findings.append(Finding("repair", file=file.name, code="encoding", args={"encoding": read.encoding}))
    if read.delimiter != ",":
        name = NAMES.get(read.delimiter, read.delimiter)
        findings.append(Finding("repair", file=file.name, code="delimiter", args={"delimiter": name}))
    if read.formulas:
        findings.append(Finding("repair", file=file.name, code="text_formula", args={"count": read.formulas}))
    return [Sheet(file.name, "", list(read.rows), plain=True, findings=tuple(findings))]


def _book(file: File, data: bytes, kind: str) -> Iterator[Sheet]:
    import python_calamine as calamine

    seen = inspect_book(data) if kind == "zip" else None
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError:
        raise Unreadable("locked") from None
    except BaseException as problem:  # noqa: BLE001 - the reader's panics are no ordinary exceptions
        raise _refused(problem) from None
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    for name in names:
        inspection = seen.sheets.get(name, Inspection()) if seen else Inspection()
        yield _sheet(file, _cells(book, name), inspection, bool(seen and seen.date1904))


def _refused(problem: BaseException) -> BaseException:
    """What a reader's failure becomes."""
    if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError):
        return problem
    text = str(problem)
    if "encrypted" in text.lower() or "password" in text.lower():
        return Unreadable("locked")
    return Unreadable("damaged", reason=text[:60] or type(problem).__name__)


def _cells(book: Any, name: str) -> tuple[str, tuple[int, int], list[list[Any]]]:
    try:
        sheet = book.get_sheet_by_name(name)
        return name, sheet.start or (0, 0), sheet.to_python()
    except BaseException as problem:  # noqa: BLE001 - as above
        raise _refused(problem) from None


def _sheet(
    file: File, read: tuple[str, tuple[int, int], list[list[Any]]], seen: Inspection, date1904: bool
) -> Sheet:
    name, (top, left), rows = read
    for (row, column), fault in seen.faults.items():
        if 0 <= row - 1 - top < len(rows) and 0 <= column - 1 - left < len(rows[row - 1 - top]):
            rows[row - 1 - top][column - 1 - left] = fault
    notes: tuple[Finding, ...] = ()
    if seen.n_formulas:
        notes = (
            Finding(
                "note", file=file.name, sheet=name, code="formula_cached", args={"count": seen.n_formulas}
            ),
        )
    return Sheet(
        file.name, name, rows, top + 1, left + 1, date1904=date1904, table=seen.table, findings=notes
    )
