"""The plain functions of robustness: published examples, closed forms, and everything held against a plain loop."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gy1100.robustness import (
    central_weights,
    confidence_factors,
    pairwise,
    rank_acceptability,
    rank_bands,
    rank_intervals,
    ranks,
    sobol_indices,
    swap_weight,
    weighted_scores,
)

# COINr 1.1.14, vignette “Presenting Results”: rank, index, the two sub-indices and the eight pillars of the ASEM index.
ASEM = """
CHE 1 68.38 62.79 73.98 63.41 32.87 74.78 85.94 56.93 77.21 87.85 56.88
NLD 2 64.82 61.94 67.70 64.87 46.62 84.55 71.74 41.92 58.73 86.58 57.78
DNK 3 64.80 57.10 72.51 50.52 30.43 78.13 75.35 51.04 69.83 86.40 61.29
NOR 4 64.47 57.44 71.50 58.18 25.70 80.03 89.46 33.80 70.90 87.00 56.59
"""
# Dias et al. (2011), NICE technical support document 2: off-time in Parkinson's disease, seven trials; a line a trial,
# treatment, mean, standard error. As in the R package multinma (data-raw/parkinsons/parkinsons.txt, GPL-3).
PARKINSON = """
1 -1.22 0.504 3 -1.53 0.439
1 -0.70 0.282 2 -2.40 0.258
1 -0.30 0.505 2 -2.60 0.510 4 -1.20 0.478
3 -0.24 0.265 4 -0.59 0.354
3 -0.73 0.335 4 -0.18 0.442
4 -2.20 0.197 5 -2.50 0.190
4 -1.80 0.200 5 -2.10 0.250
"""
# What multinma prints of them (vignette “Parkinson's disease”, 2025-12-11, fixed effects, 4,000 draws, of which no rank
# has less than 1,990 effective ones): mean, sd, 2.5, 25, 50, 75 and 97.5 % of the rank, and the share of each rank.
PARKINSON_RANKS = """
1 4.66 0.75 2 5 5 5 5 0.00 0.04 0.06 0.11 0.79
2 1.06 0.30 1 1 1 1 2 0.95 0.04 0.01 0.00 0.00
3 3.51 0.93 2 3 4 4 5 0.00 0.17 0.26 0.45 0.12
4 3.49 0.70 2 3 3 4 5 0.00 0.04 0.49 0.39 0.07
5 2.28 0.69 1 2 2 2 4 0.04 0.71 0.18 0.05 0.01
"""
INDEX = np.array([1 / 10] * 5 + [1 / 6] * 3)  # two halves: five pillars, three pillars
TIED = st.integers(0, 4).map(float)
SCORES = arrays.arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 27)), elements=TIED)


def draws(seed: int = 1) -> np.random.Generator:
    """Return a generator as the package uses it."""
    return np.random.Generator(np.random.PCG64(seed))


def plain_ranks(row: np.ndarray) -> list[int]:
    """Return 1 + the number of better ones."""
    return [1 + sum(other > own for other in row) for own in row]


# --- published ------------------------------------------------------------------------------------------------------


def test_a_published_index_with_its_ranks() -> None:
    """Scores to the two printed decimals and the printed ranks."""
    rows = [line.split() for line in ASEM.split("\n") if line]
    pillars = np.array([[float(v) for v in row[5:]] for row in rows])
    scores = weighted_scores(pillars, INDEX[None, :])
    assert scores[0] == pytest.approx([float(row[2]) for row in rows], abs=0.011)
    assert ranks(scores)[0].tolist() == [int(row[1]) for row in rows]
    halves = np.array([[float(v) for v in row[3:5]] for row in rows])
    assert weighted_scores(halves, [[0.5, 0.5]])[0] == pytest.approx(scores[0], abs=0.011)


def parkinson_draws(n: int) -> np.ndarray:
    """Return draws of the five treatments' benefit: the model is normal throughout, so its posterior is known exactly.

    Trials have priors of N(0, 100²), treatments of N(0, 10²); treatment 4 is the reference. Less off-time is better.
    """
    trials = [[float(x) for x in line.split()] for line in PARKINSON.split("\n") if line]
    precision, weighed = np.diag([0.0001] * 7 + [0.01] * 5), np.zeros(12)
    for trial, arms in enumerate(trials):
        for treatment, mean, error in zip(arms[::3], arms[1::3], arms[2::3], strict=True):
            at = np.isin(np.arange(12), [trial, 6 + int(treatment)]).astype(float)
            precision += np.outer(at, at) / error**2
            weighed += at * mean / error**2
    free = [n for n in range(12) if n != 10]
    covariance = np.linalg.inv(precision[np.ix_(free, free)])
    effects = draws(2).multivariate_normal(covariance @ weighed[free], covariance, n)[:, 7:]
    return -np.insert(effects, 3, 0.0, axis=1)


def test_a_published_table_of_rank_intervals() -> None:
    """Median, 2.5, 25, 75 and 97.5 % of every rank as printed; means, spreads and shares within the printed error."""
    printed = np.array([[float(x) for x in line.split()] for line in PARKINSON_RANKS.split("\n") if line])
    scores = parkinson_draws(40_000)
    for low, high in ((0.025, 0.975), (0.25, 0.75)):
        found = rank_intervals(scores, low, high)
        wide = low == 0.025
        assert found.median.tolist() == printed[:, 5].tolist()
        assert found.low.tolist() == printed[:, 3 if wide else 4].tolist()
        assert found.high.tolist() == printed[:, 7 if wide else 6].tolist()
    assert ranks(scores).mean(axis=0) == pytest.approx(printed[:, 1], abs=3 / 1990**0.5 + 0.005)
    assert ranks(scores).std(axis=0) == pytest.approx(printed[:, 2], abs=3 / 1990**0.5 + 0.005)
    shares, error = printed[:, 8:], 4 * (0.25 / 1990) ** 0.5
    assert np.abs(rank_acceptability(scores) - shares).max() < error
    unlikely = shares < 0.015
    assert (np.abs(rank_acceptability(scores) - shares)[unlikely] < 0.015).all()


def test_published_chances_of_the_first_place() -> None:
    """Carpenter (2016), Stan case study on the 18 batters of Efron and Morris (1975), without pooling: 35 %, 1 %."""
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    first = rank_acceptability(draws().beta(1 + hits, 1 + 45 - hits, (40_000, 18)))[:, 0]
    assert first[0] == pytest.approx(0.35, abs=0.01) and first[9] == pytest.approx(0.01, abs=0.005)


def test_rank_order_centroids() -> None:
    """Barron and Barrett (1996): weights of which nothing but the order is known have mean 11/18, 5/18, 2/18."""
    weights = draws().dirichlet(np.ones(3), 40_000)
    values = np.array([[3, 1, 0.0], [2, 2, 0], [1, 1, 1]])
    ordered = -np.sort(-weights, axis=1)
    assert central_weights(weighted_scores(values[:1], ordered), ordered)[0] == pytest.approx(
        [11 / 18, 5 / 18, 2 / 18], abs=0.004
    )


def test_smaa_of_symmetric_alternatives() -> None:
    """Each is best at one criterion: a third of all weights each, central weight 11/18 on its own."""
    weights = draws().dirichlet(np.ones(3), 40_000)
    scores = weighted_scores(np.eye(3), weights)
    assert rank_acceptability(scores) == pytest.approx(np.full((3, 3), 1 / 3), abs=0.01)
    assert central_weights(scores, weights) == pytest.approx(
        np.where(np.eye(3) > 0, 11 / 18, 7 / 36), abs=0.006
    )
    assert confidence_factors(np.broadcast_to(np.eye(3), (500, 3, 3)), weights[:500]).tolist() == [1, 1, 1]


def test_smaa_of_the_rsmaa_package() -> None:
    """R package smaa, tests/nacw.R: never first has no central weights; first in a single draw has that draw's."""
    values, weights = np.zeros((1000, 2, 3)), np.full((1000, 3), 1 / 3)
    values[:, 0] = 1
    central = central_weights(values.sum(axis=2), weights)
    assert central[0] == pytest.approx(np.full(3, 1 / 3)) and np.isnan(central[1]).all()
    factors = confidence_factors(values, weights)
    assert factors[0] == 1 and np.isnan(factors[1])
    values[0] = [[0, 0, 0], [1, 1, 1]]
    central = central_weights(values.sum(axis=2), weights)
    assert central == pytest.approx(np.full((2, 3), 1 / 3))
    assert confidence_factors(values, weights) == pytest.approx([0.999, 0.001])


