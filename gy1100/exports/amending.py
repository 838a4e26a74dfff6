"""Corrections of cells and rows, applied to a table as it was read from its sheet, before anything is parsed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..cells import Fault, is_blank, visible
from ..findings import shown
from ..tables import header_key
from ..values import parse_column, shown_text

if TYPE_CHECKING:
    from ..cells import Setting
    from ..corrections import Correction, Corrections
    from ..findings import Finding
    from ..tables import Column
    from .columnar import Columnar
    from .records import Block


@dataclass
class _Amended:
    """A block while it is corrected: its own copy of the columns that change, and which rows went."""

    block: Block
    corrections: Corrections
    setting: Setting
    rows: Columnar
    places: _Places
    dropped: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Places:
    """Where the data rows and totals of a block are, by their numbers as Excel shows them."""

    block: Block

    def of(self, row: int | None) -> int | None:
        """Return the position of a row; none of any other row."""
        index = (row or 0) - self.block.sheet.first_row
        data, totals = self.block.rows.data, self.block.rows.totals
        at = bisect_left(data, index)
        found = (at < len(data) and data[at] == index) or index in totals
        return index if found else None

    def all(self) -> set[int]:
        """Return all positions."""
        return {*self.block.rows.data, *self.block.rows.totals}


def amended(block: Block, setting: Setting) -> tuple[Block, list[Finding]]:
    """Return the block with its corrections applied, and a finding for each; the sheet itself stays as it is."""
    corrections = setting.corrections
    mine = corrections.of(block.sheet.file, block.sheet.name) if corrections else ()
    if corrections is None or not mine:
        return block, []
    rows = block.grid.copied()
    work = _Amended(block, corrections, setting, rows, _Places(block))
    for entry in mine:
        (_set if entry.action == "set" else _drop)(work, entry)
    block = replace(work.block, sheet=replace(block.sheet, rows=rows))
    return _without(block, work.dropped) if work.dropped else block, work.findings


def _without(block: Block, dropped: set[int]) -> Block:
    kept = {name: [i for i in getattr(block.rows, name) if i not in dropped] for name in ("data", "totals")}
    return replace(block, rows=replace(block.rows, **kept))


def _set(work: _Amended, entry: Correction) -> None:
    index, column = work.places.of(entry.row), _column(work.block, entry.column)
    if index is None or index in work.dropped:
        return
    if column is None:
        work.findings.append(work.corrections.error(entry, "correction_column", "列", column=entry.column))
        return
    cell = _cell(work, index, column)
    if not _holds(cell, entry.old, column, work.setting):
        held = "…" if _unseen(work.block, column) else shown(shown_text(cell))
        work.findings.append(work.corrections.error(entry, "correction_mismatch", "原值", held=held))
        return
    _put(work, index, column, entry.new or None)
    work.findings.append(_said(work.block, entry, column, cell))


def _cell(work: _Amended, index: int, column: Column) -> object:
    cell: object = work.rows.cells(work.block.match.columns[column.id][0], [index])[0]
    return cell


def _put(work: _Amended, index: int, column: Column, cell: str | None) -> None:
    """Put a cell into the copy; it is no longer one of merged cells."""
    work.rows.put(index, work.block.match.columns[column.id][0], cell)
    if merged := work.block.merged.get(column.id):
        left = merged - {work.block.excel_row(index)}
        work.block = replace(work.block, merged={**work.block.merged, column.id: left})


def _said(block: Block, entry: Correction, column: Column, old: object) -> Finding:
    """The finding on a corrected cell; youths and the texts of logs show neither value."""
    header, words = block.header_of(column.id), entry.words()
    if _unseen(block, column):
        return block.finding("repair", "correction_made", entry.row, column=header, **words)
    values = {"value": shown(shown_text(old)), "old": shown(shown_text(old)), "new": shown(entry.new)}
    return block.finding("repair", "correction_set", entry.row, column=header, **values, **words)


def _unseen(block: Block, column: Column) -> bool:
    return block.table.secret or column.masked


def _drop(work: _Amended, entry: Correction) -> None:
    """Leave out one row, or every row of the sheet; an old value, where given, must stand there."""
    indices = (
        work.places.all()
        if entry.row is None
        else {index for index in (work.places.of(entry.row),) if index is not None}
    )
    indices -= work.dropped
    column = _column(work.block, entry.column) if entry.column else None
    if not indices and entry.row is not None:
        return
    if entry.column and column is None:
        work.findings.append(work.corrections.error(entry, "correction_column", "列", column=entry.column))
    elif column and not all(_holds(_cell(work, i, column), entry.old, column, work.setting) for i in indices):
        work.findings.append(work.corrections.error(entry, "correction_mismatch", "原值", held=""))
    else:
        work.dropped |= indices
        words = {"count": len(indices), **entry.words()}
        work.findings.append(work.block.finding("repair", "correction_drop", entry.row, **words))


def _column(block: Block, written: str) -> Column | None:
    """The column that a header, an alias or an id names, if the sheet has it."""
    known = block.table.headers.get(header_key(written)) or ""
    return block.table.by_id[known] if known in block.match.columns else None


def _holds(cell: object, old: str, column: Column, setting: Setting) -> bool:
    """Whether a cell holds what a correction says: as written, as findings show it, or the same value."""
    if is_blank(cell) or is_blank(old):
        return is_blank(cell) and is_blank(old)
    written = shown_text(cell)
    if visible(old) in (visible(written), visible(shown(written))):
        return True
    if isinstance(cell, Fault) or column.type == "text":
        return False
    read = [parse_column(column, [one], setting) for one in (cell, old)]
    return not any(one.problems for one in read) and read[0].values == read[1].values
