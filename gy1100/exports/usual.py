"""Worksheets in the form that common programs write, and others brought into it, so that one look fits both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from .events import feed
from .extent import column_number
from .guard import Unreadable
from .sheets import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .scanning import Cells

ODD = (
    (b"='", b"='"),
    (b"= ", b'= "'),
    (b" =", b' ="'),
    (b'"&', b'="&'),
    (b"<!", b"<!"),
    (b":c", b":c "),
    (b":r", b":row"),
    (b"\xbf\xbe", b"\xef\xbf\xbe"),
)  # a pair of characters, and what must not be there around it
_FLUSH = 1 << 20
_MOST_ROWS = 1_048_576


def is_usual(body: bytes, cells: Cells, pairs: frozenset[bytes]) -> bool:
    """Whether all cells of some rows carry their reference first, in double quotes, without namespaces or comments.

    Only what may be there, by the pairs of characters that are, is looked for.
    """
    return cells.count == cells.named and not any(odd in body for pair, odd in ODD if pair in pairs)


def rewritten(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Return a worksheet of any form in the usual one, in chunks that begin with a row.

    Raises
    ------
    Unreadable
        If it is not well formed.
    """
    writer = _Writer()
    for _ in feed(pieces, writer):
        yield from writer.whole()
    yield writer.rest()


class _Writer:
    """Writes elements out again: local names, double quotes, every row and cell with its reference, first."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.done: list[bytes] = []
        self.size = self.row = self.column = 0

    def start(self, tag: str, marks: dict[str, str]) -> None:
        """An element begins."""
        if tag == "row":
            self._flush()
            self.row, self.column = _number(marks.get("r"), self.row + 1), 0
            marks = {"r": str(self.row)} | marks
        elif tag == "c":
            marks = {"r": self._place(marks.get("r", "").upper())} | {
                k: v for k, v in marks.items() if k != "r"
            }
        self._write(f"<{tag}" + "".join(f" {mark}={_quoted(value)}" for mark, value in marks.items()) + ">")

    def _place(self, reference: str) -> str:
        found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", reference)
        if found:
            self.column = column_number(found[1].encode())
            return reference
        if reference:
            raise Unreadable("damaged", reason="单元格位置 cell reference")
        self.column += 1
        return f"{column_letters(self.column)}{self.row}"

    def end(self, tag: str) -> None:
        """An element ends."""
        self._write(f"</{tag}>")

    def data(self, text: str) -> None:
        """Text inside an element."""
        self._write(escape(text))

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.size += len(text)

    def _flush(self) -> None:
        if self.size > _FLUSH:
            self.done.append("".join(self.out).encode())
            self.out, self.size = [], 0

    def whole(self) -> Iterator[bytes]:
        """Return the chunks that are finished."""
        while self.done:
            yield self.done.pop(0)

    def rest(self) -> bytes:
        """Return what is left."""
        return "".join(self.out).encode()


def _quoted(value: str) -> str:
    quoted = quoteattr(value)
    return quoted if quoted[0] == '"' else '"' + quoted[1:-1].replace('"', "&quot;") + '"'


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,7}", text) or int(text) > _MOST_ROWS:
        raise Unreadable("damaged", reason="行号 row number")
    return int(text)
