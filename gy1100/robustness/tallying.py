"""Counting ranks over many draws without keeping them: memory does not grow with their number."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .acceptability import intervals_of, placed, quantile_of_counts, rank_counts, ranks_of
from .arrays import CELLS
from .model import FULL, Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from .acceptability import RankIntervals
    from .arrays import Numbers, Whole
    from .model import Model

LEAST = 2_000  # draws of a chunk
WORKERS = 2  # threads; numpy lets them run side by side
STEPS = 100  # a score is counted to a hundredth
WORK = 1.5e10  # comparisons of pairs of units in all; beyond it each draw takes part in fewer combinations


@dataclass
class Tally:
    """What was counted of one source of doubt.

    Attributes
    ----------
    draws : int
    ranks : array (units × ranks)
    ahead : array (units × units)
    scores : array (units × hundredths of scores), empty where scores are not counted
    first, first_weights : array (units), (units × free items)
        How often each unit is first, and the sum of the weights under which it is.
    """

    draws: int
    ranks: Whole
    ahead: Whole
    scores: Whole
    first: Numbers
    first_weights: Numbers

    @classmethod
    def empty(cls, units: int, free: int, *, with_scores: bool = True) -> Tally:
        """Return a tally of nothing yet."""
        square = np.zeros((units, units), np.int64)
        cells = np.zeros((units, (round(FULL * STEPS) + 1) * with_scores), np.int64)
        return cls(0, square, square.copy(), cells, np.zeros(units), np.zeros((units, free)))

    def add(self, scores: Numbers) -> NDArray[np.bool_]:
        """Count ranks and pairs (units × draws) and return which unit is first in which draw."""
        places, ahead = placed(scores)
        self.draws += scores.shape[1]
        self.ranks += rank_counts(places)
        self.ahead += ahead
        first: NDArray[np.bool_] = places == 1
        return first

    def add_scores(self, scores: Numbers) -> None:
        """Count ranks and scores (units × draws), no pairs."""
        units, width = self.scores.shape
        self.draws += scores.shape[1]
        self.ranks += rank_counts(ranks_of(scores))
        cells = np.clip(np.rint(scores * STEPS).astype(np.int64), 0, width - 1)
        cells += np.arange(units)[:, None] * width
        self.scores += np.bincount(cells.ravel(), minlength=units * width).reshape(units, width)

    def join(self, other: Tally) -> None:
        """Add what another tally counted."""
        self.draws += other.draws
        for name in ("ranks", "ahead", "scores", "first", "first_weights"):
            getattr(self, name).__iadd__(getattr(other, name))

    @property
    def shares(self) -> Numbers:
        """Return rank acceptabilities (units × ranks)."""
        return self.ranks / self.draws

    @property
    def pairs(self) -> Numbers:
        """Return the share of draws in which the row's unit is strictly ahead."""
        return self.ahead / self.draws

    @property
    def intervals(self) -> RankIntervals:
        """Return median, low and high rank."""
        return intervals_of(self.ranks)

    def score_quantiles(self, q: float) -> Numbers:
        """Return a quantile of each unit's score, to a hundredth; NaN where scores were not counted."""
        if not self.scores.size:
            return np.full(len(self.ranks), np.nan)
        return np.round(quantile_of_counts(self.scores, q) / STEPS, 2)


@dataclass(frozen=True)
class Tallies:
    """What was counted: weights, checks and judgement each by itself under the readings in force, and all together."""

    weights: Tally
    checks: Tally
    judgement: Tally
    all: Tally
    spread: Whole

    def weight_quantiles(self, q: float) -> Numbers:
        """Return a quantile of the drawn points of each free item, to a hundredth."""
        return np.round(quantile_of_counts(self.spread, q) / STEPS, 2)


def tallied(model: Model, draws: int, rng: Generator, work: float | None = None) -> Tallies:
    """Draw weights, spot checks and judgement; count each alone, and together under all combinations of readings.

    Each draw takes part in every combination; where units are so many that this would take long, in every k-th alone,
    the draws taking turns, so that all combinations are drawn alike. ``work`` says from how many comparisons on.
    """
    units, free = len(model.known.units), len(model.weights.free)
    alone = [Tally.empty(units, free) for _ in range(3)]
    whole = Tally.empty(units, free, with_scores=False)
    spread = np.zeros((free, round(model.weights.points.sum() * STEPS) + 2), np.int64)
    stride = max(1, round(draws * len(model.known.base) * units**2 / (work or WORK)))
    waiting: deque[Future[Tally]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for drawn in _chunks(model, draws, rng):
            together = Drawn(drawn.weights, drawn.genuine, model.judged_points(drawn.weights, drawn.judged))
            waiting.append(pool.submit(_together, model, together, stride))
            _add_alone(alone, model, drawn)
            _add_spread(spread, drawn.weights)
            if len(waiting) > WORKERS:
                whole.join(waiting.popleft().result())
        for last in waiting:  # always in the order of the draws
            whole.join(last.result())
    weights, checks, judgement = alone
    return Tallies(weights, checks, judgement, whole, spread)


def _chunks(model: Model, draws: int, rng: Generator) -> Iterator[Drawn]:
    units = len(model.known.units)
    step = max(LEAST, CELLS // units)
    for start in range(0, draws, step):
        n = min(step, draws - start)
        yield Drawn(model.weights.drawn(rng, n), model.checks.drawn(rng, n), model.judged(rng, n))


def _together(model: Model, drawn: Drawn, stride: int) -> Tally:
    """Count one chunk: every ``stride``-th draw under every ``stride``-th combination, from each start."""
    tally = Tally.empty(len(model.known.units), len(model.weights.free), with_scores=False)
    for start in range(min(stride, drawn.weights.shape[1])):
        _add_turn(tally, model, drawn.every(start, stride), start, stride)
    return tally


def _add_turn(tally: Tally, model: Model, drawn: Drawn, start: int, stride: int) -> None:
    firsts = np.zeros((len(model.known.units), drawn.weights.shape[1]), np.uint32)
    for group in model.groups:
        mine = group[group % stride == start]
        if len(mine):
            sums = model.sums(int(mine[0]), drawn)
            for at in map(int, mine):
                firsts += tally.add(model.scores(at, *sums))
    tally.first += firsts.sum(axis=1)
    tally.first_weights += firsts.astype(np.float64) @ drawn.weights.T


def _add_alone(tallies: list[Tally], model: Model, drawn: Drawn) -> None:
    """Count one chunk of weights, of checks and of judgement, each alone under the readings in force."""
    own, plain = model.known.own, model.own_weights(drawn.weights.shape[1])
    alone = (
        Drawn(drawn.weights), Drawn(plain, drawn.genuine), Drawn(plain, None, model.judged_points(plain, drawn.judged)),
    )  # fmt: skip
    for tally, one in zip(tallies, alone, strict=True):
        tally.add_scores(model.scored(own, one))


def _add_spread(spread: Whole, weights: Numbers) -> None:
    width = spread.shape[1]
    for at, points in enumerate(weights):
        spread[at] += np.bincount(np.rint(points * STEPS).astype(np.int64), minlength=width)
