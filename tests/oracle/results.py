"""Statuses, decisions, published points, ranks and cadres (``scoring.md`` §3 and §4)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import items, overall
from .facts import UNITS, Facts, Readings

if TYPE_CHECKING:
    from .days import Row

Measure = Callable[[Facts, str], list[items.Component]]

# id -> (points, due, measure or elements)
ITEMS: dict[str, tuple[int, date, Measure | tuple[str, ...]]] = {
    "1.1": (10, date(2017, 6, 30), items.organ_five_ones),
    "1.2": (5, date(2017, 4, 30), items.cadre_five_ones),
    "1.3": (5, date(2017, 4, 30), items.WORK_GROUP),
    "2.1": (5, date(2017, 6, 30), items.open_day),
    "2.2": (5, date(2017, 12, 31), items.congress_talks),
    "2.3": (5, date(2017, 12, 31), items.stories),
    "2.4": (5, date(2018, 3, 2), items.service_month),
    "3": (10, date(2017, 4, 30), items.SYSTEMS),
    "4.1": (10, date(2017, 4, 30), overall.users),
    "4.2": (10, date(2017, 4, 30), overall.youth_contacted),
    "4.3": (10, date(2017, 4, 30), overall.activities),
    "4.4": (10, date(2017, 4, 30), overall.mobile_use),
    "4.5": (10, date(2017, 9, 30), overall.practice_guidance),
}
FROM_APRIL_FIRST_END = date(2017, 5, 31)
SIX_TENTHS = Fraction(6, 10)


@dataclass(frozen=True)
class OracleResult:
    """Rows as the files of ``outputs.md`` have them, every number as published text."""

    scores: list[Row]
    ranking: list[Row]
    cadres: list[Row]


@dataclass(frozen=True)
class Outcome:
    """An item of a unit before it is published."""

    points: Fraction
    low: Fraction
    high: Fraction
    status: str


def half_up(number: Fraction, places: int) -> Fraction:
    """Round half up."""
    return Fraction(math.floor(number * 10**places + Fraction(1, 2)), 10**places)


def published(number: Fraction, places: int = 2) -> str:
    """Return a number rounded half up to nine decimals, then half up to `places`, as text."""
    scaled = half_up(half_up(number, 9), places) * 10**places
    whole, rest = divmod(int(scaled), 10**places)
    return f"{whole}.{rest:0{places}d}"


# Decisions


def in_force(decisions: Iterable[Row], as_of: date) -> dict[tuple[str, str, str | None], Fraction]:
    """Return the decision that holds on each thing: the latest by time, then order."""
    latest: dict[tuple[str, str, str | None], tuple[tuple[Any, int], Fraction]] = {}
    for order, decision in enumerate(decisions):
        start = decision.get("valid_from")
        if start is not None and start > as_of:
            continue
        thing = (decision["unit"], decision["item"], decision.get("element"))
        age = (decision["time"], order)
        if thing not in latest or age > latest[thing][0]:
            latest[thing] = (age, Fraction(str(decision["value"])))
    return {thing: value for thing, (_, value) in latest.items()}


# Items


def from_components(points: Fraction, components: list[items.Component], factor: Fraction) -> Outcome:
    """Return an item made of components; one without evidence counts 0 in low, in full in high."""
    known = sum((c.share * c.value for c in components if c.value is not None), Fraction(0))
    unknown = sum((c.share for c in components if c.value is None), Fraction(0))
    low, high = points * known * factor, points * (known + unknown) * factor
    return Outcome(low, low, high, "no_evidence" if unknown else "scored")


def from_elements(points: Fraction, names: tuple[str, ...], checked: Row, decided: Row) -> Outcome:
    """Return an item made of elements; one without check and decision awaits judgement."""
    values = {**checked, **decided}
    each = points / len(names)
    low = each * sum(values.values(), Fraction(0))
    missing = len(names) - len(values)
    status = "awaiting_judgement" if missing else ("decided" if decided else "scored")
    return Outcome(low, low, low + each * missing, status)


def is_due(facts: Facts, item: str) -> bool:
    """Say whether the item's due date is on or before `as_of`."""
    due = ITEMS[item][1]
    if item == "1.2" and facts.readings.periods == "from_april":
        due = FROM_APRIL_FIRST_END
    return due <= facts.as_of


def assessed(facts: Facts, unit: str, item: str, *, points: Fraction, decided: Row) -> Outcome:
    """Return an item of a unit by its rule, `decided` holding the element decisions."""
    if not is_due(facts, item):
        return Outcome(Fraction(0), Fraction(0), Fraction(0), "not_due")
    measure = ITEMS[item][2]
    if isinstance(measure, tuple):
        return from_elements(points, measure, items.element_values(facts, unit, measure), decided)
    factor = overall.authenticity(facts, unit) if item.startswith("4.") else Fraction(1)
    return from_components(points, measure(facts, unit), factor)


def score_row(
    facts: Facts, unit: str, item: str, *, points: Fraction, decisions: Mapping[Any, Fraction]
) -> Row:
    """Return the row of scores.csv."""
    decided = {k[2]: v for k, v in decisions.items() if k[:2] == (unit, item) and k[2] is not None}
    plain = assessed(facts, unit, item, points=points, decided={})
    outcome = assessed(facts, unit, item, points=points, decided=decided) if decided else plain
    final = decisions.get((unit, item, None))
    if final is not None:
        outcome = Outcome(final, final, final, "decided")
    due = Fraction(0) if outcome.status == "not_due" else points
    return {
        "unit": unit,
        "item": item,
        "points": published(outcome.points),
        "points_max": published(points),
        "points_due": published(due),
        "low": published(outcome.low),
        "high": published(outcome.high),
        "status": outcome.status,
        "computed": published(plain.points),
    }


