"""Components: the parts of an item added up, what is unknown at nought in ``low`` and full in ``high``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .engine import exact_sum, number
from .frame_rows import records
from .measures import measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import ibis
    import pandas as pd

    from .assessment import Assessment
    from .measures import Tallies
    from .rulebook import Rulebook
    from .rules import AnyComponent, Item
    from .steps import Kept

FACTOR = "authenticity"
COMPONENT_COLUMNS = ["unit", "item", "component", "role", "points_max", "value", "low", "high", "status"]


@dataclass(frozen=True)
class ItemSums:
    """Raw points of a unit's due item with bounds, the points without decisions, and the status."""

    points: float
    low: float
    high: float
    computed: float
    status: str


def due_components(assessment: Assessment) -> list[tuple[Item, AnyComponent]]:
    """Return the components of the items that are due."""
    return [(i, c) for i, c in assessment.rulebook.components() if i.id in assessment.due_items]


def resolved(rows: ibis.Table) -> ibis.Table:
    """Return parts with what was decided put in: done and share as they count, computed, low and high."""
    unknown = rows.done.isnull() & rows.decided.isnull()
    counts = rows.decided.fill_null(rows.share)
    value = counts * rows.factor
    return rows.mutate(
        done=rows.decided.fill_null(rows.done),
        share=counts,
        computed=rows.share * rows.factor,
        low=value,
        high=unknown.ifelse(number(1), value),
        unknown=unknown.cast("int64"),
        is_decided=rows.decided.notnull().cast("int64"),
    )


def emphasis(rulebook: Rulebook) -> float:
    """Return how much an emphasised cadre weighs in item 4 (附件2.一.4), where any other weighs 1."""
    return float(rulebook.readings.get("cadre_weight", "2"))


def measured_components(tallies: Tallies, components: Iterable[AnyComponent]) -> dict[str, Kept[ibis.Table]]:
    """Return the parts of components as relations of the engine, each made once for the choices that it depends on."""

    def made(component: AnyComponent) -> ibis.Table:
        return tallies.frame.engine.view(measure(tallies, component))

    return {
        c.id: tallies.steps.get(f"parts {c.id}", tallies.choices, lambda c=c: made(c))  # type: ignore[misc]
        for c in components
    }


def measured(assessment: Assessment) -> ibis.Table | None:
    """Return the parts of all due components in one relation with their ``weight``, None where nothing is due."""
    import ibis

    due = [component for _, component in due_components(assessment)]
    if not due:
        return None
    found = measured_components(assessment.tallies, due)
    rows = resolved(ibis.union(*(kept.value for kept in found.values())))
    heavy = rows.emphasised.ifelse(number(emphasis(assessment.rulebook)), number(1))
    return rows.mutate(weight=rows.split * heavy)


def component_sums(assessment: Assessment) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the weighted means of each unit's components, by unit and component id.

    A component without a part has no row: it has nothing to take the mean over. What was summed before under the same
    choices is not summed again; the weight of emphasised cadres enters afterwards.
    """
    tallies = assessment.tallies
    found = measured_components(tallies, (component for _, component in due_components(assessment)))
    unsummed = {
        name: kept for name, kept in found.items() if not tallies.steps.find(f"sums {name}", kept.asked)
    }
    for name, rows in _summed(tallies, unsummed).items():
        tallies.steps.keep(f"sums {name}", rows, found[name].asked)
    heavy = emphasis(assessment.rulebook)
    means: dict[tuple[str, str], dict[str, Any]] = {}
    for name, kept in found.items():
        means |= _component_means(tallies, name, kept.asked, heavy)
    return means


def _component_means(
    tallies: Tallies, name: str, asked: Mapping[str, Any], heavy: float
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the means of one component by unit and its id, taken once for the choices and the weight of cadres."""
    known = tallies.steps.find(f"means {name} {heavy}", asked)
    if known is None:
        sums = tallies.steps.find(f"sums {name}", asked)
        assert sums is not None
        means = {(unit, name): _mean(rows, heavy) for unit, rows in sums.value.items()}
        known = tallies.steps.keep(f"means {name} {heavy}", means, asked)
    return known.value  # type: ignore[no-any-return]


