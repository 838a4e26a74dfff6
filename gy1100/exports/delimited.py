"""Delimited text (csv) to rows of cells: encoding, delimiter and quoting, each strict."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from .encoding import encoded
from .guard import Unreadable
from .text_rows import TextRows

if TYPE_CHECKING:
    from .encoding import Encoded
    from .on_disk import Bytes

DELIMITERS = (",", "\t", ";", "，")
NAMES = {"\t": "制表符 tab", ";": "分号 semicolon", "，": "全角逗号 full-width comma"}
_LIMIT = Lock()
_SAMPLE_ROWS = 40
_SAMPLE = 200_000  # characters


class Delimited(NamedTuple):
    """A text file as read: its rows, and what the reader had to find out.

    Attributes
    ----------
    rows : TextRows
    encoding : str or None
        Where it is not UTF-8.
    delimiter : str
    formulas, moved : int
        Cells written as ``="…"``; characters mended after GB18030-2022.
    cut : bool
        The last row breaks off.
    """

    rows: TextRows
    encoding: str | None
    delimiter: str
    formulas: int
    moved: int
    cut: bool


def read_delimited(data: Bytes) -> Delimited:
    """Return the rows of a delimited text.

    Raises
    ------
    Unreadable
        If it is empty, in no known encoding, or its quotation marks do not pair.
    """
    found = encoded(data)
    found.end = _without_end_marks(found)
    last = data[max(found.end - 4 * found.unit, found.start) : found.end]
    if last == bytes(4 * found.unit):
        row = sum(piece.count("\n") for piece in found.pieces()) + 1
        raise Unreadable("damaged", row=row, reason="末尾是空字节 NUL bytes at its end")
    if not any(piece.strip() for piece in found.pieces()):
        raise Unreadable("empty_file")
    with _LIMIT:  # one for all threads
        csv.field_size_limit(max(csv.field_size_limit(), len(data)))  # no cell is too long
    start = found.first(_SAMPLE)
    hint = re.match(r"sep=(.)\r?\n?", start)
    skipped = len(hint[0].encode(found.codec)) if hint else 0
    rows = TextRows(found, found.start + skipped, hint[1] if hint else _delimiter(start))
    whole = last[-found.unit :] in [end.encode(found.codec) for end in "\r\n"]
    cut = found.cut or (not whole and len(rows) > 1 and rows.length(-1) < rows.length(-2))
    return Delimited(rows, found.encoding, rows.delimiter, rows.formulas, found.moved, cut)


def _without_end_marks(found: Encoded) -> int:
    """Where a text ends without the marks that old systems put there."""
    end, mark = found.end - (found.end - found.start) % found.unit, "\x1a".encode(found.codec)
    while end > found.start and found.data[end - found.unit : end] == mark:
        end -= found.unit
    return end


def _delimiter(text: str) -> str:
    """The delimiter that cuts most of the first rows into equally many columns; the full-width comma if no other does.

    Full-width commas stand in every Chinese sentence, so that they count last.
    """

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            widths = Counter(
                len(row) for row, _ in zip(rows, range(_SAMPLE_ROWS), strict=False) if len(row) > 1
            )
        except csv.Error:
            return 0, 0
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    *common, wide = DELIMITERS
    best = max(common, key=evenness)
    return wide if evenness(best) == (0, 0) and evenness(wide)[1] > 2 else best


def neutral(cell: str) -> str:
    """Return a cell as csv may hold it: an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell[:1] in _TRIGGERS and _DANGEROUS.match(cell) else cell


_TRIGGERS = frozenset("'=+-@\t\r＝＋－＠")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
