"""Declared totals against the rows above them, and a last row that is a total without saying so."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..values import parse_column, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cells import Setting
    from ..findings import Finding
    from .blocks import Batch

_NEAR = 1e-6


def check_totals(batch: Batch, setting: Setting) -> None:
    """Compare declared totals with the rows above them: all of them, or those since the last total."""
    since = 0
    for total in batch.block.rows.totals:
        row = batch.block.excel_row(total)
        until = bisect_left(batch.rows, row)
        spans = (since, until)
        found = [bad for name in _summed(batch) if (bad := _compared(batch, name, total, spans, setting))]
        batch.findings.extend(found or [batch.block.finding("note", "total_row", row)])
        since = until


def _summed(batch: Batch) -> Iterator[str]:
    """The columns that can be added up: numbers that are there and could be read in every row."""
    for name in batch.block.match.columns:
        column, values = batch.block.table.by_id[name], batch.columns[name]
        unread = any(values[index] is None for index in batch.refused)
        if column.type in ("whole", "number") and not unread:
            yield name


def _compared(batch: Batch, name: str, total: int, span: tuple[int, int], setting: Setting) -> Finding | None:
    column, (since, until) = batch.block.table.by_id[name], span
    (cell,) = batch.block.cells(batch.block.match.places[name], [total])
    if is_blank(cell):
        return None
    row, header = batch.block.excel_row(total), batch.block.header_of(name)
    declared = parse_column(column, [cell], setting).values[0]
    place = {"column": header, "value": plain_text(cell)}
    if declared is None:
        return batch.block.finding("note", "total_unread", row, **place)
    values = [value or 0 for value in batch.columns[name][:until]]
    sums = [sum(values), sum(values[since:])]
    if any(abs(float(str(declared)) - one) < _NEAR for one in sums):
        return None
    words = {"declared": plain_text(declared), "actual": plain_text(round(sums[0], 6))}
    return batch.block.finding("error", "total_differs", row, **place, **words)


def hold_unlabelled(batch: Batch) -> None:
    """Hold a last row that lacks what every row needs and equals the sums of those above: a total without its word."""
    last = len(batch.rows) - 1
    if last < 2 or last not in batch.refused or batch.refused & {*range(last)}:
        return
    own = [found for found in batch.findings if found.row == batch.rows[last] and found.severity == "error"]
    if any(found.code != "blank" for found in own) or not _is_sum(batch, last):
        return
    batch.findings = [found for found in batch.findings if found not in own]
    batch.findings.append(batch.block.finding("error", "total_unlabelled", batch.rows[last]))


def _is_sum(batch: Batch, last: int) -> bool:
    """Whether every number of the row, and at least one, is the sum of the numbers above it."""
    sums = []
    for name in batch.block.match.columns:
        values = batch.columns[name]
        if batch.block.table.by_id[name].type in ("whole", "number") and values[last]:
            sums.append(abs(sum(value or 0 for value in values[:last]) - values[last]) < _NEAR)
    return bool(sums) and all(sums)
