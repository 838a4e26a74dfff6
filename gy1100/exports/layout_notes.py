"""What was seen around the data, and what a person would not see in Excel, as notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..tables import header_key
from .blocks import label, written
from .sheets import column_letters

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from ..findings import Finding
    from .blocks import Batch, Block

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*(?:年|[-—~至/]\s*20\d\d))")


def watched(block: Block) -> list[int]:
    """Return the places of the columns of which the notes say how much they hold, or whether anything."""
    hidden = (number - block.sheet.first_column for number in block.sheet.hidden_columns)
    return [*block.match.personal, *_unnamed(block), *(at for at in hidden if 0 <= at < len(block.headers))]


def _unnamed(block: Block) -> list[int]:
    return [place for place, header in enumerate(block.headers) if is_blank(header)]


def layout_notes(block: Block, filled: Mapping[int, int]) -> Iterator[Finding]:
    """What was seen around the data: titles, aliases, personal and unknown columns, repeated headers, footers.

    Parameters
    ----------
    block : Block
    filled : mapping
        Place -> number of filled cells, of the columns that are `watched`.
    """
    at = block.header_row
    if block.rows.titles:
        yield block.finding("note", "title_rows", count=len(block.rows.titles))
    if block.header.height > 1:
        yield block.finding("note", "header_rows", at, count=block.header.height)
    yield from _header_notes(block, at, filled)
    for place in (place for place in _unnamed(block) if filled[place]):
        letters = column_letters(place + block.sheet.first_column)
        yield block.finding("note", "column_unnamed", at, column=letters, count=filled[place])
    if block.rows.headers:
        first = block.excel_row(block.rows.headers[0])
        yield block.finding("note", "header_repeated", first, count=len(block.rows.headers))
    for index in block.rows.footers:
        yield block.finding("note", "footer_row", block.excel_row(index))
    if block.rows.open:
        first = block.excel_row(block.rows.open[0])
        yield block.finding("note", "open_rows", first, count=len(block.rows.open))
    elif not block.rows.data:
        yield block.finding("note", "header_only", at, table=label(block.table))
    yield from _unseen(block, filled)
    yield from block.findings


def _header_notes(block: Block, at: int, filled: Mapping[int, int]) -> Iterator[Finding]:
    ours = block.sheet.table == block.table.id
    for name, places in block.match.columns.items():
        column, raw = block.table.by_id[name], str(block.headers[places[0]])
        if raw.strip() not in (column.header, column.id):
            yield block.finding("repair", "header_alias", at, column=written(raw), read=column.header)
    for place in block.match.personal:
        words = {"column": _header(block, place), "count": filled[place]}
        yield block.finding("note", "personal_dropped", at, **words)
    for place in () if ours else block.match.serial:
        yield block.finding("note", "serial_column", at, column=_header(block, place))
    beside = {header_key(header) for header in block.table.beside} if ours else set()
    for place in block.match.unknown:
        if header_key(_header(block, place)) in beside:
            continue
        header = _header(block, place)
        yield block.finding("note", "column_unknown", at, column=header, table=label(block.table))


def _header(block: Block, place: int) -> str:
    return written(block.headers[place])


def _unseen(block: Block, filled: Mapping[int, int]) -> Iterator[Finding]:
    """What is hidden, filtered away or struck through: read all the same."""
    sheet = block.sheet
    rows = _within(block, sheet.hidden_rows)
    if sheet.filtered:
        yield block.finding("note", "filtered", rows[0] if rows else block.header_row, count=len(rows))
    elif rows:
        yield block.finding("note", "hidden_rows", rows[0], count=len(rows), rows=_listed(rows))
    if columns := _hidden_columns(block, filled):
        yield block.finding("note", "hidden_columns", block.header_row, columns="、".join(columns))
    if struck := _within(block, sheet.struck):
        yield block.finding("note", "struck_rows", struck[0], count=len(struck), rows=_listed(struck))


def _within(block: Block, rows: Sequence[int]) -> list[int]:
    """Which of some rows are data rows of this table."""
    data = {block.excel_row(index) for index in block.rows.data} if rows else set()
    return [row for row in rows if row in data]


def _listed(rows: Sequence[int]) -> str:
    return "、".join(map(str, rows[:10])) + ("…" if len(rows) > 10 else "")


def _hidden_columns(block: Block, filled: Mapping[int, int]) -> list[str]:
    """The hidden columns that hold something, by their headers."""
    places = [number - block.sheet.first_column for number in block.sheet.hidden_columns]
    named = [place for place in places if filled.get(place)]
    return [_header(block, place) or column_letters(place + block.sheet.first_column) for place in named]


def title_note(batch: Batch) -> Iterator[Finding]:
    """A title that names other years than the activities below it have; only the years are shown."""
    block, rows = batch.block, batch.block.sheet.rows
    texts = [cell for index in block.rows.titles for cell in rows[index] if isinstance(cell, str)]
    named = {int(year) for text in texts for year in _YEAR.findall(text)}
    if not named:
        return
    columns = [column.id for column in block.table.columns if column.activity or _dated(column.id)]
    days: set[dt.date | None] = set().union(*(batch.values(name) for name in columns))
    years = {day.year for day in days if day}
    if years and not named & years:
        row = block.excel_row(block.rows.titles[0])
        words = {"named": "、".join(map(str, sorted(named))), "years": "、".join(map(str, sorted(years)))}
        yield block.finding("note", "title_year", row, **words)


def _dated(column: str) -> bool:
    """Columns that date what a row is about."""
    return column in ("date", "checked_on", "recognised_on", "submitted_on")
