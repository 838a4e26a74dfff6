"""Counts of people as they may leave the office: small ones hidden, and what would give them away with them.

A unit's total is known from elsewhere (item 4.2), so one hidden count could be had back by subtraction. Therefore a row
with hidden counts hides its largest too, where what is public leaves each small one any number from one up; else all.
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
    few = [n for n in counts if 0 < n < small]
    if not few:
        return list(counts)
    cover = max(range(len(counts)), key=counts.__getitem__)
    others = max((n for place, n in enumerate(counts) if place != cover), default=0)
    # what is public is the sum of all that is hidden: even with every small one at its most, the largest stays that
    if counts[cover] + sum(few) - (small - 1) * len(few) <= max(others, small - 1):
        return [WITHHELD if n else n for n in counts]
    shown = [f"<{small}" if 0 < n < small else n for n in counts]
    return [WITHHELD if place == cover else n for place, n in enumerate(shown)]
