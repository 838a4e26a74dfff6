"""The words of one language for one rulebook: units, items, statuses, parts, dates and numbers as people read them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import words

if TYPE_CHECKING:
    from ..rulebook import Rulebook


@dataclass(frozen=True)
class Voice:
    """How a report speaks.

    Attributes
    ----------
    rulebook : Rulebook
        Where the labels of units and items come from.
    lang : str
        ``zh`` or ``en``.
    """

    rulebook: Rulebook
    lang: str = "zh"

    def say(self, key: str, **args: object) -> str:
        """Return the words of ``report.<key>`` with ``args`` put in."""
        return words.text(f"report.{key}", self.lang, **args)

    def knows(self, key: str) -> bool:
        """Return whether there are words for ``report.<key>``."""
        return f"report.{key}" in words.catalogue()

    def code(self, kind: str, value: object) -> str:
        """Return the word for a code (``code("status", "scored")``), the code itself where none is known."""
        if is_none(value):
            return ""
        key = f"{kind}.{value}"
        return self.say(key) if self.knows(key) else str(value)

    def departments(self, names: Iterable[str]) -> str:
        """Return departments in one line."""
        return self.listing(self.code("department", name) for name in names)

    @cached_property
    def _units(self) -> dict[str, str]:
        return {u.name: u.name if self.lang == "zh" else (u.label_en or u.name) for u in self.rulebook.units}

    @cached_property
    def _items(self) -> dict[str, str]:
        return {item.id: self.of(item.label) for item in self.rulebook.items}

    def unit(self, name: object) -> str:
        """Return a unit's name in this language."""
        return self._units.get(str(name), str(name))

    def item(self, item_id: object) -> str:
        """Return an item as ``1.1 label``."""
        label = self._items.get(str(item_id))
        return f"{item_id} {label}" if label else str(item_id)

    def table(self, table_id: object) -> str:
        """Return a table's name as the rulebook has it."""
        table = self.rulebook.tables.get(str(table_id))
        return self.of(table.label) if table else str(table_id)

    def of(self, words_by_language: Mapping[Any, str]) -> str:
        """Return this language's words of a rulebook's ``{zh, en}``."""
        return words_by_language[self.lang]

    def day(self, value: object) -> str:
        """Return a date as ``2017年6月30日`` or ``30 June 2017``; empty where there is none."""
        if is_none(value):
            return ""
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        month = words.text("report.months", self.lang).split()[day.month - 1]
        return words.text("report.day", self.lang, year=day.year, month=month, day=day.day)

    def listing(self, values: object) -> str:
        """Return several words in one line with this language's comma."""
        return words.text("report.comma", self.lang).join(str(v) for v in values)  # type: ignore[attr-defined]


def arrow(before: object, after: object) -> str:
    """Return how a rank moved: ``↑2``, ``↓1``, ``·``, nothing where one of the two is missing."""
    if is_none(before) or is_none(after):
        return ""
    up = int(before) - int(after)  # type: ignore[call-overload]
    return f"↑{up}" if up > 0 else f"↓{-up}" if up < 0 else "·"


def number(value: object, places: int = 2) -> str:
    """Return a number with fixed places; empty where there is none."""
    return "" if is_none(value) else f"{float(value):.{places}f}"  # type: ignore[arg-type]


def short(value: object) -> str:
    """Return a number with at most four places and no trailing zeros."""
    return "" if is_none(value) else f"{float(value):.4f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]


def percent(value: object, places: int = 0) -> str:
    """Return a share as a percentage, half up as all that is published; empty where there is none."""
    if is_none(value):
        return ""
    hundred = Decimal(repr(float(value))).scaleb(2)  # type: ignore[arg-type]
    return f"{hundred.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}%"


def is_none(value: object) -> bool:
    """Return whether a cell holds nothing (None, NaN, NA, NaT, empty text)."""
    if value is None or (isinstance(value, str) and not value):
        return True
    if isinstance(value, (str, int, bool)):
        return False
    return math.isnan(value) if isinstance(value, float) else str(value) in ("<NA>", "NaT", "nan")
