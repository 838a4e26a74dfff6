"""Reads one file in a process of its own: ``python -m gy1100.exports.child KIND MEGABYTES SECONDS < file > sheets``.

The limits are set before the first byte is read. The process opens no connection and starts no program; what it cannot
do within its limits, or dies of, becomes an error finding of that file.
"""

from __future__ import annotations

import os
import sys
from typing import Any

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "urllib.",
    "ftplib.",
)
_WRITING = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.truncate",
)


def main(arguments: list[str]) -> None:
    """Read a file from standard input and write its sheets to standard output as JSON."""
    kind, megabytes, seconds = arguments[0], int(arguments[1]), int(arguments[2])
    from .limits import limit

    limit(megabytes << 20, seconds)
    from .guard import Unreadable
    from .parcel import refusal, write_sheets
    from .readers import sheets_in

    too_large = refusal(Unreadable("too_large"))  # made while there is memory to make it
    sys.addaudithook(_refuse)
    try:
        sheets = sheets_in(kind, sys.stdin.buffer.read())
        write_sheets(sys.stdout.buffer, sheets)
    except Unreadable as problem:
        sys.stdout.buffer.write(refusal(problem))
    except MemoryError:
        sys.stdout.buffer.write(too_large)
    sys.stdout.buffer.flush()


def _refuse(event: str, details: tuple[Any, ...]) -> None:
    """Forbid what no reader of a file needs."""
    if event.startswith(_FORBIDDEN + _WRITING) or (event == "open" and _writes(*details[1:3])):
        raise PermissionError(event)


def _writes(mode: str | None, flags: int) -> bool:
    writing = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
    return bool(set(mode or "") & set("wax+")) or bool(flags & writing)


if __name__ == "__main__":
    main(sys.argv[1:])
