"""Ids that lost their leading zeros: number cells in a column whose texts all have one length and begin with zero."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import TYPE_CHECKING

from .cells import Outcome, visible

if TYPE_CHECKING:
    from collections.abc import Sequence


def short_ids(cells: Sequence[object]) -> dict[object, Outcome]:
    """Return the number cells that must have lost leading zeros; most ids are texts of one length that begin with 0."""
    if len(set(map(type, cells))) < 2:
        return {}
    numbers = {c for c in cells if isinstance(c, int | float) and not isinstance(c, bool) and isfinite(c)}
    if not numbers:
        return {}
    texts = [visible(cell) for cell in cells if isinstance(cell, str)]
    zeros = Counter(len(text) for text in texts if text.isdigit() and text.startswith("0"))
    if not zeros:
        return {}
    length, count = zeros.most_common(1)[0]
    if 2 * count <= len(cells):
        return {}
    problem = Outcome(None, "id_zeros", args={"length": length})
    return {number: problem for number in numbers if len(str(int(number))) < length}
