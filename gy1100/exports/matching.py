"""Which table a row of headers belongs to."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..tables import Table, header_key
from ..values import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SERIAL = frozenset(map(header_key, ("序号", "序", "顺序号", "行号", "No", "No.", "#")))
_LIKE = 0.45  # likeness of two headers from which one is named as the nearest of the other


@dataclass(frozen=True)
class Match:
    """A table and where its columns are.

    Attributes
    ----------
    table : Table
    columns : dict
        Column id -> positions of its headers (more than one where the column stands there twice).
    personal, unknown, serial : tuple of int
        Positions of personal columns, of headers that the table does not know, and of running numbers.
    """

    table: Table
    columns: dict[str, list[int]]
    personal: tuple[int, ...]
    unknown: tuple[int, ...]
    serial: tuple[int, ...] = ()

    @property
    def explained(self) -> int:
        """How many headers the table explains."""
        return sum(map(len, self.columns.values())) + len(self.personal)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of required columns that are not there."""
        return tuple(name for name in self.table.required if name not in self.columns)

    @property
    def places(self) -> dict[str, int]:
        """Column id -> the position that is read."""
        return {name: places[0] for name, places in self.columns.items()}


def match(headers: Sequence[object], table: Table) -> Match:
    """Return how a row of headers fits one table; a header may be a tuple of texts, of which the first known counts."""
    columns: dict[str, list[int]] = {}
    others: dict[str, list[int]] = {"personal": [], "unknown": [], "serial": []}
    for index, header in enumerate(headers):
        texts = [text for text in spellings(header) if not is_blank(text)]
        if not texts:
            continue
        known = known_as(texts, table)
        if known:
            columns.setdefault(known, []).append(index)
        else:
            serial = known is not None and header_key(plain_text(texts[0])) in SERIAL
            others["personal" if known is None else "serial" if serial else "unknown"].append(index)
    return Match(table, columns, *(tuple(others[kind]) for kind in ("personal", "unknown", "serial")))


def spellings(header: object) -> tuple[object, ...]:
    """Return the texts that a header may stand for."""
    return header if isinstance(header, tuple) else (header,)


def known_as(texts: Iterable[object], table: Table) -> str | None:
    """Return the column that one of the texts names, None for a personal column, empty where none is known."""
    found = (table.headers.get(header_key(plain_text(text)), "") for text in texts)
    return next((known for known in found if known != ""), "")


def candidates(headers: Sequence[object], tables: Mapping[str, Table]) -> list[Match]:
    """Return the tables whose required columns are all there and which explain most headers; several in a tie."""
    complete = [found for table in tables.values() if not (found := match(headers, table)).missing]
    most = max((found.explained for found in complete), default=0)
    return [found for found in complete if found.explained == most]


def nearest(headers: Sequence[object], tables: Mapping[str, Table]) -> Match | None:
    """Return the table that a half-there header seems to be of, if there is one."""
    halves = [match(headers, table) for table in tables.values()]
    fitting = [
        half for half in halves if half.explained > 1 and 2 * len(half.missing) <= len(half.table.required)
    ]
    return max(fitting, key=lambda half: half.explained, default=None)


def guesses(headers: Sequence[object], table: Table) -> dict[str, str]:
    """Return, for each column of a table that no header names, the most similar unknown header, if any is similar."""
    found = match(headers, table)
    unknown = {header_key(plain_text(headers[place])): plain_text(headers[place]) for place in found.unknown}
    similar = {}
    for column in table.columns:
        if column.id in found.columns or column.carried:
            continue
        names = map(header_key, (column.header, *column.aliases, column.id))
        close = [near for name in names for near in difflib.get_close_matches(name, unknown, 1, _LIKE)]
        if close:
            similar[column.id] = unknown.pop(close[0])
    return similar


def likeliest(headers: Sequence[object], tables: Mapping[str, Table]) -> tuple[Match, dict[str, str]] | None:
    """Return the table whose required columns the headers mostly name or resemble, and what resembles which column."""
    best: tuple[float, Match, dict[str, str]] | None = None
    for table in tables.values():
        found, similar = match(headers, table), guesses(headers, table)
        met = sum(name in found.columns or name in similar for name in table.required)
        share = met / len(table.required) + found.explained / 1000
        if met > 1 and 2 * met > len(table.required) and (best is None or share > best[0]):
            best = share, found, similar
    return best[1:] if best else None


def beside(headers: Sequence[object], found: Match, tables: Mapping[str, Table]) -> Table | None:
    """Return a second table whose whole header stands beside the first one's, if there is one."""
    again = [place for places in found.columns.values() for place in places[1:]]
    left = {*again, *found.unknown, *found.personal}
    others = [header if place in left else None for place, header in enumerate(headers)]
    fits = candidates(others, tables)
    return fits[0].table if fits else None


def by_name(tied: Sequence[Match], *names: str) -> list[Match]:
    """Return those of the tied tables that the sheet's, else the file's name speaks of."""
    for name in names:
        key = header_key(name) if name else ""
        spoken = [(len(word), found) for found in tied for word in _words(found.table) if word in key]
        longest = max((length for length, _ in spoken), default=0)
        if longest:
            return list({found.table.id: found for length, found in spoken if length == longest}.values())
    return list(tied)


def speaks_of(name: str, tables: Mapping[str, Table]) -> bool:
    """Whether a sheet is called exactly as a table is."""
    return any(header_key(name) in _words(table) for table in tables.values())


def _words(table: Table) -> set[str]:
    return {header_key(word) for word in (table.id, table.label["zh"], *table.names)}
