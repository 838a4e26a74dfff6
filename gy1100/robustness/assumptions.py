"""Which assumption moves the ranking most (Sobol), and how sure each unit is of the first place (SMAA)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .acceptability import mean_weights, ranks_of
from .arrays import chunks
from .dropping import places_of
from .model import Drawn
from .sensitivity import SobolIndices, sobol_indices

if TYPE_CHECKING:
    from numpy.random import Generator

    from .arrays import Numbers, Whole
    from .model import Model
    from .tallying import Tally

SOBOL_DRAWS, FACTOR_DRAWS = 1 << 13, 1 << 14
WEIGHTS, CHECKS, JUDGEMENT = "weights", "checks", "judgement"


@dataclass(frozen=True)
class Sample:
    """Independent draws of every assumption: choices (readings × draws), weights, checks, judgement."""

    choices: Whole
    weights: Numbers
    genuine: Numbers
    judged: Numbers | None

    def with_other(self, name: str, readings: list[str], other: Sample) -> Sample:
        """Return the sample with one assumption taken from another sample."""
        if name in readings:
            choices = self.choices.copy()
            choices[readings.index(name)] = other.choices[readings.index(name)]
            return Sample(choices, self.weights, self.genuine, self.judged)
        return Sample(
            self.choices,
            other.weights if name == WEIGHTS else self.weights,
            other.genuine if name == CHECKS else self.genuine,
            other.judged if name == JUDGEMENT else self.judged,
        )


def sample(model: Model, n: int, rng: Generator) -> Sample:
    """Draw every assumption by itself, all choices of a reading alike."""
    choices = np.array([rng.integers(0, many, n) for many in model.known.shape], np.int64).reshape(-1, n)
    return Sample(choices, model.weights.drawn(rng, n), model.checks.drawn(rng, n), model.judged(rng, n))


def assumptions(model: Model) -> list[str]:
    """Return the assumptions that may vary: readings with several choices, weights, checks, judgement where open."""
    several = [name for name, many in zip(model.known.options, model.known.shape, strict=True) if many > 1]
    return [*several, WEIGHTS, CHECKS, *([JUDGEMENT] if model.open else [])]


def sobol(model: Model, rng: Generator) -> tuple[list[str], SobolIndices]:
    """Return the assumptions and their indices on the mean shift in rank from the official ranking."""
    a, b = sample(model, SOBOL_DRAWS, rng), sample(model, SOBOL_DRAWS, rng)
    names, readings = assumptions(model), list(model.known.options)
    mixed = [_mean_shift(model, a.with_other(name, readings, b)) for name in names]
    return names, sobol_indices(_mean_shift(model, a), _mean_shift(model, b), np.column_stack(mixed))


def _mean_shift(model: Model, drawn: Sample) -> Numbers:
    official = places_of(model.known.scores[model.known.own])[:, None]
    n = drawn.choices.shape[1]
    shifts = np.empty(n)
    for piece in chunks(n, len(official)):
        places = ranks_of(_scores(model, drawn, piece, drawn.weights[:, piece])).astype(np.int64)
        shifts[piece] = np.abs(places - official).mean(axis=0)
    return shifts


def _scores(model: Model, drawn: Sample, piece: slice, weights: Numbers) -> Numbers:
    shape, choices = model.known.shape, drawn.choices[:, piece]
    at = np.ravel_multi_index(tuple(choices), shape) if shape else np.zeros(weights.shape[1], np.int64)
    judged = None if drawn.judged is None else model.judged_points(weights, drawn.judged[:, :, piece])
    return model.scored(np.asarray(at), Drawn(weights, drawn.genuine[:, piece], judged))


def central(model: Model, tally: Tally, rng: Generator) -> tuple[Numbers, Numbers]:
    """Return central weights (units × free items) and confidence factors, NaN where a unit is never first."""
    weights = mean_weights(tally.first_weights, tally.first)
    drawn = sample(model, FACTOR_DRAWS, rng)
    shares = np.full(len(weights), np.nan)
    for unit in map(int, np.flatnonzero(tally.first)):
        first = 0
        for piece in chunks(FACTOR_DRAWS, len(weights)):
            heavy = np.repeat(weights[unit][:, None], piece.stop - piece.start, axis=1)
            scores = _scores(model, drawn, piece, heavy)
            first += int(np.count_nonzero(scores[unit] == scores.max(axis=0)))
        shares[unit] = first / FACTOR_DRAWS
    return weights, shares
