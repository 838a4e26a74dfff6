"""Where a unit stands against its peers: its share of each item's points beside the median of units of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment


LEAST = 3  # units of a kind that have a median of their own


def against_peers(result: Assessment, unit: str) -> pd.DataFrame:
    """Return a unit's share of the points of each due item beside the median of its peers, in the order of items.

    Peers are the units of its kind, itself included; where there are fewer than three of them, all units.

    Returns
    -------
    DataFrame
        ``item``, ``share`` and ``median`` of the item's points (0 to 1), ``difference``, and ``points``: the difference
        in points of the item.
    """
    due = result.scores[result.scores["points_due"] > 0]
    due = due.assign(share=due["points"] / due["points_due"])
    of_peers = due[due["unit"].isin(peers_of(result, unit))]
    medians = of_peers.groupby("item", sort=False)["share"].median()
    mine = due[due["unit"] == unit].set_index("item")
    frame = mine[["share"]].assign(median=medians)
    frame["difference"] = frame["share"] - frame["median"]
    frame["points"] = frame["difference"] * mine["points_due"]
    return frame.reset_index()


def peers_of(result: Assessment, unit: str) -> list[str]:
    """Return the units that a unit is compared with."""
    kinds = {u.name: u.kind for u in result.rulebook.units}
    alike = [name for name, kind in kinds.items() if kind == kinds[unit]]
    return alike if len(alike) >= LEAST else list(kinds)


__all__ = ["LEAST", "against_peers", "peers_of"]