def test_sobol_of_ishigami() -> None:
    """Ishigami and Homma (1990), a = 7, b = 0.1: first 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437."""

    def model(x: np.ndarray) -> np.ndarray:
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    a, b = draws(3).uniform(-np.pi, np.pi, (2, 60_000, 3))
    mixed = [np.where(np.arange(3) == i, b, a) for i in range(3)]
    first, total = sobol_indices(model(a), model(b), np.column_stack([model(x) for x in mixed]))
    assert first == pytest.approx([0.3139, 0.4424, 0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


# --- by hand --------------------------------------------------------------------------------------------------------


def test_sobol_by_hand() -> None:
    """y_a = 0, 2; y_b = 4, 2; V = 8/3 from all four; S = mean(8, 0) / V, T = 4 / (2 · 2 · V)."""
    first, total = sobol_indices([0, 2], [4, 2], [[2], [2]])
    assert first == pytest.approx([1.5]) and total == pytest.approx([0.375])
    assert all(np.isnan(found).all() for found in sobol_indices([1, 1], [1, 1], [[1], [1]]))


def test_ranks_acceptability_pairs_and_intervals_by_hand() -> None:
    """Two draws of three units, one with a tie for the first place."""
    scores = [[3, 3, 1], [1, 2, 3]]
    assert ranks(scores).tolist() == [[1, 1, 3], [3, 2, 1]]
    assert rank_acceptability(scores).tolist() == [[0.5, 0, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5]]
    assert pairwise(scores).tolist() == [[0, 0, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    assert central_weights(scores, [[1, 0], [0, 1]]).tolist() == [[1, 0], [1, 0], [0, 1]]
    found = rank_intervals(scores, 0.25, 1)
    assert (found.median.tolist(), found.low.tolist()) == ([2, 1.5, 2], [1.5, 1.25, 1.5])
    assert found.high.tolist() == [3, 2, 3]


def test_swap_weight_by_hand() -> None:
    """a leads by 4 on the item, b by 2 on the other: equal at 1/3; where one leads in both, never."""
    assert swap_weight([[6, 1], [2, 3]], [0.5, 0.5], 0, 0, 1) == pytest.approx(1 / 3)
    assert math.isnan(swap_weight([[6, 4], [2, 3]], [0.5, 0.5], 0, 0, 1))
    assert math.isnan(swap_weight([[6, 4], [6, 4]], [0.5, 0.5], 0, 0, 1))
    assert math.isnan(swap_weight([[6, 4], [2, 3]], [1, 0], 0, 0, 1))
    assert swap_weight([[1, 5], [2, 5]], [0.5, 0.5], 0, 0, 1) == 0  # equal but for the item: only without it


def test_bands_by_hand() -> None:
    """A unit in doubt against one above and one below joins all three, however sure these two are of each other."""
    sure, doubt = 0.96, 0.7
    one = [[0, doubt, sure, 1], [1 - doubt, 0, doubt, 1], [0.04, 1 - doubt, 0, sure], [0, 0, 0.04, 0]]
    assert rank_bands(one).tolist() == [1, 1, 1, 2]
    assert rank_bands(one, 0.6).tolist() == [1, 2, 3, 4]
    assert rank_bands(one, 0.98).tolist() == [1, 1, 1, 1]
    turned = np.array(one)[::-1, ::-1]
    assert rank_bands(turned).tolist() == [2, 1, 1, 1]
    assert rank_bands([[0, 0], [0, 0]]).tolist() == [1, 1]


# --- against a plain loop -------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_against_a_plain_loop(scores: np.ndarray) -> None:
    """Ranks, shares, pairs and intervals of any scores, with ties, few units and many."""
    units = scores.shape[1]
    expected = np.array([plain_ranks(row) for row in scores])
    assert ranks(scores).tolist() == expected.tolist()
    shares = [[np.mean(expected[:, u] == r) for r in range(1, units + 1)] for u in range(units)]
    assert rank_acceptability(scores) == pytest.approx(np.array(shares))
    ahead = [[np.mean(scores[:, i] > scores[:, j]) for j in range(units)] for i in range(units)]
    assert pairwise(scores) == pytest.approx(np.array(ahead))
    found = rank_intervals(scores, 0.1, 0.8)
    for got, q in zip(found, (0.5, 0.1, 0.8), strict=True):
        assert got == pytest.approx(np.quantile(expected, q, axis=0))


@settings(max_examples=40, deadline=None)
@given(SCORES, st.floats(0.5, 1))
def test_units_in_doubt_share_a_band(scores: np.ndarray, level: float) -> None:
    """Bands are numbered without a gap; different bands are settled, the lower number ahead."""
    ahead = pairwise(scores)
    bands = rank_bands(ahead, level)
    assert sorted(set(bands)) == list(range(1, max(bands) + 1))
    for i, j in product(range(len(bands)), repeat=2):
        assert bands[i] >= bands[j] or ahead[i, j] >= level


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_swap_weight_makes_two_units_equal(data: st.DataObject) -> None:
    """At that weight, the others rescaled, both have the same score; short of it the order is the old one."""
    items = data.draw(st.integers(2, 5))
    cells = st.integers(-20, 20).map(float)
    values = data.draw(arrays.arrays(np.float64, (2, items), elements=cells))
    raw = data.draw(arrays.arrays(np.float64, items, elements=st.integers(1, 9).map(float)))
    weights, item = raw / raw.sum(), data.draw(st.integers(0, items - 1))
    swap = swap_weight(values, weights, item, 0, 1)

    def gap(at: float) -> float:
        rescaled = weights * (1 - at) / (1 - weights[item])
        rescaled[item] = at
        return float(rescaled @ (values[0] - values[1]))

    if math.isnan(swap):
        assert gap(0) * gap(1) > -1e-9
    else:
        assert gap(swap) == pytest.approx(0, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 4))
def test_scores_and_factors_against_a_plain_loop(seed: int, units: int, items: int) -> None:
    """Weighted sums, central weights and confidence factors with values that are drawn too."""
    rng, n = draws(seed), 40
    values, weights = rng.integers(0, 4, (n, units, items)).astype(float), rng.dirichlet(np.ones(items), n)
    scores = np.array([weighted_scores(values[d], weights[d : d + 1])[0] for d in range(n)])
    central = central_weights(scores, weights)
    factors = confidence_factors(values, weights)
    for unit in range(units):
        first = [d for d in range(n) if scores[d, unit] == scores[d].max()]
        if not first:
            assert np.isnan(central[unit]).all() and np.isnan(factors[unit])
            continue
        assert central[unit] == pytest.approx(weights[first].mean(axis=0))
        under = np.array([weighted_scores(values[d], central[unit][None, :])[0] for d in range(n)])
        assert factors[unit] == pytest.approx(np.mean(under[:, unit] == under.max(axis=1)))


def test_pieces_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the draws are taken at once or piece by piece."""
    scores, weights = draws(5).random((1000, 7)), draws(6).dirichlet(np.ones(4), 1000)

    def all_found() -> list[np.ndarray]:
        found = [ranks(scores), rank_acceptability(scores), pairwise(scores), *rank_intervals(scores)]
        return [*found, weighted_scores(scores[:7, :4], weights), central_weights(scores, weights)]

    whole = all_found()
    monkeypatch.setattr("gy1100.robustness.arrays.CELLS", 70)
    for one, other in zip(whole, all_found(), strict=True):
        assert one == pytest.approx(other)


def test_equal_units_have_equal_scores_wherever_they_stand() -> None:
    """To the last bit, so that they share their rank."""
    values = draws(8).random((30, 13))
    values[17] = values[3]
    scores = weighted_scores(values, draws(9).dirichlet(np.ones(13), 500))
    assert (scores[:, 17] == scores[:, 3]).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ranks([1, 2]), "draws × units"),
        (lambda: ranks(np.empty((0, 3))), "not empty"),
        (lambda: ranks([[1, float("nan")]]), "NaN"),
        (lambda: ranks([["a", "b"]]), "no array of numbers"),
        (lambda: pairwise([[float("inf"), 1]]), "NaN"),
        (lambda: rank_acceptability([[[1.0]]]), "draws × units"),
        (lambda: weighted_scores([[1, 2]], [[1, 2, 3]]), "items differ: 2 and 3"),
        (lambda: weighted_scores([[1, 2]], [[1, -2]]), "negative"),
        (lambda: rank_intervals([[1, 2]], -0.1), "between 0 and 1: -0.1"),
        (lambda: central_weights([[1, 2]], [[1], [1]]), "draws differ"),
        (lambda: confidence_factors([[[1, 2]]], [[1]]), "items differ"),
        (lambda: sobol_indices([1], [1, 2], [[1]]), "N differ"),
        (lambda: sobol_indices([1, 2], [1, 2], [[1]]), "N differ"),
        (lambda: swap_weight([[1, 2], [3, 4]], [10, 90], 0, 0, 1), "between 0 and 1"),
        (lambda: swap_weight([[1, 2], [3, 4]], [0.5, 0.5], 2, 0, 1), "from 0 to 1: 2"),
        (lambda: swap_weight([[1, 2], [3, 4]], [0.5, 0.5], 0, -1, 1), "from 0 to 1: -1"),
        (lambda: rank_bands([[1, 2, 3]]), "units differ"),
        (lambda: rank_bands([[0, 1], [0, 0]], 2), "between 0 and 1: 2"),
    ],
)
def test_what_means_nothing_is_refused(call: object, says: str) -> None:
    """A ValueError says in both languages what is wrong."""
    with pytest.raises(ValueError, match=says):
        call()  # type: ignore[operator]
