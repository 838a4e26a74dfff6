"""What each row of a sheet is: title, header, data, blank, open, total, repeated header, footer; table after table."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..tables import header_key
from ..values import plain_text
from .columnar import Columnar, columnar
from .footers import Footers, ids_of, is_signature
from .headers import HINTS, Header, find_header, header_at, is_row_of, is_same, known_headers
from .matching import Match, nearest
from .merging import Filled, fill_down
from .strange import LABELS, LONGEST, TOTAL, Strange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..tables import Table
    from ..units import Units
    from .sheets import Sheet


@dataclass(frozen=True)
class Rows:
    """The rows of one table by what they are; positions among the sheet's rows, each in one list."""

    data: Sequence[int]
    titles: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    footers: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Region:
    """A table on a sheet: its header, its rows, where it ends (the next one begins there), and its merged cells."""

    header: Header
    rows: Rows
    end: int
    filled: Filled = field(default_factory=dict)
    merged: dict[str, frozenset[int]] = field(default_factory=dict)


def has_rows(rows: Iterable[Sequence[object]], cells: int = 3) -> bool:
    """Whether rows look like a table: two or more with three filled cells or more, or however many are asked for."""
    filled = (sum(not is_blank(cell) for cell in row) >= cells for row in rows)
    return sum(map(int, filled)) > 1


def is_empty(sheet: Sheet) -> bool:
    """Whether no cell of the sheet holds anything."""
    return all(is_blank(cell) for row in sheet.rows for cell in row)


def find_half_header(sheet: Sheet, tables: Mapping[str, Table]) -> tuple[int, Match] | None:
    """Return the row that looks most like a table's header although required columns are missing."""
    halves = [(i, half) for i, row in enumerate(sheet.rows[:60]) if (half := nearest(row, tables))]
    return max(halves, key=lambda found: found[1].explained, default=None)


def regions_of(sheet: Sheet, tables: Mapping[str, Table], units: Units) -> list[Region]:
    """Return the tables of a sheet from top to bottom; every row of the sheet is in one of them.

    Only rows that lack a required value, or hold a header or the word for a total, are looked at one by one.
    """
    header = find_header(sheet, tables)
    if header is None:
        return []
    titles, blanks = _above(sheet, 0, header.row)
    regions, known = [], known_headers(tables)
    while True:
        found = _Scan(sheet, header, tables, Footers(header.fits[0], units), known).region(titles, blanks)
        regions.append(found)
        if found.end == len(sheet.rows) or (below := header_at(sheet, found.end, tables)) is None:
            return regions
        regions[-1], titles, blanks = _titles_of_next(found)
        header = below


def _above(sheet: Sheet, start: int, end: int) -> tuple[list[int], list[int]]:
    empty = {index: all(map(is_blank, sheet.rows[index])) for index in range(start, end)}
    return [i for i, blank in empty.items() if not blank], [i for i, blank in empty.items() if blank]


def _titles_of_next(region: Region) -> tuple[Region, list[int], list[int]]:
    """Notes that stand right above the next table's header are its title."""
    rows, at = region.rows, region.end - 1
    while at in rows.footers:
        at -= 1
    titles = [index for index in rows.footers if index > at]
    kept = [index for index in rows.footers if index <= at]
    return replace(region, rows=replace(rows, footers=kept)), titles, []


