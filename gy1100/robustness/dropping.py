"""What happens without an item or without a unit, and which weight would make two units change order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..components import emphasis, measured_components
from .combinations import in_cents, scaled
from .sensitivity import swap_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from ..assessment import Assessment
    from .arrays import Numbers, Whole
    from .combinations import Combinations
    from .spreads import WeightSpread

Row = tuple[Any, ...]


def places_of(scores: Numbers) -> Whole:
    """Return the ranks of published scores along the units."""
    places: Whole = 1 + (scores[:, None] > scores[None, :]).sum(axis=0)
    return places


def without_items(known: Combinations) -> Iterator[Row]:
    """Yield item, unit, score and rank without that item, and by how many ranks the unit moved."""
    cents, due = known.cents[known.own], known.due_cents[known.own]
    before = places_of(known.scores[known.own])
    for at, item in enumerate(known.items):
        if due[:, at].any():
            left = scaled(np.delete(cents, at, 1).sum(axis=1), np.delete(due, at, 1).sum(axis=1))
            after = places_of(left)
            for n, unit in enumerate(known.units):
                yield item, unit, left[n], after[n], after[n] - before[n]


def without_units(result: Assessment, known: Combinations) -> Iterator[Row]:
    """Yield the unit left out, another unit, its score and rank among the others before, and both without it.

    Points depend on another unit in one thing alone: the median of work points of each type of cadre (4.3).
    """
    scores = known.scores[known.own]
    without = _Median(result, known)
    for gone, name in enumerate(known.units):
        others = np.delete(np.arange(len(known.units)), gone)
        left = without.scores(gone)[others]
        before, after = places_of(scores[others]), places_of(left)
        for n, other in enumerate(others):
            yield name, known.units[other], scores[other], before[n], left[n], after[n]


class _Median:
    """Work points of all considered cadres, so that medians can be taken without a unit."""

    def __init__(self, result: Assessment, known: Combinations) -> None:
        self.known = known
        self.found = [(i, c) for i, c in result.rulebook.components() if c.measure == "work_points"]
        due = bool(self.found) and self.found[0][0].id in result.due_items
        self.cadres = _work_points(result, known, self.found[0][1]) if due else None
        self.heavy = emphasis(result.rulebook)

    def scores(self, gone: int) -> Numbers:
        """Return published scores of all units with the medians of those that are left."""
        known = self.known
        cents, due = known.cents[known.own].copy(), known.due_cents[known.own]
        if self.cadres is not None:
            item, component = self.found[0]
            at, change = known.items.index(item.id), _change(self.cadres, known, gone, self.heavy)
            most = component.points.value * known.points[at] / item.points.value
            factor = np.where(known.bears[:, at], known.factor[known.own], 0)  # of a decided item: none
            raw = known.raw[known.own][:, at] + factor * most * change
            cents[:, at] = in_cents(raw)
        return scaled(cents.sum(axis=1), due.sum(axis=1))


def _change(cadres: pd.DataFrame, known: Combinations, gone: int, heavy: float) -> Numbers:
    """Return by how much the mean share of work points changes in each unit without one of them."""
    names = ("at", "type", "done", "valued", "share", "emphasised", "split")
    at, kind, done, valued, share, emphasised, split = (cadres[name].to_numpy() for name in names)
    medians = np.zeros(kind.max() + 1)
    for one in range(len(medians)):
        left = done[valued & (kind == one) & (at != gone)]
        medians[one] = np.median(left) if len(left) else np.inf  # then nobody of the type has a value
    median = medians[kind]
    new = np.where(median > 0, np.minimum(1, done / np.where(median > 0, median, 1)), 1.0)
    weight = np.where(emphasised, heavy, 1.0) * split
    gained = np.bincount(at, weight * (np.where(valued, new, 0.0) - share), len(known.units))
    whole = np.bincount(at, weight, len(known.units))
    change: Numbers = np.divide(gained, whole, out=np.zeros(len(whole)), where=whole > 0)
    change[gone] = 0.0
    return change


def _work_points(result: Assessment, known: Combinations, component: Any) -> pd.DataFrame | None:
    """Return the work points of considered cadres with their type and weight, None where nobody has a value."""
    tallies = result.tallies
    rows = measured_components(tallies, [component])[component.id].value
    roster = tallies.frame.cadres.select("cadre_id", "cadre_type")
    found = tallies.frame.engine.frame(
        rows.join(roster, rows.holder == roster.cadre_id).select(
            "unit", "cadre_id", "cadre_type", "done", "share", "split", "emphasised", "note"
        )
    ).sort_values(["unit", "cadre_id"])
    place = {unit: n for n, unit in enumerate(known.units)}
    found = found[found["unit"].isin(known.units)]
    types = found["cadre_type"].astype("category").cat.codes.astype("int64")
    found = found.assign(valued=found["note"].isna(), at=found["unit"].map(place), type=types)
    return None if found["done"].isna().any() or not found["valued"].any() else found


def swaps(known: Combinations, weights: WeightSpread) -> Iterator[Row]:
    """Yield for each pair and item at how many points of the item the two would change order.

    None where never, and where the two have other items due: their points are then not out of the same whole.

    ``inside``: points move between the items that the rulebook weighed itself, printed points stay. ``notice``: all
    other items give way in proportion, as if the notice were different. Columns: unit, other, item, scope, points,
    swap; the unit is the one ahead.
    """
    raw, points, due = known.raw[known.own], known.points, known.due[known.own]
    order = np.argsort(-known.scores[known.own], kind="stable")
    ahead, behind = (order[side] for side in np.triu_indices(len(order), 1))
    alike = (due[ahead] == due[behind]).all(axis=1, keepdims=True)
    for scope, items, whole, values in _scopes(raw, points, weights):
        found = np.where(alike, swap_weights(values[ahead] - values[behind], points[items] / whole), np.nan)
        for pair, (one, other) in enumerate(zip(ahead, behind, strict=True)):
            for n, item in enumerate(items):
                swap = found[pair, n] * whole
                yield (known.units[one], known.units[other], known.items[item], scope, points[item], swap)


def _scopes(
    raw: Numbers, points: Numbers, weights: WeightSpread
) -> Iterator[tuple[str, Whole, float, Numbers]]:
    shares = np.divide(raw, points, out=np.zeros(raw.shape), where=points > 0)
    free = weights.free
    whole = float(points[free].sum())
    if whole:
        rest = np.delete(raw, free, axis=1).sum(axis=1)
        yield "inside", free, whole, shares[:, free] + rest[:, None] / whole
    yield "notice", np.arange(len(points)), float(points.sum()), shares
