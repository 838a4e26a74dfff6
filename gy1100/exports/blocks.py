"""A table on a sheet as it was found, and its rows as they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..cells import is_blank, visible
from ..findings import Finding, Severity, shown
from ..values import plain_text
from .columnar import Columnar, columnar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..tables import Table
    from .headers import Header
    from .layout import Rows
    from .matching import Match
    from .sheets import Sheet
    from .stored import Stored


@dataclass(frozen=True)
class Block:
    """One table on one sheet, as it was found.

    Attributes
    ----------
    sheet : Sheet
    header : Header
        Where its header stands; `headers` are its texts.
    match : Match
        The table and where its columns are.
    rows : Rows
        What each row around the header is.
    merged : dict of str to frozenset of int
        Column id -> rows (as Excel shows them) of merged cells of which it cannot be told what they hold.
    findings : tuple of Finding
        What was found while the rows were told apart.
    """

    sheet: Sheet
    header: Header
    match: Match
    rows: Rows
    merged: dict[str, frozenset[int]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def table(self) -> Table:
        """The table it was recognised as."""
        return self.match.table

    @cached_property
    def headers(self) -> tuple[object, ...]:
        """The header's texts, one a column; of several rows the text that is known, or all in one."""
        return self.header.texts()

    @property
    def header_row(self) -> int:
        """The header's last row as Excel shows it."""
        return self.excel_row(self.header.end - 1)

    def excel_row(self, index: int) -> int:
        """Return a row's number as Excel shows it."""
        return index + self.sheet.first_row

    @property
    def grid(self) -> Columnar:
        """The sheet's rows."""
        return columnar(self.sheet.rows)

    def header_of(self, column: str) -> str:
        """Return a column's header as written, or the canonical one where it is not there."""
        places = self.match.columns.get(column)
        return written(self.headers[places[0]]) if places else self.table.by_id[column].header

    def finding(self, severity: Severity, code: str, row: int | None = None, **more: Any) -> Finding:
        """Return a finding on this sheet; the youths' table never shows a value."""
        value = "" if self.table.secret else shown(more.pop("value", ""))
        more.pop("value", None)
        column = more.pop("column", "")
        return Finding(severity, self.sheet.file, self.sheet.name, row, column, value, code, more)


@dataclass
class Batch:
    """The rows of one block, typed.

    Attributes
    ----------
    rows : sequence of int
        The rows' numbers as Excel shows them.
    parts : list of Stored
        Their values, in batches one after the other.
    refused : set of int
        Positions of rows with a cell that cannot be read.
    findings : list of Finding
    """

    block: Block
    rows: Sequence[int]
    parts: list[Stored] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def values(self, column: str, start: int = 0, end: int | None = None) -> Iterator[Any]:
        """Return the values of some rows, by their positions."""
        end, at = len(self.rows) if end is None else end, 0
        for part in self.parts:
            height = part.batch.num_rows
            if at < end and start < at + height:
                first = max(start - at, 0)
                yield from part.batch[column].slice(first, min(end - at, height) - first).to_pylist()
            at += height

    def value(self, column: str, index: int) -> Any:
        """Return one value."""
        return next(self.values(column, index, index + 1))


@dataclass
class Typed:
    """The typed rows of one table on one sheet, and nothing else of the sheet.

    Attributes
    ----------
    file, sheet, table : str
    headers : dict of str to str
        Column id -> header as written there.
    rows, parts, refused, findings
        As of the `Batch`.
    """

    file: str
    sheet: str
    table: str
    headers: dict[str, str]
    rows: Sequence[int]
    parts: list[Stored]
    refused: set[int]
    findings: list[Finding]


def typed(batch: Batch) -> Typed:
    """Return what stays of a batch when its sheet is let go."""
    block, sheet = batch.block, batch.block.sheet
    headers = {column.id: block.header_of(column.id) for column in block.table.columns}
    return Typed(
        sheet.file,
        sheet.name,
        block.table.id,
        headers,
        batch.rows,
        batch.parts,
        batch.refused,
        batch.findings,
    )


def written(header: object) -> str:
    """Return a header on one line, as findings show it."""
    return shown(" ".join(visible(plain_text(header)).split()))


def label(table: Table) -> str:
    """Return a table's name as findings show it, for readers of either language."""
    return f"{table.label['zh']}（{table.id}）"


def n_filled(cells: Sequence[object]) -> int:
    """Return how many cells hold something."""
    return len(cells) - sum(map(is_blank, cells))
