"""Published SMAA figures, from the published draws and from draws of the published distributions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gy1100.robustness import central_weights, confidence_factors, rank_acceptability, ranks, weighted_scores

# R package smaa: a line a draw; three weights, three partial values of heparin and of enoxaparin, both scores, and the
# rank of heparin, as the package ships and expects them. Cut after six decimals, so that a score is within 5e-6.
DRAWS = np.loadtxt(Path(__file__).parent / "data" / "rsmaa_thrombo.csv", delimiter=",")
CUT = 5e-6
PRINTED = 10_000  # draws of every printed figure
OWN = 100_000  # draws of ours where only the distributions are printed
# What it prints of all 10,000 draws (smaa/tests/Examples/smaa-Ex.Rout.save at 0356729), of heparin, then enoxaparin:
# shares of both ranks, confidence factor, central weights of proximal DVT, distal DVT, bleeding; at last the shares
# under known weights of 0.5, 0.2, 0.3.
THROMBO = """
0.3504 0.6496 0.6682 0.1865097 0.2772205 0.5362698
0.6496 0.3504 0.8956 0.4073100 0.3641477 0.2285423
"""
THROMBO_KNOWN = np.array([[0.1279, 0.8721], [0.8721, 0.1279]])
# The distributions these draws are of (drugis/mcda-elicitation-web, examples/thrombolytics.json at 0415f1e): events and
# non-events of heparin and enoxaparin, parameters of a beta each; the best and the worst share of the linear value.
EVENTS = np.array([[[20, 116], [8, 121]], [[40, 96], [32, 97]], [[1, 135], [5, 124]]])
SCALES = np.array([[0, 0.25], [0.15, 0.4], [0, 0.1]])
# Five antidepressants and placebo by network meta-analysis, as ADDIS tests itself against its published analysis
# (drugis/addis, NetworkBenefitRiskTestBase.java at 3a7bfff, GPL-3). A line a criterion (diarrhea, dizziness, response,
# headache, insomnia, nausea): mean and standard deviation of placebo's log odds; means of the log odds ratios of
# fluoxetine, paroxetine, sertraline, venlafaxine; their covariances, row by row from the diagonal on.
TRIALS = """
-2.189737 0.2074509 0.60820293 0.14088424 0.93203685 0.09601785
  0.05366822 0.04117003 0.03407600 0.03788519 0.08108542 0.03778130 0.04324302 0.05394404 0.03338272 0.09859621
-2.229952 0.6103081 0.1203208 0.6538699 -0.2203627 1.1915229
  0.09124249 0.07387436 0.08086186 0.06457527 0.14080128 0.10328788 0.07030520 0.14662864 0.06920427 0.08590214
-0.1714358 0.1129926 0.4718129 0.7258847 0.6715258 0.8211993
  0.013445532 0.010394690 0.009881156 0.010499559 0.023006616
  0.008196856 0.010732709 0.019023866 0.009210099 0.019107243
-1.195991 0.2926644 0.1964591 0.1263129 0.2029933 -0.2254059
  0.03519380 0.02755068 0.02189916 0.02919822 0.04847513 0.02374509 0.03277411 0.03259199 0.02356638 0.05920276
-2.607277 0.1905852 0.7978386 0.7486351 1.0663029 0.9744811
  0.04388258 0.03516051 0.02560003 0.03283164 0.06255486 0.02807280 0.03474863 0.05402063 0.02592013 0.06738850
-2.017171 0.1917053 0.3951561 0.6442827 0.6469638 0.9771107
  0.04167875 0.03492591 0.02952693 0.03559971 0.05629741 0.03102295 0.03658295 0.04396177 0.02899487 0.05369960
"""
# Fluoxetine, paroxetine, placebo, sertraline, venlafaxine: shares of the five ranks in ten thousandths, confidence
# factor, central weights.
ANTIDEPRESSANTS = """
0.0215 0.2648 0.3217 0.3143 0.0777 0.1144 0.08646901 0.24112709 0.22045918 0.1362404 0.10229834 0.21340600
0.1496 0.3248 0.2519 0.2249 0.0488 0.5532 0.17593187 0.12181948 0.29181468 0.1293235 0.13949573 0.14161473
0.6114 0.1201 0.0868 0.0545 0.1272 0.9870 0.17986517 0.17659262 0.09069475 0.1618931 0.19437357 0.19658082
0.0758 0.1342 0.1931 0.2389 0.3580 0.5538 0.07495453 0.31162260 0.27471687 0.1266365 0.09423491 0.11783455
0.1417 0.1561 0.1465 0.1674 0.3883 0.6522 0.18030730 0.07638429 0.27879293 0.2584503 0.11542176 0.09064338
"""


def table(text: str, columns: int) -> np.ndarray:
    """Return the figures of a printed table."""
    return np.array(text.split(), float).reshape(-1, columns)


def scores_of(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return scores where the values are drawn along with the weights, draw by draw."""
    return np.concatenate([weighted_scores(values[d], weights[d : d + 1]) for d in range(len(weights))])


