"""Every reading: all combinations of the rulebook's alternatives, each scored exactly as a full run would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..errors import WrongUsage
from ..intervals import published
from ..words import both

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..assessment import Assessment
    from .arrays import Numbers, Whole

Choices = Mapping[str, Sequence[str]]
CENTS = 100


@dataclass(frozen=True)
class Combinations:
    """Raw points of all units and items under every combination of readings.

    Attributes
    ----------
    options : mapping of str to sequence of str
        The choices that were combined, by reading; combinations stand in the order of their product.
    own : int
        The combination in force.
    units, items : tuple of str
        Along the axes; units of which nothing is due are left out, as they have no rank.
    base : array (combinations × units × items)
        Raw points before authenticity.
    points : array (items)
        Points of each item.
    due : array (combinations × units × items)
        Whether an item is due.
    factor, applied : array (combinations × units)
        Authenticity, and whether spot checks went into it.
    bears : array (units × items)
        Whether authenticity multiplies the item: not where a decision set its points.
    """

    options: Choices
    own: int
    units: tuple[str, ...]
    items: tuple[str, ...]
    base: Numbers
    points: Numbers
    due: NDArray[np.bool_]
    factor: Numbers
    applied: NDArray[np.bool_]
    bears: NDArray[np.bool_]

    @cached_property
    def choices(self) -> list[tuple[str, ...]]:
        """Return the choices of each combination, in the order of ``options``."""
        return list(product(*self.options.values()))

    @property
    def shape(self) -> tuple[int, ...]:
        """Return how many choices each reading has."""
        return tuple(len(choices) for choices in self.options.values())

    @cached_property
    def raw(self) -> Numbers:
        """Return raw points with authenticity (combinations × units × items)."""
        return np.where(self.bears, self.base * self.factor[:, :, None], self.base)

    @cached_property
    def cents(self) -> Whole:
        """Return published points in hundredths (combinations × units × items)."""
        return in_cents(self.raw)

    @cached_property
    def due_cents(self) -> Whole:
        """Return published points due in hundredths (combinations × units × items)."""
        return np.where(self.due, in_cents(self.points), 0)

    @cached_property
    def scores(self) -> Numbers:
        """Return published scores of 100 (combinations × units)."""
        return scaled(self.cents.sum(axis=2), self.due_cents.sum(axis=2))


def in_cents(points: Numbers) -> Whole:
    """Return points as published, in hundredths."""
    found, back = np.unique(points, return_inverse=True)
    cents = np.array([int(published(float(value)) * CENTS) for value in found], np.int64)
    return cents[back].reshape(points.shape)


def scaled(cents: Whole, due: Whole) -> Numbers:
    """Return hundredths of points as scores of 100, half up to two decimals; nought where nothing is due."""
    safe = np.maximum(due, 1)
    scores: Numbers = (2 * cents * CENTS * CENTS + safe) // (2 * safe) / CENTS
    return scores


def combinations(result: Assessment, readings: Choices | None = None) -> Combinations:
    """Return all combinations of the rulebook's alternatives, scored.

    Parameters
    ----------
    result : Assessment
        Its evidence, day, decisions and item points are kept.
    readings : mapping of str to sequence of str, optional
        Only these choices, by reading; readings not named stay as they are.

    Raises
    ------
    WrongUsage
        If a reading or choice is unknown, the rulebook excludes a combination, or there is nothing to rank.
    """
    options = _options(result, readings)
    every = list(product(*options.values()))
    own = tuple(result.rulebook.readings[name] for name in options)
    if own not in every:
        raise WrongUsage(both("robustness.own_missing", own="、".join(own)))
    scored = [_Scored(result.under(dict(zip(options, chosen, strict=True)))) for chosen in every]
    kept = [n for n, due in enumerate(np.all([s.due.any(axis=1) for s in scored], axis=0)) if due]
    if len(kept) < 2:
        raise WrongUsage(both("robustness.nothing_to_rank"))
    book = result.rulebook
    return Combinations(
        options, every.index(own), tuple(book.units.names[n] for n in kept), tuple(i.id for i in book.items),
        np.array([s.base for s in scored])[:, kept], np.array([book.points(i) for i in book.items]),
        np.array([s.due for s in scored])[:, kept], np.array([s.factor for s in scored])[:, kept],
        np.array([s.applied for s in scored])[:, kept], scored[0].bears[kept],
    )  # fmt: skip


def _options(result: Assessment, readings: Choices | None) -> dict[str, tuple[str, ...]]:
    rules = result.rulebook.rules.readings
    known = {name: tuple(r.alternatives) for name, r in rules.items() if r.alternatives}
    if readings is None:
        return known
    asked = {name: tuple(choices) for name, choices in readings.items()}
    wrong = [f"{n}={c}" for n, choices in asked.items() for c in choices if c not in known.get(n, ())]
    wrong += [name for name, choices in asked.items() if name not in known or not choices]
    if wrong:
        raise WrongUsage(both("robustness.no_reading", wrong="、".join(wrong), known=known))
    return asked


class _Scored:
    """The raw points of one combination as arrays over all units and items of the rulebook."""

    def __init__(self, result: Assessment) -> None:
        book = result.rulebook
        units = {unit.name: n for n, unit in enumerate(book.units)}
        items = {item.id: n for n, item in enumerate(book.items)}
        self.base = np.zeros((len(units), len(items)))
        self.due = np.zeros(self.base.shape, bool)
        for row in result.tallied_components:
            if row["status"] != "not_due":
                at = units[row["unit"]], items[row["item"]]
                self.due[at] = True
                self.base[at] += row["points_max"] * row["low"]
        self.bears = np.tile([i in book.rules.authenticity.items for i in items], (len(units), 1))
        for (unit, item), decision in result.standing.items.items():
            at, rule = (units[unit], items[item]), book.item(item)
            points = float(decision.value) * book.points(rule) / rule.points.value
            self.base[at], self.due[at], self.bears[at] = points, True, False
        self.factor = result.authenticity["value"].to_numpy(np.float64)
        self.applied = result.authenticity["applied"].to_numpy(bool)
