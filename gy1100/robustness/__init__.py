"""Does the ranking stand? What every rank depends on: readings, weights inside item 4, spot checks, judgement.

The functions on plain arrays know nothing of assessments: published examples can be run through them.
"""

from __future__ import annotations

from .acceptability import (
    RankIntervals,
    central_weights,
    confidence_factors,
    pairwise,
    rank_acceptability,
    rank_bands,
    rank_intervals,
    ranks,
    weighted_scores,
)
from .analysis import Robustness, robustness
from .combinations import Combinations, combinations
from .sensitivity import SobolIndices, sobol_indices, swap_weight
from .settled import SettledRanks, settled_ranks, settled_where_tried

__all__ = [
    "Combinations",
    "RankIntervals",
    "Robustness",
    "SettledRanks",
    "SobolIndices",
    "central_weights",
    "combinations",
    "confidence_factors",
    "pairwise",
    "rank_acceptability",
    "rank_bands",
    "rank_intervals",
    "ranks",
    "robustness",
    "settled_ranks",
    "settled_where_tried",
    "sobol_indices",
    "swap_weight",
    "weighted_scores",
]
