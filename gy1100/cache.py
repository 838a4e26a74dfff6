"""A folder of what was worked out before, by keys that name everything it depends on.

An entry is there whole or not at all. Nothing is right because it is here: an entry that cannot be read is worked out
anew, and results that are published or verified never ask it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path("data/cache")
KEPT_DAYS = 60  # days after its last use that an entry stays
_SEEN = "used"  # the file of an entry whose time tells when it was last used
_PARTS = (
    "python-calamine", "xlrd", "defusedxml", "pyarrow", "duckdb", "ibis-framework", "pandas", "nbconvert",
    "vl-convert-python", "python-docx",
)  # fmt: skip


class Cache:
    """Entries in a folder, which only its user can read."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def recall(self, key: str) -> Path | None:
        """Return the folder of an entry, None where there is none."""
        entry = self.folder / key
        try:
            os.utime(entry / _SEEN)
        except OSError:
            return None
        return entry

    def keep(self, key: str, write: Callable[[Path], None]) -> None:
        """Let an entry be written; where there is no room for it, or another process was first, nothing happens."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
            try:
                write(made)
                (made / _SEEN).touch()
                made.rename(self.folder / key)
            finally:
                shutil.rmtree(made, ignore_errors=True)
            self._tidy(time.time() - KEPT_DAYS * 24 * 3600)

    def forget(self, key: str) -> None:
        """Drop an entry that turned out not to be readable."""
        shutil.rmtree(self.folder / key, ignore_errors=True)

    def _tidy(self, before: float) -> None:
        for entry in self.folder.iterdir():
            used = entry / _SEEN
            if (used if used.exists() else entry).stat().st_mtime < before:
                shutil.rmtree(entry, ignore_errors=True)


def key_of(*facts: Any) -> str:
    """Return the key of what follows from some facts, this package and the libraries that read, measure and draw."""
    told = json.dumps([_makers(), *facts], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def _makers() -> dict[str, str]:
    """Versions of Python and libraries, and the hash of our own modules and tables of words."""
    own, found = Path(__file__).parent, hashlib.sha256()
    for path in sorted(p for p in own.rglob("*") if p.suffix in (".py", ".yaml")):
        found.update(path.relative_to(own).as_posix().encode() + b"\0" + path.read_bytes())
    return {name: version(name) for name in _PARTS} | {"python": sys.version, "gy1100": found.hexdigest()}
