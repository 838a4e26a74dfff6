"""Is a rate higher than others'? Exact binomial tails, and how many of many such questions may be false alarms."""

from __future__ import annotations

from functools import cache
from math import exp, lgamma, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@cache
def binomial_tail(k: int, n: int, p: float) -> float:
    """Return the probability of ``k`` or more of ``n`` where each happens with probability ``p``."""
    if k <= 0:
        return 1.0
    if p <= 0 or k > n:
        return 0.0
    if p >= 1:
        return 1.0
    logs = (
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log(1 - p)
        for i in range(k, n + 1)
    )
    return min(1.0, sum(map(exp, logs)))


def benjamini_hochberg(p: Sequence[float]) -> Floats:
    """Return q-values: the share of false alarms to expect among all questions with a p-value up to each one's.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), Controlling the false discovery rate. JRSS B 57, 289-300.
    """
    import numpy as np

    values = np.asarray(p, dtype="float64")
    n = len(values)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * n / np.arange(1, n + 1)
    lowest = np.minimum.accumulate(scaled[::-1])[::-1]
    q = np.empty(n)
    q[order] = np.minimum(lowest, 1.0)
    return q


def other_rates(k: npt.NDArray[np.int64], n: npt.NDArray[np.int64]) -> Floats:
    """Return for each cadre the rate of all others together, as if one more hit had been seen among them.

    What never happened so far is not impossible: one hit where nobody else has any is no proof.
    """
    rates: Floats = (k.sum() - k + 1) / (n.sum() - n + 1)
    return rates


__all__ = ["benjamini_hochberg", "binomial_tail", "other_rates"]
