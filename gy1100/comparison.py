"""What changed between two assessments, split into facts, rules and judgement so that the three add up exactly.

The way from the earlier to the later goes over two assessments in between: first evidence and date change, then the
rulebook with its readings and weights, then the decisions. Each step's difference in published points is its share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from .errors import WrongUsage

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment

CAUSES = ("facts", "rules", "judgement")
Points = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Comparison:
    """How each published figure came from the earlier assessment to the later one; shows itself in a notebook.

    Attributes
    ----------
    before, after : Assessment
        The earlier and the later one.
    stages : tuple of mapping
        Published points by (unit, item) before, with the later facts, with the later rules too, and after.
    """

    before: Assessment
    after: Assessment
    stages: tuple[Points, ...]

    @cached_property
    def items(self) -> pd.DataFrame:
        """Return one row a unit and item: ``unit, item, before, facts, rules, judgement, after``, exact decimals.

        ``before + facts + rules + judgement = after``; an item that one of the two rulebooks lacks counts 0 there.
        """
        import pandas as pd

        keys = list(dict.fromkeys(key for stage in self.stages for key in stage))
        rows = [(*key, *_steps([stage.get(key, Decimal("0.00")) for stage in self.stages])) for key in keys]
        return pd.DataFrame(rows, columns=["unit", "item", "before", *CAUSES, "after"])

    @cached_property
    def units(self) -> pd.DataFrame:
        """Return one row a unit, totals of published points and ranks.

        Columns: ``unit, before, facts, rules, judgement, after, score_before, score_after, rank_before, rank_after``.
        """
        totals = self.items.groupby("unit", sort=False)[["before", *CAUSES, "after"]].sum().reset_index()
        for name, result in (("before", self.before), ("after", self.after)):
            ranking = result.ranking.set_index("unit")
            totals[f"score_{name}"] = totals["unit"].map(ranking["score_100"])
            totals[f"rank_{name}"] = totals["unit"].map(ranking["rank"]).astype("Int64")
        order = ["score_before", "score_after", "rank_before", "rank_after"]
        return totals[["unit", "before", *CAUSES, "after", *order]]

    @property
    def changed(self) -> pd.DataFrame:
        """Return the rows of ``items`` in which anything moved."""
        moved = self.items[list(CAUSES)].map(bool).any(axis=1)
        return self.items[moved].reset_index(drop=True)

    def _repr_html_(self) -> str:
        from .report import comparison_html

        return comparison_html(self)


def _steps(stages: list[Decimal]) -> list[Decimal]:
    before, facts, rules, after = stages
    return [before, facts - before, rules - facts, after - rules, after]


def compare(result: Assessment, other: Assessment) -> Comparison:
    """Return what changed from an earlier assessment ``other`` to ``result``.

    Raises
    ------
    WrongUsage
        If the two assess different units, or the earlier rulebook cannot assess the later day.
    """
    ours, theirs = ({unit.name for unit in a.rulebook.units} for a in (result, other))
    if ours != theirs:
        apart = "、".join(sorted(ours ^ theirs))
        raise WrongUsage(f"两次考核的单位不同，不能比较：{apart} · the two assess different units")
    facts = _with_facts(result, other)
    rules = result.decided(other.decisions)
    return Comparison(other, result, tuple(map(points_of, (other, facts, rules, result))))


def _with_facts(result: Assessment, other: Assessment) -> Assessment:
    """Return the later evidence and day under the earlier rulebook and decisions."""
    from .assessment import assess

    if (
        result.rulebook.sha256 == other.rulebook.sha256
    ):  # the same rules, perhaps read or weighed in another way
        known = result.decided(other.decisions)
        return known.under(
            other.rulebook.readings, {i.id: other.rulebook.points(i) for i in other.rulebook.items}
        )
    return assess(result.evidence, other.rulebook, result.as_of, other.decisions)


def points_of(result: Assessment) -> dict[tuple[str, str], Decimal]:
    """Return the published points of an assessment by (unit, item), exact."""
    rows = result.scores[["unit", "item", "points"]].itertuples(index=False)
    return {(unit, item): Decimal(repr(points)).quantize(Decimal("0.01")) for unit, item, points in rows}


__all__ = ["CAUSES", "Comparison", "compare", "points_of"]
