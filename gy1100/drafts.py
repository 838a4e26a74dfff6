"""Tables while they are checked: all rows that could be read, and which of them still stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .findings import Finding, Severity, shown
from .texts import masked, masked_name
from .values import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .exports.tallies import Tally
    from .tables import Column, Table

Fate = Literal["refused", "cascaded", "counted_once"]
YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True)
class Source:
    """One sheet (or text file) that was read.

    Attributes
    ----------
    file : str
        Path relative to the exports folder, ``/``-separated.
    sheet : str
        Empty for text files.
    table : str
        Id of the table it was recognised as.
    rows : int
        Data rows in it.
    sha256 : str
        Of the whole file.
    """

    file: str
    sheet: str
    table: str
    rows: int
    sha256: str

    def __post_init__(self) -> None:
        """A file or sheet is not told by a person's number in its name."""
        object.__setattr__(self, "file", masked_name(self.file))
        object.__setattr__(self, "sheet", masked_name(self.sheet))


@dataclass
class Draft:
    """One table while it is checked.

    Attributes
    ----------
    columns : dict
        Column id -> values of all rows of all sheets.
    source, row : list of int
        Where each row came from.
    fates : dict
        Position -> why the row does not stand.
    headers : dict
        (source, column id) -> header as written there.
    """

    table: Table
    columns: dict[str, list[Any]]
    source: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    fates: dict[int, Fate] = field(default_factory=dict)
    headers: dict[tuple[int, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row)

    def standing(self) -> list[int]:
        """Return the positions of the rows that stand so far."""
        if not self.fates:
            return list(range(len(self)))
        return [index for index in range(len(self)) if index not in self.fates]


@dataclass
class Drafts:
    """All tables while they are checked, and what was found."""

    tables: dict[str, Draft]
    sources: list[Source]
    findings: list[Finding] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)

    def __getitem__(self, table: str) -> Draft:
        return self.tables[table]

    def refuse(self, table: str, index: int, code: str, column: str = "", /, **args: str | int) -> None:
        """Refuse one row with an error; the row does not stand."""
        self.tables[table].fates[index] = "refused"
        self.add("error", table, index, code, column, **args)

    def add(
        self, severity: Severity, table: str, index: int, code: str, column: str = "", /, **args: str | int
    ) -> None:
        """Add a finding on one row."""
        draft = self.tables[table]
        source = self.sources[draft.source[index]]
        cell = draft.columns[column][index] if column and not draft.table.secret else None
        header = (
            draft.headers.get((draft.source[index], column), draft.table.by_id[column].header)
            if column
            else ""
        )
        value = shown(as_written(draft.table.by_id[column], cell)) if column else ""
        self.findings.append(
            Finding(severity, source.file, source.sheet, draft.row[index], header, value, code, args)
        )

    def note_by_sheet(
        self, table: str, indices: Iterable[int], code: str, column: str = "", /, **args: str | int
    ) -> None:
        """Add one note a sheet for rows alike: the first row, and how many there are."""
        by_sheet: dict[int, list[int]] = {}
        for index in indices:
            by_sheet.setdefault(self.tables[table].source[index], []).append(index)
        for rows in by_sheet.values():
            self.add("note", table, min(rows), code, column, count=len(rows), **args)


def removed(draft: Draft, fates: Mapping[int, Fate] | None = None) -> list[int]:
    """Return the positions of rows that are left out (not those that are merely counted once)."""
    found = draft.fates if fates is None else fates
    return sorted(index for index, fate in found.items() if fate != "counted_once")


def as_written(column: Column, value: object) -> str:
    """Return a value as an office writes it: words, 是 and 否, ISO dates; no number of a person, no text of a log."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, dt.date):
        return value.isoformat()
    written = plain_text(value)
    if column.masked:
        return written and "…"
    if written in column.choices:
        return column.words(written)
    return masked_name(written) if column.type == "id" else masked(written)
