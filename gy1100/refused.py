"""Rows that were refused, as they were read: for the lists that go back to the units.

What a row shows are its known columns only, with phone and id numbers replaced and the texts of logs left out; of the
youths' table no cell at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from .checks import unit_reader, units_of_cadres
from .drafts import as_written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .drafts import Draft, Drafts


@dataclass(frozen=True)
class RefusedRow:
    """One row that an error refused.

    Attributes
    ----------
    unit : str
        Whose row it is; empty where it cannot be told.
    table : str
        The table's id.
    source, row : int
        Index into the evidence's sources, and the row as Excel shows it.
    cells : tuple of (str, str)
        Header as written there and what was read, column by column; a cell that cannot be read is empty. None of the
        youths' table.
    """

    unit: str
    table: str
    source: int
    row: int
    cells: tuple[tuple[str, str], ...]


def refused_rows(drafts: Drafts) -> tuple[RefusedRow, ...]:
    """Return every row that an error refused, in the order of tables and files."""
    units = units_of_cadres(drafts["cadres"])
    return tuple(row for draft in drafts.tables.values() for row in _of_table(draft, units))


def _of_table(draft: Draft, units: Mapping[str | None, str | None]) -> list[RefusedRow]:
    unit_of = unit_reader(draft, units)
    refused = sorted(index for index, fate in draft.fates.items() if fate == "refused")
    columns = () if draft.table.secret else tuple(c for c in draft.table.columns if not c.carried)
    headers = cache(lambda source: [draft.headers.get((source, c.id), c.header) for c in columns])
    values = ([as_written(c, value) for value in draft.values(c.id, refused)] for c in columns)
    texts = zip(*values, strict=True) if columns else repeat((), len(refused))
    return [
        RefusedRow(
            unit_of(i) or "", draft.table.id, *draft.place(i),
            tuple(zip(headers(draft.place(i)[0]), row, strict=True)),
        )
        for i, row in zip(refused, texts, strict=True)
    ]  # fmt: skip
