"""Evidence of any scale as Parquet and as Arrow files, piece after piece: a city's units together, as exports come."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .measuring import Steps
from .synthetic import SCALES, SEED, Scale, evidence_of, rulebook_of, write

if TYPE_CHECKING:
    from gy1100 import Evidence

PIECE = 10  # units whose rows lie together, in no order among each other
MANY = ("cadre_id", "log_id", "youth_id", "check_id", "activity_id")  # no two pieces share one


def make(folder: Path, scale: str) -> str:
    """Write a scale's evidence, piece after piece, as Parquet and as Arrow files."""
    whole = SCALES[scale]
    names = list(rulebook_of(whole).units.names)
    pieces = math.ceil(whole.units / PIECE)
    with _Files(folder) as files:
        for n in range(pieces):
            own = names[n * PIECE : (n + 1) * PIECE]
            part = Scale(scale, len(own), whole.cadres // pieces, whole.logs // pieces)
            with tempfile.TemporaryDirectory() as place:
                write(part, Path(place), SEED + n, own)
                for name, table in evidence_of(Path(place)).tables.items():
                    files.add(name, _apart(table, n))
    return Steps().report()


def mapped(folder: Path) -> Evidence:
    """Return the evidence that stands in a folder of Arrow files, where it lies."""
    import pyarrow as pa

    from gy1100 import Evidence

    files = sorted(folder.glob("*.arrow"))
    tables = {path.stem: pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in files}
    return Evidence(tables, frozenset(tables), (), (), False, {})


def _apart(table: Any, piece: int) -> Any:
    """Return a table whose ids and places are no other piece's."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in set(MANY) & set(table.column_names):
        told = pc.binary_join_element_wise(table[name], pa.scalar(f"{piece:03d}"), "")
        table = table.set_column(table.column_names.index(name), name, told)
    source = pa.array(np.full(table.num_rows, piece, "int32"))
    return table.set_column(table.column_names.index("source"), "source", source)


class _Files:
    """Each table as one Parquet file and one Arrow file, written piece by piece."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._writers = folder, dict[str, tuple[Any, Any]]()

    def add(self, name: str, table: Any) -> None:
        """Add a piece's rows to a table."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if name not in self._writers:
            place = str(self._folder / name)
            self._writers[name] = (
                pq.ParquetWriter(f"{place}.parquet", table.schema), pa.ipc.new_file(f"{place}.arrow", table.schema)
            )  # fmt: skip
        for writer in self._writers[name]:
            writer.write_table(table)

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *error: object) -> None:
        for both in self._writers.values():
            for writer in both:
                writer.close()
