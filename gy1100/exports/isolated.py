"""Hands a file to a reader in another process, which may die of it, and takes back its sheets or a refusal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from .guard import Unreadable
from .parcel import read_sheets
from .zipped import opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .sheets import Sheet

OWN = Path(__file__).resolve().parents[2]
MEGABYTES, MOST_MEGABYTES = 360, 1_500
SECONDS, MOST_SECONDS = 8, 120
_OUT_OF_TIME = (-24, 152, 1816)  # SIGXCPU, as a status of its own or of a shell; a Windows job's quota
_SMALL = 1 << 20  # larger files may take more of both, in proportion


def sheets_outside(kind: str, data: bytes) -> list[Sheet]:
    """Return the sheets of a file, read in a process of its own.

    Raises
    ------
    Unreadable
        If the file is refused, or the reader dies, takes too long or gives back too much.
    """
    megabytes, seconds = limits_for(len(data), unpacked(data))
    content, death = _run([kind, str(megabytes), str(seconds)], data, (megabytes << 19, 3 * seconds + 10))
    if death is not None:
        raise Unreadable(death)
    try:
        return read_sheets(content)
    except (ValueError, KeyError, TypeError, IndexError):
        raise Unreadable("reader_died") from None


def limits_for(size: int, whole: int) -> tuple[int, int]:
    """Return megabytes and seconds of processor time that a file of some size, packed and unpacked, may take."""
    megabytes = MEGABYTES + 60 * (max(size - _SMALL, 0) >> 20)
    seconds = SECONDS + 7 * (whole >> 20) // 10
    return min(megabytes, MOST_MEGABYTES), min(seconds, MOST_SECONDS)


def unpacked(data: bytes) -> int:
    """Return a file's size, that of an archive when unpacked, as far as its own words can be true."""
    if not data.startswith(b"PK"):
        return len(data)
    try:
        with opened(data) as book:
            return min(sum(member.file_size for member in book.infolist()), 100 * len(data))
    except Unreadable:
        return len(data)


def _run(arguments: list[str], data: bytes, bounds: tuple[int, int]) -> tuple[bytes, str | None]:
    """Return what the process wrote, at most so many bytes in so many seconds, and the finding it is stopped with."""
    slow = threading.Event()
    with started("gy1100.exports.child", *arguments, environment=_environment()) as process:
        timer = threading.Timer(bounds[1], _stop, (process, slow))
        try:
            timer.start()
            threading.Thread(target=_feed, args=(process, data), daemon=True).start()
            content, whole = _take(process, bounds[0])
        finally:
            timer.cancel()
            process.kill()
    if not whole:
        return b"", "too_large"
    return content, "reader_slow" if slow.is_set() or process.returncode in _OUT_OF_TIME else None


def started(module: str, *arguments: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a module of ours in another process, to be spoken to through pipes."""
    command = [sys.executable, "-P", "-B", "-X", "utf8", "-W", "ignore", "-m", module, *arguments]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603 - ours


def _stop(process: subprocess.Popen[bytes], slow: threading.Event) -> None:
    slow.set()
    process.kill()


def _take(process: subprocess.Popen[bytes], most: int) -> tuple[bytes, bool]:
    """Return the process's output and whether that is all of it."""
    assert process.stdout is not None
    content = bytearray()
    while piece := process.stdout.read(1 << 20):
        content += piece
        if len(content) > most:
            return b"", False
    process.wait()
    return bytes(content), True


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(data)
        process.stdin.close()
    except OSError:  # it ended before it had read everything
        return


def _environment() -> dict[str, str]:
    """The package's own folder and nothing of the user's settings."""
    names = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"PYTHONPATH": str(OWN), "PYTHONNOUSERSITE": "1"}
