"""Seeded chance that gives the same throws on every machine and Python version."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Dice:
    """Throws built on ``random.Random.random`` alone, whose sequence Python promises to keep."""

    def __init__(self, seed: str) -> None:
        self._real = random.Random(f"gy1100-sample-2017/{seed}").random

    def chance(self, share: float) -> bool:
        """Return True in this share of throws."""
        return self._real() < share

    def real(self, low: float, high: float) -> float:
        """Return a number between the two."""
        return low + (high - low) * self._real()

    def around(self, mean: float, spread: float) -> float:
        """Return a number near the mean (bell-shaped, never further away than ``2 × spread``)."""
        return mean + spread * (sum(self._real() for _ in range(4)) - 2)

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both inclusive."""
        return low + int(self._real() * (high - low + 1))

    def rounded(self, number: float) -> int:
        """Round up or down at random, so that the mean stays the number; never below 0."""
        return max(0, int(number) + self.chance(number - int(number)))

    def pick(self, things: Sequence[T]) -> T:
        """Return one of the things."""
        return things[self.whole(0, len(things) - 1)]

    def some(self, things: Sequence[T], n: int) -> list[T]:
        """Return n different ones of the things, in random order."""
        return self.shuffled(things)[:n]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return the things in random order."""
        rest = list(things)
        return [rest.pop(self.whole(0, len(rest) - 1)) for _ in range(len(rest))]

    def day(self, first: date, last: date) -> date:
        """Return a day from first to last, both inclusive."""
        return first + timedelta(days=self.whole(0, (last - first).days))
