"""What draws of scores say of ranks: acceptability, intervals, pairs, bands, central weights (SMAA).

Higher is better; equal scores share the better rank, as in the official ranking.

References
----------
Lahdelma, R., Salminen, P. (2001), SMAA-2: stochastic multicriteria acceptability analysis for group decision making.
Operations Research 49.
Nardo, M. et al. (2008), Handbook on constructing composite indicators, step 7. OECD and JRC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .arrays import chunks, not_negative, numbers, same, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .arrays import Numbers, Whole

    Places = NDArray[np.uint8] | NDArray[np.uint16]

SCORES = ("draws", "units")
FULL_BYTE = 255
FEW = 24  # up to so many units each is held against each; more are sorted


class RankIntervals(NamedTuple):
    """Median, low and high rank of each unit."""

    median: Numbers
    low: Numbers
    high: Numbers


def weighted_scores(values: ArrayLike, weights: ArrayLike) -> Numbers:
    """Return weighted sums: values (units × items) and weights (draws × items) give (draws × units).

    Items are added one after another, so that units with the same values have the same score to the last bit,
    wherever they stand and whatever the machine.
    """
    points = numbers(values, "values", ("units", "items"))
    heavy = not_negative(weights, "weights", ("draws", "items"))
    same(points.shape[1], heavy.shape[1], "items")
    scores = np.zeros((len(heavy), len(points)))
    for piece in chunks(len(heavy), len(points)):
        for at in range(points.shape[1]):
            scores[piece] += heavy[piece, at, None] * points[:, at]
    return scores


def ranks(scores: ArrayLike) -> Whole:
    """Return the ranks of scores (draws × units), from 1; equal scores share the better rank (1, 2, 2, 4)."""
    found = numbers(scores, "scores", SCORES)
    places = np.empty(found.shape, np.int64)
    for piece in chunks(*found.shape):
        places[piece] = ranks_of(np.ascontiguousarray(found[piece].T)).T
    return places


def ranks_of(scores: Numbers) -> Places:
    """Return the ranks of scores that stand unit by unit (units × draws), unchecked."""
    return _sorted_ranks(scores) if len(scores) > FEW else placed(scores)[0]


def placed(scores: Numbers) -> tuple[Places, Whole]:
    """Return ranks (units × draws), and in how many draws the row's unit is strictly ahead (units × units)."""
    units = len(scores)
    if units > FEW:
        places = _sorted_ranks(scores)
        return places, _ahead(places)
    ahead = np.empty((units, units), np.int64)
    few = np.ones(scores.shape, np.uint8)
    for unit, other in enumerate(scores):
        beaten = other > scores
        few += beaten.view(np.uint8)
        ahead[unit] = [np.count_nonzero(row) for row in beaten]
    return few, ahead


def _ahead(places: Places) -> Whole:
    """Return in how many draws the row's unit is strictly ahead, of many units: draw by draw, in bytes that are full
    after 255 draws.
    """
    units, draws = places.shape
    ahead, some = np.zeros((units, units), np.int64), np.zeros((units, units), np.uint8)
    by_draw = np.ascontiguousarray(places.T)
    for start in range(0, draws, FULL_BYTE):
        some[:] = 0
        for place in by_draw[start : start + FULL_BYTE]:
            some += (place[:, None] < place).view(np.uint8)
        ahead += some
    return ahead


def _sorted_ranks(scores: Numbers) -> Places:
    order = np.argsort(-scores, axis=0, kind="stable")
    falling = np.take_along_axis(scores, order, axis=0)
    place = np.arange(1, len(scores) + 1, dtype=np.uint16)[:, None]
    first = np.ones(scores.shape, bool)
    first[1:] = falling[1:] < falling[:-1]
    shared = np.maximum.accumulate(np.where(first, place, np.uint16(0)), axis=0)
    places = np.empty(scores.shape, np.uint16)
    np.put_along_axis(places, order, shared, axis=0)
    return places


def rank_counts(places: Places) -> Whole:
    """Return how often each unit holds each rank (units × ranks), from ranks unit by unit (units × draws)."""
    units = len(places)
    if units <= FEW:
        return np.array([[np.count_nonzero(row == rank) for rank in range(1, units + 1)] for row in places])
    cells = places + (np.arange(units, dtype=np.int64) * units - 1)[:, None]
    return np.bincount(cells.ravel(), minlength=units * units).reshape(units, units)


def rank_acceptability(scores: ArrayLike) -> Numbers:
    """Return the share of draws in which each unit holds each rank (units × ranks); rows add up to 1."""
    found = numbers(scores, "scores", SCORES)
    return _counted(found) / len(found)


