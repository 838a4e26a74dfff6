"""From published scores to totals, scores of 100 and ranks with their bounds (scoring.md §3)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .frame_rows import records
from .intervals import score_100

if TYPE_CHECKING:
    import pandas as pd


def ranked(scores: pd.DataFrame, units: list[str]) -> pd.DataFrame:
    """Return the ranking of published scores: one row a unit, equal scores sharing a rank (1, 2, 2, 4)."""
    import pandas as pd

    rows = totals(scores, units)
    scored = [row for row in rows if row["score_100"] is not None]
    values = sorted(row["score_100"] for row in scored)
    lows, highs = (sorted(row["bounds"][bound] for row in scored) for bound in (0, 1))
    rows = [row | _ranks(row, values, lows, highs) for row in rows]
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0))
    columns = ["unit", "total", "points_due", "score_100", "rank", "rank_low", "rank_high"]
    ranks = dict.fromkeys(columns[4:], "Int64")
    numbers = dict.fromkeys(columns[1:4], "float64")
    return pd.DataFrame(rows, columns=columns).astype(ranks | numbers)


def totals(scores: pd.DataFrame, units: Iterable[str]) -> list[dict[str, Any]]:
    """Return the sums of published points by unit, exact.

    ``unit, total, points_due, score_100`` and the ``bounds`` of the score of 100, lowest and highest; None where
    nothing is due.
    """
    sums = {unit: dict.fromkeys(("points", "points_due", "low", "high"), Decimal(0)) for unit in units}
    for scored_item in records(scores):
        of_unit = sums[scored_item["unit"]]
        of_unit |= {name: value + Decimal(repr(scored_item[name])) for name, value in of_unit.items()}
    return [_total(unit, **of_unit) for unit, of_unit in sums.items()]


def _total(unit: str, points: Decimal, points_due: Decimal, low: Decimal, high: Decimal) -> dict[str, Any]:
    bounds = score_100(low, points_due), score_100(high, points_due)
    score = score_100(points, points_due)
    return {"unit": unit, "total": points, "points_due": points_due, "score_100": score, "bounds": bounds}


def _ranks(
    row: Mapping[str, Any], scores: list[Decimal], lows: list[Decimal], highs: list[Decimal]
) -> dict[str, int | None]:
    """Return a unit's rank and its bounds, from the scores, lowest and highest possible scores of all in order."""
    if row["score_100"] is None:
        return {"rank": None, "rank_low": None, "rank_high": None}
    low, high = row["bounds"]
    return {
        "rank": 1 + _above(scores, row["score_100"]),
        "rank_low": 1 + _above(lows, high),
        "rank_high": 1 + _above(highs, low) - (high > low),
    }


def _above(ordered: list[Decimal], value: Decimal) -> int:
    return len(ordered) - bisect_right(ordered, value)
