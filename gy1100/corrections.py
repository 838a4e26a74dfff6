"""Corrections as records: what is wrong in a received file, who says so and why; the file itself stays as it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .findings import Finding, shown
from .texts import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Action = Literal["set", "drop", "keep"]
HEADERS = {"at_row": "行号", "column": "列", "old": "原值", "new": "新值"}


@dataclass(frozen=True)
class Correction:
    """One row of a corrections file.

    Attributes
    ----------
    entry : int
        Its row in the corrections file.
    file, sheet : str
        The file as findings name it; the sheet, empty where any will do.
    row : int or None
        As Excel shows it; None = every row of the file (never for ``set``).
    column : str
        A header as written, a canonical header, an alias or an id of a column.
    action : {"set", "drop", "keep"}
        Set a cell; the row is void; of the rows with this row's id this one holds.
    old, new : str
        What the cell holds and what it is to hold.
    who, time, why : str
    """

    entry: int
    file: str
    sheet: str
    row: int | None
    column: str
    action: Action
    old: str
    new: str
    who: str
    time: str
    why: str

    def concerns(self, file: str, sheet: str) -> bool:
        """Whether it names this file and sheet."""
        return masked_name(self.file) == masked_name(file) and masked_name(self.sheet) in (
            "",
            masked_name(sheet),
        )

    def words(self) -> dict[str, str | int]:
        """Return what every finding on it says: its row, who and why."""
        return {"entry": self.entry, "who": shown(self.who), "why": shown(self.why)}


@dataclass(frozen=True)
class Corrections:
    """A corrections file as read: its name and hash, its entries in order, and what is wrong with it."""

    name: str
    sha256: str
    entries: tuple[Correction, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, file: str, sheet: str) -> tuple[Correction, ...]:
        """Return the corrections of cells and rows of one sheet, in order."""
        return tuple(c for c in self.entries if c.action != "keep" and c.concerns(file, sheet))

    def keeping(self) -> tuple[Correction, ...]:
        """Return those that say which row of an id holds."""
        return tuple(c for c in self.entries if c.action == "keep")

    def error(self, entry: Correction, code: str, header: str = "", /, **args: str | int) -> Finding:
        """Return an error on an entry of this file."""
        place = {"file": shown(entry.file), "sheet": shown(entry.sheet), "at": entry.row or ""}
        return Finding("error", self.name, "", entry.entry, header, "", code, {**place, **args})


def read_corrections(path: str | Path, rulebook: Any) -> Corrections:
    """Read a corrections file, csv or workbook; what is wrong with it stands among its findings.

    Raises
    ------
    NothingToRead
        If there is no such file.
    """
    from .evidence import read_table

    path = Path(path)
    table, findings = read_table(path, "corrections", rulebook)
    read = Corrections(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    entries: dict[object, Correction] = {}
    for entry in map(_entry, table.to_pylist()):
        first = entries.setdefault(_what(entry), entry)
        findings += [read.error(entry, *problem) for problem in _problems(entry)]
        if first is not entry:
            findings.append(Finding("note", path.name, row=entry.entry, code="correction_twice"))
    return Corrections(read.name, read.sha256, tuple(entries.values()), tuple(findings))


def _entry(row: Mapping[str, Any]) -> Correction:
    texts = {
        name: row[name] or "" for name in ("file", "sheet", "column", "old", "new", "who", "time", "why")
    }
    texts["file"] = texts["file"].replace("\\", "/").removeprefix("./")
    return Correction(entry=row["row"], row=row["at_row"], action=row["action"], **texts)


def _what(entry: Correction) -> object:
    return entry.file, entry.sheet, entry.row, entry.column, entry.action, entry.old, entry.new


def _problems(entry: Correction) -> Iterator[tuple[str, str]]:
    if entry.action == "set":
        for name in ("row", "column"):
            if not getattr(entry, name):
                yield "correction_blank", HEADERS["at_row" if name == "row" else name]
        if entry.old == entry.new:
            yield "correction_idle", HEADERS["new"]
    elif entry.new:
        yield "correction_new", HEADERS["new"]
