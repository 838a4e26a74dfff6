"""Where a sheet's table begins, and what each of its rows is: data, blank, total, repeated header or footer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..values import plain_text
from .matching import Match, by_name, candidates, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..tables import Table
    from .formats import Sheet

HEADER_WITHIN = 60  # rows
_TOTAL = re.compile(r"(?:总计|合计|共计|小计|累计|总和|本页合计|本页小计)(?:[(（].*)?[:：]?.{0,12}")
_FOOTER = re.compile(
    r"(?:制表|填表|填报人|填报单位|审核|复核|负责人|单位负责|经办|备注|注|说明|联系人|联系电话|打印|导出时间|数据来源)[^\d]{0,8}[:：].*|[*※].*|(?:注|备注)\d.*"
)
_SENTENCE = re.compile(r"(?=.*[\u4e00-\u9fff]).{8,}", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """A header that was found: its position among the sheet's rows and the tables that fit it (several in a tie)."""

    row: int
    fits: list[Match]


@dataclass(frozen=True)
class Rows:
    """The rows below a header, by what they are; positions among the sheet's rows."""

    data: list[int]
    totals: list[int] = field(default_factory=list)
    footers: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)


def find_header(sheet: Sheet, tables: Mapping[str, Table]) -> Found | None:
    """Return the first row that holds the whole header of a table; ties are settled by the sheet's or file's name."""
    known = {name: table for name, table in tables.items() if name == sheet.table} or tables
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        if fits := candidates(row, known):
            return Found(
                index, by_name(fits, sheet.name, sheet.file.rpartition("/")[2]) if len(fits) > 1 else fits
            )
    return None


def find_half_header(sheet: Sheet, tables: Mapping[str, Table]) -> tuple[int, Match] | None:
    """Return the row that looks most like a table's header although required columns are missing."""
    halves = [(i, half) for i, row in enumerate(sheet.rows[:HEADER_WITHIN]) if (half := nearest(row, tables))]
    return max(halves, key=lambda found: found[1].explained, default=None)


def has_rows(sheet: Sheet) -> bool:
    """Whether a sheet looks like a table: two rows or more with three filled cells or more."""
    filled = (sum(not is_blank(cell) for cell in row) > 2 for row in sheet.rows)
    return sum(map(int, filled)) > 1


def is_empty(sheet: Sheet) -> bool:
    """Whether no cell of the sheet holds anything."""
    return all(is_blank(cell) for row in sheet.rows for cell in row)


def classify(rows: Sequence[Sequence[object]], header: int, match: Match) -> Rows:
    """Return what the rows below the header are.

    Only rows that lack a required value, or repeat the header's, are looked at one by one.
    """
    found = Rows(data=[])
    kinds = {"blank": found.blanks, "total": found.totals, "footer": found.footers, "header": found.headers}
    odd = _odd_rows(rows, header, match)
    for index in range(header + 1, len(rows)):
        kind = _kind(rows[index], rows[header], match) if index in odd else "data"
        kinds.get(kind, found.data).append(index)
    return found


def _odd_rows(rows: Sequence[Sequence[object]], header: int, match: Match) -> set[int]:
    odd: set[int] = set()
    for name in match.table.required:
        if match.table.by_id[name].blank is not None:
            continue
        at = match.columns[name][0]
        title = rows[header][at]
        cells = [row[at] if at < len(row) else None for row in rows]
        unusual = {cell for cell in set(cells) if is_blank(cell)} | {title}
        odd.update(index for index, cell in enumerate(cells) if cell in unusual)
    return odd


def _kind(row: Sequence[object], header: Sequence[object], match: Match) -> str:
    filled = [(index, cell) for index, cell in enumerate(row) if not is_blank(cell)]
    if not filled:
        return "blank"
    known = [places[0] for places in match.columns.values()]
    if all(index < len(row) and row[index] == header[index] for index in known):
        return "header"
    complete = all(any(at == index for at, _ in filled) for index in _needed(match))
    first = re.sub(r"\s+", "", plain_text(filled[0][1]))
    if complete:
        return "data"
    if _TOTAL.fullmatch(first):
        return "total"
    lone = len(filled) == 1 and _SENTENCE.fullmatch(first) is not None
    return "footer" if lone or _FOOTER.fullmatch(first) else "data"


def _needed(match: Match) -> list[int]:
    columns = match.table.by_id
    return [match.columns[name][0] for name in match.table.required if columns[name].blank is None]
