"""The answers of robustness as tables; shares with four places, so that the same seed gives the same bytes anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import WrongUsage
from ..words import both
from .acceptability import intervals_of, rank_bands, rank_counts, ranks
from .dropping import swaps, without_items, without_units

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from .arrays import Numbers, Whole
    from .combinations import Combinations
    from .model import Model
    from .sensitivity import SobolIndices
    from .tallying import Tallies, Tally

PLACES = 4
LOW, HIGH = 0.05, 0.95
LEAST = 0.1  # concentration: far below it all of a draw's weights may vanish
SOURCES = ("readings", "weights", "checks", "judgement", "all")
DRAWN = SOURCES[1:]


def check_numbers(draws: int, seed: int, concentration: float) -> None:
    """Refuse numbers of draws, seeds and concentrations that mean nothing.

    Raises
    ------
    WrongUsage
        If one does.
    """
    whole = not any(isinstance(n, bool) or n != int(n) for n in (draws, seed))
    if not whole or draws < 1 or seed < 0 or not LEAST <= concentration < float("inf"):
        raise WrongUsage(
            both("robustness.no_numbers_to_draw", draws=draws, seed=seed, concentration=concentration)
        )


def _frame(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd

    found = pd.DataFrame(list(rows), columns=columns.split())
    shares = found.select_dtypes("float")
    found[shares.columns] = shares.round(PLACES) + 0.0  # no minus nought
    return found


def _by_rank(known: Combinations) -> Whole:
    return np.argsort(-known.scores[known.own], kind="stable")


def reading_ranks(known: Combinations) -> Whole:
    """Return published ranks (combinations × units)."""
    return ranks(known.scores)


def unit_table(known: Combinations, found: Tallies, settled: float) -> pd.DataFrame:
    """Return one row a unit by rank (see `Robustness`)."""
    places, intervals = reading_ranks(known), found.all.intervals
    official = places[known.own]
    bands = rank_bands(found.all.pairs, settled)
    columns = "unit score rank best_reading worst_reading same_rank median low high band first"
    rows = (
        (known.units[n], known.scores[known.own, n], official[n], places[:, n].min(), places[:, n].max(),
         np.mean(places[:, n] == official[n]), intervals.median[n], intervals.low[n], intervals.high[n], bands[n],
         found.all.shares[n, 0])
        for n in _by_rank(known)
    )  # fmt: skip
    return _frame(columns, rows)


def reading_table(known: Combinations) -> pd.DataFrame:
    """Return score and rank of every unit under every combination."""
    places = reading_ranks(known)
    rows = (
        (*choices, unit, known.scores[at, n], places[at, n])
        for at, choices in enumerate(known.choices)
        for n, unit in enumerate(known.units)
    )
    return _frame(" ".join([*known.options, "unit score rank"]), rows)


def effect_table(known: Combinations) -> pd.DataFrame:
    """Return score and rank of every unit where a single choice is another."""
    places, own = reading_ranks(known), known.choices[known.own]
    rows = []
    for at, choices in enumerate(known.choices):
        other = [n for n, choice in enumerate(choices) if choice != own[n]]
        if len(other) == 1:
            reading = list(known.options)[other[0]]
            for n, unit in enumerate(known.units):
                moved = places[at, n] - places[known.own, n]
                rows.append(
                    (
                        reading,
                        choices[other[0]],
                        unit,
                        known.scores[at, n],
                        places[at, n],
                        moved,
                        other[0],
                        at,
                    )
                )
    rows.sort(key=lambda row: row[-2:])
    return _frame("reading choice unit score rank moved", (row[:-2] for row in rows))


def _counts(known: Combinations, found: Tallies) -> dict[str, tuple[Whole, Tally | None]]:
    of_readings = rank_counts(reading_ranks(known).T.astype(np.uint16))
    return {"readings": (of_readings, None)} | {
        name: (getattr(found, name).ranks, getattr(found, name)) for name in DRAWN
    }


def acceptability_table(known: Combinations, found: Tallies) -> pd.DataFrame:
    """Return the share of draws, or of combinations of readings, in which each unit holds each rank."""
    rows = (
        (source, unit, rank + 1, counts[n, rank] / counts[n].sum())
        for source, (counts, _) in _counts(known, found).items()
        for n, unit in enumerate(known.units)
        for rank in range(len(known.units))
    )
    return _frame("source unit rank share", rows)


def interval_table(known: Combinations, found: Tallies) -> pd.DataFrame:
    """Return median, low and high rank by source, and the score's quantiles where one thing alone is drawn."""
    rows = []
    for source, (counts, tally) in _counts(known, found).items():
        intervals = intervals_of(counts, LOW, HIGH)
        low, high = _score_bounds(known, tally)
        rows += [
            (source, unit, *(q[n] for q in intervals), low[n], high[n]) for n, unit in enumerate(known.units)
        ]
    return _frame("source unit median low high score_low score_high", rows)


