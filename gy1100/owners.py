"""Whose rows and sheets are, for what was found on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from .evidence import Evidence

Place = tuple[str, str]
RowPlace = tuple[str, str, int]


@dataclass(frozen=True)
class Owners:
    """The units of rows, accepted or refused: a row's own, or its cadre's; empty where nobody's.

    Attributes
    ----------
    rows : mapping
        (file, sheet, row) -> unit, of the rows that a finding names.
    sheets : mapping
        (file, sheet) -> the units that have rows there.
    """

    rows: Mapping[RowPlace, str]
    sheets: Mapping[Place, set[str]]


def owners_of(evidence: Evidence) -> Owners:
    """Find out whose the rows and sheets of an evidence are."""
    import numpy as np

    places = [(source.file, source.sheet) for source in evidence.sources]
    wanted = _named(evidence, places)
    rows: dict[RowPlace, str] = {}
    sheets: dict[Place, set[str]] = {}
    for table in evidence.tables.values():
        if not {"unit", "cadre_id"} & set(table.column_names):
            continue
        units = units_of(table, evidence.tables["cadres"])
        names, codes = units.dictionary.to_pylist(), np.asarray(units.indices, np.int64)
        source, row = (np.asarray(table[name], np.int64) for name in ("source", "row"))
        for pair in np.unique(source * len(names) + codes).tolist():
            number, code = divmod(pair, len(names))
            sheets.setdefault(places[number], set()).add(names[code])
        found = np.flatnonzero(np.isin((source << 32) + row, wanted))
        for number, at, code in zip(
            source[found].tolist(), row[found].tolist(), codes[found].tolist(), strict=True
        ):
            rows[*places[number], at] = names[code]
    for refused in (refused for refused in evidence.refused if refused.unit):
        place = places[refused.source]
        rows[*place, refused.row] = refused.unit
        sheets.setdefault(place, set()).add(refused.unit)
    return Owners(rows, sheets)


def _named(evidence: Evidence, places: Sequence[Place]) -> npt.NDArray[np.int64]:
    """Return the rows that findings name, source and row as one number."""
    import numpy as np

    numbers: dict[Place, list[int]] = {}
    for number, place in enumerate(places):
        numbers.setdefault(place, []).append(number)
    named = {(f.file, f.sheet, f.row) for f in evidence.findings if f.row is not None}
    return np.array(
        [(n << 32) + row for *at, row in named for n in numbers.get((at[0], at[1]), ())], np.int64
    )


def units_of(table: pa.Table, cadres: pa.Table) -> pa.DictionaryArray:
    """Return the unit of each row of a table: its own, or its cadre's; empty where nobody's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    own = "unit" in table.column_names
    units = (table if own else cadres)["unit"].combine_chunks().dictionary_encode()
    codes = units.indices
    if not own:
        codes = codes.take(pc.index_in(table["cadre_id"], value_set=cadres["cadre_id"]).combine_chunks())
    names = [*units.dictionary.to_pylist(), ""]
    return pa.DictionaryArray.from_arrays(codes.fill_null(len(names) - 1), pa.array(names, pa.string()))
