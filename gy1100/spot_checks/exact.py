"""Exact probabilities of counts in a sample: hypergeometric from a list of known length, binomial without one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb, isfinite

from ..errors import WrongNumber
from ..words import both

Number = int | float | Decimal | Fraction
Ratio = tuple[int, int]  # numerator and denominator, not reduced: reducing costs more than comparing


def exact(value: Number) -> Fraction:
    """Return a number as a fraction; a float is read as the decimal that prints it, so that 0.07 is 7/100.

    Raises
    ------
    WrongNumber
        If it is no finite number.
    """
    if isinstance(value, (str, bool, type(None))) or not (isinstance(value, Fraction) or isfinite(value)):
        raise WrongNumber(both("spot_checks.no_number", value=value))
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def share(value: Number, name: str) -> Fraction:
    """Return a number between 0 and 1 as a fraction.

    Raises
    ------
    WrongNumber
        If it lies outside.
    """
    found = exact(value)
    if not 0 <= found <= 1:
        raise WrongNumber(both("spot_checks.no_share", name=name, value=value))
    return found


def count(value: Number, name: str) -> int:
    """Return a whole number that is not negative.

    Raises
    ------
    WrongNumber
        If it is another.
    """
    found = exact(value)
    if found < 0 or found.denominator != 1:
        raise WrongNumber(both("spot_checks.no_count", name=name, value=value))
    return int(found)


def at_most(c: int, n: int, marked: int, population: int) -> Ratio:
    """Return P(X ≤ c), X the marked ones among ``n`` of a ``population`` that holds ``marked`` (hypergeometric)."""
    others = population - marked
    first, last = max(0, n - others), min(n, marked)
    if c < first or c >= last:
        return int(c >= last), 1
    if c - first > last - c:  # the other tail is the shorter sum
        above, whole = at_most(n - c - 1, n, others, population)
        return whole - above, whole
    term = total = comb(marked, first) * comb(others, n - first)
    for x in range(first, c):
        term = term * (marked - x) * (n - x) // ((x + 1) * (others - n + x + 1))
        total += term
    return total, comb(population, n)


def at_most_binomial(c: int, n: int, rate: Fraction) -> Ratio:
    """Return P(X ≤ c), X the marked ones among ``n`` where each is marked with chance ``rate``."""
    if c >= n:
        return 1, 1
    marked, whole = rate.numerator, rate.denominator
    others, term, total = whole - marked, 1, 0
    for x in range(c + 1):
        total = total * others + comb(n, x) * term
        term *= marked
    return total * others ** (n - c), whole**n


def is_at_most(chance: Ratio, limit: Fraction) -> bool:
    """Return whether a probability is at most ``limit``, without rounding."""
    numerator, denominator = chance
    return numerator * limit.denominator <= limit.numerator * denominator
