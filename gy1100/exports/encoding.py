"""Bytes to text without losing or guessing a character: UTF-8, UTF-16 and GB18030, each strict."""

from __future__ import annotations

import codecs
import re
from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from .guard import Unreadable
from .moved import MOVED
from .on_disk import Bytes, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HAN = re.compile(r"[\u3400-\u9fff]")
_USUAL = re.compile(r"[\t\r\n\x20-\x7e\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")  # the 3,755 characters that make up nearly all Chinese text
_LOST = "锟斤拷"
_DISGUISES = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
_MOVED_ANY = re.compile(f"[{''.join(map(chr, MOVED))}]")
PIECE = 8 << 20  # bytes that are decoded at a time
_TAIL = 1 << 16  # bytes in which the end of their last line is looked for first


class Text(NamedTuple):
    """A text as decoded.

    Attributes
    ----------
    text : str
    encoding : str or None
        The encoding's name where it is not UTF-8.
    moved : int
        Characters that GB18030-2022 moved off private-use code points.
    cut : bool
        The last character is incomplete.
    """

    text: str
    encoding: str | None = None
    moved: int = 0
    cut: bool = False


@dataclass
class Encoded:
    """Bytes of which it is known what text they are; it is decoded in pieces of whole lines.

    Attributes
    ----------
    data : Bytes
    codec : str
    start, end : int
        Where the text begins and ends among the bytes.
    encoding, moved, cut
        As of a `Text`.
    spoiled : bool
        It may hold what is left of a wrong reading.
    """

    data: Bytes
    codec: str
    start: int
    end: int
    encoding: str | None = None
    moved: int = 0
    cut: bool = False
    spoiled: bool = True
    _last: tuple[int, int, str] = (0, 0, "")

    @property
    def unit(self) -> int:
        """Bytes of the shortest character."""
        return 2 if self.codec.startswith("utf-16") else 1

    def text(self, start: int, end: int) -> str:
        """Return the text of some bytes; the last that was asked for is remembered."""
        if self._last[:2] != (start, end):
            text = codecs.getincrementaldecoder(self.codec)("strict").decode(self.data[start:end])
            self._last = start, end, text.translate(MOVED) if self.moved else text
        return self._last[2]

    def utf8(self, start: int, end: int) -> bytes:
        """Return the text of some bytes in UTF-8."""
        if self.codec == "utf-8" and not (self.cut and end == self.end):
            return self.data[start:end]
        return self.text(start, end).encode("utf-8")

    def spans(self, start: int | None = None) -> Iterator[tuple[int, int]]:
        """Return the first and last byte of each piece."""
        at = self.start if start is None else start
        while at < self.end:
            end = self._line_end(at)
            yield at, end
            at = end

    def pieces(self) -> Iterator[str]:
        """Return the text piece by piece."""
        return (self.text(*span) for span in self.spans())

    def first(self, characters: int) -> str:
        """Return the beginning of the text."""
        start, pieces = "", self.pieces()
        while len(start) < characters and (piece := next(pieces, "")):
            start += piece
        return start[:characters]

    def _line_end(self, start: int) -> int:
        """Where a piece ends that begins somewhere: after its last line feed, else after its last carriage return."""
        size = PIECE
        if start + size < self.end:
            near = start + max(size - _TAIL, 0)
            if cut := _after(self.data[near : start + size], "\n".encode(self.codec), self.unit):
                return near + cut
        while start + size < self.end:
            piece = self.data[start : start + size]
            for mark, last in (("\n", size), ("\r", size - self.unit)):
                if cut := _after(piece[:last], mark.encode(self.codec), self.unit):
                    return start + cut
            size *= 2
        return self.end


def _after(piece: bytes, mark: bytes, unit: int) -> int:
    """Where a piece goes on after the last of its marks; 0 if it has none."""
    at = piece.rfind(mark)
    while at % unit and at > 0:
        at = piece.rfind(mark, 0, at + len(mark) - 1)
    return at + len(mark) if at >= 0 and at % unit == 0 else 0


def decoded(data: bytes) -> Text:
    """Return the text of a file.

    Raises
    ------
    Unreadable
        If it is in no known encoding, in more than one, or was spoiled by an earlier wrong reading.
    """
    return _whole(encoded(data))


def _whole(found: Encoded) -> Text:
    return Text("".join(found.pieces()), found.encoding, found.moved, found.cut)


def encoded(data: Bytes) -> Encoded:
    """Return what text a file is, as `decoded`, without a copy of it."""
    found = _encoded(data)
    _refuse_spoiled(found)
    return found


