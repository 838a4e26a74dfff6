"""Which table a row of headers belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..tables import Table, header_key
from ..values import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Match:
    """A table and where its columns are.

    Attributes
    ----------
    table : Table
    columns : dict
        Column id -> positions of its headers (more than one where the column stands there twice).
    personal, unknown : tuple of int
        Positions of personal columns and of headers that the table does not know.
    """

    table: Table
    columns: dict[str, list[int]]
    personal: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def explained(self) -> int:
        """How many headers the table explains."""
        return sum(map(len, self.columns.values())) + len(self.personal)

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of required columns that are not there."""
        return tuple(name for name in self.table.required if name not in self.columns)


def match(headers: Sequence[object], table: Table) -> Match:
    """Return how a row of headers fits one table."""
    columns: dict[str, list[int]] = {}
    personal, unknown = [], []
    for index, header in enumerate(headers):
        if is_blank(header):
            continue
        known = table.headers.get(header_key(plain_text(header)), "")
        if known is None:
            personal.append(index)
        elif known:
            columns.setdefault(known, []).append(index)
        else:
            unknown.append(index)
    return Match(table, columns, tuple(personal), tuple(unknown))


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


def by_name(tied: Sequence[Match], *names: str) -> list[Match]:
    """Return those of the tied tables that the sheet's, else the file's name speaks of."""
    for name in names:
        key = header_key(name) if name else ""
        spoken = [(len(word), found) for found in tied for word in _words(found.table) if word in key]
        longest = max((length for length, _ in spoken), default=0)
        if longest:
            return list({found.table.id: found for length, found in spoken if length == longest}.values())
    return list(tied)


def _words(table: Table) -> set[str]:
    return {header_key(word) for word in (table.id, table.label["zh"], *table.names)}
