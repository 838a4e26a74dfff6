"""Safe bounds where each cadre type of a unit was drawn by itself: the worst way to spread what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .bounds import interval
from .exact import Number, share

if TYPE_CHECKING:
    import numpy as np

Stratum = tuple[int, int, int]  # found, checked, population
STEPS = (
    100  # so many steps of a stratum's unknown number are told apart; all of them where it has no more logs
)
ROUNDING = 1e-9  # far above the error of the floating-point tails, so that a bound is never too narrow


def interval_of_strata(strata: Sequence[Stratum], confidence: Number = 0.95) -> tuple[float, float]:
    """Return bounds of a share in a population that was drawn stratum by stratum, from what was found in all.

    The upper bound is the largest number of such logs that any way to spread them over the strata still lets be found
    as seldom with a chance above α/2; the lower one likewise. They hold whatever the strata are like and however the
    sample was shared out among them; with one stratum they are those of `interval`. In strata of more than 100 logs
    the numbers are tried in a hundred steps and rounded outwards, which widens a bound by at most one in a hundred.

    Parameters
    ----------
    strata : sequence of (k, n, N)
        Found, checked and population of each.
    confidence : float, Decimal or Fraction
    """
    drawn_from = [stratum for stratum in strata if stratum[2]]
    if len(drawn_from) <= 1:
        return interval(*(drawn_from or [(0, 0, 0)])[0], confidence)
    limit = float((1 - share(confidence, "confidence")) / 2)
    size = sum(population for _, _, population in drawn_from)
    others = [(n - k, n, population) for k, n, population in drawn_from]
    return (size - _most(others, limit)) / size, _most(drawn_from, limit) / size


def _most(strata: Sequence[Stratum], limit: float) -> int:
    """Return the largest number under which so few are not too rare, however it is spread.

    More marked logs in any stratum make few the rarer, so that a step is judged by its lower end and counts as its
    upper end.
    """
    import numpy as np

    found = sum(k for k, _, _ in strata)
    *first, last = (_steps(stratum, found) for stratum in strata)
    chances, tops = first[0]
    for more, higher in first[1:]:
        chances, tops = _added(chances, more), np.add.outer(tops, higher).ravel()
    few = chances @ np.cumsum(last[0], axis=1)[:, ::-1].T  # P(sum ≤ found) for each pair of rows
    possible = few > limit - ROUNDING
    return int(np.add.outer(tops, last[1])[possible].max()) if possible.any() else found


def _steps(stratum: Stratum, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the chances at each step's lower end (`_chances`), and the steps' upper ends."""
    import numpy as np

    k, n, population = stratum
    highest = population - n + k
    step = -(-(highest - k + 1) // STEPS)
    starts = np.arange(k, highest + 1, step)
    return _chances(starts, n, population, most), np.minimum(starts + step - 1, highest)


def _chances(marked: np.ndarray, n: int, population: int, most: int) -> np.ndarray:
    """Return P(X = x) for each number of marked logs (rows) and each x up to ``most`` (columns)."""
    import numpy as np

    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, population + 1)))])
    k, x = marked[:, None], np.arange(most + 1)[None, :]
    inside = (x <= k) & (x <= n) & (n - x <= population - k)
    x = np.where(inside, x, np.maximum(0, n - population + k))
    chosen = logs[k] - logs[x] - logs[k - x]
    rest = logs[population - k] - logs[n - x] - logs[population - k - n + x]
    whole = logs[population] - logs[n] - logs[population - n]
    return np.where(inside, np.exp(chosen + rest - whole), 0.0)


def _added(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the chances of sums: a row for each pair of rows, cut behind the last column."""
    import numpy as np

    width = one.shape[1]
    both = np.zeros((len(one), len(other), width))
    for x in range(width):
        both[:, :, x:] += one[:, None, x : x + 1] * other[None, :, : width - x]
    return both.reshape(-1, width)