def _encoded(data: Bytes) -> Encoded:
    for mark, encoding in _MARKS:
        if data[:2] == mark:
            return _utf16(data, 2, encoding)
    if unmarked := _unmarked_utf16(data[:4096]):
        return _utf16(data, 0, unmarked)
    return _utf8(data) or _gb18030(data)


def _utf8(data: Bytes) -> Encoded | None:
    marked = data[:3] == codecs.BOM_UTF8
    found, han = Encoded(data, "utf-8", 3 if marked else 0, len(data), spoiled=False), False
    for start, end in found.spans():
        piece = data[start:end]
        try:
            _ = _is_utf8(piece) or piece.decode("utf-8")
        except UnicodeDecodeError as problem:
            if end < len(data) or problem.reason != "unexpected end of data":
                return None
            found.cut = True
        han = han or _HAN.search(found.text(start, end)) is not None
        found.spoiled |= _LOST.encode() in piece
    return None if found.cut and not han else found


def _is_utf8(piece: bytes) -> bool:
    """Whether bytes are UTF-8, told without decoding them."""
    import pyarrow as pa

    ends = pa.py_buffer(array("i", (0, len(piece))))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(piece)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _utf16(data: Bytes, start: int, encoding: str) -> Encoded:
    found = Encoded(data, encoding, start, len(data), "UTF-16", cut=(len(data) - start) % 2 == 1)
    try:
        for text in found.pieces():
            text.encode("utf-8")
    except UnicodeError:
        raise Unreadable("encoding_unknown", row=1) from None
    return found


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 that lacks its mark shows in its line ends and separators, and in nothing but usual characters."""
    start = data[: len(data) // 2 * 2]
    if b"\x00" not in start:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = start.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[,\t;\n]", text) and len(_USUAL.findall(text)) > 0.95 * len(text):
            return encoding
    return None


def _gb18030(data: Bytes) -> Encoded:
    odd = _odd_line(data)
    if odd is not None:
        raise Unreadable("encoding_unknown", row=odd)
    found = Encoded(data, "gb18030", 0, len(data), "GB18030")
    try:
        moved = sum(len(_MOVED_ANY.findall(data[a:b].decode("gb18030"))) for a, b in found.spans())
    except UnicodeDecodeError:
        raise Unreadable("encoding_unknown", row=1) from None
    return replace(found, moved=moved)


def gb18030(data: bytes) -> Text:
    """Return text that is declared as GB2312, GBK or GB18030, else by what it is."""
    try:
        return _whole(_gb18030(data))
    except Unreadable:
        return decoded(data)


def _lines(data: Bytes) -> Iterator[bytes]:
    """Return the lines of a file that end with a line feed."""
    rest: list[bytes] = []
    for piece in pieces_of(data):
        first, *lines = piece.split(b"\n")
        rest.append(first)
        for line in lines:
            yield b"".join(rest)
            rest = [line]
    yield b"".join(rest)


def _odd_line(data: Bytes) -> int | None:
    """The first line in neither UTF-8 nor GB18030, or in another of the two than the first that tells."""
    first = None
    for number, line in enumerate(_lines(data), 1):
        if line.isascii():
            continue
        encoding = _encoding_of(line)
        if encoding is None or (first and encoding and encoding != first):
            return number
        first = first or encoding
    return None


def _encoding_of(line: bytes) -> str | None:
    """Which of the two a line is in: empty where it is too short to tell, None where it is in neither."""
    try:
        return "utf-8" if len(_HAN.findall(line.decode("utf-8"))) > 3 else ""
    except UnicodeDecodeError:
        pass
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return "gb18030"


def _refuse_spoiled(found: Encoded) -> None:
    """Refuse text that was read in a wrong encoding and saved again."""
    row = 1
    for text in found.pieces() if found.spoiled else ():
        if _LOST in text:
            raise Unreadable("spoiled_text", row=row + text[: text.index(_LOST)].count("\n"))
        row += text.count("\n")
    for number, line in enumerate(found.first(20_000).splitlines()[:20], 1):
        if not line.isascii() and any(_disguised(line, *names) for names in _DISGUISES):
            raise Unreadable("spoiled_text", row=number)


def _disguised(line: str, wrong: str, right: str) -> bool:
    """Whether a line makes better sense when its bytes are read in another encoding."""
    raw = line.encode(wrong, "ignore")
    inner = raw.decode(right, "replace")
    han, lost, before = len(_HAN.findall(inner)), inner.count("\ufffd"), len(_HAN.findall(line))
    if wrong == "gb18030":
        return han > 3 and han > 4 * lost
    if right == "gb18030" and 2 * len(_COMMON.findall(raw)) <= han:
        return False
    return han > 3 and not before and han > 4 * lost
