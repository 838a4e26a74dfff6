"""Delimited text (csv) to rows of cells: encoding, delimiter and quoting, each strict."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from .columnar import Columnar, columnar
from .encoding import decoded
from .guard import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

DELIMITERS = (",", "\t", ";", "，")
NAMES = {"\t": "制表符 tab", ";": "分号 semicolon", "，": "全角逗号 full-width comma"}
NEUTRAL = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_SAMPLE_ROWS = 40
_PIECE = 1 << 20  # characters that are cut into lines at a time


class Delimited(NamedTuple):
    """A text file as read: its rows, and what the reader had to find out.

    Attributes
    ----------
    rows : Columnar
        Of texts; equal cells of a column are one object.
    encoding : str or None
        Where it is not UTF-8.
    delimiter : str
    formulas, moved : int
        Cells written as ``="…"``; characters mended after GB18030-2022.
    cut : bool
        The last row breaks off.
    """

    rows: Columnar
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
    reader = _Reader(text, hint.end() if hint else 0, delimiter)
    rows = columnar(reader.plain() if '="' in text or "'" in text else reader.rows())
    cut = found.cut or (text[-1] not in "\r\n" and len(rows) > 1 and len(rows[-1]) < len(rows[-2]))
    return Delimited(rows, found.encoding, delimiter, reader.formulas, found.moved, cut)


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


@dataclass
class _Reader:
    """Reads the rows of a text one after the other.

    Attributes
    ----------
    formulas : int
        Cells written as ``="…"`` so far.
    """

    text: str
    start: int
    delimiter: str
    formulas: int = 0

    def rows(self) -> Iterator[list[str]]:
        """Return the rows as written."""
        number = 0
        try:
            for row in csv.reader(_lines(self.text, self.start), delimiter=self.delimiter, strict=True):
                number += 1
                yield row
        except csv.Error:
            raise Unreadable("csv_quote", row=number + 1) from None

    def plain(self) -> Iterator[list[str]]:
        """Return the rows without the neutral apostrophe, and with texts taken out of ``="…"``."""
        for row in self.rows():
            for index, cell in enumerate(row):
                if cell[:1] == "'" and NEUTRAL.match(cell):
                    row[index] = cell[1:]
                elif cell[:2] == '="' and cell[-1:] == '"' and len(cell) > 2:
                    row[index], self.formulas = cell[2:-1], self.formulas + 1
            yield row


def _lines(text: str, start: int) -> Iterator[str]:
    """Return the lines of a text with their ends, whichever these are, without a second copy of the text."""
    return chain.from_iterable(io.StringIO(piece, newline="") for piece in _pieces(text, start))


def _pieces(text: str, start: int) -> Iterator[str]:
    """Return a text in pieces of whole lines."""
    while start < len(text):
        end = start + _PIECE
        cut = max(text.rfind("\n", start, end), text.rfind("\r", start, end - 1)) + 1
        if not cut:
            ends = [at for at in (text.find(mark, end - 1) for mark in "\r\n") if at >= 0]
            cut = min(ends) + 1 if ends else len(text)
        cut += text[cut - 1 : cut + 1] == "\r\n"
        yield text[start:cut]
        start = cut


def neutral(cell: str) -> str:
    """Return a cell as csv may hold it: an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell[:1] in _TRIGGERS and _DANGEROUS.match(cell) else cell


_TRIGGERS = frozenset("'=+-@\t\r＝＋－＠")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
