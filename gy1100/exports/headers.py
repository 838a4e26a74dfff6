"""Where a table's header stands: one to three rows, merged cells among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..tables import header_key
from ..values import plain_text
from .matching import Match, by_name, candidates, known_as, spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..tables import Table
    from .sheets import Sheet

WITHIN = 60  # rows at the top of a sheet
TALLEST = 3
_LONGEST = 40  # characters of a header

HINTS = frozenset(("人", "人次", "名", "次", "个", "分", "条", "年月日", "年/月/日", "必填", "选填", "可空"))
_BRACKETED = re.compile(r"[(（].*[)）]")


@dataclass(frozen=True)
class Header:
    """A header that was found.

    Attributes
    ----------
    row, height : int
        Position of its first row among the sheet's rows, and how many rows it has.
    names : tuple
        One a column: the text, or a tuple of texts that it may stand for (several rows combined).
    fits : tuple of Match
        The tables it is of; several in a tie.
    """

    row: int
    height: int
    names: tuple[object, ...]
    fits: tuple[Match, ...]

    @property
    def end(self) -> int:
        """Position of the first row below it."""
        return self.row + self.height

    @property
    def explained(self) -> int:
        """How many of its columns are known."""
        return self.fits[0].explained

    def texts(self) -> tuple[object, ...]:
        """Return one text a column: the one that is known, else all of them in one."""
        return tuple(_text(header, self.fits[0].table) for header in self.names)


def _text(header: object, table: Table) -> object:
    known = [text for text in spellings(header) if known_as([text], table) != ""]
    return (known or spellings(header) or (None,))[0]


def find_header(sheet: Sheet, tables: Mapping[str, Table]) -> Header | None:
    """Return the first header of a table; ties are settled by the sheet's or file's name."""
    known = tables_for(sheet, tables)
    for index in range(min(len(sheet.rows), WITHIN)):
        if found := header_at(sheet, index, known):
            return found
    return None


def tables_for(sheet: Sheet, tables: Mapping[str, Table]) -> Mapping[str, Table]:
    """Return the tables that a sheet may hold: in a list or template of ours only its own."""
    return {name: table for name, table in tables.items() if name == sheet.table} or tables


def header_at(sheet: Sheet, index: int, tables: Mapping[str, Table]) -> Header | None:
    """Return the header whose first row this is; rows that add nothing to it are no part of it."""
    best = _best(sheet, index, tables)
    if best is None or best.height == 1:
        return best
    below = _best(sheet, index + 1, tables)
    return None if below and below.explained >= best.explained else best


def _best(sheet: Sheet, index: int, tables: Mapping[str, Table]) -> Header | None:
    best: Header | None = None
    for height in range(1, TALLEST + 1):
        rows = sheet.rows[index : index + height]
        if len(rows) < height or (height > 1 and not all(map(_is_text, rows))):
            break
        if best is not None and _begins_records(rows[-1], best.fits[0]):
            break
        names = _names(sheet, index, height)
        fits = candidates(names, tables)
        if fits and (best is None or fits[0].explained > best.explained):
            best = Header(index, height, names, tuple(fits))
    if best is None or len(best.fits) == 1:
        return best
    return replace(best, fits=tuple(by_name(best.fits, sheet.name, sheet.file.rpartition("/")[2])))


def _begins_records(row: Sequence[object], above: Match) -> bool:
    """Whether a row below a header holds something of its own where that names what every record has."""
    places = (above.places[name] for name in above.table.required)
    cells = [row[place] for place in places if place < len(row) and not is_blank(row[place])]
    return any(known_as([cell], above.table) == "" and not _is_hint(cell) for cell in cells)


def _is_hint(cell: object) -> bool:
    """Whether a cell below a header only tells how to fill its column in: a unit, a form, something in brackets."""
    text = plain_text(cell).strip()
    return _BRACKETED.fullmatch(text) is not None or text.strip("()（）") in HINTS


def _is_text(row: Sequence[object]) -> bool:
    """Whether a row may belong to a header: texts only, none of them long."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(isinstance(c, str) and len(c) <= _LONGEST for c in filled)


def _names(sheet: Sheet, index: int, height: int) -> tuple[object, ...]:
    if height == 1:
        return tuple(sheet.rows[index])
    rows = [_spread(sheet, at) for at in range(index, index + height)]
    width = max(map(len, rows))
    return tuple(tuple(_combined([row[at] for row in rows if at < len(row)])) for at in range(width))


def _spread(sheet: Sheet, index: int) -> list[tuple[str, bool]]:
    """The texts of a header row; a group's name stands over all columns that follow it without one of their own."""
    row = [
        str(cell).strip() if isinstance(cell, str) and not is_blank(cell) else ""
        for cell in sheet.rows[index]
    ]
    spans = {}
    for top, left, bottom, right in sheet.merges:
        if top <= index + sheet.first_row <= bottom and right > left:
            spans.update(
                dict.fromkeys(range(left - sheet.first_column, right - sheet.first_column + 1), left)
            )
    texts: list[tuple[str, bool]] = []
    for at, text in enumerate(row):
        group = not text and at > 0 and (at in spans if sheet.merges else bool(texts[-1][0]))
        texts.append((texts[-1][0], True) if group else (text, at in spans))
    return texts


def _combined(stack: Sequence[tuple[str, bool]]) -> Iterator[str]:
    """What a column's header may be, the fullest form first; a group's name alone is no header of its columns."""
    filled = [
        found
        for at, found in enumerate(stack)
        if found[0] and found[0] not in [t for t, _ in stack[:at][-1:]]
    ]
    texts = [text for text, _ in filled]
    yield from ("".join(texts[start:]) for start in range(len(texts)) if not _only_group(filled[start:]))
    if len(texts) == TALLEST:
        yield texts[0] + texts[-1]
    yield from (text for text, group in reversed(filled[:-1]) if not group)


def _only_group(filled: Sequence[tuple[str, bool]]) -> bool:
    return len(filled) == 1 and filled[0][1]


def is_same(found: Header, first: Header) -> bool:
    """Whether a header repeats the one above it: the same table, its columns in the same places."""
    return any(
        fit.table.id == first.fits[0].table.id and fit.places == first.fits[0].places for fit in found.fits
    )


def known_headers(tables: Mapping[str, Table]) -> frozenset[str]:
    """Return every header of every table, as `header_key` makes it."""
    return frozenset(key for table in tables.values() for key in table.headers)


def is_row_of(row: Sequence[object], header: Header, sheet: Sheet) -> bool:
    """Whether a row repeats one of the header's rows."""
    for index in range(header.row, header.end):
        places = [at for at, cell in enumerate(sheet.rows[index]) if not is_blank(cell)]
        if places and all(at < len(row) and _key(row[at]) == _key(sheet.rows[index][at]) for at in places):
            return True
    return False


def _key(cell: object) -> str:
    return header_key(plain_text(cell)) if isinstance(cell, str) and len(cell) <= _LONGEST else ""


def transposed(sheet: Sheet, tables: Mapping[str, Table]) -> Table | None:
    """Return the table whose headers stand one below another in one of the first columns."""
    rows = [sheet.rows[index] for index in range(min(len(sheet.rows), 4 * WITHIN))]
    for place in range(5):
        column = [row[place] if place < len(row) else None for row in rows]
        if fits := candidates(column, tables):
            return fits[0].table
    return None
