"""Explanation of one unit's item: clause, formula with the numbers, parts, points lost, rows of the files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from .components import FACTOR
from .errors import WrongUsage
from .measures.credits import credits_of

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .decisions import Decision
    from .rules import Item

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
        factors = [c["value"] for c in self.components.to_dict("records") if c["role"] == "factor"]
        return float(prod(factors))

    @property
    def arithmetic(self) -> str:
        """Return the formula with the numbers put in, ending in the published points."""
        terms = [
            f"{c['points_max']:g} × {_number(c['low'])}"
            for c in self.components.to_dict("records")
            if c["role"] == "mean" and c["status"] != "not_due"
        ]
        if not terms:
            return f"= {self.score['points']:.2f}"
        sum_ = " + ".join(terms)
        product = sum_ if self.factor == 1 else f"({sum_}) × {_number(self.factor)}"
        return f"{product} = {self.score['computed']:.2f}"

    @cached_property
    def lost(self) -> pd.DataFrame:
        """Return the points lost by part, largest first, adding up to the loss: ``component, part, lost``.

        What authenticity takes stands last, as a part of its own.
        """
        import pandas as pd

        means = self.components[self.components["role"] == "mean"].set_index("component")
        parts = self.parts[self.parts["component"] != FACTOR]
        total = parts.groupby("component")["weight"].transform("sum")
        most = parts["component"].map(means["points_max"].to_dict()).astype("float64")
        frame = parts[["component", "part"]].assign(lost=most * parts["weight"] * (1 - parts["low"]) / total)
        empty = [
            c
            for c in means.index
            if c not in set(parts["component"]) and means.at[c, "status"] == "no_evidence"
        ]
        rows = [{"component": c, "part": c, "lost": means.at[c, "points_max"]} for c in empty]
        kept = float((means["points_max"] * means["low"]).sum())
        if self.factor != 1:
            rows.append({"component": FACTOR, "part": FACTOR, "lost": kept * (1 - self.factor)})
        frame = frame.sort_values(["lost", "component", "part"], ascending=[False, True, True])
        frame = pd.concat([frame, pd.DataFrame(rows, columns=frame.columns)]) if rows else frame
        return frame[frame["lost"] > 1e-12].reset_index(drop=True)

    @cached_property
    def _all_rows(self) -> pd.DataFrame:
        import pandas as pd

        frames = [evidence_rows(self.assessment, self.unit, c) for c in self.item.components]
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


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


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

    def mine(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[(frame["unit"] == name) & (frame["item"] == item)].reset_index(drop=True)

    score = {str(k): v for k, v in mine(assessment.scores).iloc[0].to_dict().items()}
    decision = assessment.standing.items.get((name, item))
    return Explanation(
        assessment, name, rule, score, mine(assessment.components), mine(assessment.parts), decision
    )


def evidence_rows(assessment: Assessment, unit: str, component: Any) -> pd.DataFrame:
    """Return the evidence rows of one component and unit, each with its file, sheet and row."""
    import pandas as pd

    tallies = assessment.tallies
    if set(component.fed_by) - assessment.evidence.present:
        return pd.DataFrame(columns=ROW_COLUMNS)
    relation = credits_of(tallies, component)
    frame = tallies.frame.engine.frame(relation.filter(relation.unit == unit))
    sources = assessment.evidence.sources
    frame["component"] = component.id
    names = frame["holder"].str.cat(frame["period"], sep="/", na_rep="").str.strip("/")
    frame["part"] = names.where(names != "", component.id)
    frame["file"] = [sources[n].file for n in frame["source"]]
    frame["sheet"] = [sources[n].sheet or "" for n in frame["source"]]
    return frame.sort_values(["part", "table", "date", "file", "row"])[ROW_COLUMNS].reset_index(drop=True)
