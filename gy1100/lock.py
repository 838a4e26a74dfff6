"""One run at a time holds an output folder; the lock frees itself when its holder dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from .errors import Busy
from .words import both

if sys.platform == "win32":
    import msvcrt

    _BEYOND_TEXT = 1 << 30

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, _BEYOND_TEXT, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: Path, what: Path) -> Iterator[None]:
    """Hold the lock file ``path`` while ``what`` is being written.

    Raises
    ------
    Busy
        If another run holds it; the message names process, machine and since when.
    """
    fd = _acquire(path, what)
    try:
        _sign(fd)
        yield
    finally:
        _release(fd, path)


def _acquire(path: Path, what: Path) -> int:
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        if not _try_lock(fd):
            os.close(fd)
            raise Busy(both("cli.busy", out=what, **_holder(path)))
        if _is_at(fd, path):
            return fd
        os.close(fd)  # its holder removed the file between our open and our lock


def _is_at(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def _sign(fd: int) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    holder = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    os.ftruncate(fd, 0)
    os.lseek(fd, 0, os.SEEK_SET)
    os.write(fd, holder.encode())


def _holder(path: Path) -> dict[str, object]:
    holder: dict[str, object] = {"pid": "?", "host": "?", "since": "?"}
    with suppress(OSError, ValueError):
        holder |= json.loads(path.read_text("utf-8"))
    return holder


def _release(fd: int, path: Path) -> None:
    if sys.platform == "win32":
        os.close(fd)
        with suppress(OSError):
            path.unlink()
    else:  # removed while still held: whoever waits sees that the file is another one
        with suppress(OSError):
            path.unlink()
        os.close(fd)
