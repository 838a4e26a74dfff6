"""Zip archives, whose damage shows in a dozen ways and is always the same finding."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .guard import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

TROUBLES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an archive; whatever is wrong with its bytes while it is open becomes the same refusal.

    Raises
    ------
    Unreadable
        If it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except RecursionError:
        raise
    except TROUBLES as problem:
        reason = "zip：校验不符 checksum" if _checks(problem) else f"zip：{type(problem).__name__}"
        raise Unreadable("damaged", reason=reason) from None


def _checks(problem: Exception) -> bool:
    return isinstance(problem, zlib.error) or "CRC" in str(problem)
