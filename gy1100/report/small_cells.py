"""Counts of people as they may leave the office: small ones hidden, and what would give them away with them.

A unit's total is known from elsewhere (item 4.2), so one hidden count could be had back by subtraction. Therefore a row
with hidden counts hides one more, large enough that each small one could still be any number from one up.
"""

from __future__ import annotations

from collections.abc import Sequence

WITHHELD = "*"


def hidden(counts: Sequence[int], small: int) -> list[int | str]:
    """Return a row of counts whose sum is known, as it may be shown: small ones ``<5``, one more ``*``.

    Parameters
    ----------
    counts : sequence of int
        One unit's youths by industry.
    small : int
        The least count that is shown; from 1 to one below it is hidden.
    """
    shown: list[int | str] = [f"<{small}" if 0 < n < small else n for n in counts]
    if shown == list(counts):
        return shown
    covering = [(n, place) for place, n in enumerate(counts) if n >= 2 * small - 2]
    if not covering:
        return [WITHHELD if n else n for n in counts]
    shown[min(covering)[1]] = WITHHELD
    return shown
