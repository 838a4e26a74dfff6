"""Markup on its way from an archive to its reader, checked as it passes."""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING

from .extent import Extent
from .guard import Unreadable
from .inspection import RARE
from .scanning import cells_in, pairs_in
from .usual import ODD, is_usual

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import ThreadPoolExecutor

PIECE = 1 << 18
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w-]+)")
_PREFIX = re.compile(rb"<(\w+:)worksheet\b")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*>")
_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"']([^\"']*)")
_PAIRS = (*(pair for pair, _ in ODD), *RARE)
_LONGEST = 1 << 26  # bytes without a new element


class Watch(io.RawIOBase):
    """A part of an archive: in UTF-8, without a document type; for a worksheet also its form and extent.

    Attributes
    ----------
    usual : bool
        The cells are written as all common programs write them.
    extent : Extent
        How far they reach.
    size : int or None
        The unpacked size of a part of shared strings.
    pairs : frozenset of bytes
        Which pairs of characters that markers begin with its rows held so far.
    """

    def __init__(self, part: IO[bytes], *, cells: bool = False, size: int | None = None) -> None:
        super().__init__()
        self.part, self.cells, self.size = part, cells, size
        self.usual, self.extent = True, Extent()
        self.rest, self.prefix = b"", b""
        self.begun = self.inside = False
        self.pairs: frozenset[bytes] = frozenset()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, once they have been looked at."""
        piece = self.part.read(size)
        if not self.begun and piece:
            self._begin(piece)
        whole = self.rest + piece
        cut = max(whole.rfind(b"<"), 0) if piece else len(whole)
        if len(whole) - cut > _LONGEST:
            raise Unreadable("bomb", reason="元素过长 length of an element")
        segment, self.rest = whole[:cut], whole[cut:]
        if not self.inside and b"!" in segment and b"<!DOCTYPE" in segment:
            raise Unreadable("dtd")  # among the rows it is no usual form, and refused there
        if self.size is not None and b"C" in segment and b"ount" in segment:
            self._check_counts(segment, self.size)
        if self.cells and segment:
            self._look(segment)
        return piece

    @staticmethod
    def _check_counts(segment: bytes, size: int) -> None:
        """The reader makes room for as many strings as are announced: no more than there can be."""
        for tag in _STRINGS.findall(segment):
            if any(len(count) > 10 or int(count) > size for count in _COUNT.findall(tag)):
                raise Unreadable("bomb", reason="字符串个数 number of strings")

    def _begin(self, start: bytes) -> None:
        self.begun = True
        declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
        if b"\x00" in start[:64] or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
            raise Unreadable("damaged", reason="部件的编码 encoding of a part")
        prefix = _PREFIX.search(start[:65_536])
        self.prefix = prefix[1] if prefix else b""

    def _look(self, segment: bytes) -> None:
        if self.prefix:
            segment = segment.replace(b"<" + self.prefix, b"<").replace(b"</" + self.prefix, b"</")
        begin = 0 if self.inside else segment.find(b"<sheetData")
        end = segment.find(b"</sheetData>")
        if not self.inside and begin < 0:
            self.usual = self.usual and b":sheetData" not in segment
            return
        body = segment[max(begin, 0) : end if end >= 0 else len(segment)]
        self.inside = end < 0
        cells, pairs = cells_in(body), pairs_in(body, _PAIRS)
        self.usual = self.usual and is_usual(body, cells, pairs)
        self.extent.add(cells)
        self.pairs |= pairs


class Ahead(io.RawIOBase):
    """A part whose next piece is unpacked in another thread while the last one is looked at."""

    def __init__(self, part: IO[bytes], pool: ThreadPoolExecutor) -> None:
        super().__init__()
        self.part, self.pool = part, pool
        self.next = pool.submit(part.read, PIECE)

    def read(self, size: int = -1) -> bytes:
        """Return the next piece; all that is left where no size is given."""
        piece = self.next.result()
        if size < 0:
            piece += self.part.read()
        self.next = self.pool.submit(self.part.read, PIECE)
        return piece


class Stream(io.RawIOBase):
    """Pieces of bytes as a file to read from."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self.chunks, self.rest = iter(chunks), b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        while size < 0 or len(self.rest) < size:
            chunk = next(self.chunks, None)
            if chunk is None:
                break
            self.rest += chunk
        size = len(self.rest) if size < 0 else size
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Return a part's bytes piece by piece, checked."""
    watch = Watch(part)
    while piece := watch.read(PIECE):
        yield piece


def segments(part: IO[bytes]) -> Iterator[bytes]:
    """Return a worksheet's bytes in segments that end before a row; namespaces' prefixes are taken off."""
    rest, prefix = b"", None
    for piece in pieces(part):
        if prefix is None:
            found = _PREFIX.search(piece[:65_536])
            prefix = found[1] if found else b""
        rest += piece
        cut = max(rest.rfind(b"<" + prefix + b"row"), 0)
        yield rest[:cut].replace(b"<" + prefix, b"<") if prefix else rest[:cut]
        rest = rest[cut:]
    yield rest.replace(b"<" + (prefix or b""), b"<")
