"""What is drawn: weights inside an item that the notice leaves open, spot-check results, judgement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

    from ..assessment import Assessment
    from ..decisions import Decision
    from ..rules import Elements
    from .arrays import Numbers, Whole
    from .combinations import Combinations

OUTCOMES = ("genuine", "partly", "false")
MOST_LISTED = 1_000  # checks of a unit up to which all their outcomes are listed


@dataclass(frozen=True)
class WeightSpread:
    """Points of the items that a reading, not a clause, gave: Dirichlet around the rulebook's own.

    Attributes
    ----------
    free : array of int
        Positions of the items; those with printed points are law and not among them.
    groups : tuple of array of int
        Positions within ``free`` of the items that share the points of one heading.
    points : array
        The rulebook's own, along ``free``.
    concentration : float
        Sum of the Dirichlet parameters: the larger, the closer to the rulebook's own.
    """

    free: Whole
    groups: tuple[Whole, ...]
    points: Numbers
    concentration: float

    def drawn(self, rng: Generator, n: int) -> Numbers:
        """Return points (free items × draws) that keep the sum of each heading."""
        drawn = np.zeros((len(self.free), n))
        for group in self.groups:
            own = self.points[group]
            if own.sum():
                gammas = rng.standard_gamma(self.concentration * own / own.sum(), (n, len(group))).T
                drawn[group] = gammas / gammas.sum(axis=0) * own.sum()
        return drawn


def weight_spread(result: Assessment, concentration: float) -> WeightSpread:
    """Return the spread of the points that the rulebook chose by a reading."""
    items = result.rulebook.items
    free = [n for n, item in enumerate(items) if item.points.reading is not None]
    headings = [items[n].id.split(".")[0] for n in free]
    groups = [
        np.array([k for k, h in enumerate(headings) if h == heading]) for heading in dict.fromkeys(headings)
    ]
    points = np.array([result.rulebook.points(items[n]) for n in free], np.float64)
    return WeightSpread(np.array(free, np.int64), tuple(groups), points, concentration)


@dataclass(frozen=True)
class CheckSpread:
    """Spot-check results drawn again, without replacement, from a list of logs that holds what was found in proportion.

    Attributes
    ----------
    logs : array (units)
        Considered logs: what could have been checked.
    found : array (units × 3)
        Results: genuine, partly, false.
    partly : float
        What a partly genuine one counts.
    """

    logs: Whole
    found: Whole
    partly: float

    @property
    def lists(self) -> Whole:
        """Return how many logs of each outcome the list holds (units × 3), by largest remainder."""
        n = np.maximum(self.found.sum(axis=1, keepdims=True), 1)
        exact = self.logs[:, None] * self.found
        whole: Whole = exact // n
        order = np.argsort(-(exact % n), axis=1, kind="stable")
        left = self.logs - whole.sum(axis=1)
        for unit, lacking in enumerate(left):
            whole[unit, order[unit, :lacking]] += 1
        return whole

    @cached_property
    def chances(self) -> list[tuple[Numbers, Numbers]]:
        """Return the shares that a unit's checks can come to, rising, and the chances of at most all but the last.

        The outcomes of a sample without replacement are multivariate hypergeometric.
        """
        return [
            _chances(colours, int(n) if n <= MOST_LISTED else 0, self.partly)
            for colours, n in zip(self.lists, self.found.sum(axis=1), strict=True)
        ]

    def drawn(self, rng: Generator, n: int) -> Numbers:
        """Return the share found genuine (units × draws), 1 where nothing was checked."""
        shares = np.ones((len(self.logs), n))
        for unit, checked in enumerate(map(int, self.found.sum(axis=1))):
            if checked > MOST_LISTED:
                again = rng.multivariate_hypergeometric(self.lists[unit], checked, n, method="marginals")
                shares[unit] = (again[:, 0] + self.partly * again[:, 1]) / checked
            else:
                values, upto = self.chances[unit]
                shares[unit] = values[np.searchsorted(upto, rng.random(n), side="right")]
        return shares


def _chances(colours: Whole, n: int, partly: float) -> tuple[Numbers, Numbers]:
    if not n:
        return np.ones(1), np.zeros(0)
    genuine, false = np.arange(n + 1)[:, None], np.arange(n + 1)[None, :]
    counts = [np.broadcast_to(c, (n + 1, n + 1)) for c in (genuine, n - genuine - false, false)]
    inside = np.all([(x >= 0) & (x <= most) for x, most in zip(counts, colours, strict=True)], axis=0)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, int(colours.sum()) + 1)))])

    chance = np.zeros(int(inside.sum()))
    for most, count in zip(colours, counts, strict=True):
        part = count[inside]
        chance += logs[most] - logs[part] - logs[most - part]
    chance = np.exp(chance - chance.max())
    possible = [count[inside] for count in counts]
    values, back = np.unique((possible[0] + partly * possible[1]) / n, return_inverse=True)
    upto = np.cumsum(np.bincount(back, chance))
    return values, upto[:-1] / upto[-1]


def check_spread(result: Assessment, units: tuple[str, ...]) -> CheckSpread:
    """Return spot checks as they can be drawn again, along the units."""
    from ..spot_checks import considered_logs

    found = result.authenticity.set_index("unit").loc[list(units), list(OUTCOMES)].to_numpy(np.int64)
    logs = considered_logs(result)["unit"].value_counts().reindex(list(units), fill_value=0)
    partly = result.rulebook.rules.authenticity.partly.value
    return CheckSpread(np.maximum(logs.to_numpy(np.int64), found.sum(axis=1)), found, partly)


@dataclass(frozen=True)
class Open:
    """What judgement may still change: a unit's item, and by which shares of its points, each as likely."""

    unit: int
    item: int
    offsets: tuple[float, ...]
    cause: str


