"""A table for people: headers in their language, cells with a kind, shown as sortable HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import joined, safe, tag
from .voice import is_none, number, percent, short

RIGHT = frozenset({"points", "number", "share", "count", "rank"})
FILTER_FROM = 25


@dataclass(frozen=True)
class Column:
    """A column of a table for people; ``kind`` says how its cells are written.

    Kinds: ``text``, ``name`` (text on one line), ``count`` (whole number), ``rank``, ``points`` (two places),
    ``number`` (up to four places), ``share`` (a percentage).
    """

    title: str
    kind: str = "text"
    width: int = 12


@dataclass(frozen=True)
class Grid:
    """Columns and rows; a cell is a value, or ``(value, sort key)``, or markup."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    caption: str = ""

    def html(self, *, filter_label: str = "", tall: bool = True) -> Markup:
        """Return the table; long ones scroll inside a box and get a filter where ``filter_label`` is given."""
        head = tag("tr", joined(self._header(c) for c in self.columns))
        body = Markup("<tbody>") + Markup("\n").join(self._row(row) for row in self.rows) + Markup("</tbody>")
        caption = tag("caption", self.caption) if self.caption else Markup("")
        table = tag("table", caption, tag("thead", head), body, class_="gy-table")
        long = len(self.rows) >= FILTER_FROM
        box = tag(
            "div",
            table,
            class_="gy-scroll gy-tall" if long and tall else "gy-scroll",
            tabindex=0 if long and tall else None,
        )
        if not (long and filter_label):
            return box
        field = tag(
            "input", type="search", class_="gy-filter", placeholder=filter_label, aria_label=filter_label
        )
        return tag("div", field, box, class_="gy-filtered")

    def _header(self, column: Column) -> Markup:
        return tag("th", tag("button", column.title, type="button"), class_=_side(column), scope="col")

    def _row(self, row: Sequence[object]) -> Markup:
        return Markup("<tr>") + Markup("").join(map(_cell, row, self.columns)) + Markup("</tr>")


def _side(column: Column) -> str | None:
    return "r" if column.kind in RIGHT else "n" if column.kind == "name" else None


def _cell(value: object, column: Column) -> Markup:
    shown_value, key = value if isinstance(value, tuple) else (value, None)
    inside = shown_value if isinstance(shown_value, Markup) else safe(written(shown_value, column.kind))
    name = _side(column)
    side = f' class="{name}"' if name else ""
    sort = "" if key is None else f' data-v="{safe(key)}"'
    return Markup(f"<td{side}{sort}>{inside}</td>")  # noqa: S704 - every part is escaped


def written(value: object, kind: str) -> str:
    """Return a cell as text; empty where there is no value."""
    if is_none(value):
        return ""
    if kind == "points" and not isinstance(value, str):
        return number(value)
    if kind == "share" and not isinstance(value, str):
        return percent(value, 1)
    if kind in ("number", "count", "rank") and not isinstance(value, str):
        return short(value)
    return str(value)
