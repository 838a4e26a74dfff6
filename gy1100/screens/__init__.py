"""Clean-conduct screens (四.3; scoring.md §5): signals that steer spot checks and the assessor's eye, never a score."""

from __future__ import annotations

from .copies import near_pairs_across, near_pairs_within
from .demands import demands
from .rates import benjamini_hochberg, binomial_tail
from .signals import Screens, screens

__all__ = [
    "Screens",
    "benjamini_hochberg",
    "binomial_tail",
    "demands",
    "near_pairs_across",
    "near_pairs_within",
    "screens",
]
