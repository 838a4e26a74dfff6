"""Delimited text (csv) to rows of cells: encoding, delimiter and quoting, each strict."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from .encoding import decoded
from .guard import Unreadable

DELIMITERS = (",", "\t", ";", "，")
NAMES = {"\t": "制表符 tab", ";": "分号 semicolon", "，": "全角逗号 full-width comma"}
NEUTRAL = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_SAMPLE_ROWS = 40


class Delimited(NamedTuple):
    """A text file as read: its rows, and what the reader had to find out.

    Attributes
    ----------
    rows : list of list of str
    encoding : str or None
        Where it is not UTF-8.
    delimiter : str
    formulas, moved : int
        Cells written as ``="…"``; characters mended after GB18030-2022.
    cut : bool
        The last row breaks off.
    """

    rows: list[list[str]]
    encoding: str | None
    delimiter: str
    formulas: int
    moved: int
    cut: bool


def read_delimited(data: bytes) -> Delimited:
    """Return the rows of a delimited text.

    Raises
    ------
    Unreadable
        If it is empty, in no known encoding, or its quotation marks do not pair.
    """
    found = decoded(data)
    text = found.text.rstrip("\x1a")
    if text.endswith("\0\0\0\0"):
        raise Unreadable("damaged", row=text.count("\n") + 1, reason="末尾是空字节 NUL bytes at its end")
    if not text.strip():
        raise Unreadable("empty_file")
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # no cell is too long
    hint = re.match(r"sep=(.)\r?\n?", text)
    delimiter = hint[1] if hint else _delimiter(text)
    rows = _rows(text[hint.end() :] if hint else text, delimiter)
    formulas = _plain_cells(rows) if '="' in text or "'" in text else 0
    cut = found.cut or (text[-1] not in "\r\n" and len(rows) > 1 and len(rows[-1]) < len(rows[-2]))
    return Delimited(rows, found.encoding, delimiter, formulas, found.moved, cut)


def _delimiter(text: str) -> str:
    """The delimiter that cuts most of the first rows into equally many columns; the full-width comma if no other does.

    Full-width commas stand in every Chinese sentence, so that they count last.
    """
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

    *common, wide = DELIMITERS
    best = max(common, key=evenness)
    return wide if evenness(best) == (0, 0) and evenness(wide)[1] > 2 else best


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
