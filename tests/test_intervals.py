"""Rounding as published and the Wilson interval."""

from __future__ import annotations

from decimal import Decimal
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gy1100.intervals import published, score_100, wilson

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("value", "expected"), [(0.285, "0.29"), (2.675, "2.68"), (1.005, "1.01"), (8.4949999, "8.49")]
)
def test_half_up_whatever_floating_point_made_of_it(value: float, expected: str) -> None:
    assert published(value) == Decimal(expected)


@given(st.integers(0, 10_000), st.integers(1, 1000))
def test_published_equals_exact_half_up_of_fractions(numerator: int, denominator: int) -> None:
    exact = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal("1e-9"), "ROUND_HALF_UP")
    assert published(numerator / denominator) == exact.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_score_100() -> None:
    assert score_100(Decimal("13.335"), Decimal(20)) == Decimal("66.68")
    assert score_100(Decimal(0), Decimal(0)) is None


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_of_published_examples(x: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    found = wilson(x, n, Z) or (0, 0)
    assert isclose(found[0], low, abs_tol=5e-5) and isclose(found[1], high, abs_tol=5e-5)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, 2 * n), st.just(n))))
def test_wilson_holds_the_share_inside_nought_and_one(pair: tuple[int, int]) -> None:
    x, n = pair[0] / 2, pair[1]
    low, high = wilson(x, n, Z) or (0, 0)
    assert 0 <= low <= x / n + 1e-12 and x / n - 1e-12 <= high <= 1


def test_wilson_of_nothing() -> None:
    assert wilson(0, 0, Z) is None