# Ranking


def of_hundred(rows: list[Row], column: str) -> Fraction | None:
    """Return the sum of a published column as hundredths of the points due, published too."""
    due = sum((Fraction(r["points_due"]) for r in rows), Fraction(0))
    got = sum((Fraction(r[column]) for r in rows), Fraction(0))
    return Fraction(published(got * 100 / due)) if due else None


def ranking_rows(scores: list[Row]) -> list[Row]:
    """Return ranking.csv: by rank, then in the order of the units; the unranked last."""
    rows = {unit: [r for r in scores if r["unit"] == unit] for unit in UNITS}
    marks = {
        unit: tuple(of_hundred(own, column) for column in ("points", "low", "high"))
        for unit, own in rows.items()
    }
    ranked = [unit for unit in UNITS if marks[unit][0] is not None]
    table = [ranking_row(unit, rows[unit], marks, ranked) for unit in UNITS]
    return sorted(table, key=lambda r: (r["rank"] == "", int(r["rank"] or 0), UNITS.index(r["unit"])))


def ranking_row(unit: str, own: list[Row], marks: dict[str, Any], ranked: list[str]) -> Row:
    """Return the row of one unit among the ranked ones."""
    row = {
        "unit": unit,
        "total": published(sum((Fraction(r["points"]) for r in own), Fraction(0))),
        "points_due": published(sum((Fraction(r["points_due"]) for r in own), Fraction(0))),
    }
    if unit not in ranked:
        return row | {"score_100": "", "rank": "", "rank_low": "", "rank_high": ""}
    mark, low, high = marks[unit]
    others = [marks[other] for other in ranked if other != unit]
    return row | {
        "score_100": published(mark),
        "rank": str(1 + sum(other[0] > mark for other in others)),
        "rank_low": str(1 + sum(other[1] > high for other in others)),
        "rank_high": str(1 + sum(other[2] > low for other in others)),
    }


# Cadres


def reasons_of(facts: Facts, cadre: Row, value: Fraction) -> list[str]:
    """List what keeps a cadre from the selection; contacts that nobody delivered are not held against anyone."""
    own_logs = [log for log, _ in facts.judged[cadre["cadre_id"]]]
    holding = [facts.holding[log["log_id"]] for log in own_logs if log["log_id"] in facts.holding]
    share = Fraction(overall.contacted(facts, cadre), overall.youths_required(cadre))
    found = {
        "fulfilment": value < SIX_TENTHS,
        "contacts": facts.has("youths") and share < SIX_TENTHS,
        "refuted": any(check["outcome"] == "false" for check in holding),
        "coerced": any(is_coercion(facts, cadre, check) for check in facts.rows("spot_checks")),
    }
    return [reason for reason, holds in found.items() if holds]


def is_coercion(facts: Facts, cadre: Row, check: Row) -> bool:
    """Say whether a check of the cadre or of its logs reached somebody who reports coercion."""
    is_known = check["cadre_id"] == cadre["cadre_id"] and check["checked_on"] <= facts.as_of
    return is_known and check["outcome"] != "unreached" and check["coerced"]


def verdict(facts: Facts, value: Fraction | None, reasons: list[str]) -> str:
    """Return yes, no, or not_assessed where logs or youths leave it open."""
    if value is None:
        return "not_assessed"
    if reasons:
        return "no"
    return "yes" if facts.has("youths") else "not_assessed"


def cadre_row(facts: Facts, cadre: Row) -> Row:
    """Return the row of cadres.csv."""
    value = items.fulfilment(facts, cadre) if facts.has("logs") else None
    reasons = [] if value is None else reasons_of(facts, cadre, value)
    used, months = overall.mobile_months(facts, cadre)
    return {
        "cadre_id": cadre["cadre_id"],
        "name": cadre.get("name") or "",
        "unit": cadre["unit"],
        "cadre_type": cadre["cadre_type"],
        "in_organ": "yes" if cadre["in_organ"] else "no",
        "periods": str(len(facts.due_periods(cadre))),
        "fulfilment": "" if value is None else published(value, 4),
        "contacted": str(overall.contacted(facts, cadre)) if facts.has("youths") else "",
        "required": str(overall.youths_required(cadre)),
        "mobile_months": f"{used}/{months}",
        "qualified": verdict(facts, value, reasons),
        "reasons": ";".join(reasons),
    }


def score(
    tables: dict[str, list[Row]],
    present: Iterable[str],
    as_of: date,
    *,
    decisions: Iterable[Row] = (),
    readings: Readings | None = None,
    weights: Mapping[str, Any] | None = None,
) -> OracleResult:
    """Score the tables on a date, every figure as it is published.

    Parameters
    ----------
    tables : dict
        Table id -> rows as dictionaries of Python values by the column ids of ``tables.md``.
    present : set of str
        The tables that were found; what an absent one feeds has no evidence.
    as_of : date
        Evidence dated later does not exist.
    decisions : list of dict
        unit, item, element or None, value, time, valid_from or None.
    readings : Readings, optional
        The choices among the readings.
    weights : dict, optional
        Other points for the items of 4, by item id.
    """
    facts = Facts(tables, frozenset(present), as_of, readings or Readings())
    holding = in_force(decisions, as_of)
    points = {item: Fraction(str((weights or {}).get(item, ITEMS[item][0]))) for item in ITEMS}
    scores = [
        score_row(facts, unit, item, points=points[item], decisions=holding)
        for unit in UNITS
        for item in ITEMS
    ]
    order = sorted(facts.rows("cadres"), key=lambda c: (UNITS.index(c["unit"]), c["cadre_id"]))
    return OracleResult(scores, ranking_rows(scores), [cadre_row(facts, cadre) for cadre in order])