def _score_bounds(known: Combinations, tally: Tally | None) -> tuple[Numbers, Numbers]:
    """Return the low and high score; under readings, of which there are few, the lowest and the highest."""
    if tally is None:
        return known.scores.min(axis=0), known.scores.max(axis=0)
    return tally.score_quantiles(LOW), tally.score_quantiles(HIGH)


def pair_table(known: Combinations, found: Tallies, settled: float) -> pd.DataFrame:
    """Return for each pair how often the higher-ranked unit is strictly ahead, and how often behind."""
    order, pairs = _by_rank(known), found.all.pairs
    rows = []
    for n, one in enumerate(order):
        for other in order[n + 1 :]:
            stays = np.mean(known.scores[:, one] > known.scores[:, other])
            sure = pairs[one, other] >= settled
            rows.append(
                (
                    known.units[one],
                    known.units[other],
                    pairs[one, other],
                    pairs[other, one],
                    stays,
                    bool(sure),
                )
            )
    return _frame("unit other ahead behind readings_ahead settled", rows)


def central_table(model: Model, tally: Tally, weights: Numbers, confidence: Numbers) -> pd.DataFrame:
    """Return the weights that suit each unit best, and how sure it is of the first place under them."""
    known, free = model.known, model.weights.free
    rows = (
        (unit, known.items[item], weights[n, k], tally.shares[n, 0], confidence[n])
        for n, unit in enumerate(known.units)
        for k, item in enumerate(free)
    )
    return _frame("unit item points first confidence", rows)


def sobol_table(names: list[str], indices: SobolIndices) -> pd.DataFrame:
    """Return the indices of each assumption."""
    return _frame("assumption first total", zip(names, indices.first, indices.total, strict=True))


def dropped_tables(result: Assessment, model: Model) -> dict[str, pd.DataFrame]:
    """Return the ranking without an item, without a unit, and the weights at which two change order."""
    known = model.known
    return {
        "items": _frame("item unit score rank moved", without_items(known)),
        "dropped": _frame("dropped unit score_before rank_before score rank", without_units(result, known)),
        "swaps": _frame("unit other item scope points swap", swaps(known, model.weights)),
    }


def weight_table(model: Model, found: Tallies) -> pd.DataFrame:
    """Return the rulebook's own points of the free items, and how far those drawn lie apart."""
    low, high = found.weight_quantiles(LOW), found.weight_quantiles(HIGH)
    items = [model.known.items[n] for n in model.weights.free]
    return _frame("item points low high", zip(items, model.weights.points, low, high, strict=True))


def check_table(model: Model) -> pd.DataFrame:
    """Return what spot checks found of how many logs, which is drawn again."""
    checks, known = model.checks, model.known
    rows = (
        (unit, checks.logs[n], *checks.found[n], known.factor[known.own, n])
        for n, unit in enumerate(known.units)
    )
    return _frame("unit logs genuine partly false value", rows)


def judged_table(model: Model) -> pd.DataFrame:
    """Return what judgement may change, in points."""
    known = model.known
    rows = (
        (known.units[o.unit], known.items[o.item], o.cause, min(o.offsets) * known.points[o.item],
         max(o.offsets) * known.points[o.item])
        for o in model.open
    )  # fmt: skip
    return _frame("unit item cause low high", rows)
