"""Each unit's evidence apart: what explains its figures is its own, so that no other unit's rows are looked through."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from .owners import units_of

if TYPE_CHECKING:
    import pyarrow as pa

    from .validity import Frame


class Apart:
    """The tables of an assessment by unit; whose a row is, is found out once.

    Parameters
    ----------
    frame : Frame
    """

    def __init__(self, frame: Frame) -> None:
        self._given = frame.given
        self.of = lru_cache(maxsize=1)(self._of)

    def _of(self, unit: str) -> dict[str, pa.Table]:
        """Return the tables with one unit's rows alone."""
        import pyarrow as pa
        import pyarrow.compute as pc

        tables = {}
        for name, units in self._units.items():
            code = pa.scalar(units.dictionary.index(unit).as_py(), units.indices.type)
            tables[name] = self._given[name].filter(pc.equal(units.indices, code))
        return tables

    @cached_property
    def _units(self) -> dict[str, pa.DictionaryArray]:
        return {name: units_of(table, self._given["cadres"]) for name, table in self._given.items()}
