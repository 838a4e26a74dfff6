"""What changed between two assessments, split into facts, rules and judgement so that the three add up exactly.

The way from the earlier to the later goes over two assessments in between: first evidence and date change, then the
rulebook with its readings and weights, then the decisions. Each step's difference in published points is its share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from .earlier import Earlier, Points, earlier_of, points_of
from .errors import WrongUsage

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .decisions import Decisions
    from .rulebook import Rulebook

CAUSES = ("facts", "rules", "judgement")


@dataclass(frozen=True)
class Comparison:
    """How each published figure came from the earlier assessment to the later one; shows itself in a notebook.

    Attributes
    ----------
    before : Earlier
        What is known of the earlier one.
    after : Assessment
    stages : tuple of mapping
        Published points by (unit, item) before, with the later facts, with the later rules too, and after.
    """

    before: Earlier
    after: Assessment
    stages: tuple[Points, ...]

    @property
    def joint(self) -> bool:
        """Whether facts and rules stand together under facts, because nobody knows the earlier rules."""
        return self.before.rulebook is None

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
        for name, earlier in (("before", self.before), ("after", earlier_of(self.after))):
            ranking = earlier.ranking
            totals[f"score_{name}"] = totals["unit"].map(ranking["score_100"])
            totals[f"rank_{name}"] = totals["unit"].map(ranking["rank"]).astype("Int64")
        order = ["score_before", "score_after", "rank_before", "rank_after"]
        return totals[["unit", "before", *CAUSES, "after", *order]]

    @property
    def changed(self) -> pd.DataFrame:
        """Return the rows of ``items`` in which anything moved."""
        moved = self.items[list(CAUSES)].map(bool).any(axis=1)
        return self.items[moved].reset_index(drop=True)

    def of(self, unit: str) -> Comparison:
        """Return the comparison of one unit alone."""
        mine = tuple({k: v for k, v in stage.items() if k[0] == unit} for stage in self.stages)
        return replace(self, stages=mine)

    def _repr_html_(self) -> str:
        from .report import comparison_html

        return comparison_html(self)


def _steps(stages: list[Decimal]) -> list[Decimal]:
    before, facts, rules, after = stages
    return [before, facts - before, rules - facts, after - rules, after]


def compare(result: Assessment, other: Assessment | Earlier) -> Comparison:
    """Return what changed from an earlier result ``other`` to ``result``.

    Where only points are known of the earlier one, what it lacks is left out, and facts and rules cannot be told apart.

    Raises
    ------
    WrongUsage
        If the two assess different units, or the earlier rulebook cannot assess the later day.
    """
    earlier = other if isinstance(other, Earlier) else earlier_of(other)
    ours = {unit.name for unit in result.rulebook.units}
    if earlier.units - ours or (earlier.as_of is not None and earlier.units != ours):
        apart = "、".join(sorted(ours ^ earlier.units))
        raise WrongUsage(f"两次考核的单位不同，不能比较：{apart} · the two assess different units")
    judged = replace(earlier.decisions, record=result.decisions.record)  # spot checks entered since are facts
    rules = result.decided(judged)
    facts = _with_facts(result, earlier.rulebook, judged) if earlier.rulebook else rules
    stages = (earlier.points, *map(points_of, (facts, rules, result)))
    if earlier.as_of is None:
        stages = tuple({k: v for k, v in stage.items() if k in earlier.points} for stage in stages)
    return Comparison(earlier, result, stages)


def _with_facts(result: Assessment, rulebook: Rulebook, decisions: Decisions) -> Assessment:
    """Return the later evidence and day under the earlier rulebook and decisions."""
    from .assessment import assess

    if result.rulebook.sha256 == rulebook.sha256:  # the same rules, perhaps read or weighed in another way
        known = result.decided(decisions)
        return known.under(rulebook.readings, {i.id: rulebook.points(i) for i in rulebook.items})
    engine = result.tallies.frame.engine.anew()
    return assess(result.received, rulebook, result.as_of, decisions, engine=engine)


__all__ = ["CAUSES", "Comparison", "compare"]
