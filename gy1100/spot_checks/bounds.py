"""What a checked sample says of the whole list: exact bounds, never narrower than they claim."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

from ..errors import WrongNumber
from ..words import both
from .exact import Number, at_most, count, is_at_most, share

DIGITS = 60  # of which a double shows 17


def interval(
    k: Number, n: Number, population: Number | None = None, confidence: Number = 0.95
) -> tuple[float, float]:
    """Return the exact bounds of a share of which ``k`` in ``n`` were found.

    With a population N: the smallest and the largest K / N with P(X ≥ k) > α/2 and P(X ≤ k) > α/2, X hypergeometric
    (N, K, n), α = 1 − confidence. Without one: Clopper–Pearson. The truth lies inside at least ``confidence`` of times.

    Parameters
    ----------
    k, n : int
        Found so, and checked.
    population : int, optional
        Length of the list from which the sample was drawn without replacement.
    confidence : float, Decimal or Fraction
        Between 0 and 1; a float is read as the decimal that prints it.

    Raises
    ------
    WrongNumber
        If ``k`` exceeds ``n``, ``n`` the population, or a number is outside of its range.

    References
    ----------
    Clopper, C. J., Pearson, E. S. (1934), The use of confidence or fiducial limits. Biometrika 26.
    Buonaccorsi, J. P. (1987), A note on confidence intervals for proportions in finite populations. Am. Stat. 41.

    Examples
    --------
    >>> interval(20, 20, 200)
    (0.84, 1.0)
    """
    found, checked = count(k, "k"), count(n, "n")
    each = (1 - share(confidence, "confidence")) / 2
    if found > checked:
        raise WrongNumber(both("spot_checks.more_found", k=found, n=checked))
    if population is None:
        return _clopper_pearson(found, checked, each)
    size = count(population, "population")
    if checked > size:
        raise WrongNumber(both("spot_checks.more_checked", n=checked, population=size))
    if not size:
        return 0.0, 1.0
    most = _most_marked(found, checked, size, each)
    least = size - _most_marked(checked - found, checked, size, each)
    return least / size, most / size


def _most_marked(k: int, n: int, size: int, each: Fraction) -> int:
    """Return the largest K under which k or fewer are not too rare; the more are marked, the rarer it is."""
    low, high = k, size - (n - k)
    while low < high:
        middle = (low + high + 1) // 2
        rare = is_at_most(at_most(k, n, middle, size), each)
        low, high = (low, middle - 1) if rare else (middle, high)
    return low


def _clopper_pearson(k: int, n: int, each: Fraction) -> tuple[float, float]:
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = DIGITS, -(10**9), 10**9
        limit = Decimal(each.numerator) / each.denominator
        return float(1 - _highest(n - k, n, limit)), float(_highest(k, n, limit))


def _highest(k: int, n: int, limit: Decimal) -> Decimal:
    """Return the largest p under which k or fewer of n are not too rare, found by halving."""
    if k == n or not limit:
        return Decimal(1)
    low, high = Decimal(k) / n, Decimal(1)
    while high - low > low.max(Decimal(10) ** -30) * Decimal(10) ** -25:
        middle = (low + high) / 2
        low, high = (low, middle) if _at_most(k, n, middle) <= limit else (middle, high)
    return (low + high) / 2


def _at_most(k: int, n: int, p: Decimal) -> Decimal:
    """Return P(X ≤ k), X binomial (n, p), from its largest term at k down; all terms are positive."""
    term = total = comb(n, k) * p**k * (1 - p) ** (n - k)
    odds = (1 - p) / p
    for x in range(k, 0, -1):
        term *= odds * x / (n - x + 1)
        total += term
        if term < total * Decimal(10) ** -45 and x < n * p:
            break
    return total
