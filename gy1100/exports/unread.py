"""Why a sheet was not read: what is missing from its header, what its columns may be, or how it is laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cells import is_blank
from ..findings import Finding, shown
from .blocks import label, written
from .headers import WITHIN, tables_for, transposed
from .layout import find_half_header, has_rows, is_empty
from .matching import guesses, likeliest, speaks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..tables import Table
    from .matching import Match
    from .sheets import Sheet

_LEAST = 2  # headers: some tables need no more


def why_unread(sheet: Sheet, tables: Mapping[str, Table], *, beside: bool) -> Iterator[Finding]:
    """Say why a sheet was not read: an error where it may hold data, or nothing else in the file does."""
    tables = tables_for(sheet, tables)
    named = len(tables) == 1 or speaks_of(sheet.name, tables)
    notes = beside and not has_rows(
        sheet.rows, 2 if named else 3
    )  # a page of words, or a word that there is nothing
    table = None if notes else transposed(sheet, tables)
    if table is not None:
        yield Finding("error", sheet.file, sheet.name, code="transposed", args={"table": label(table)})
    elif half := find_half_header(sheet, tables):
        yield from _incomplete(sheet, half[0], half[1].table, half[1].missing)
    elif row := _like_a_header(sheet, tables):
        yield row
    elif notes:
        yield Finding("note", sheet.file, sheet.name, code="cover_sheet")
    else:
        yield Finding("error", sheet.file, sheet.name, code="empty_file" if is_empty(sheet) else "no_table")


def _incomplete(sheet: Sheet, index: int, table: Table, missing: Sequence[str]) -> Iterator[Finding]:
    """One finding for each column that is missing, with the header that may be it."""
    similar = guesses(sheet.rows[index], table)
    for name in missing:
        column = table.by_id[name].header
        words = {"table": label(table), "missing": column}
        code = "header_incomplete"
        if name in similar:
            code, words = "header_incomplete_like", {**words, "like": written(similar[name])}
        row = index + sheet.first_row
        yield Finding("error", sheet.file, sheet.name, row, column, code=code, args=words)


def _is_narrow(found: Match, below: Sequence[Sequence[object]]) -> bool:
    """Whether two headers, one of them known, stand above rows, and of a table that needs no more."""
    return bool(found.columns) and len(found.table.required) == _LEAST and has_rows(below, _LEAST)


def _like_a_header(sheet: Sheet, tables: Mapping[str, Table]) -> Finding | None:
    """Headers of another version of the system: none is known as it stands, but most resemble a table's."""
    for index in range(min(len(sheet.rows), WITHIN)):
        row = sheet.rows[index]
        filled = [cell for cell in row if not is_blank(cell)]
        if len(filled) < _LEAST or not all(isinstance(cell, str) and len(cell) < WITHIN for cell in filled):
            continue
        found = likeliest(row, tables)
        if found and (len(filled) > _LEAST or _is_narrow(found[0], sheet.rows[index + 1 :])):
            table, similar = found[0].table, found[1]
            pairs = [f"“{written(like)}”→“{table.by_id[name].header}”" for name, like in similar.items()]
            words = {"table": label(table), "nearest": shown("、".join(pairs))}
            at = index + sheet.first_row
            return Finding("error", sheet.file, sheet.name, at, code="headers_unknown", args=words)
        if len(filled) > _LEAST:
            return None
    return None
