"""Tables while they are checked: all rows that could be read, and which of them still stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .findings import Finding, Severity, shown
from .repeats import values_at
from .tables import schema
from .texts import masked, masked_name
from .values import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from .exports.blocks import Typed
    from .exports.stored import Stored
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
        Column id -> values of all rows of all sheets, once these are `joined`.
    source, row : array of int
        Where each row came from.
    fates : dict
        Position -> why the row does not stand.
    headers : dict
        (source, column id) -> header as written there.
    """

    table: Table
    columns: dict[str, pa.ChunkedArray]
    source: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    fates: dict[int, Fate] = field(default_factory=dict)
    headers: dict[tuple[int, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.row)

    def stands(self) -> npt.NDArray[np.bool_]:
        """Return which rows stand so far."""
        import numpy as np

        stands = np.ones(len(self), np.bool_)
        stands[list(self.fates)] = False
        return stands

    def standing(self) -> npt.NDArray[np.int64]:
        """Return the positions of the rows that stand so far."""
        import numpy as np

        return np.flatnonzero(self.stands())

    def where(self, condition: pa.ChunkedArray) -> list[int]:
        """Return the positions of the rows that stand and meet a condition; where it cannot be told, they do not."""
        import numpy as np

        met = np.asarray(condition.fill_null(False), np.bool_)
        found: list[int] = np.flatnonzero(met & self.stands()).tolist()
        return found

    def value(self, column: str, index: int) -> Any:
        """Return one value."""
        return self.columns[column][index].as_py()

    def values(self, column: str, indices: Sequence[int] | npt.NDArray[np.int64]) -> list[Any]:
        """Return some values of a column."""
        return values_at(self.columns[column], indices)

    def place(self, index: int) -> tuple[int, int]:
        """Return the source of a row, and its number there."""
        return int(self.source[index]), int(self.row[index])


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
        number, row = draft.place(index)
        source, header, value = self.sources[number], "", ""
        if column:
            cell = None if draft.table.secret else draft.value(column, index)
            header = draft.headers.get((number, column), draft.table.by_id[column].header)
            value = shown(as_written(draft.table.by_id[column], cell))
        self.findings.append(Finding(severity, source.file, source.sheet, row, header, value, code, args))

    def note_by_sheet(
        self, table: str, indices: Iterable[int], code: str, column: str = "", /, **args: str | int
    ) -> None:
        """Add one note a sheet for rows alike: the first row, and how many there are."""
        by_sheet: dict[int, list[int]] = {}
        for index in indices:
            by_sheet.setdefault(self.tables[table].place(index)[0], []).append(index)
        for rows in by_sheet.values():
            self.add("note", table, min(rows), code, column, count=len(rows), **args)


@dataclass
class Gathered:
    """What was read of one table.

    Attributes
    ----------
    parts : list of (int, sequence of int, list of Stored)
        Number of the source, its rows as Excel shows them, their values.
    fates, headers
        As of a `Draft`.
    """

    table: Table
    parts: list[tuple[int, Sequence[int], list[Stored]]] = field(default_factory=list)
    fates: dict[int, Fate] = field(default_factory=dict)
    headers: dict[tuple[int, str], str] = field(default_factory=dict)

    def add(self, drafts: Drafts, batch: Typed, sha256: str) -> None:
        """Add the rows of one table on one sheet."""
        number = len(drafts.sources)
        before = sum(len(rows) for _, rows, _ in self.parts)
        drafts.sources.append(Source(batch.file, batch.sheet, self.table.id, len(batch.rows), sha256))
        self.parts.append((number, batch.rows, batch.parts))
        self.headers.update({(number, column): header for column, header in batch.headers.items()})
        self.fates.update(dict.fromkeys((before + index for index in batch.refused), "refused"))
        drafts.findings.extend(batch.findings)

    def draft(self, *, whole: bool) -> Draft:
        """Return the draft of the table; each column in one piece of memory, or in the pieces that it was kept in."""
        import numpy as np
        import pyarrow as pa

        columns = {}
        for kind in schema(self.table):
            if kind.name in self.table.by_id:
                pieces = [stored.batch[kind.name] for _, _, own in self.parts for stored in own]
                column = pa.chunked_array(pieces, kind.type)
                columns[kind.name] = (
                    pa.chunked_array([column.combine_chunks()], kind.type) if whole else column
                )
        nothing = np.zeros(0, np.int32)
        source = [nothing, *(np.full(len(rows), number, np.int32) for number, rows, _ in self.parts)]
        row = [nothing, *(_numbers(rows) for _, rows, _ in self.parts)]
        return Draft(
            self.table, columns, np.concatenate(source), np.concatenate(row), self.fates, self.headers
        )


def _numbers(rows: Sequence[int]) -> npt.NDArray[np.int32]:
    import numpy as np

    if isinstance(rows, range):
        return np.arange(rows.start, rows.stop, dtype=np.int32)
    return np.asarray(rows, np.int32)


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