def _summed(
    tallies: Tallies, found: Mapping[str, Kept[ibis.Table]]
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return sums over the parts of components in one query: component -> unit -> a row each for emphasised or not."""
    import ibis

    if not found:
        return {}
    parts = resolved(ibis.union(*(kept.value for kept in found.values())))
    sums = {name: exact_sum(parts.split * parts[name]) for name in ("low", "high", "computed")}
    rows = parts.group_by("unit", "component", "emphasised").agg(
        weight=exact_sum(parts.split), **sums, unknown=parts.unknown.sum(), decided=parts.is_decided.sum()
    )
    by_component: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in found}
    for row in records(tallies.frame.engine.frame(rows)):
        by_component[row["component"]].setdefault(row["unit"], []).append(row)
    return by_component


def _mean(rows: list[dict[str, Any]], heavy: float) -> dict[str, Any]:
    """Return a unit's means of one component, emphasised parts weighing ``heavy``."""
    ordered = sorted(rows, key=lambda row: bool(row["emphasised"]))  # the same sum whichever came first
    weighed = [(heavy if row["emphasised"] else 1.0, row) for row in ordered]
    whole = sum(weight * row["weight"] for weight, row in weighed)
    means = {n: sum(weight * row[n] for weight, row in weighed) / whole for n in ("low", "high", "computed")}
    return means | {name: sum(row[name] for row in rows) for name in ("unknown", "decided")}


def component_rows(assessment: Assessment) -> list[dict[str, Any]]:
    """Return every unit's components of all items with value, bounds, ``computed`` and status, in order."""
    sums = component_sums(assessment)
    scale = {i.id: assessment.rulebook.points(i) / i.points.value for i in assessment.rulebook.items}
    rows = []
    for unit in assessment.rulebook.units:
        for item, component in assessment.rulebook.components():
            found = sums.get((unit.name, component.id))
            most = component.points.value * scale[item.id]
            row = {
                "unit": unit.name,
                "item": item.id,
                "component": component.id,
                "role": "mean",
                "points_max": most,
            }
            rows.append(row | _means(assessment, item, component, found))
    return rows


def _means(
    assessment: Assessment, item: Item, component: AnyComponent, found: dict[str, Any] | None
) -> dict[str, Any]:
    if item.id not in assessment.due_items:
        return {"value": None, "low": 0.0, "high": 0.0, "computed": 0.0, "status": "not_due"}
    if found is None:
        return {"value": None, "low": 0.0, "high": 1.0, "computed": 0.0, "status": "no_evidence"}
    status = "scored"
    if found["unknown"]:
        status = "awaiting_judgement" if component.measure == "elements" else "no_evidence"
    elif found["decided"]:
        status = "decided"
    value = None if status == "no_evidence" else found["low"]
    return {name: found[name] for name in ("low", "high", "computed")} | {"value": value, "status": status}


def item_sums(assessment: Assessment) -> dict[tuple[str, str], ItemSums]:
    """Return raw points of every unit's due items; components add up, authenticity multiplies."""
    factors = dict(zip(assessment.authenticity["unit"], assessment.authenticity["value"], strict=True))
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in assessment.tallied_components:
        if row["status"] != "not_due":
            grouped.setdefault((row["unit"], row["item"]), []).append(row)
    affected = assessment.rulebook.rules.authenticity.items
    return {
        (unit, item): _item_sums(rows, factors[unit] if item in affected else 1.0)
        for (unit, item), rows in grouped.items()
    }


def _item_sums(rows: list[dict[str, Any]], factor: float) -> ItemSums:
    low, high, computed = (
        sum(row["points_max"] * row[name] for row in rows) * factor for name in ("low", "high", "computed")
    )
    statuses = [row["status"] for row in rows]
    order = ("awaiting_judgement", "no_evidence", "decided")
    return ItemSums(low, low, high, computed, next((s for s in order if s in statuses), "scored"))


def published_components(assessment: Assessment) -> pd.DataFrame:
    """Return components.csv: the components of every item, authenticity as a factor of those it bears on."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    factors = dict(zip(assessment.authenticity["unit"], assessment.authenticity["value"], strict=True))
    last = {i.id: i.components[-1].id for i in assessment.rulebook.items}
    for row in assessment.tallied_components:
        rows.append(row)
        affected = row["item"] in assessment.rulebook.rules.authenticity.items and row["status"] != "not_due"
        if affected and row["component"] == last[row["item"]]:
            rows.append(_factor_row(row, factors[row["unit"]]))
    return pd.DataFrame(rows, columns=COMPONENT_COLUMNS).astype({"points_max": "float64", "value": "float64"})


def _factor_row(row: dict[str, Any], factor: float) -> dict[str, Any]:
    means = {"points_max": None, "value": factor, "low": factor, "high": factor, "status": "scored"}
    return {"unit": row["unit"], "item": row["item"], "component": FACTOR, "role": "factor"} | means


__all__ = ["FACTOR", "ItemSums", "component_rows", "item_sums", "published_components"]
