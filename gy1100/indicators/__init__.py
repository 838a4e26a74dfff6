"""What is shown beside the score and never scored: gaps, weekly activity, voices of youths, publicity, means."""

from __future__ import annotations

from .gaps import missing, weekly
from .shown import Shown
from .voices import evaluations, industries, wishes
from .work import materials, media, per_head, provincial_talks

__all__ = [
    "Shown",
    "evaluations",
    "industries",
    "materials",
    "media",
    "missing",
    "per_head",
    "provincial_talks",
    "weekly",
    "wishes",
]