def _counted(scores: Numbers) -> Whole:
    units = scores.shape[1]
    counts = np.zeros((units, units), np.int64)
    for piece in chunks(*scores.shape):
        counts += rank_counts(ranks_of(np.ascontiguousarray(scores[piece].T)))
    return counts


def pairwise(scores: ArrayLike) -> Numbers:
    """Return the share of draws in which the row's unit is strictly ahead of the column's (units × units)."""
    found = numbers(scores, "scores", SCORES)
    units = found.shape[1]
    counts = np.zeros((units, units), np.int64)
    for piece in chunks(*found.shape):
        counts += placed(np.ascontiguousarray(found[piece].T))[1]
    return counts / len(found)


def rank_intervals(scores: ArrayLike, low: float = 0.05, high: float = 0.95) -> RankIntervals:
    """Return median, low and high rank of each unit over the draws (linear quantiles)."""
    found = numbers(scores, "scores", SCORES)
    return intervals_of(_counted(found), low, high)


def intervals_of(counts: Whole, low: float = 0.05, high: float = 0.95) -> RankIntervals:
    """Return median, low and high rank from counts (units × ranks)."""
    wanted = (0.5, share(low, "low"), share(high, "high"))
    return RankIntervals(*(quantile_of_counts(counts, q) + 1 for q in wanted))


def quantile_of_counts(counts: Whole, q: float) -> Numbers:
    """Return a quantile of each row, interpolated linearly, where cell ``k`` counts how often ``k`` was drawn."""
    upto = np.cumsum(counts, axis=1)
    at = q * (upto[:, -1] - 1)
    below = np.floor(at)
    one, next_ = ((upto <= place[:, None]).sum(axis=1) for place in (below, np.ceil(at)))
    quantile: Numbers = one + (at - below) * (next_ - one)
    return quantile


def central_weights(scores: ArrayLike, weights: ArrayLike) -> Numbers:
    """Return the mean of the weights under which each unit is first (units × items), NaN where it never is."""
    found = numbers(scores, "scores", SCORES)
    heavy = not_negative(weights, "weights", ("draws", "items"))
    same(len(found), len(heavy), "draws")
    times, sums = np.zeros(found.shape[1]), np.zeros((found.shape[1], heavy.shape[1]))
    for piece in chunks(*found.shape):
        first = (found[piece] == found[piece].max(axis=1, keepdims=True)).T.astype(np.float64)
        times += first.sum(axis=1)
        sums += first @ heavy[piece]
    return mean_weights(sums, times)


def mean_weights(sums: Numbers, times: Numbers) -> Numbers:
    """Return sums of weights by how often they were added, NaN where never."""
    means = np.full(sums.shape, np.nan)
    np.divide(sums, times[:, None], out=means, where=times[:, None] > 0)
    return means


def confidence_factors(values: ArrayLike, weights: ArrayLike) -> Numbers:
    """Return how sure each unit is of being first where the weights suit it best.

    Values (draws × units × items) and weights (draws × items) belong together row by row. The share of draws of the
    values in which a unit is first under its central weights; NaN where it is never first under any.
    """
    points = numbers(values, "values", ("draws", "units", "items"))
    heavy = not_negative(weights, "weights", ("draws", "items"))
    same(len(points), len(heavy), "draws")
    same(points.shape[2], heavy.shape[1], "items")
    central = central_weights(_totals(points, heavy), heavy)
    shares = np.full(len(central), np.nan)
    for unit, weight in enumerate(central):
        if np.isfinite(weight).all():
            totals = _totals(points, np.broadcast_to(weight, heavy.shape))
            shares[unit] = np.mean(totals[:, unit] == totals.max(axis=1))
    return shares


def _totals(values: Numbers, weights: Numbers) -> Numbers:
    totals = np.zeros(values.shape[:2])
    for piece in chunks(len(values), values.shape[1]):
        for at in range(values.shape[2]):
            totals[piece] += weights[piece, at, None] * values[piece, :, at]
    return totals


def rank_bands(ahead: ArrayLike, level: float = 0.95) -> Whole:
    """Return bands from 1: units whose order is not settled share one.

    A band ends only where every unit above is strictly ahead of every unit below in at least ``level`` of the draws, so
    that two units of different bands are never in doubt.

    Parameters
    ----------
    ahead : array (units × units)
        Of `pairwise`.
    level : float
        From which share of the draws on an order is settled.
    """
    wins = numbers(ahead, "pairwise", ("units", "units"))
    same(len(wins), wins.shape[1], "units")
    least = share(level, "level")
    order = np.argsort(-wins.sum(axis=1), kind="stable")
    settled = wins[np.ix_(order, order)] >= least
    bands = np.ones(len(wins), np.int64)
    for at in range(1, len(wins)):
        bands[order[at]] = bands[order[at - 1]] + settled[:at, at:].all()
    return bands
