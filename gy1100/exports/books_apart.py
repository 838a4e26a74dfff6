"""Workbooks read in processes beside each other, where there are so many that starting processes pays."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..interruption import waited
from .isolated import OWN, started, unpacked
from .worker import answer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cached import Reader
    from .guard import File
    from .reading import FileRead

FIRST = 2 << 20  # bytes of workbooks that are read in less time than processes take to start
PATIENCE = 3  # seconds in which a process may put away what it began
MOST = 512 << 20  # bytes, unpacked, of the workbooks on their way: reading takes about three times as many


class BooksApart:
    """Reads the workbooks of a delivery: the first of them, and one that is alone, in this process.

    Parameters
    ----------
    reader : Reader
        It goes to each process, with a store of its own; what that kept is taken over into this one's.
    at_a_time : int
        Number of processes.
    """

    def __init__(self, reader: Reader, at_a_time: int) -> None:
        self._reader, self._at_a_time = reader, at_a_time
        self._bytes = 0
        self._waiting: list[_Book] = []
        self._begun: deque[_Book] = deque()
        self._processes = _Processes(reader, at_a_time)

    def read(self, file: File, data: bytes, sha256: str) -> Callable[[], FileRead]:
        """Have a workbook read, at once or in a while; return what waits for what it gives."""
        if (known := self._reader.recalled(file, sha256)) is not None:
            return lambda: known
        book = _Book(self._reader, file, data, sha256)
        self._bytes += len(data)
        if self._bytes <= FIRST or self._at_a_time == 1:
            book.taken()
            return book.taken
        self._waiting.append(book)
        if self._begun or len(self._waiting) > 1:
            self._begin()
        return book.taken

    def _begin(self) -> None:
        """Send what waits to the processes, as much at a time as memory allows."""
        for book in self._waiting:
            while self._begun and not self._has_room(book):
                self._begun.popleft().taken()
            book.begin(self._processes)
            self._begun.append(book)
        self._waiting.clear()

    def _has_room(self, book: _Book) -> bool:
        on_the_way = sum(other.size for other in self._begun) + book.size
        return on_the_way <= MOST and len(self._begun) < 2 * self._at_a_time

    def end(self) -> None:
        """End the processes, whatever they are doing."""
        self._processes.end()


class _Book:
    """A workbook to be read: elsewhere or, where that was not begun or came to nothing, here once it is asked for."""

    def __init__(self, reader: Reader, file: File, data: bytes, sha256: str) -> None:
        self._reader, self._given = reader, (file, data, sha256)
        self._future: Future[FileRead | None] | None = None
        self._read: FileRead | None = None
        self.size = unpacked(data)

    def begin(self, processes: _Processes) -> None:
        """Have it read in another process."""
        self._future = processes.read(*self._given)

    def taken(self) -> FileRead:
        """Return what it gave, once that is there."""
        if self._read is None:
            self._read = self._there() or self._reader.read(*self._given)
            del self._given, self._future
        return self._read

    def _there(self) -> FileRead | None:
        read = waited(self._future) if self._future else None
        for part in (part for typed in read.batches for part in typed.parts) if read else ():
            self._reader.store.take(part)
        return read


class _Processes:
    """Some processes, each begun when there is work for it, and a thread for each that waits for its answers."""

    def __init__(self, reader: Reader, number: int) -> None:
        self._reader, self._lock, self._ended = reader, threading.Lock(), False
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="reading")
        self._own, self._begun = threading.local(), list[subprocess.Popen[bytes]]()

    def read(self, *given: Any) -> Future[FileRead | None]:
        """Have a file read; the future gives None where that came to nothing."""
        return self._threads.submit(self._read, *given)

    def _read(self, *given: Any) -> FileRead | None:
        try:
            process = getattr(self._own, "process", None) or self._process()
            return answer_of(process, self._reader, *given) if process else None
        except Exception:  # noqa: BLE001 - it could not begin, or ended in the middle: whatever it is, this one reads on
            return None

    def _process(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._ended:
                return None
            path = os.pathsep.join(filter(None, (str(OWN), os.environ.get("PYTHONPATH"))))
            process = started("gy1100.exports.worker", environment=os.environ | {"PYTHONPATH": path})
            self._own.process = process
            self._begun.append(process)
            return process

    def end(self) -> None:
        """End them, whatever they are doing."""
        with self._lock:
            self._ended = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._begun:
            process.terminate()
        for process in self._begun:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._threads.shutdown()
        for process in self._begun:
            with suppress(OSError), process:  # what it was not sent any more
                pass
