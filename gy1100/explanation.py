"""Explanation of one unit's item: clause, formula with the numbers, parts, points lost, rows of the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from .components import FACTOR
from .errors import WrongUsage
from .frame_rows import records
from .intervals import CENT
from .measures.credits import credits_of
from .parts import part_name

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .decisions import Decision
    from .rules import Item

FEWEST, MOST = 4, 12  # decimals of the numbers in a formula
CHECKS = "spot_checks"
DECIDED = "decided"  # what a decision on an item took, as a component and part of its own
ROW_COLUMNS = ["component", "part", "table", "file", "sheet", "row", "date", "kind", "amount", "flag"]


@dataclass(frozen=True)
class Explanation:
    """How the points of a unit's item came about; shows itself in a notebook.

    Attributes
    ----------
    score : dict
        The item's row of scores.csv.
    components, parts : DataFrame
        The rows of components.csv and parts.csv that made it.
    decision : Decision or None
        The decision that set the points, if one stands.
    """

    assessment: Assessment
    unit: str
    item: Item
    score: dict[str, Any]
    components: pd.DataFrame
    parts: pd.DataFrame
    decision: Decision | None

    @property
    def clause(self) -> str:
        """Return the clause of the notice that the item stands on."""
        return self.item.clause

    @property
    def formula(self) -> dict[str, str]:
        """Return the formula in words, by language."""
        return {str(lang): words for lang, words in self.item.formula.items()}

    @cached_property
    def factor(self) -> float:
        """Return the factor that multiplies the item (authenticity), 1 where none does."""
        factors = [c["value"] for c in records(self.components) if c["role"] == "factor"]
        return float(prod(factors))

    @property
    def arithmetic(self) -> str:
        """Return the formula with the numbers put in, ending in the published points.

        The numbers have as many decimals as it takes to come to these points on a calculator, rounded half up.
        """
        terms = self._terms
        if not terms:
            return f"= {self.score['points']:.2f}"
        made = "computed" if self.decision else "points"  # decided elements are in the numbers, items are not
        points, words = Decimal(f"{self.score[made]:.2f}"), ""
        for places in range(FEWEST, MOST + 1):
            words, value = _formula(terms, self.factor, places)
            if value.quantize(CENT, ROUND_HALF_UP) == points:
                break
        return f"{words} = {points}"

    @property
    def _terms(self) -> list[tuple[float, float]]:
        """Return points and mean of each component that is due, of a decided item without any decision."""
        computed = self._computed
        return [
            (c["points_max"], computed.get(c["component"], c["low"]))
            for c in records(self.components)
            if c["role"] == "mean" and c["status"] != "not_due"
        ]

    @cached_property
    def lost(self) -> pd.DataFrame:
        """Return the points lost by part, largest first, adding up to the loss: ``component, part, lost``.

        What authenticity takes is a part of its own; of a decided item there is what the decision took.
        """
        import pandas as pd

        columns = ["component", "part", "lost"]
        if self.decision:
            taken = self.score["points_max"] - self.score["points"]
            return pd.DataFrame([(DECIDED, DECIDED, taken)] if taken > 0 else [], columns=columns)
        found = records(self.components)
        means = [c for c in found if c["role"] == "mean"]
        rows = [row for c in means for row in self._lost_of(c)]
        rows += [(c["component"],) * 2 + (c["points_max"],) for c in means if self._is_bare(c)]
        if self.factor != 1:
            kept = sum(c["points_max"] * c["low"] for c in means)
            rows.append((FACTOR, FACTOR, kept * (1 - self.factor)))
        rows.sort(key=lambda row: (-row[2], row[0], row[1]))
        return pd.DataFrame([r for r in rows if r[2] > 1e-12], columns=columns)

    @property
    def _computed(self) -> dict[str, float]:
        """Return the means without decisions by component, of a decided item alone."""
        if not self.decision:
            return {}
        mine = (self.unit, self.item.id)
        found = (row for row in self.assessment.tallied_components if (row["unit"], row["item"]) == mine)
        return {row["component"]: row["computed"] for row in found}

    def _lost_of(self, component: Mapping[str, Any]) -> list[tuple[str, str, float]]:
        """Return what each part of a component took from its points."""
        name, parts = component["component"], self._by_component.get(component["component"], [])
        scale = component["points_max"] / (sum(weight for _, weight, _ in parts) or 1)
        return [(name, part, scale * weight * (1 - low)) for part, weight, low in parts]

    def _is_bare(self, component: Mapping[str, Any]) -> bool:
        return component["status"] == "no_evidence" and component["component"] not in self._by_component

    @cached_property
    def _by_component(self) -> dict[str, list[tuple[str, float, float]]]:
        """Return (part, weight, low) of each component's parts."""
        found: dict[str, list[tuple[str, float, float]]] = {}
        columns = (self.parts[name].tolist() for name in ("component", "part", "weight", "low"))
        for component, part, weight, low in zip(*columns, strict=True):
            found.setdefault(component, []).append((part, weight, low))
        return found

    @cached_property
    def regain(self) -> pd.DataFrame:
        """Return what the unit could still do for points of this item (`gy1100.regaining`)."""
        from .regaining import regaining

        frame = regaining(self.assessment, self.unit)
        return frame[[self.item.id in items.split(";") for items in frame["items"]]].reset_index(drop=True)

    @cached_property
    def _all_rows(self) -> pd.DataFrame:
        import pandas as pd

        frames = [evidence_rows(self.assessment, self.unit, c) for c in self.item.components]
        if (self.components["role"] == "factor").any():
            frames.append(check_rows(self.assessment, self.unit))
        return pd.concat(frames, ignore_index=True)

    def rows(self, part: str | None = None) -> pd.DataFrame:
        """Return the evidence rows behind a part, or behind all: counted ones without a flag, others with it.

        Returns
        -------
        DataFrame
            ``component, part, table, file, sheet, row, date, kind, amount, flag``; row as Excel shows it.
        """
        found = self._all_rows
        return found if part is None else found[found["part"] == part].reset_index(drop=True)

    def _repr_html_(self) -> str:
        from .report import explanation_html

        return explanation_html(self)


