"""Each unit's evidence apart: what explains its figures is its own, so that no other unit's rows are looked through."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from .rulebook import Rulebook
    from .validity import Frame


class Apart:
    """The tables of an assessment by unit; whose a row is, is found out once.

    Parameters
    ----------
    frame : Frame
    rulebook : Rulebook
    """

    def __init__(self, frame: Frame, rulebook: Rulebook) -> None:
        self._frame, self._names = frame, rulebook.units.names
        self.of = lru_cache(maxsize=1)(self._of)

    def _of(self, unit: str) -> dict[str, pa.Table]:
        """Return the tables with one unit's rows alone."""
        import pyarrow as pa

        number, given = self._names.index(unit), self._frame.given
        return {name: given[name].filter(pa.array(own == number)) for name, own in self._owners.items()}

    @cached_property
    def _owners(self) -> dict[str, npt.NDArray[np.int16]]:
        """Return for each table the number of the unit of each row, -1 where it is nobody's."""
        import numpy as np
        import pyarrow as pa

        names, cadres = pa.array(self._names), self._frame.given["cadres"]
        nobody = np.full(1, -1, np.int32)  # where a place of -1 leads
        units = np.concatenate([_places(cadres["unit"], names), nobody]).astype(np.int16)

        def owners(table: pa.Table) -> npt.NDArray[np.int16]:
            if "unit" in table.column_names:
                return _places(table["unit"], names).astype(np.int16)
            return units[_places(table["cadre_id"], cadres["cadre_id"])]

        return {name: owners(table) for name, table in self._frame.given.items()}


def _places(values: pa.ChunkedArray, known: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int32]:
    """Return where values stand among known ones, -1 where they do not."""
    import numpy as np
    import pyarrow.compute as pc

    return np.asarray(pc.index_in(values, value_set=known).fill_null(-1), np.int32)
