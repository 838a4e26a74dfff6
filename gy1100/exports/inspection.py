"""A pass over a worksheet's XML for what the fast reader hides: errors, formulas, merges, what is hidden or struck."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO

from ..cells import Fault
from .guard import Unreadable

TABLE_NAME = "gy1100.table"  # defined name of one sheet whose value is a table's id in quotation marks
NOTES = "notes"  # … or this, on a sheet of our own that holds notes or lists and is not read

ERROR, FORMULA, HIDDEN = b'"e', b"<f", b"hi"
RARE = (ERROR, FORMULA, HIDDEN)  # pairs of characters in t="e", <f> and hidden="1", in few sheets otherwise

PIECE = 1 << 18  # bytes; what is copied on the way stays in the cache
LONGEST_ROW = 64_000_000

_ERROR = re.compile(rb'<c ([^>]*\bt="e"[^>]*)(?<!/)>(.*?)</c>', re.DOTALL)
_FORMULA = re.compile(rb"<c ([^>]*)(?<!/)>\s*<f[ >/](.*?)</c>", re.DOTALL)
_AT = re.compile(rb'\br="([A-Z]+)(\d+)"')
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true|on)"')
_NO_WIDTH = re.compile(rb'\bwidth="0(?:\.0*)?"')
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true|on)"[^>]*>')
_VALUE = re.compile(rb"<v>([^<]+)</v>")
_MERGE = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_COLS = re.compile(rb"<col\b[^>]*>")
_PREFIX = re.compile(rb"<(\w+):worksheet\b")
_STRIKE = re.compile(rb'<(?:\w+:)?strike\b(?![^>]*val="(?:0|false)")')

Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class Styles:
    """Cell styles that change what a cell says: struck through, shown as a percentage (numbers of ``cellXfs``)."""

    struck: frozenset[int] = frozenset()
    percent: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Inspection:
    """What was seen in one worksheet; rows and columns from 1.

    Attributes
    ----------
    faults : dict
        (row, column) -> the error, uncalculated formula or percentage in that cell.
    n_formulas : int
        Formulas whose stored results are used.
    table : str or None
        The table's id in the sheet's defined name, as our own lists and templates carry it.
    merges : tuple of (int, int, int, int)
        First row, first column, last row, last column.
    date1904, hidden, filtered : bool
        Serial numbers count from 1904; the sheet is hidden (or very hidden); a filter leaves rows out of view.
    hidden_rows, hidden_columns, struck : tuple of int
        `struck`: rows with a struck-through cell.
    """

    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    n_formulas: int = 0
    table: str | None = None
    date1904: bool = False
    merges: tuple[Span, ...] = ()
    hidden: bool = False
    filtered: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()


_PLAIN = Styles()


@dataclass
class _Seen:
    """What was seen so far."""

    part: IO[bytes]
    styles: Styles
    prefix: bytes = b""
    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    n_formulas: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)

    def may_hold(self, pair: bytes) -> bool:
        """Whether the part, as far as it was read, holds a pair of characters; a part that is not watched may."""
        pairs = getattr(self.part, "pairs", None)
        return pairs is None or pair in pairs

    def is_plain(self) -> bool:
        """Whether nothing that is looked for can be among the rows read so far."""
        return not (self.styles.struck or self.styles.percent or any(map(self.may_hold, RARE)))

    def among_rows(self) -> bool:
        """Whether the part, as far as it was read, has rows still to come; one that is not watched may have ended."""
        return bool(getattr(self.part, "inside", False))


def inspect_sheet(part: IO[bytes], styles: Styles = _PLAIN) -> Inspection:
    """Return what was seen in a worksheet, read a piece at a time; its usual, clean form costs a few scans.

    Raises
    ------
    Unreadable
        If it declares entities.
    """
    head, rest = _head(part)
    found = _PREFIX.search(head)
    seen = _Seen(part, styles, found[1] + b":" if found else b"")
    tail = _rows(part, rest, seen)
    head, tail = (_plain(markup, seen).replace(b"'", b'"') for markup in (head, tail))
    return Inspection(
        seen.faults,
        seen.n_formulas,
        merges=tuple((int(r), column(c), int(s), column(d)) for c, r, d, s in _MERGE.findall(tail)),
        filtered=b"<filterColumn" in tail or (b"<autoFilter" in tail and bool(seen.hidden_rows)),
        hidden_rows=tuple(seen.hidden_rows),
        hidden_columns=_hidden_columns(head),
        struck=tuple(sorted(seen.struck)),
    )


def styles_of(xml: bytes) -> Styles:
    """Return which cell styles of a workbook's ``styles.xml`` strike their text or show percentages."""
    fonts = re.split(rb"<(?:\w+:)?font(?=[\s/>])", _part(xml, b"fonts"))[1:]
    struck = {number for number, font in enumerate(fonts) if _STRIKE.search(font)}
    formats = re.findall(
        rb'numFmtId="(\d+)"[^>]*formatCode="[^"]*%|formatCode="[^"]*%[^>]*numFmtId="(\d+)"', xml
    )
    percent = {9, 10, *(int(first or second) for first, second in formats)}
    marks = re.findall(rb"<(?:\w+:)?xf\b[^>]*>", _part(xml, b"cellXfs"))
    numbers = [(_id(mark, b"fontId"), _id(mark, b"numFmtId")) for mark in marks]
    return Styles(
        frozenset(index for index, (font, _) in enumerate(numbers) if font in struck),
        frozenset(index for index, (_, form) in enumerate(numbers) if form in percent),
    )