def judgement(result: Assessment, known: Combinations) -> tuple[Open, ...]:
    """Return awaited elements between none and full, and what assessors who differ would have given."""
    return (*_awaited(result, known), *_differing(result, known))


def _awaited(result: Assessment, known: Combinations) -> Iterator[Open]:
    scores = result.scores[result.scores["status"] == "awaiting_judgement"]
    awaiting = set(zip(scores["unit"], scores["item"], strict=True))
    components = {c.id: (item, c) for item, c in result.rulebook.components() if c.measure == "elements"}
    for row in result.tallied_components:
        if (row["unit"], row["item"]) in awaiting and row["component"] in components:
            item, component = components[row["component"]]
            part = component.points.value / item.points.value / len(component.elements)
            for _ in range(round((row["high"] - row["low"]) * len(component.elements))):
                offsets = tuple(part * value for value in (0.0, component.partial.value, 1.0))
                yield Open(*_place(known, row["unit"], row["item"]), offsets, "awaiting")


def _differing(result: Assessment, known: Combinations) -> Iterator[Open]:
    """Yield where two assessors judged the same thing and their latest values differ."""
    by_thing: dict[tuple[str, str, str | None], dict[str, Decision]] = {}
    for entry in sorted(result.decisions.entries, key=lambda d: d.time):
        if entry.valid_from is None or entry.valid_from <= result.as_of:
            by_thing.setdefault((entry.unit, entry.item, entry.element), {})[entry.assessor] = entry
    standing = result.standing
    for (unit, item_id, element), latest in by_thing.items():
        held = standing.elements.get((unit, element)) if element else standing.items.get((unit, item_id))
        apart = {d.value for d in latest.values()}
        hidden = element is not None and (unit, item_id) in standing.items
        if len(apart) > 1 and held is not None and not hidden and unit in known.units:
            part = _part(result, item_id, element)
            offsets = tuple(part * float(d.value - held.value) for d in latest.values())
            yield Open(*_place(known, unit, item_id), offsets, "assessors")


def _part(result: Assessment, item_id: str, element: str | None) -> float:
    """Return which share of an item's points one unit of a decision's value is."""
    item = result.rulebook.item(item_id)
    if element is None:
        points = result.rulebook.points(item)
        return 1 / points if points else 0.0
    holder: Elements = next(c for c in item.components if element in getattr(c, "elements", ()))  # type: ignore[assignment]
    return holder.points.value / item.points.value / len(holder.elements)


def _place(known: Combinations, unit: str, item_id: str) -> tuple[int, int]:
    return known.units.index(unit), known.items.index(item_id)
