"""Arrays as the calculations want them: finite numbers of the right shape, else a sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import WrongNumber
from ..words import both

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

CELLS = 1 << 17  # numbers of a chunk, so that it stays in the processor's cache


def numbers(given: ArrayLike, name: str, axes: tuple[str, ...]) -> Numbers:
    """Return finite numbers with the named axes, none of them empty.

    Raises
    ------
    WrongNumber
        If they are no numbers, not finite, empty, or have other axes.
    """
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongNumber(both("robustness.no_numbers", name=name)) from None
    if found.ndim != len(axes) or not found.size:
        wanted = " × ".join(axes)
        raise WrongNumber(both("robustness.shape", name=name, wanted=wanted, found=found.shape))
    if not np.isfinite(found).all():
        raise WrongNumber(both("robustness.not_finite", name=name))
    return found


def not_negative(given: ArrayLike, name: str, axes: tuple[str, ...]) -> Numbers:
    """Return numbers of which none is negative, else as `numbers`."""
    found = numbers(given, name, axes)
    if (found < 0).any():
        raise WrongNumber(both("robustness.negative", name=name))
    return found


def same(one: int, other: int, what: str) -> None:
    """Hold two lengths against each other.

    Raises
    ------
    WrongNumber
        If they differ.
    """
    if one != other:
        raise WrongNumber(both("robustness.lengths", what=what, one=one, other=other))


def share(value: Any, name: str) -> float:
    """Return a number between 0 and 1.

    Raises
    ------
    WrongNumber
        If it is another.
    """
    found = float(numbers(value, name, ()))
    if not 0 <= found <= 1:
        raise WrongNumber(both("robustness.no_share", name=name, value=value))
    return found


def chunks(draws: int, width: int) -> Iterator[slice]:
    """Yield the draws piece by piece, so that a piece of so many numbers a draw stays small."""
    step = max(1, CELLS // max(1, width))
    return (slice(start, min(start + step, draws)) for start in range(0, draws, step))