@dataclass(frozen=True)
class _Scan:
    """One table while its rows are told apart."""

    sheet: Sheet
    header: Header
    tables: Mapping[str, Table]
    footers: Footers
    known: frozenset[str]

    @property
    def match(self) -> Match:
        return self.header.fits[0]

    @property
    def grid(self) -> Columnar:
        return columnar(self.sheet.rows)

    def region(self, titles: list[int], blanks: list[int]) -> Region:
        """Return the table with all its rows."""
        rows = Rows([], titles, blanks=blanks)
        filled, merged = fill_down(self.sheet, self.header, len(self.grid))
        kinds = {"blank": rows.blanks, "total": rows.totals, "footer": rows.footers, "header": rows.headers,
                 "open": rows.open}  # fmt: skip
        odd = sorted(self._odd_rows())
        kind_of, end = self._kinds(odd)
        for index, kind in kind_of.items():
            if kind != "data":
                kinds[kind].append(index)
        apart = {index for index, kind in kind_of.items() if kind != "data"}
        rows = replace(rows, data=_without(self.header.end, end, apart))
        return Region(self.header, rows, end, filled, merged)

    def _kinds(self, odd: Sequence[int]) -> tuple[dict[int, str], int]:
        """What the odd rows are, and where the next table's header begins."""
        found: dict[int, str] = {}
        whole = self._last_whole(odd)
        for index in odd:
            if index in found:
                continue
            below = self._header(index)
            if below:
                self._name_titles(found, index)
                if not is_same(below, self.header):
                    return found, index
                found.update(dict.fromkeys(range(index, below.end), "header"))
            else:
                found[index] = "open" if self._is_open(index) else self._kind(index, tail=index > whole)
        return found, len(self.grid)

    def _name_titles(self, found: dict[int, str], header: int) -> None:
        """Single texts right above a header are its title, however short."""
        at = header - 1
        while found.get(at) in ("data", "footer") and self.footers.is_title(self.grid[at]):
            found[at] = "footer"
            at -= 1

    def _last_whole(self, odd: Sequence[int]) -> int:
        """The last row that is not odd."""
        last, strange = len(self.grid) - 1, set(odd)
        while last in strange:
            last -= 1
        return last

    def _odd_rows(self) -> set[int]:
        start = self.header.end
        searches = {place: Strange(self.known) for place in _needed(self.match)}
        for part in self.grid.parts(range(start, len(self.grid)), searches):
            for place, search in searches.items():
                search.look(part, place, start + part.start)
        odd = set().union(*(search.rows() for search in searches.values()))
        if start < len(self.grid) and _is_caption(self.grid[start]):
            odd.add(start)
        return odd

    def _header(self, index: int) -> Header | None:
        """The header that begins in this row: the table's own once more, or another's."""
        row = self.grid[index]
        if sum(isinstance(cell, str) and header_key(cell[:LONGEST]) in self.known for cell in row) < 2:
            return None
        if is_row_of(row, self.header, self.sheet):
            return replace(self.header, row=index, height=1)
        return header_at(self.sheet, index, self.tables)

    def _is_open(self, index: int) -> bool:
        """Whether a row of a list of ours holds no more than the list did when it was handed out."""
        match, table = self.match, self.match.table
        filled = {at for at, cell in enumerate(self.grid[index]) if not is_blank(cell)}
        given = {match.places[name] for name in table.prefilled if name in match.places}
        ours = self.sheet.table == table.id
        return ours and bool(given & filled) and filled <= given.union(match.unknown, match.serial)

    def _kind(self, index: int, *, tail: bool) -> str:
        row, match = self.grid[index], self.match
        filled = [(at, cell) for at, cell in enumerate(row) if not is_blank(cell)]
        if all(at in match.serial and plain_text(cell).strip().isdigit() for at, cell in filled):
            return "blank"
        if index == self.header.end and _is_caption(row):
            return "header"
        texts = {at: re.sub(r"\s+", "", cell) for at, cell in filled if isinstance(cell, str)}
        first = re.sub(r"\s+", "", plain_text(filled[0][1]))
        if first in LABELS:
            return "total"
        needed = set(_needed(match))
        lacking = needed - {at for at, _ in filled}
        lacks_little = 2 * len(lacking) < len(needed) and not TOTAL.fullmatch(first)
        own = (texts[at] for at in needed & texts.keys())
        heads = (texts[at] for at, _ in filled[:2] if at in texts)
        kind = "data"  # a record that lacks little is one with an error
        if lacking and any(texts.get(at) in LABELS for at in ids_of(match)):
            kind = "total"
        elif not lacking or (lacks_little and not is_signature(cell for _, cell in filled)):
            pass
        elif any(map(TOTAL.fullmatch, (first, *own))) or not LABELS.isdisjoint(heads):
            kind = "total"
        elif self.footers.has(
            filled, needed, wide=self._is_wide(index), below=self._below(index) if tail else None
        ):
            kind = "footer"
        return kind

    def _below(self, index: int) -> list[object]:
        """What stands in the next row."""
        row = self.grid[index + 1] if index + 1 < len(self.grid) else []
        return [cell for cell in row if not is_blank(cell)]

    def _is_wide(self, index: int) -> bool:
        """Whether cells of the row are merged over many columns, as those of a note or section title are."""
        at = index + self.sheet.first_row
        return any(top == at == bottom and right - left > 1 for top, left, bottom, right in self.sheet.merges)


def _needed(match: Match) -> Iterable[int]:
    columns = match.table.by_id
    return [match.places[name] for name in match.table.required if columns[name].blank is None]


def _is_caption(row: Sequence[object]) -> bool:
    """Whether a row under the header only numbers the columns, or names their units or which must be filled in."""
    texts = [plain_text(cell).strip().strip("()（）") for cell in row if not is_blank(cell)]
    numbers = [text for text in texts if text not in ("甲", "乙", "丙", "丁")]
    numbered = len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
    return numbered or (bool(texts) and HINTS.issuperset(texts))


def _without(start: int, end: int, apart: set[int]) -> Sequence[int]:
    rows = range(start, end)
    return array("q", (index for index in rows if index not in apart)) if apart else rows
