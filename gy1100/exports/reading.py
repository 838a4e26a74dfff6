"""One file at a time: its sheets, the tables on them, their rows; a refused file or sheet becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..findings import Finding
from ..texts import masked_name, told_apart
from .blocks import Block, Typed, label, typed
from .columnar import columnar
from .formats import Sheet, sheets_of
from .guard import File, Unreadable
from .inspection import NOTES
from .layout import Region, is_empty, regions_of
from .matching import beside as table_beside
from .records import read_block
from .tallies import Tally, tally_of
from .unread import why_unread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..cells import Setting
    from ..tables import Table
    from .on_disk import Bytes
    from .stored import Store

_FILE = (
    "empty_file",
    "damaged",
    "locked",
    "bomb",
    "far_cell",
    "dtd",
    "kind_unknown",
    "encoding_unknown",
    "csv_quote",
    "spoiled_text",
    "login_page",
    "html_no_table",
    "html_frames",
    "archive_nested",
    "archive_path",
    "archive_twice",
    "too_large",
    "reader_died",
    "reader_slow",
    "unreadable_file",
    "folder_named",
)
_SHEET = (
    "no_table",
    "header_incomplete",
    "header_incomplete_like",
    "headers_unknown",
    "table_ambiguous",
    "column_twice",
    "tables_beside",
    "transposed",
)
FATAL = frozenset((*_FILE, *_SHEET, "link", "not_regular"))  # errors that stop the run even with --set-aside


@dataclass(frozen=True)
class FileRead:
    """What one file gave: the tables on its sheets, findings, and what became of every row of every sheet."""

    file: File
    batches: list[Typed]
    findings: list[Finding]
    tallies: list[Tally] = field(default_factory=list)


def read_file(
    file: File, data: Bytes, tables: Mapping[str, Table], setting: Setting, store: Store
) -> FileRead:
    """Read every table of a file; its rows are kept in the store."""
    try:
        sheets = _told_apart(sheets_of(file, data))
        del data
        return _read_sheets(FileRead(file, [], []), sheets, tables, (setting, store))
    except Unreadable as refused:
        found = Finding("error", file.name, row=refused.row, code=refused.code, args=refused.words)
        return FileRead(file, [], [found])


def _told_apart(sheets: list[Sheet]) -> list[Sheet]:
    """Return sheets that are called by no person's number, and each in another way."""
    taken: set[str] = set()
    return [_called(sheet, told_apart(masked_name(sheet.name), taken)) for sheet in sheets]


def _called(sheet: Sheet, name: str) -> Sheet:
    if name == sheet.name:
        return sheet
    return replace(sheet, name=name, findings=tuple(replace(f, sheet=name) for f in sheet.findings))


def _read_sheets(
    read: FileRead, sheets: list[Sheet], tables: Mapping[str, Table], how: tuple[Setting, Store]
) -> FileRead:
    empty = {sheet.name for sheet in sheets if is_empty(sheet)}
    unread = []
    while sheets:
        sheet = sheets.pop(0)  # what was read of it is let go as soon as its tables are
        sheet = replace(sheet, rows=columnar(sheet.rows))
        if not _read_sheet(sheet, tables, how, read):
            unread.append(sheet)
    for sheet in unread:
        beside = bool(read.batches) or (sheet.name in empty and len(empty) < len(unread))
        read.findings.extend(why_unread(sheet, tables, beside=beside))
    return read


def _read_sheet(
    sheet: Sheet, tables: Mapping[str, Table], how: tuple[Setting, Store], read: FileRead
) -> bool:
    """Read the tables of a sheet; return whether it is done with, or it must be said why it was not read."""
    read.findings.extend(sheet.findings)
    regions = regions_of(sheet, tables, how[0].units) if sheet.table != NOTES else []
    tally = tally_of(sheet, regions)
    if sheet.table == NOTES:
        return True
    for region in regions:
        if problem := _problem(sheet, region, tables):
            read.findings.append(problem)
            tally = replace(tally, unread=tally.unread + len(region.rows.data))
        else:
            read.batches.append(typed(read_block(_block(sheet, region), *how)))
    read.tallies.append(tally)
    if regions and sheet.hidden:
        read.findings.append(Finding("note", sheet.file, sheet.name, code="hidden_sheet"))
    if len(regions) > 1:
        words = {"count": len(regions)}
        read.findings.append(Finding("note", sheet.file, sheet.name, code="several_tables", args=words))
    return bool(regions)


def _problem(sheet: Sheet, region: Region, tables: Mapping[str, Table]) -> Finding | None:
    """Why a table that was found cannot be read: it may be one of several, or another stands beside it."""
    header, row = region.header, sheet.first_row + region.header.end - 1
    if len(header.fits) > 1:
        names = "、".join(label(fit.table) for fit in header.fits)
        return Finding("error", sheet.file, sheet.name, row, code="table_ambiguous", args={"tables": names})
    other = table_beside(header.names, header.fits[0], tables)
    if other is None or (other == header.fits[0].table and _equal_halves(sheet, region)):
        return None
    words = {"table": label(header.fits[0].table), "other": label(other)}
    return Finding("error", sheet.file, sheet.name, row, code="tables_beside", args=words)


def _equal_halves(sheet: Sheet, region: Region) -> bool:
    """Whether every column that stands there twice holds the same both times."""
    grid, rows = columnar(sheet.rows), region.rows.data
    twice = (places for places in region.header.fits[0].columns.values() if len(places) > 1)
    pairs = [(places[0], place) for places in twice for place in places]
    return all(part.cells(one) == part.cells(other) for part in grid.parts(rows) for one, other in pairs)


def _block(sheet: Sheet, region: Region) -> Block:
    block = Block(sheet, region.header, region.header.fits[0], region.rows, region.merged)
    return replace(block, findings=tuple(_filled(block, region)))


def _filled(block: Block, region: Region) -> Iterator[Finding]:
    """The notes on merged cells that were filled down."""
    for column, rows in region.filled.items():
        place = {"column": block.header_of(column), "count": len(rows)}
        yield block.finding("repair", "merged_filled", min(rows), **place)
