"""What changed since an earlier delivery, as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frame_rows import records
from .grid import Grid
from .tables import columns

if TYPE_CHECKING:
    from ..deliveries import Difference
    from .voice import Voice

LISTED = 2000


def summary_grid(difference: Difference, voice: Voice) -> Grid:
    """Return one row for each table: rows before and after, added, removed, changed."""
    names = ("before", "after", "added", "removed", "changed", "equal")
    rows = tuple(
        (voice.table(row["table"]), *(row[name] for name in names)) for row in records(difference.tables)
    )
    return Grid(columns(voice, ("table", "text", 18), *((name, "count", 9) for name in names)), rows)


def rows_grid(difference: Difference, voice: Voice) -> Grid:
    """Return the rows that were added, removed or changed, changed ones first."""
    order = {"changed": 0, "removed": 1, "added": 2}
    listed = sorted(records(difference.rows), key=lambda row: order[row["change"]])[:LISTED]
    texts = ("id", "columns", "before", "after")
    places = ("file", "sheet", "row", "old_file", "old_row")
    rows = tuple(
        (
            voice.table(row["table"]),
            voice.code("delivery", row["change"]),
            voice.unit(row["unit"]),
            *(row[name] for name in (*texts, *places)),
        )
        for row in listed
    )
    heads = columns(
        voice, ("table", "text", 16), ("delivery", "name", 8), ("unit", "name", 20), ("id", "name", 16),
        ("columns", "text", 20), ("before", "text", 20), ("after", "text", 20), ("file", "text", 24),
        ("sheet", "text", 14), ("row", "count", 7), ("old_file", "text", 24), ("old_row", "count", 7),
    )  # fmt: skip
    return Grid(heads, rows)


def jumps_grid(difference: Difference, voice: Voice) -> Grid:
    """Return the unit totals that jumped."""
    totals = difference.totals[difference.totals["jump"]]
    rows = tuple(
        (
            voice.unit(row["unit"]),
            voice.table(row["table"]),
            voice.say(f"delivery.{row['measure']}"),
            row["before"],
            row["after"],
        )
        for row in records(totals)
    )
    heads = columns(
        voice, ("unit", "name", 26), ("table", "text", 18), ("measure", "name", 10), ("before", "number", 10),
        ("after", "number", 10),
    )  # fmt: skip
    return Grid(heads, rows)