def _part(xml: bytes, name: bytes) -> bytes:
    found = re.search(rb"<(?:\w+:)?" + name + rb"\b.*?</(?:\w+:)?" + name + rb">", xml, re.DOTALL)
    return found[0] if found else b""


def _id(mark: bytes, name: bytes) -> int:
    found = re.search(name + rb'="(\d+)"', mark)
    return int(found[1]) if found else -1


def check_start(start: bytes) -> None:
    """Refuse a part that declares a document type."""
    if b"<!DOCTYPE" in start.upper():
        raise Unreadable("dtd")


def column(letters: bytes) -> int:
    """Return a column's number; A -> 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _head(part: IO[bytes]) -> tuple[bytes, bytes]:
    """What stands before the rows, and what was read of them."""
    data = part.read(PIECE)
    check_start(data[:2048])
    while b"sheetData" not in data and len(data) < LONGEST_ROW and (more := part.read(PIECE)):
        data += more
    at = data.find(b"sheetData")
    return (data, b"") if at < 0 else (data[:at], data[at:])


def _rows(part: IO[bytes], data: bytes, seen: _Seen) -> bytes:
    """Look at the rows, whole rows at a time; return what stands behind them."""
    close, end = b"</" + seen.prefix + b"row>", b"</" + seen.prefix + b"sheetData>"
    while True:
        at = -1 if seen.among_rows() else data.find(end)
        if at >= 0:
            _look(data[:at], seen)
            return data[at:] + part.read()
        cut = data.rfind(close) + 1
        if cut or len(data) > LONGEST_ROW:
            if not seen.is_plain():
                _look(data[:cut] if cut else data, seen)
            data = data[cut:] if cut else b""
        more = part.read(PIECE)
        if not more:
            _look(data, seen)
            return data if data.startswith(b"sheetData/>") else b""
        data += more


def _plain(markup: bytes, seen: _Seen) -> bytes:
    """The markup as the usual writers have it: no prefix."""
    if seen.prefix:
        markup = markup.replace(b"<" + seen.prefix, b"<").replace(b"</" + seen.prefix, b"</")
    return markup


def _look(piece: bytes, seen: _Seen) -> None:
    piece = _plain(piece, seen)
    if seen.may_hold(ERROR) and b't="e"' in piece:
        _faults(piece, seen)
    if seen.may_hold(FORMULA):
        _formulas(piece, seen)
    if seen.may_hold(HIDDEN):
        rows = (_NUMBER.search(found[0]) for found in _HIDDEN_ROW.finditer(piece))
        seen.hidden_rows.extend(int(number[1]) for number in rows if number)
    if seen.styles.struck:
        marks = (_AT.search(cell) for cell, _ in _styled(seen.styles.struck, piece))
        seen.struck.update(int(at[2]) for at in marks if at)
    if seen.styles.percent:
        _percentages(piece, seen)


def _faults(piece: bytes, seen: _Seen) -> None:
    for marks, content in _ERROR.findall(piece):
        value = _VALUE.search(content)
        _put(seen, marks, Fault("error_cell", value[1].decode() if value else "#"))


def _formulas(piece: bytes, seen: _Seen) -> None:
    for marks, content in _FORMULA.findall(piece):
        if b't="e"' in marks:
            continue
        if _VALUE.search(content) or b't="str"' in marks:
            seen.n_formulas += 1
        else:
            _put(seen, marks, Fault("formula_empty", "="))


def _percentages(piece: bytes, seen: _Seen) -> None:
    for marks, content in _styled(seen.styles.percent, piece):
        value = _VALUE.search(content)
        if value and b't="' not in marks.replace(b't="n"', b""):
            _put(seen, marks, Fault("percent_cell", f"{float(value[1]) * 100:g}%"))


def _put(seen: _Seen, marks: bytes, fault: Fault) -> None:
    if at := _AT.search(marks):
        seen.faults.setdefault((int(at[2]), column(at[1])), fault)


def _styled(styles: frozenset[int], piece: bytes) -> list[tuple[bytes, bytes]]:
    """The marks and contents of filled cells in one of some styles."""
    numbers = b"|".join(str(style).encode() for style in sorted(styles))
    found: list[tuple[bytes, bytes]] = re.findall(
        rb'<c ([^>]*\bs="(?:' + numbers + rb')"[^>]*)(?<!/)>(.*?)</c>', piece, re.DOTALL
    )
    return found


def _hidden_columns(head: bytes) -> tuple[int, ...]:
    hidden: list[int] = []
    for mark in _COLS.findall(head):
        unseen = _HIDDEN.search(mark) or _NO_WIDTH.search(mark)
        if unseen and (span := re.search(rb'\bmin="(\d+)"[^>]*\bmax="(\d+)"', mark)):
            hidden.extend(range(int(span[1]), min(int(span[2]), int(span[1]) + 16_383) + 1))
    return tuple(hidden)
