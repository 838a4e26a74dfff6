"""How alike texts are that cannot be copies: of cadres of different units. The limits are set by them.

Cadres who never met write alike too, because they do the same things and use the same words. A similarity is taken
for a sign of copying only where texts of other units, searched in the same way, hardly ever reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .copies import near_pairs_across

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from ..rules import ScreenRules

    Floats = npt.NDArray[np.float64]

# so many cadres are compared with one of another unit, the largest units with the next
CADRES, UNITS = 200, 2
STEP, ALIKE = 0.02, 1.0


@dataclass(frozen=True)
class Calibration:
    """The limits of similarity and what they let through by chance.

    Attributes
    ----------
    similarity, shared, spelled : float
        Least similarity within a cadre (letters), and across cadres: of distinctive pieces, or of letters.
    within, across : float
        Share of texts that cannot be copies and would have been taken for some at these limits.
    n_within, n_across : int
        How many such texts were looked at.
    boilerplate : float
        Share of a unit's logs from which on a piece of text tells nothing.
    """

    similarity: float
    shared: float
    spelled: float
    within: float
    across: float
    n_within: int
    n_across: int
    boilerplate: float


def calibrated(logs: pd.DataFrame, texts: Sequence[str], rules: ScreenRules) -> Calibration:
    """Return the limits for these logs, never below those of the rulebook."""
    import numpy as np

    boilerplate, most = rules.boilerplate.value, rules.false_alarms.value
    alone = _best_within(logs, texts)
    pairs = _of_other_units(logs, texts)
    shared = _best_across(pairs, rules.shared.value, boilerplate, letters=ALIKE)
    spelled = _best_across(pairs, ALIKE, boilerplate, letters=rules.similarity.value)
    similarity, within = _limit(alone, rules.similarity.value, most)
    within = _at_most(within, len(alone), most)
    changed = [
        np.where(best >= ALIKE, 0, best) for best in (shared, spelled)
    ]  # no limit keeps equal texts apart
    limits = [
        _limit(best, rule.value, most / 2)
        for best, rule in zip(changed, (rules.shared, rules.similarity), strict=True)
    ]
    hits = [best >= limit for best, (limit, _) in zip((shared, spelled), limits, strict=True)]
    across = _at_most(
        float((hits[0] | hits[1] | (shared >= ALIKE)).mean()) if len(shared) else 0.0, len(shared), most
    )
    return Calibration(
        similarity, limits[0][0], limits[1][0], within, across, len(alone), len(shared), boilerplate
    )


def _at_most(share: float, n: int, most: float) -> float:
    """Return a share as if one more had been seen: what never happened so far is not impossible.

    Where nothing was there to see, as in the exports of one unit alone, it is the ``most`` that a limit allows.
    """
    return (share * n + 1) / (n + 1) if n else most


def _limit(best: Floats, least: float, most: float) -> tuple[float, float]:
    """Return the lowest limit from ``least`` on that no more than ``most`` of the texts reach, and how many do."""
    limit = least
    while limit < 1 and len(best) and (best >= limit).mean() > most:
        limit = min(1.0, round(limit + STEP, 10))
    return limit, float((best >= limit).mean()) if len(best) else 0.0


def _best_within(logs: pd.DataFrame, texts: Sequence[str]) -> Floats:
    """Return for the texts of some cadres the highest similarity to a text of one cadre of another unit."""
    import numpy as np
    from rapidfuzz import fuzz, process

    rows: dict[Any, Any] = logs.groupby(["unit", "cadre_id"], sort=True).indices
    groups = [(unit, list(index)) for (unit, _), index in rows.items()]
    picked = groups[:: max(1, len(groups) // CADRES)]
    half = len(picked) // 2
    best = []
    for (unit, mine), (other_unit, other) in zip(picked, picked[half:] + picked[:half], strict=True):
        if unit != other_unit:
            one, two = ([texts[i] for i in index] for index in (mine, other))
            found = process.cdist(one, two, scorer=fuzz.ratio, score_cutoff=50)
            best.append(found.max(axis=1) / 100)
    return np.concatenate(best).astype("float64") if best else np.empty(0)


def _of_other_units(logs: pd.DataFrame, texts: Sequence[str]) -> list[tuple[list[str], list[int]]]:
    """Return texts of the largest units, each unit's with as many of the next largest, and whose each is.

    The more texts there are, the more are alike by chance: the largest units show the most of it.
    """
    indices = logs.groupby("unit", sort=True).indices.values()
    units = sorted(([texts[i] for i in index] for index in indices), key=len, reverse=True)
    pairs = [(mine, other, min(len(mine), len(other))) for mine, other in pairwise(units[:UNITS])]
    return [(mine[:n] + other[:n], [0] * n + [1] * n) for mine, other, n in pairs]


def _best_across(
    pairs: list[tuple[list[str], list[int]]], least: float, boilerplate: float, *, letters: float
) -> Floats:
    """Return for each text the highest similarity to a text of the other unit, 0 below the limits."""
    import numpy as np

    best = [np.zeros(len(texts)) for texts, _ in pairs]
    for reached, (texts, owners) in zip(best, pairs, strict=True):
        for i, j, similar in near_pairs_across(texts, owners, least, boilerplate, letters=letters):
            reached[i], reached[j] = max(reached[i], similar), max(reached[j], similar)
    return np.concatenate(best) if best else np.empty(0)
