"""The files of ``evidence/``: one csv a table, columns named by ids, no cell that could run as a formula."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .exports.delimited import neutral

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

PLACES = ("source", "row")


def write_table(table: pa.Table, path: Path) -> None:
    """Write one table; without the columns that say where a row came from."""
    kept = table.drop_columns([name for name in PLACES if name in table.column_names])
    columns = [list(map(cell, kept.column(name).to_pylist())) for name in kept.column_names]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(kept.column_names)
        writer.writerows(_lines(columns))


def _lines(columns: list[list[str]]) -> Iterable[tuple[str, ...]]:
    return zip(*columns, strict=True)


def cell(value: Any) -> str:
    """Return a value as csv holds it: ISO dates, 1 and 0, numbers without exponent, texts that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)
