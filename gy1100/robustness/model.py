"""Scores of all units under combinations of readings and whatever else is drawn, as plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from .arrays import Numbers, Whole
    from .combinations import Combinations
    from .spreads import CheckSpread, Open, WeightSpread

FULL = 100.0
PLACES = 9


@dataclass(frozen=True)
class Drawn:
    """One chunk of draws; None stands for what is not drawn but stays as it is.

    Attributes
    ----------
    weights : array (free items × draws)
    genuine : array (units × draws)
        Share found genuine by spot checks drawn again.
    judged : array (units × draws)
        Points that judgement adds.
    """

    weights: Numbers
    genuine: Numbers | None = None
    judged: Numbers | None = None

    def every(self, start: int, stride: int) -> Drawn:
        """Return every ``stride``-th draw."""
        parts = (self.weights, self.genuine, self.judged)
        weights, genuine, judged = (p if p is None else p[:, start::stride] for p in parts)
        assert weights is not None
        return Drawn(weights, genuine, judged)


@dataclass(frozen=True)
class Model:
    """The assessment as arithmetic on arrays: combinations × units, with what may be drawn."""

    known: Combinations
    weights: WeightSpread
    checks: CheckSpread
    open: Sequence[Open]

    @cached_property
    def _fixed(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return points of the items with printed points: without authenticity, with it, and points due."""
        known, law = self.known, np.delete(np.arange(len(self.known.items)), self.weights.free)
        plain = np.where(known.bears, 0, known.base)[:, :, law].sum(axis=2)
        borne = np.where(known.bears, known.base, 0)[:, :, law].sum(axis=2)
        return plain, borne, (known.due * known.points)[:, :, law].sum(axis=2)

    @cached_property
    def _free(self) -> tuple[Numbers, Numbers, Numbers]:
        """Return shares of the free items (combinations × units × items): plain, borne, and whether due."""
        known, free = self.known, self.weights.free
        whole = np.where(self.weights.points > 0, self.weights.points, 1)
        base, bears = known.base[:, :, free] / whole, known.bears[:, free]
        return np.where(bears, 0, base), np.where(bears, base, 0), known.due[:, :, free].astype(np.float64)

    @cached_property
    def groups(self) -> list[Whole]:
        """Return the combinations in groups that differ in nothing but the points of items with printed points."""
        parts = (
            *(t.reshape(len(t), -1) for t in self._free),
            *self._fixed[1:],
            self.known.factor,
            self.known.applied,
        )
        _, group = np.unique(np.concatenate(parts, axis=1), axis=0, return_inverse=True)
        return [np.flatnonzero(group.ravel() == n) for n in range(group.max() + 1)]

    @property
    def judged_items(self) -> Whole:
        """Return the items that judgement bears on."""
        return np.unique([o.item for o in self.open]).astype(np.int64)

    def own_weights(self, n: int) -> Numbers:
        """Return the rulebook's own points of the free items, for so many draws."""
        return np.repeat(self.weights.points[:, None], n, axis=1)

    def judged(self, rng: Generator, n: int) -> Numbers | None:
        """Return what judgement may add (units × items it bears on × draws), None where nothing is open."""
        if not self.open:
            return None
        items = self.judged_items
        added = np.zeros((len(self.known.units), len(items), n))
        for thing in self.open:
            chosen = rng.integers(0, len(thing.offsets), n)
            added[thing.unit, np.searchsorted(items, thing.item)] += np.array(thing.offsets)[chosen]
        return added

    def judged_points(self, weights: Numbers, judged: Numbers | None) -> Numbers | None:
        """Return judged shares as points (units × draws)."""
        if judged is None:
            return None
        place = {int(item): n for n, item in enumerate(self.weights.free)}
        points = [
            weights[place[i]] if i in place else self.known.points[i] for i in map(int, self.judged_items)
        ]
        added: Numbers = sum(judged[:, n] * heavy for n, heavy in enumerate(points))
        return added

    def sums(self, at: int | Whole, drawn: Drawn) -> tuple[Numbers, Numbers]:
        """Return what a group of combinations has in common: points and points due (units × draws)."""
        plain, borne, due = (_weighed(_at(table, at), drawn.weights) for table in self._free)
        _, fixed_borne, fixed_due = (_at(table, at) for table in self._fixed)
        factor = _at(self.known.factor, at)
        if drawn.genuine is not None:
            factor = np.where(_at(self.known.applied, at), drawn.genuine, factor)
        points = plain + factor * (borne + fixed_borne)
        if points.shape[1] < drawn.weights.shape[1]:  # nothing that is drawn bears on points
            points = np.repeat(points, drawn.weights.shape[1], axis=1)
        if drawn.judged is not None:
            points += drawn.judged
        return points, due + fixed_due

    def scores(self, at: int | Whole, points: Numbers, due: Numbers) -> Numbers:
        """Return scores of 100 (units × draws) of a combination, or of one for each draw, from its `sums`.

        They are rounded as points are at first (scoring.md §3), so that floating point puts nobody ahead who is level.
        """
        scores: Numbers = points + _at(self._fixed[0], at)
        scores *= FULL / due
        return np.round(scores, PLACES, out=scores)

    def scored(self, at: int | Whole, drawn: Drawn) -> Numbers:
        """Return `scores` of a combination, or of one for each draw, from what is drawn."""
        return self.scores(at, *self.sums(at, drawn))


def _at(table: Any, at: int | Whole) -> Any:
    """Return a table's part for one combination (a last axis of one) or for each draw (draws as the last axis)."""
    return np.moveaxis(table[at], 0, -1) if isinstance(at, np.ndarray) else table[at][..., None]


def _weighed(table: Numbers, weights: Numbers) -> Numbers:
    """Return the sum over the items of weight × share, shares being (units × items × 1 or draws)."""
    if not table.any():
        return np.zeros((len(table), 1))
    if (table == table[:, :1]).all() and table.shape[2] == 1:  # the weights' sum does not change
        whole: Numbers = table[:, 0] * weights[:, :1].sum()
        return whole
    total = np.zeros((len(table), weights.shape[1]))
    for item, weight in enumerate(weights):
        if table[:, item].any():
            total += weight * table[:, item]
    return total
