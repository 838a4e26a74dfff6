"""Reports of a run that did not come to its end, kept beside its output folder until a run does.

A run of the same inputs, rules and options takes those that are finished from there and makes only the others.
"""

from __future__ import annotations

import hashlib
import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cache import Cache, key_of
from .exports.guard import files_of
from .ledger import is_ledger, open_ledger, up_to
from .resources import sample_folder

if TYPE_CHECKING:
    from .order import Order
    from .rulebook import Rulebook

ENDINGS = (".ipynb", ".html", ".docx")


class Unfinished:
    """The reports that are finished already of what a command was asked for."""

    def __init__(self, order: Order, rulebook: Rulebook) -> None:
        out = order.folder.resolve()
        name = hashlib.sha256(str(out).encode("utf-8", "surrogateescape")).hexdigest()[:8]
        self._cache = Cache(out.with_name(f".gy1100-{name}"))
        self._order, self._rulebook = order, rulebook

    def take(self, unit: str, folder: Path) -> bool:
        """Put a unit's finished report into a folder; return whether there was one."""
        entry = self._cache.recall(self._key(unit))
        if entry is None:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        for ending in ENDINGS:
            shutil.copyfile(entry / f"report{ending}", folder / f"{unit}{ending}")
        return True

    def keep(self, unit: str, folder: Path) -> None:
        """Keep a unit's report that is finished."""

        def write(entry: Path) -> None:
            for ending in ENDINGS:
                shutil.copyfile(folder / f"{unit}{ending}", entry / f"report{ending}")

        self._cache.keep(self._key(unit), write)

    def clear(self) -> None:
        """Forget them all: the run came to its end."""
        shutil.rmtree(self._cache.folder, ignore_errors=True)

    @cached_property
    def _facts(self) -> list[Any]:
        """What the reports depend on, found out when the first is asked for."""
        return _facts(self._order, self._rulebook)

    def _key(self, unit: str) -> str:
        return key_of("report", unit, *self._facts)


def _facts(order: Order, rulebook: Rulebook) -> list[Any]:
    """Return what the reports depend on: contents of every file read, rules, options, the ledger's head."""
    given = [order.exports or sample_folder(), order.corrections, order.since]
    ledger: list[object] = []
    if order.decisions is not None and is_ledger(order.decisions):
        place, until = up_to(order.decisions)
        ledger = [until, str(open_ledger(place, read_only=True).head())]
    else:
        given.append(Path(order.decisions) if order.decisions else None)
    contents = [[(file.name, _sha256(file.path)) for file in files_of(place)[0]] for place in given if place]
    return [contents, ledger, rulebook.id, rulebook.sha256, order.as_of, order.published()]


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, nothing where it cannot be read: the run will say so."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


__all__ = ["Unfinished"]