def near(found: np.ndarray, share: np.ndarray, draws: int) -> None:
    """Hold shares found in so many draws against those printed: four binomial standard errors of both."""
    assert (np.abs(found - share) < 4 * np.sqrt(share * (1 - share) * (1 / draws + 1 / PRINTED))).all()


def summed(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the same scores, of very many draws at once."""
    return (values * weights[:, None]).sum(axis=2)


def holds(scores: np.ndarray, values: np.ndarray, weights: np.ndarray, printed: np.ndarray) -> None:
    """Hold shares of the ranks, confidence factors and central weights against a printed table.

    Within four standard errors: binomial ones of the shares and factors, and of the weights their own spread over the
    draws in which the unit is first.
    """
    units, n = values.shape[1], len(weights)
    near(rank_acceptability(scores), printed[:, :units], n)
    near(confidence_factors(values, weights), printed[:, units], n)
    central = central_weights(scores, weights)
    for unit, first in enumerate((ranks(scores) == 1).T):
        times = printed[unit, 0] * n * PRINTED / (n + PRINTED)
        error = 4 * weights[first].std(axis=0) / np.sqrt(times)
        assert (np.abs(central[unit] - printed[unit, units + 1 :]) < error).all()


def generator(seed: int) -> np.random.Generator:
    """Return a generator as the package uses it."""
    return np.random.Generator(np.random.PCG64(seed))


# --- published draws ------------------------------------------------------------------------------------------------

WEIGHTS, VALUES = DRAWS[:, :3], DRAWS[:, 3:9].reshape(-1, 2, 3)


def test_the_published_draws_are_as_they_were_published() -> None:
    """Each draw's weights add up to 1: a slip in any of them would show here or in the scores."""
    assert DRAWS.shape == (300, 12)
    assert WEIGHTS.sum(axis=1) == pytest.approx(1, abs=3e-6)


def test_scores_and_ranks_of_every_published_draw() -> None:
    """All 300 pairs of scores and of ranks as the R package expects them of its own functions."""
    scores = scores_of(VALUES, WEIGHTS)
    assert np.abs(scores - DRAWS[:, 9:11]).max() < CUT
    assert ranks(scores)[:, 0].tolist() == DRAWS[:, 11].tolist()
    assert ranks(scores)[:, 1].tolist() == (3 - DRAWS[:, 11]).tolist()
    assert rank_acceptability(scores)[:, 0].tolist() == [np.mean(DRAWS[:, 11] == rank) for rank in (1, 2)]


def test_published_acceptabilities_from_published_draws() -> None:
    """The first 300 draws say what all 10,000 say, within their error, of drawn and of known weights."""
    holds(scores_of(VALUES, WEIGHTS), VALUES, WEIGHTS, table(THROMBO, 6))
    known = weighted_scores(VALUES.reshape(-1, 3), [[0.5, 0.2, 0.3]]).reshape(-1, 2)
    near(rank_acceptability(known), THROMBO_KNOWN, len(known))


# --- published distributions ----------------------------------------------------------------------------------------


def test_published_acceptabilities_from_published_distributions() -> None:
    """The same case from draws of our own, held more than five times as close."""
    rng = generator(1)
    shares = rng.beta(EVENTS[:, :, 0].T, EVENTS[:, :, 1].T, (OWN, 2, 3))
    values = (SCALES[:, 1] - shares) / (SCALES[:, 1] - SCALES[:, 0])
    weights = rng.dirichlet(np.ones(3), OWN)
    holds(summed(values, weights), values, weights, table(THROMBO, 6))
    known = weighted_scores(values.reshape(-1, 3), [[0.5, 0.2, 0.3]]).reshape(-1, 2)
    near(rank_acceptability(known), THROMBO_KNOWN, OWN)


def test_published_acceptabilities_of_five_alternatives() -> None:
    """All 25 rank acceptabilities, 30 central weights and 5 confidence factors of the antidepressants.

    Every scale runs from 0 to 1 (getRange of RelativeLogitGaussianCriterionMeasurement.java in tommite/jsmaa); all but
    the response are better the lower. Farthest from ours is the fourth rank of placebo, by three standard errors.
    """
    rng, values = generator(1), np.empty((OWN, 5, 6))
    for criterion, row in enumerate(table(TRIALS, 16)):
        half = np.zeros((4, 4))
        half[np.triu_indices(4)] = row[6:]
        ratios = rng.multivariate_normal(row[2:6], half + np.triu(half, 1).T, OWN)
        odds = np.exp(rng.normal(row[0], row[1], (OWN, 1)) + np.insert(ratios, 2, 0, axis=1))
        values[:, :, criterion] = odds / (1 + odds) if criterion == 2 else 1 / (1 + odds)
    weights = rng.dirichlet(np.ones(6), OWN)
    holds(summed(values, weights), values, weights, table(ANTIDEPRESSANTS, 12))
