"""What moves a result: Sobol indices of assumptions, and the weight at which two units change order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import WrongNumber
from ..words import both
from .arrays import numbers, same

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .arrays import Numbers


class SobolIndices(NamedTuple):
    """First and total index of each assumption."""

    first: Numbers
    total: Numbers


def sobol_indices(y_a: ArrayLike, y_b: ArrayLike, y_ab: ArrayLike) -> SobolIndices:
    """Return first and total Sobol indices from a radial design; NaN where nothing varies.

    V = variance (n − 1) of ``y_a`` and ``y_b`` together, S_i = mean(y_b (y_abi − y_a)) / V,
    T_i = sum((y_a − y_abi)²) / (2 N V).

    Parameters
    ----------
    y_a, y_b : array (N)
        Results of two independent samples of all assumptions.
    y_ab : array (N × d)
        Column i: results of the first sample with assumption i taken from the second.

    References
    ----------
    Saltelli, A. et al. (2010), Variance based sensitivity analysis of model output. Comput. Phys. Commun. 181.
    Jansen, M. J. W. (1999), Analysis of variance designs for model output. Comput. Phys. Commun. 117.
    """
    a, b = numbers(y_a, "y_a", ("N",)), numbers(y_b, "y_b", ("N",))
    ab = numbers(y_ab, "y_ab", ("N", "d"))
    same(len(a), len(b), "N")
    same(len(a), len(ab), "N")
    whole = np.concatenate([a, b])
    if np.ptp(whole) == 0:  # the variance of a constant need not be 0 in floating point
        nothing = np.full(ab.shape[1], np.nan)
        return SobolIndices(nothing, nothing.copy())
    variance = whole.var(ddof=1)
    first = np.mean(b[:, None] * (ab - a[:, None]), axis=0) / variance
    total = np.sum((a[:, None] - ab) ** 2, axis=0) / (2 * len(a) * variance)
    return SobolIndices(first, total)


def swap_weight(values: ArrayLike, weights: ArrayLike, item: int, a: int, b: int) -> float:
    """Return the weight of an item at which two units change order, the others rescaled by (1 − t) / (1 − w).

    With d = x_a − x_b on the item and D = sum over the others of w_k (x_ak − x_bk) / (1 − w): t = D / (D − d).

    Parameters
    ----------
    values : array (units × items)
    weights : array (items)
        Shares of 1.
    item, a, b : int
        Positions of the item and of the two units.

    Returns
    -------
    float
        NaN where no weight from 0 to 1 does it.
    """
    points = numbers(values, "values", ("units", "items"))
    heavy = numbers(weights, "weights", ("items",))
    same(points.shape[1], len(heavy), "items")
    if (heavy < 0).any() or (heavy > 1).any():
        raise WrongNumber(both("robustness.no_shares", name="weights"))
    _inside(item, len(heavy), "item")
    _inside(a, len(points), "a")
    _inside(b, len(points), "b")
    return float(swap_weights((points[a] - points[b])[None, :], heavy)[0, item])


def swap_weights(gaps: Numbers, weights: Numbers) -> Numbers:
    """Return `swap_weight` for pairs of units and all items (pairs × items), from their gaps (pairs × items)."""
    found = np.full(gaps.shape, np.nan)
    for item, weight in enumerate(weights):
        others = np.delete(weights * gaps, item, axis=1).sum(axis=1)
        above = others / (1 - weight) if weight < 1 else np.full(len(gaps), np.nan)
        below = above - gaps[:, item]
        np.divide(above, below, out=found[:, item], where=below != 0)
    inside = (found >= 0) & (found <= 1)
    return np.where(inside, found, np.nan)


def _inside(place: int, length: int, name: str) -> None:
    if not 0 <= place < length:
        raise WrongNumber(both("robustness.no_place", name=name, place=place, last=length - 1))
