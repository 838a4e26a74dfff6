"""The bytes of a file that is too large to hold: read where they are needed."""

from __future__ import annotations

import hashlib
import os
import weakref
from typing import TYPE_CHECKING

from .guard import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = 32 << 20  # bytes from which on a text file is not read as a whole
_PIECE = 1 << 20


class Stopped(BaseException):
    """Reading was given up; no trouble of the file."""


class OnDisk:
    """A file's bytes, cut out like those of `bytes`.

    It is read and not mapped, so that a file that becomes shorter meanwhile is refused and ends no process.

    Parameters
    ----------
    handle : int
        Of a regular file, opened for reading; it is closed with this object.

    Attributes
    ----------
    stopped : bool
        Nobody wants the rest: whoever reads on in another thread ends.
    """

    def __init__(self, handle: int) -> None:
        self._handle, self._state, self.stopped = handle, _state(handle), False
        weakref.finalize(self, os.close, handle)

    def __len__(self) -> int:
        return self._state[0]

    def __getitem__(self, places: slice) -> bytes:
        if self.stopped:
            raise Stopped
        start, end, _ = places.indices(len(self))
        os.lseek(self._handle, start, os.SEEK_SET)
        pieces, left = [], end - start
        while left > 0 and (piece := os.read(self._handle, left)):
            pieces.append(piece)
            left -= len(piece)
        if left > 0 or _state(self._handle) != self._state:
            raise Unreadable("unreadable_file", reason="读取时文件有变动 changed while it was read")
        return b"".join(pieces)


Bytes = bytes | OnDisk


def pieces_of(data: Bytes) -> Iterator[bytes]:
    """Return the bytes of a file piece by piece."""
    return (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))


def sha256_of(data: Bytes) -> str:
    """Return the hash of a file's bytes."""
    found = hashlib.sha256()
    for piece in pieces_of(data):
        found.update(piece)
    return found.hexdigest()


def _state(handle: int) -> tuple[int, int]:
    found = os.fstat(handle)
    return found.st_size, found.st_mtime_ns