def _formula(terms: Iterable[tuple[float, float]], factor: float, places: int) -> tuple[str, Decimal]:
    """Return a formula whose numbers have so many decimals, and what it comes to."""
    numbers = [(Decimal(f"{most:g}"), _rounded(mean, places)) for most, mean in terms]
    times = _rounded(factor, places)
    sum_ = " + ".join(f"{most} × {mean:f}" for most, mean in numbers)
    words = sum_ if factor == 1 else f"({sum_}) × {times:f}"
    return words, sum((most * mean for most, mean in numbers), Decimal()) * times


def _rounded(value: float, places: int) -> Decimal:
    exact = Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize()


def explain(assessment: Assessment, unit: str, item: str) -> Explanation:
    """Return the explanation of one unit's item; the unit by any of its names.

    Raises
    ------
    WrongUsage
        If the rulebook has no such unit or item.
    """
    name = assessment.rulebook.units.match(unit).unit
    if name is None:
        raise WrongUsage(f"没有单位“{unit}” · no such unit: {unit}")
    rule = assessment.rulebook.item(item)

    scores, components = assessment.by_item
    parts = assessment.parts_of(name)
    score = {str(k): v for k, v in scores[name, item].iloc[0].to_dict().items()}
    decision = assessment.standing.items.get((name, item))
    mine = components[name, item].reset_index(drop=True)
    its_parts = parts[parts["item"] == item].reset_index(drop=True)
    return Explanation(assessment, name, rule, score, mine, its_parts, decision)


def evidence_rows(assessment: Assessment, unit: str, component: Any) -> pd.DataFrame:
    """Return the evidence rows of one component and unit, each with its file, sheet and row."""
    import ibis
    import pandas as pd

    tallies = assessment.tallies
    if set(component.fed_by) - assessment.evidence.present:
        return pd.DataFrame(columns=ROW_COLUMNS)
    views = assessment.credit_views
    if component.id not in views:
        rows = credits_of(tallies, component)
        part = part_name(rows, ibis.literal(component.id))
        views[component.id] = tallies.frame.engine.view(rows.mutate(part=part))
    relation = views[component.id]
    own = {
        tallies.frame.tables[name].get_name(): assessment.apart.of(unit)[name] for name in component.fed_by
    }
    frame = tallies.frame.engine.frame(relation.filter(relation.unit == unit), only=own)
    return _placed(frame.assign(component=component.id), assessment)


def check_rows(assessment: Assessment, unit: str) -> pd.DataFrame:
    """Return the holding checks of a unit's considered logs: as many as were counted, their amounts what is done."""
    frame = assessment.tallies.frame
    logs, checks = frame.checked_logs, frame.tables[CHECKS]
    reached = checks.filter(checks.checked_on <= assessment.as_of, checks.outcome != "unreached")
    mine = reached.semi_join(logs.filter(logs.unit == unit), "log_id")
    found = frame.engine.frame(mine, only={checks.get_name(): assessment.apart.of(unit)[CHECKS]})
    holding = found.sort_values(["checked_on", "check_id"]).drop_duplicates("log_id", keep="last")
    amounts = {"genuine": 1.0, "partly": assessment.rulebook.rules.authenticity.partly.value, "false": 0.0}
    columns = {
        "component": FACTOR, "part": FACTOR, "table": CHECKS, "date": holding["checked_on"],
        "kind": holding["outcome"], "amount": holding["outcome"].map(amounts).astype("float64"), "flag": None,
    }  # fmt: skip
    return _placed(holding.assign(**columns), assessment)


def _placed(rows: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """Return evidence rows with their file and sheet, in order."""
    sources = assessment.evidence.sources
    rows["file"] = [sources[n].file for n in rows["source"]]
    rows["sheet"] = [sources[n].sheet or "" for n in rows["source"]]
    rows = rows.sort_values(["part", "table", "date", "file", "sheet", "row"])
    return rows[ROW_COLUMNS].reset_index(drop=True)
