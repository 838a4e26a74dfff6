"""Scores: the published points of each unit's items with their bounds and status (scoring.md §3)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .components import ItemSums, item_sums
from .intervals import published

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .rules import Item

POINTS = ("points", "points_max", "points_due", "low", "high", "computed")


def published_scores(assessment: Assessment) -> pd.DataFrame:
    """Return scores.csv: one row for each unit and item, in the rulebook's order."""
    import pandas as pd

    sums = item_sums(assessment)
    rows = [
        {"unit": unit.name, "item": item.id}
        | _score(assessment, unit.name, item, sums.get((unit.name, item.id)))
        for unit in assessment.rulebook.units
        for item in assessment.rulebook.items
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(POINTS, "float64"))


def _score(assessment: Assessment, unit: str, item: Item, sums: ItemSums | None) -> dict[str, Any]:
    most = published(assessment.rulebook.points(item))
    decision = assessment.standing.items.get((unit, item.id))
    computed = published(sums.computed) if sums else Decimal("0.00")
    if decision:
        weighed = Decimal(str(assessment.rulebook.points(item))) / Decimal(str(item.points.value))
        points = published(decision.value * weighed)  # under other weights a decided item keeps its share
        return _row(points, most, (points, points), "decided", computed)
    if sums is None:
        nothing = Decimal("0.00")
        return _row(nothing, most, (nothing, nothing), "not_due", computed)
    bounds = published(sums.low), published(sums.high)
    return _row(published(sums.points), most, bounds, sums.status, computed)


def _row(
    points: Decimal, most: Decimal, bounds: tuple[Decimal, Decimal], status: str, computed: Decimal
) -> dict[str, Any]:
    due = Decimal("0.00") if status == "not_due" else most
    low, high = bounds
    return {
        "points": points, "points_max": most, "points_due": due, "low": low, "high": high, "status": status,
        "computed": computed,
    }  # fmt: skip
