"""Where a unit stands against its peers: its share of each item's points beside the median of all units."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment


def against_peers(result: Assessment, unit: str) -> pd.DataFrame:
    """Return a unit's share of the points of each due item beside the median of all units, in the order of items.

    Returns
    -------
    DataFrame
        ``item``, ``share`` and ``median`` of the item's points (0 to 1), ``difference``, and ``points``: the difference
        in points of the item.
    """
    due = result.scores[result.scores["points_due"] > 0]
    due = due.assign(share=due["points"] / due["points_due"])
    medians = due.groupby("item", sort=False)["share"].median()
    mine = due[due["unit"] == unit].set_index("item")
    frame = mine[["share"]].assign(median=medians)
    frame["difference"] = frame["share"] - frame["median"]
    frame["points"] = frame["difference"] * mine["points_due"]
    return frame.reset_index()


__all__ = ["against_peers"]
