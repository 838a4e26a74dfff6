"""Parts as frames in the shape of parts.csv: all of them, or those that are asked for."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from .components import FACTOR, measured
from .frame_rows import records
from .parts import part_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import ibis
    import pandas as pd
    import pyarrow as pa

    from .assessment import Assessment

FIELDS = {
    "unit": "string", "item": "string", "component": "string", "part": "string", "done": "float64", "due": "float64",
    "share": "float64", "weight": "float64", "factor": "float64", "low": "float64", "high": "float64", "note": "string",
}  # fmt: skip
KEPT = 32  # units
MANY_UNITS = 1_000  # whose parts together, tens of millions, hardly anybody needs at once


def published_parts(assessment: Assessment) -> pd.DataFrame:
    """Return parts.csv: the parts of due items in order, authenticity as one part of each item it bears on."""
    return _frame(assessment, assessment.measured)


def kept_by_unit(assessment: Assessment) -> Callable[[str], pd.DataFrame]:
    """Return what gives the parts of a unit by its name, and keeps those of the last few."""
    return lru_cache(KEPT)(partial(parts_of, assessment))


def parts_of(assessment: Assessment, unit: str) -> pd.DataFrame:
    """Return the parts of a unit; of very many units this one's alone are made."""
    if len(assessment.rulebook.units) <= MANY_UNITS:
        return assessment.parts[assessment.parts["unit"] == unit]
    return _frame(assessment, assessment.measured.filter(assessment.measured.unit == unit))


def noted_parts(assessment: Assessment, notes: Collection[str]) -> pd.DataFrame:
    """Return the parts with one of some notes; of very many units only those with any note are made."""
    if len(assessment.rulebook.units) <= MANY_UNITS:
        found = assessment.parts
    else:  # not the notes themselves: DuckDB 2.0 answers "CASE … IN (…)" wrongly where it filters as it reads
        found = _frame(assessment, assessment.measured.filter(assessment.measured.note.notnull()))
    return found[found["note"].isin(notes)]


def _frame(assessment: Assessment, parts: ibis.Table) -> pd.DataFrame:
    """Return parts in the order of units, items, components and names."""
    rows = assessment.tallies.frame.engine.arrow(parts)
    order = [(name, "ascending") for name in ("unit_place", "place", "part")]
    frame: pd.DataFrame = rows.sort_by(order).select([*FIELDS]).to_pandas()
    return frame


def relation(assessment: Assessment) -> ibis.Table:
    """Return all parts as a relation of the engine: the columns of parts.csv and the places by which they stand."""
    import pyarrow as pa

    engine, book = assessment.tallies.frame.engine, assessment.rulebook
    places = [
        {"item": item.id, "component": component.id, "place": 2 * n}  # what multiplies an item stands between
        for n, (item, component) in enumerate(book.components())
    ]
    rows, parts = engine.table(_authenticity_parts(assessment, places)), measured(assessment)
    if parts is not None:
        own = parts.join(engine.table(pa.Table.from_pylist(places)), "component")
        rows = own.mutate(part=part_name(own, own.component)).select(*FIELDS, "place").union(rows)
    return engine.view(rows.join(assessment.tallies.frame.units, "unit"))


def _authenticity_parts(assessment: Assessment, places: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return authenticity as a part of each due item that it multiplies, last of the item."""
    import pyarrow as pa

    rules = assessment.rulebook.rules.authenticity
    last = {place["item"]: place["place"] + 1 for place in places}
    rows = [
        {"unit": a["unit"], "item": item, "component": FACTOR, "part": FACTOR, "done": a["done"], "due": a["n"],
         "share": a["value"], "weight": 1.0, "factor": 1.0, "low": a["value"], "high": a["value"],
         "note": None if a["n"] >= rules.min_checks.value else "sample_too_small", "place": last[item]}
        for a in records(assessment.authenticity)
        for item in rules.items
        if item in assessment.due_items
    ]  # fmt: skip
    kinds = [*((name, getattr(pa, kind)()) for name, kind in FIELDS.items()), ("place", pa.int64())]
    return pa.Table.from_pylist(rows, pa.schema(kinds))
