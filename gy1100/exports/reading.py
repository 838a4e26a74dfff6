"""One file at a time: its sheets, the tables on them, their rows; a refused file or sheet becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..findings import Finding
from .formats import Sheet, sheets_of
from .guard import File, Unreadable
from .inspection import NOTES
from .layout import classify, find_half_header, find_header, has_rows, is_empty
from .records import Batch, Block, label, read_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..cells import Setting
    from ..tables import Table

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
_SHEET = ("no_table", "header_incomplete", "table_ambiguous", "column_twice")
FATAL = frozenset((*_FILE, *_SHEET, "link", "not_regular"))  # errors that stop the run even with --set-aside


@dataclass(frozen=True)
class FileRead:
    """What one file gave: its batches, findings, and how it is to be named."""

    file: File
    batches: list[Batch]
    findings: list[Finding]


def read_file(file: File, data: bytes, tables: Mapping[str, Table], setting: Setting) -> FileRead:
    """Read every table of a file."""
    read = FileRead(file, [], [])
    try:
        sheets = sheets_of(file, data)
    except Unreadable as refused:
        read.findings.append(
            Finding("error", file.name, row=refused.row, code=refused.code, args=refused.words)
        )
        return read
    unread = []
    for sheet in sheets:
        read.findings.extend(sheet.findings)
        blocks = list(_blocks(sheet, tables, read.findings))
        read.batches.extend(read_block(block, setting) for block in blocks)
        if not blocks and sheet.table != NOTES:
            unread.append(sheet)
    read.findings.extend(
        _unread(sheet, tables, _beside(sheet, read, sheets)) for sheet in unread if not _named(sheet, read)
    )
    return read


def _beside(sheet: Sheet, read: FileRead, sheets: Sequence[Sheet]) -> bool:
    """Whether the file holds a recognised table beside this sheet, or at least something where this one is empty."""
    return bool(read.batches) or (is_empty(sheet) and not all(map(is_empty, sheets)))


def _named(sheet: Sheet, read: FileRead) -> bool:
    """Whether a finding says already why the sheet was not read."""
    return any(found.sheet == sheet.name and found.code == "table_ambiguous" for found in read.findings)


def _blocks(sheet: Sheet, tables: Mapping[str, Table], findings: list[Finding]) -> Iterator[Block]:
    found = find_header(sheet, tables)
    if found is None:
        return
    if len(found.fits) > 1:
        names = "、".join(label(fit.table) for fit in found.fits)
        row = found.row + sheet.first_row
        findings.append(
            Finding("error", sheet.file, sheet.name, row, code="table_ambiguous", args={"tables": names})
        )
        return
    yield Block(sheet, found.row, found.fits[0], classify(sheet.rows, found.row, found.fits[0]))


def _unread(sheet: Sheet, tables: Mapping[str, Table], beside: bool) -> Finding:
    """Say why a sheet was not read: an error where it may hold data, or nothing else in the file does."""
    half = find_half_header(sheet, tables)
    if half is not None:
        row, match = half
        missing = "、".join(match.table.by_id[name].header for name in match.missing)
        args = {"table": label(match.table), "missing": missing}
        return Finding(
            "error", sheet.file, sheet.name, row + sheet.first_row, code="header_incomplete", args=args
        )
    if beside and not has_rows(sheet):
        return Finding("note", sheet.file, sheet.name, code="cover_sheet")
    code = "empty_file" if is_empty(sheet) else "no_table"
    return Finding("error", sheet.file, sheet.name, code=code)
