"""Parts as frames in the shape of parts.csv: all of them, or those that are asked for."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from .components import FACTOR
from .frame_rows import records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import ibis
    import pandas as pd

    from .assessment import Assessment

PART_COLUMNS = [
    "unit", "item", "component", "part", "done", "due", "share", "weight", "factor", "low", "high", "note",
]  # fmt: skip
KEPT = 32  # units
MANY_UNITS = 1_000  # whose parts together, tens of millions, hardly anybody needs at once


def published_parts(assessment: Assessment) -> pd.DataFrame:
    """Return parts.csv: the parts of due items in order, authenticity as one part of each item it bears on."""
    return _published(assessment, assessment.measured, _authenticity_parts(assessment))


def kept_by_unit(assessment: Assessment) -> Callable[[str], pd.DataFrame]:
    """Return what gives the parts of a unit by its name, and keeps those of the last few."""
    return lru_cache(KEPT)(partial(parts_of, assessment))


def parts_of(assessment: Assessment, unit: str) -> pd.DataFrame:
    """Return the parts of a unit; of very many units this one's alone are made."""
    if len(assessment.rulebook.units) <= MANY_UNITS:
        return assessment.parts[assessment.parts["unit"] == unit]
    parts, factors = assessment.measured, _authenticity_parts(assessment)
    mine = parts.filter(parts.unit == unit) if parts is not None else None
    return _published(assessment, mine, factors[factors["unit"] == unit])


def noted_parts(assessment: Assessment, notes: Collection[str]) -> pd.DataFrame:
    """Return the parts with one of some notes; of very many units only those with any note are made."""
    if len(assessment.rulebook.units) <= MANY_UNITS:
        found = assessment.parts
    else:
        # not the notes themselves: DuckDB 2.0 filters "CASE … IN (…)" wrongly where it reads the column of the case
        parts = assessment.measured
        noted = parts.filter(parts.note.notnull()) if parts is not None else None
        found = _published(assessment, noted, _authenticity_parts(assessment))
    return found[found["note"].isin(notes)]


def _published(assessment: Assessment, parts: ibis.Table | None, factors: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    if parts is None:
        return pd.DataFrame(columns=PART_COLUMNS)
    frame = assessment.tallies.frame.engine.frame(parts)
    item_of = {component.id: item.id for item, component in assessment.rulebook.components()}
    frame["item"] = frame["component"].map(item_of)
    frame["part"] = _part_names(frame)
    return in_order(pd.concat([frame[PART_COLUMNS], factors], ignore_index=True), assessment)


def _part_names(frame: pd.DataFrame) -> pd.Series[str]:
    named = frame["holder"].str.cat(frame["period"], sep="/", na_rep="").str.strip("/")
    return named.where(named != "", frame["component"])


def _authenticity_parts(assessment: Assessment) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"unit": a["unit"], "item": item, "component": FACTOR, "part": FACTOR, "done": a["done"], "due": a["n"],
         "share": a["value"], "weight": 1.0, "factor": 1.0, "low": a["value"], "high": a["value"],
         "note": None if a["applied"] else "sample_too_small"}
        for a in records(assessment.authenticity)
        for item in assessment.rulebook.rules.authenticity.items
        if item in assessment.due_items
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=PART_COLUMNS)


def in_order(frame: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """Return rows in the order of units, items, components and parts."""
    book = assessment.rulebook
    places = {
        "unit": {unit.name: n for n, unit in enumerate(book.units)},
        "item": {item.id: n for n, item in enumerate(book.items)},
        "component": {c.id: n for n, (_, c) in enumerate(book.components())}
        | {FACTOR: len(book.items) * 100},
    }
    keys = frame[["part"]].assign(**{name: frame[name].map(place) for name, place in places.items()})
    ordered: pd.Index = keys.sort_values([*places, "part"], kind="stable").index
    return frame.loc[ordered].reset_index(drop=True)
