"""Large text files read beside each other, a few at a time; what each gives is taken in the order of the delivery."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from ..interruption import waited
from .on_disk import OnDisk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cached import Reader
    from .guard import File
    from .on_disk import Bytes
    from .reading import FileRead

MOST = 4  # files at a time: each takes memory for its pieces while it is read


class SideBySide:
    """Reads the files of a delivery: large ones in threads, since what cuts and hashes them runs beside Python.

    While entered; what ends it in the middle, Ctrl-C or an error, ends the threads at the next piece of their files.

    Parameters
    ----------
    reader : Reader
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._given: dict[str, FileRead | Future[FileRead]] = {}
        self._large: list[OnDisk] = []
        self._pool = ThreadPoolExecutor(min(MOST, os.cpu_count() or 1), thread_name_prefix="reading")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for data in self._large:
            data.stopped = True
        self._pool.shutdown(cancel_futures=True)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._given

    def give(self, file: File, data: Bytes, sha256: str) -> None:
        """Have a file read, at once or in a while."""
        if isinstance(data, OnDisk):
            self._large.append(data)
            self._given[sha256] = self._pool.submit(self.reader.read, file, data, sha256)
        else:
            self._given[sha256] = self.reader.read(file, data, sha256)

    def taken(self) -> Iterator[tuple[str, FileRead]]:
        """Return what each file gave, in the order in which they were given; an error in one is raised in its turn."""
        for sha256, read in self._given.items():
            yield sha256, waited(read) if isinstance(read, Future) else read
