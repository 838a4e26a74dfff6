"""Delimited text (csv) to rows of cells: encoding, delimiter and quoting, each strict."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from .guard import Unreadable

DELIMITERS = (",", "\t", ";")
NAMES = {"\t": "制表符 tab", ";": "分号 semicolon"}
NEUTRAL = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_SAMPLE_ROWS = 40


class Delimited(NamedTuple):
    """A text file as read: its rows, and what the reader had to find out."""

    rows: list[list[str]]
    encoding: str | None
    delimiter: str
    formulas: int


def read_delimited(data: bytes) -> Delimited:
    """Return the rows of a delimited text.

    Raises
    ------
    Unreadable
        If it is empty, in no known encoding, or its quotation marks do not pair.
    """
    text, encoding = decoded(data)
    text = text.rstrip("\x1a")
    if not text.strip():
        raise Unreadable("empty_file")
    hint = re.match(r"sep=(.)\r?\n?", text)
    delimiter = hint[1] if hint else _delimiter(text)
    rows = _rows(text[hint.end() :] if hint else text, delimiter)
    formulas = _plain_cells(rows) if '="' in text or "'" in text else 0
    return Delimited(rows, encoding, delimiter, formulas)


def decoded(data: bytes) -> tuple[str, str | None]:
    """Return the text and, where it is not UTF-8, the name of its encoding."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16")):
        if data.startswith(mark):
            return _strict(data, encoding), encoding
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return _strict(data, "gb18030"), "GB18030"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("encoding_unknown", row=_bad_line(data)) from None


def _bad_line(data: bytes) -> int:
    """The first line that is neither UTF-8 nor GB18030, else the first that is not like those before it."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if not any(_decodes(line, encoding) for encoding in ("utf-8", "gb18030")):
            return number
    return next((n for n, line in enumerate(data.split(b"\n"), 1) if not _decodes(line, "gb18030")), 1)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The delimiter that cuts most of the first rows into equally many columns."""
    start = text[:200_000]

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            rows = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
            widths = Counter(
                len(row) for row, _ in zip(rows, range(_SAMPLE_ROWS), strict=False) if len(row) > 1
            )
        except csv.Error:
            return 0, 0
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        raise Unreadable("csv_quote", row=len(rows) + 1) from None
    return rows


def _plain_cells(rows: list[list[str]]) -> int:
    """Take the neutral apostrophe off and texts out of ``="…"``; return how many of the latter there were."""
    formulas = 0
    for row in rows:
        for index, cell in enumerate(row):
            if cell[:1] == "'" and NEUTRAL.match(cell):
                row[index] = cell[1:]
            elif cell[:2] == '="' and cell[-1:] == '"' and len(cell) > 2:
                row[index], formulas = cell[2:-1], formulas + 1
    return formulas


def neutral(cell: str) -> str:
    """Return a cell as csv may hold it: an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell[:1] in _TRIGGERS and _DANGEROUS.match(cell) else cell


_TRIGGERS = frozenset("'=+-@\t\r＝＋－＠")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
