"""Which ranks are settled, found fast enough to stand in every report: all readings, few draws."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from ..errors import WrongUsage
from ..words import both
from . import tables
from .analysis import CONCENTRATION, SEED, SETTLED
from .combinations import combinations
from .model import Model
from .spreads import check_spread, judgement, weight_spread
from .tallying import tallied

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment

DRAWS = 10_000  # a share of 95 % is then sure to about half a point
WORK = 1e9  # comparisons of pairs of units, as for many units fewer draws must do
MOST_COMBINATIONS = 1_000


@dataclass(frozen=True)
class SettledRanks:
    """Whose order is settled, and whose is not.

    Attributes
    ----------
    units, pairs
        As those of `gy1100.robustness.Robustness`.
    groups : tuple of tuple of str
        Units among whom some order is not settled, by rank; a unit in none of them is settled against every other.
    combinations, draws, settled
        Out of how many combinations of readings and draws, and from which share of them on an order is settled.
    """

    units: pd.DataFrame
    pairs: pd.DataFrame
    groups: tuple[tuple[str, ...], ...]
    combinations: int
    draws: int = DRAWS
    settled: float = SETTLED

    def group_of(self, unit: str) -> tuple[str, ...]:
        """Return the units among whom a unit's order is not settled, itself included; empty where it is settled."""
        return next((group for group in self.groups if unit in group), ())


def settled_ranks(result: Assessment) -> SettledRanks:
    """Return whose order in a ranking is settled under every reading and draws of weights, checks and judgement.

    Raises
    ------
    WrongUsage
        If there is nothing to rank, the rulebook excludes a combination, or there are too many of them to be tried.
    """
    choices = prod(len(r.alternatives) for r in result.rulebook.rules.readings.values() if r.alternatives)
    if choices > MOST_COMBINATIONS:
        raise WrongUsage(both("robustness.too_many", n=choices, most=MOST_COMBINATIONS))
    known = combinations(result)
    spread, checks = weight_spread(result, CONCENTRATION), check_spread(result, known.units)
    model = Model(known, spread, checks, judgement(result, known))
    found = tallied(model, DRAWS, np.random.Generator(np.random.PCG64(SEED)), WORK)
    units, pairs = tables.unit_table(known, found, SETTLED), tables.pair_table(known, found, SETTLED)
    return SettledRanks(units, pairs, _groups(units, pairs), len(known.choices))


def settled_where_tried(result: Assessment) -> SettledRanks | None:
    """Return :func:`settled_ranks`, None where nothing can be ranked or tried."""
    try:
        return settled_ranks(result)
    except WrongUsage:
        return None


def _groups(units: pd.DataFrame, pairs: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Return units that share a band, or whose order is not settled across two bands, joined into groups."""
    group = dict(zip(units["unit"], units["band"], strict=True))
    for one, other in pairs.loc[~pairs["settled"], ["unit", "other"]].itertuples(index=False):
        old, new = group[other], group[one]
        if old != new:
            group = {unit: new if number == old else number for unit, number in group.items()}
    members = (tuple(u for u, n in group.items() if n == number) for number in dict.fromkeys(group.values()))
    return tuple(several for several in members if len(several) > 1)
