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

CADRES, UNITS = (
    200,
    3,
)  # so many cadres are compared with one of another unit, so many units with the next one
STEP = 0.02


@dataclass(frozen=True)
class Calibration:
    """The limits of similarity and what they let through by chance.

    Attributes
    ----------
    similarity, shared : float
        Least similarity within a cadre (letters) and across cadres (distinctive pieces).
    within, across : float
        Share of texts that cannot be copies and would have been taken for some at these limits.
    n_within, n_across : int
        How many such texts were looked at.
    boilerplate : float
        Share of a unit's logs from which on a piece of text tells nothing.
    """

    similarity: float
    shared: float
    within: float
    across: float
    n_within: int
    n_across: int
    boilerplate: float


def calibrated(logs: pd.DataFrame, texts: Sequence[str], rules: ScreenRules) -> Calibration:
    """Return the limits for these logs, never below those of the rulebook."""
    boilerplate, most = rules.boilerplate.value, rules.false_alarms.value
    alone = _best_within(logs, texts)
    others = _best_across(logs, texts, rules.shared.value, boilerplate)
    similarity, within = _limit(alone, rules.similarity.value, most)
    shared, across = _limit(others, rules.shared.value, most)
    return Calibration(similarity, shared, within, across, len(alone), len(others), boilerplate)


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
    best = []
    for (unit, mine), (other_unit, other) in zip(
        picked, picked[len(picked) // 2 :] + picked[: len(picked) // 2], strict=True
    ):
        if unit != other_unit:
            found = process.cdist(
                [texts[i] for i in mine], [texts[i] for i in other], scorer=fuzz.ratio, score_cutoff=50
            )
            best.append(found.max(axis=1) / 100)
    return np.concatenate(best).astype("float64") if best else np.empty(0)


def _best_across(logs: pd.DataFrame, texts: Sequence[str], least: float, boilerplate: float) -> Floats:
    """Return for texts of the largest units the highest share of pieces in common with a text of the next largest.

    The more texts there are, the more are alike by chance: the largest units show the most of it.
    """
    import numpy as np

    units = sorted(
        (list(index) for index in logs.groupby("unit", sort=True).indices.values()), key=len, reverse=True
    )
    best = []
    for mine, other in pairwise(units[:UNITS]):
        n = min(len(mine), len(other))
        index, owners = mine[:n] + other[:n], [0] * n + [1] * n
        reached = np.zeros(2 * n)
        for i, j, similar in near_pairs_across([texts[k] for k in index], owners, least, boilerplate):
            reached[i], reached[j] = max(reached[i], similar), max(reached[j], similar)
        best.append(reached)
    return np.concatenate(best) if best else np.empty(0)
