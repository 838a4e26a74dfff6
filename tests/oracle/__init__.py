"""A second, independent computation of ``scoring.md``, in plain Python and exact fractions.

It shares no code with the package: dictionaries, loops and ``Fraction``, a function for each sentence of the
specification where that can be. It is slow and readable; ``test_differential.py`` compares the two.
"""

from __future__ import annotations

from .facts import Facts, Readings
from .results import OracleResult, score

__all__ = ["Facts", "OracleResult", "Readings", "score"]
