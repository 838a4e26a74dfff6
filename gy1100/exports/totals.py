"""Declared totals against the rows above them, and a last row that is a total without saying so."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from ..cells import bare, is_blank, plain_form
from ..values import parse_column, plain_text, shown_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cells import Setting
    from ..findings import Finding
    from .blocks import Batch

_NEAR = 1e-6
_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]+)?")


def check_totals(batch: Batch, setting: Setting) -> None:
    """Compare declared totals with their rows: all of them, or those since a total or header above.

    Where the first total stands above every row, totals stand on top of their rows in this table, or some do.
    """
    if not batch.block.rows.totals:
        return
    summed = list(_summed(batch))
    ends = _boundaries(batch)
    for total in batch.block.rows.totals:
        row = batch.block.excel_row(total)
        at = bisect_left(batch.rows, row)
        declared = [one for name in summed if (one := _declared(batch, name, total, setting))]
        spans = _spans(batch, at, ends)
        if _is_subtotal(batch, total):
            spans.append((at, at))  # of a unit without rows
        found = [bad for one in declared if (bad := _compared(batch, one, row, spans))]
        code = "total_row" if declared else "total_unchecked"
        batch.findings.extend(found or [batch.block.finding("note", code, row)])


def _boundaries(batch: Batch) -> list[int]:
    """Positions among the data rows at which a total's rows may begin or end."""
    rows = batch.block.rows
    marks = {bisect_left(batch.rows, batch.block.excel_row(one)) for one in (*rows.totals, *rows.headers)}
    return sorted(marks | {0, len(batch.rows)})


def _spans(batch: Batch, at: int, ends: list[int]) -> list[tuple[int, int]]:
    """The rows that a total before position `at` may be of, the likeliest first."""
    first = bisect_left(batch.rows, batch.block.excel_row(batch.block.rows.totals[0]))
    above, below = [(start, at) for start in ends if start < at], []
    if first == 0:
        below = [(at, end) for end in reversed(ends) if end > at]
    return [*below, *above] or [(at, at)]


def _is_subtotal(batch: Batch, total: int) -> bool:
    return any(isinstance(cell, str) and "小计" in bare(plain_form(cell)) for cell in batch.block.grid[total])


def _summed(batch: Batch) -> Iterator[str]:
    """The columns that can be added up: numbers that are there and could be read in every row."""
    for name in batch.block.match.columns:
        if batch.block.table.by_id[name].type not in ("whole", "number"):
            continue
        if all(v is not None or at not in batch.refused for at, v in enumerate(batch.values(name))):
            yield name


class _Total(NamedTuple):
    """What a total row says of one column: the cell, and its number if it holds one."""

    name: str
    cell: object
    number: float | None


def _declared(batch: Batch, name: str, total: int, setting: Setting) -> _Total | None:
    (cell,) = batch.block.grid.cells(batch.block.match.places[name], [total])
    if is_blank(cell):
        return None
    number = parse_column(batch.block.table.by_id[name], [cell], setting).values[0]
    return _Total(name, cell, _plain(cell) if number is None else float(str(number)))


def _plain(cell: object) -> float | None:
    """Return the number in a cell, be it one that no row of the column may hold; None where it is no number."""
    text = bare(plain_form(plain_text(cell))).strip().replace(",", "")
    return float(text) if _NUMBER.fullmatch(text) else None


def _compared(batch: Batch, total: _Total, row: int, spans: list[tuple[int, int]]) -> Finding | None:
    place = {"column": batch.block.header_of(total.name), "value": shown_text(total.cell)}
    if total.number is None:
        return batch.block.finding("note", "total_unread", row, **place)
    sums = [sum(value or 0 for value in batch.values(total.name, *span)) for span in spans]
    if any(abs(total.number - one) < _NEAR for one in sums):
        return None
    words = {"declared": plain_text(total.number), "actual": plain_text(round(sums[0], 6))}
    return batch.block.finding("error", "total_differs", row, **place, **words)


def hold_unlabelled(batch: Batch) -> None:
    """Hold a last row that lacks what every row needs and equals the sums of those above: a total without its word."""
    last = len(batch.rows) - 1
    if last < 2 or batch.refused != {last}:
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
        kind = batch.block.table.by_id[name].type
        if kind in ("whole", "number") and (own := batch.value(name, last)):
            sums.append(abs(sum(value or 0 for value in batch.values(name, 0, last)) - own) < _NEAR)
    return bool(sums) and all(sums)
