"""Files of a delivery read beside each other, a few at a time; what each gives is taken in the order of the delivery.

Large text files are read in threads, since what cuts and hashes them runs beside Python; workbooks in processes, since
what takes their cells does not.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Self

from ..interruption import waited
from .books_apart import BooksApart
from .on_disk import OnDisk
from .sniff import is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .cached import Reader
    from .guard import File
    from .on_disk import Bytes
    from .reading import FileRead

MOST = 4  # files at a time: each takes memory for its pieces while it is read


class SideBySide:
    """Reads the files of a delivery, or recalls what they gave.

    While entered; what ends it in the middle, Ctrl-C or an error, ends the processes, and the threads at the next piece
    of their files.

    Parameters
    ----------
    reader : Reader
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._given: dict[str, Callable[[], FileRead]] = {}
        self._large: list[OnDisk] = []
        at_a_time = min(MOST, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(at_a_time, thread_name_prefix="reading")
        self._books = BooksApart(reader, at_a_time)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for data in self._large:
            data.stopped = True
        self._books.end()
        self._threads.shutdown(cancel_futures=True)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._given

    def give(self, file: File, data: Bytes, sha256: str) -> None:
        """Have a file read, at once or in a while."""
        self._given[sha256] = self._reading(file, data, sha256)

    def _reading(self, file: File, data: Bytes, sha256: str) -> Callable[[], FileRead]:
        """Return what waits for what a file gives."""
        if isinstance(data, OnDisk):
            self._large.append(data)
            return partial(waited, self._threads.submit(self.reader.read, file, data, sha256))
        if not is_text(data):
            return self._books.read(file, data, sha256)
        read = self.reader.read(file, data, sha256)
        return lambda: read

    def taken(self) -> Iterator[tuple[str, FileRead]]:
        """Return what each file gave, in the order in which they were given; an error in one is raised in its turn."""
        for sha256, read in self._given.items():
            yield sha256, read()
