"""What was mended in the cells of a column, part after part, and how much of it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..cells import Outcome

LISTED = 10  # distinct cells of a column, mended alike, that are listed one by one
_ONE_EXAMPLE = frozenset(("date_text", "date_serial", "date_serial_1904", "id_number", "number_text"))


@dataclass
class Mend:
    """One distinct cell that was mended: what reading it gave, the first row and the number of rows."""

    cell: object
    found: Outcome
    first: int
    count: int


@dataclass
class Mended:
    """The cells of a column that were mended: of those mended alike the first few, and how many rows more there are."""

    alike: dict[str, dict[object, Mend]] = field(default_factory=dict)
    more: Counter[str] = field(default_factory=Counter)

    def add(self, repairs: Mapping[object, tuple[Outcome, int, int]], start: int) -> None:
        """Add what was mended in a part that begins at a row."""
        for cell, (found, first, count) in repairs.items():
            code = found.repair or ""
            group = self.alike.setdefault(code, {})
            if cell in group:
                group[cell].count += count
            elif len(group) <= LISTED:
                group[cell] = Mend(cell, found, start + first, count)
            else:
                self.more[code] += count

    def told(self, *, unseen: bool) -> Iterator[tuple[str, list[Mend], Mend | None]]:
        """Return by code what is listed one by one, ten at most, and one that stands for the others.

        Where the finding shows no value, or the value says nothing more, one stands for all.
        """
        for code, group in self.alike.items():
            listed = list(group.values())
            if code in _ONE_EXAMPLE or unseen:
                count = sum(one.count for one in listed) + self.more[code]
                yield code, [Mend(listed[0].cell, listed[0].found, listed[0].first, count)], None
                continue
            rest = [replace(one, count=one.count + self.more[code]) for one in listed[LISTED:]]
            yield code, listed[:LISTED], rest[0] if rest else None
