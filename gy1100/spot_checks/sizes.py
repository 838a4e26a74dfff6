"""How many to check: the smallest sample that shows what is wanted, and the decision rule of a lot."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from ..errors import WrongNumber
from ..words import both
from .exact import Number, at_most, at_most_binomial, count, is_at_most, share

HALF = Fraction(1, 2)
Shows = Callable[[int, int], bool]


def sample_size(population: Number | None, confidence: Number, tolerable: Number, expected: Number) -> int:
    """Return the smallest sample that shows the share of faults to be below the tolerable one.

    With K = ceil(tolerable · N) and c = ceil(expected · n): the smallest n with P(X ≤ c) ≤ 1 − confidence, X
    hypergeometric (N, K, n); N where there is none. All in integers and fractions.

    Parameters
    ----------
    population : int or None
        N, the length of the list; None where it is not known (X is binomial).
    confidence, tolerable, expected : float, Decimal or Fraction
        Shares between 0 and 1; a float is read as the decimal that prints it.

    Raises
    ------
    WrongNumber
        If a number is outside of its range, or no sample of an endless list could show it.

    Examples
    --------
    >>> [sample_size(n, 0.95, 0.05, 0) for n in (100, 200, 500, None)]
    [45, 51, 56, 59]
    """
    limit = 1 - share(confidence, "confidence")
    most, usual = share(tolerable, "tolerable"), share(expected, "expected")
    if population is None:
        return _endless(limit, most, usual)
    size = count(population, "population")
    marked = ceil(most * size)
    # As a median lies within one of the mean, c or fewer are then found at least every other time.
    if usual * size >= marked and limit < HALF:
        return size
    return _smallest(_runs(usual, size), lambda n, c: is_at_most(at_most(c, n, marked, size), limit), size)


def _endless(limit: Fraction, most: Fraction, usual: Fraction) -> int:
    if usual >= most or (limit == 0 and most < 1):
        raise WrongNumber(both("spot_checks.never", tolerable=most, expected=usual))
    return _smallest(_runs(usual, None), lambda n, c: is_at_most(at_most_binomial(c, n, most), limit), 0)


def _runs(usual: Fraction, size: int | None) -> Iterator[tuple[int, int, int]]:
    """Yield (c, first n, last n): the samples in which c = ceil(usual · n) faults are expected."""
    c, first = 0, 0
    while size is None or first <= size:
        last = floor(c / usual) if usual else 2 * first + 1 if size is None else size
        yield c, first, last if size is None else min(last, size)
        c, first = c + bool(usual), last + 1


def _smallest(runs: Iterator[tuple[int, int, int]], shows: Shows, otherwise: int) -> int:
    """Return the first n that shows it; where c stays the same, more never show less."""
    for c, first, last in runs:
        if shows(last, c):
            return _first(first, last, lambda n, c=c: shows(n, c))  # type: ignore[misc]
    return otherwise


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the first number for which something holds that holds for ``high`` and, once it does, for all above."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True)
class LotRule:
    """Check ``n`` logs of a lot; accept it with at most ``c`` faults (lot quality assurance sampling).

    Attributes
    ----------
    producer_risk : Fraction
        Chance to reject a lot in which just the acceptable share is at fault.
    consumer_risk : Fraction
        Chance to accept a lot in which the unacceptable share is at fault.
    """

    n: int
    c: int
    producer_risk: Fraction
    consumer_risk: Fraction

    def decision(self, faults: int, examined: int) -> str:
        """Return ``reject`` as soon as there are too many faults, ``accept`` once all were examined, else ``open``."""
        return "reject" if faults > self.c else "accept" if examined >= self.n else "open"


def lot_rule(
    population: Number | None, acceptable: Number, unacceptable: Number, risk: Number = Fraction(1, 10)
) -> LotRule:
    """Return the smallest rule whose two risks are at most ``risk``.

    Parameters
    ----------
    population : int or None
        Length of the lot; None = endless.
    acceptable, unacceptable : float, Decimal or Fraction
        Shares of faults: a lot at the first should be accepted, one at the second rejected.
    risk : float, Decimal or Fraction
        The most that either chance to go wrong may be.

    Raises
    ------
    WrongNumber
        If the shares are not apart (in a short lot: not by a whole log), or the risk is 0 or 1/2 and more.

    References
    ----------
    Dodge, H. F., Romig, H. G. (1929), A method of sampling inspection. Bell System Technical Journal 8.
    """
    good, bad, limit = (
        share(v, name)
        for v, name in ((acceptable, "acceptable"), (unacceptable, "unacceptable"), (risk, "risk"))
    )
    size = None if population is None else count(population, "population")
    if good >= bad or not 0 < limit < HALF or (size is not None and floor(good * size) >= ceil(bad * size)):
        raise WrongNumber(
            both("spot_checks.no_rule", acceptable=acceptable, unacceptable=unacceptable, risk=risk)
        )

    def accepted(n: int, c: int, faults: Fraction, whole: Callable[[Fraction], int]) -> Fraction:
        tail = at_most_binomial(c, n, faults) if size is None else at_most(c, n, whole(faults * size), size)
        return Fraction(*tail)

    for c in itertools.count():
        high = size if size is not None else _doubled(lambda n, c=c: accepted(n, c, bad, ceil) <= limit)  # type: ignore[misc]
        n = _first(c, high, lambda n, c=c: accepted(n, c, bad, ceil) <= limit)  # type: ignore[misc]
        rejected = 1 - accepted(n, c, good, floor)
        if rejected <= limit:
            return LotRule(n, c, rejected, accepted(n, c, bad, ceil))
    raise AssertionError  # never: the loop ends by itself


def _doubled(holds: Callable[[int], bool]) -> int:
    n = 1
    while not holds(n):
        n *= 2
    return n
