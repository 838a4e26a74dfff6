"""Rounding and intervals: how a computed number becomes a published one."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import sqrt

CENT, NINE = Decimal("0.01"), Decimal("1e-9")


@lru_cache(maxsize=10_000)  # most points of many units are the same few
def published(value: float | Decimal) -> Decimal:
    """Return points as published: half up to nine decimals, then half up to two (scoring.md §3).

    The first step takes back what binary fractions did, so that 0.285 becomes 0.29.
    """
    return Decimal(value).quantize(NINE, ROUND_HALF_UP).quantize(CENT, ROUND_HALF_UP)


def score_100(total: Decimal, points_due: Decimal) -> Decimal | None:
    """Return points scaled to 100, half up to two decimals; None where nothing is due."""
    return (total * 100 / points_due).quantize(CENT, ROUND_HALF_UP) if points_due else None


def wilson(x: float, n: float, z: float) -> tuple[float, float] | None:
    """Return the Wilson interval of ``x`` of ``n``; None for ``n`` = 0.

    References
    ----------
    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference. JASA 22.
    """
    if n == 0:
        return None
    share, spread = x / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
