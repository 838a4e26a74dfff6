"""Does the ranking of an assessment stand? Every answer as a table, made from one seed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from . import tables
from .assumptions import central, sobol
from .combinations import Choices, combinations
from .model import Model
from .spreads import check_spread, judgement, weight_spread
from .tallying import tallied

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from .tallying import Tallies

DRAWS, SEED, CONCENTRATION, SETTLED = 100_000, 1100, 20.0, 0.95


@dataclass(frozen=True)
class Robustness:
    """What every rank depends on; each attribute is a table, in the order of units, items and readings.

    Attributes
    ----------
    units : one row a unit by rank
        ``unit, score, rank, best_reading, worst_reading, same_rank, median, low, high, band, first``: published score
        and rank; best and worst rank under any combination of readings and the share of combinations with the official
        one; median, 5 % and 95 % rank, band and share of first places with everything drawn together.
    readings : one row a combination and unit
        The choices, by reading, ``unit, score, rank``, as a full run publishes them.
    effects : one row a reading, choice and unit
        ``reading, choice, unit, score, rank, moved``: if nothing but this choice were different.
    acceptability : one row a source, unit and rank
        ``source, unit, rank, share``; source ``readings, weights, checks, judgement`` by itself, or ``all``.
    intervals : one row a source and unit
        ``source, unit, median, low, high, score_low, score_high``: 5 % and 95 % quantiles of rank and score; of
        ``readings`` the lowest and highest score, of ``all`` none.
    pairs : one row a pair, the higher-ranked unit first
        ``unit, other, ahead, behind, readings_ahead, settled``: shares of draws (all), and of combinations of readings.
    central_weights : one row a unit and item of free weight
        ``unit, item, points, first, confidence``; points empty where the unit is never first.
    sobol : one row an assumption
        ``assumption, first, total``: share of the variance of the mean shift in rank.
    items : one row an item and unit
        ``item, unit, score, rank, moved``: without the item.
    dropped : one row a unit left out and another unit
        ``dropped, unit, score_before, rank_before, score, rank``: among those that are left.
    swaps : one row a pair and item
        ``unit, other, item, scope, points, swap``: at how many points of the item the two would change order; empty
        where never, and where the two have other items due.
    weights : one row an item of free weight
        ``item, points, low, high``: the rulebook's own points and the 5 % and 95 % quantiles of those drawn.
    checks : one row a unit
        ``unit, logs, genuine, partly, false, value``: what was drawn again.
    judged : one row a thing that judgement may change
        ``unit, item, cause, low, high``: points to add.
    draws, seed, concentration, settled
        How often was drawn, from which seed, how close to the rulebook's own weights, and from which share of the draws
        on an order is settled.
    """

    units: pd.DataFrame
    readings: pd.DataFrame
    effects: pd.DataFrame
    acceptability: pd.DataFrame
    intervals: pd.DataFrame
    pairs: pd.DataFrame
    central_weights: pd.DataFrame
    sobol: pd.DataFrame
    items: pd.DataFrame
    dropped: pd.DataFrame
    swaps: pd.DataFrame
    weights: pd.DataFrame
    checks: pd.DataFrame
    judged: pd.DataFrame
    draws: int
    seed: int
    concentration: float
    settled: float

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: table for name, table in found.items() if hasattr(table, "columns")}


def robustness(
    result: Assessment,
    draws: int = DRAWS,
    seed: int = SEED,
    *,
    concentration: float = CONCENTRATION,
    readings: Choices | None = None,
) -> Robustness:
    """Return what the ranking of an assessment depends on.

    Parameters
    ----------
    result : Assessment
        Whose ranking is asked about.
    draws : int
        How often weights, spot checks and judgement are drawn; each draw goes through every combination of readings.
    seed : int
        The same seed gives the same tables.
    concentration : float
        How close drawn weights stay to the rulebook's own (the sum of the Dirichlet parameters); ``weights`` says in
        points what that comes to. Points that the notice prints never vary.
    readings : mapping of str to sequence of str, optional
        Only these choices, by reading; all alternatives of the rulebook if left out.

    Raises
    ------
    WrongUsage
        If there is nothing to draw or rank, a reading is unknown, or the rulebook excludes a combination.
    """
    tables.check_numbers(draws, seed, concentration)
    known = combinations(result, readings)
    model = Model(
        known,
        weight_spread(result, concentration),
        check_spread(result, known.units),
        judgement(result, known),
    )
    rng = np.random.Generator(np.random.PCG64(seed))
    found = tallied(model, draws, rng)
    names, indices = sobol(model, rng)
    weights, confidence = central(model, found.all, rng)
    return Robustness(
        **_counted(model, found),
        central_weights=tables.central_table(model, found.all, weights, confidence),
        sobol=tables.sobol_table(names, indices),
        **tables.dropped_tables(result, model),
        draws=draws,
        seed=seed,
        concentration=concentration,
        settled=SETTLED,
    )


def _counted(model: Model, found: Tallies) -> dict[str, pd.DataFrame]:
    known = model.known
    return {
        "units": tables.unit_table(known, found, SETTLED),
        "readings": tables.reading_table(known),
        "effects": tables.effect_table(known),
        "acceptability": tables.acceptability_table(known, found),
        "intervals": tables.interval_table(known, found),
        "pairs": tables.pair_table(known, found, SETTLED),
        "weights": tables.weight_table(model, found),
        "checks": tables.check_table(model),
        "judged": tables.judged_table(model),
    }
