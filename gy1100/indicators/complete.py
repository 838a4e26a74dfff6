"""Counts completed to every unit: nought where there is nothing, empty where nothing was delivered."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import ibis
    import pandas as pd

    from ..assessment import Assessment


def unit_names(result: Assessment) -> list[str]:
    """Return the units' names in the rulebook's order."""
    return [unit.name for unit in result.rulebook.units]


def completed(
    counts: pd.DataFrame, keys: Mapping[str, Iterable[str]], columns: Iterable[str], *, known: bool = True
) -> pd.DataFrame:
    """Return one row for each combination of ``keys``, in order, with whole numbers in ``columns``.

    What ``counts`` does not hold is 0; where nothing is ``known``, because no table was delivered, all is empty.
    """
    import pandas as pd

    whole = pd.DataFrame(list(product(*keys.values())), columns=list(keys))
    if known:
        whole = whole.merge(counts, how="left", on=list(keys))
    names = list(columns)
    whole = whole.reindex(columns=[*keys, *names])
    whole[names] = whole[names].astype("Int64")
    if known:
        whole[names] = whole[names].fillna(0)
    return whole


def of_cadres(result: Assessment, table: str, day: str = "date") -> ibis.Table:
    """Return the rows of a table of cadres up to the day of the assessment, with their ``unit``."""
    import ibis

    frame = result.tallies.frame
    rows = frame.tables[table]
    rows = rows.filter(rows[day] <= ibis.literal(result.as_of))
    return rows.join(frame.cadres.select("cadre_id", "unit"), "cadre_id")


def pivoted(counts: pd.DataFrame, by: list[str], across: str, names: Iterable[str]) -> pd.DataFrame:
    """Return counts ``n`` with the values of one column as columns, all of ``names`` among them."""
    wide = counts.pivot_table(index=by, columns=across, values="n", aggfunc="sum", fill_value=0)
    return wide.reindex(columns=list(names), fill_value=0).reset_index()
