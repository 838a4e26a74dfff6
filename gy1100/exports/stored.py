"""Typed rows as Arrow batches: beyond a limit they lie in a file without a name; what is personal stays in memory."""

from __future__ import annotations

import mmap
import tempfile
import weakref
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from ..texts import MAY_HOLD_NUMBER, PERSONS_NUMBER, SHORTEST_NUMBER

if TYPE_CHECKING:
    import pyarrow as pa

    from ..tables import Column, Table

MOST = 192 << 20  # bytes of typed rows that are held in memory before they are written out
_ALIGNED = 64


class Stored:
    """A batch of typed rows, wherever it lies, and its columns that may tell a person's name or number."""

    __slots__ = ("batch", "private")

    def __init__(self, batch: pa.RecordBatch, private: frozenset[str] = frozenset()) -> None:
        self.batch, self.private = batch, private


class Store:
    """Keeps the typed rows of a delivery.

    Beyond a limit they go to a temporary file, which only its user can open and which is gone with the process however
    that ends; they are read through a map of it, whose pages the system may drop. Another process gets one of its own.
    """

    def __init__(self) -> None:
        self.most = MOST
        self._lock = Lock()
        self._held: list[Stored] = []
        self._bytes = 0
        self._file: BinaryIO | None = None

    def __reduce__(self) -> tuple[type[Store], tuple[()]]:
        return Store, ()

    @property
    def overflowed(self) -> bool:
        """Whether anything lies in the file."""
        return self._file is not None

    def keep(self, batch: pa.RecordBatch, table: Table) -> Stored:
        """Keep a batch of rows of a table; several threads may ask for it."""
        stored = Stored(batch, _private(batch, table))
        self.take(stored)
        return stored

    def take(self, stored: Stored) -> None:
        """Keep what another process kept."""
        with self._lock:
            self._held.append(stored)
            self._bytes += stored.batch.nbytes
            if self._bytes > self.most:
                self._write_out()

    def _opened(self) -> BinaryIO:
        file = tempfile.TemporaryFile(prefix="gy1100-")  # noqa: SIM115 - lives as long as this
        weakref.finalize(self, file.close)
        return file

    def _write_out(self) -> None:
        """Move what is held to the end of the file; where there is no room, it stays in memory."""
        held, self._held, self._bytes = self._held, [], 0
        try:
            file = self._file = self._file or self._opened()
            start = _padded(file, mmap.ALLOCATIONGRANULARITY)
            places = [_written(file, stored) for stored in held]
            file.flush()
            length = file.tell() - start
            mapped = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ, offset=start)
        except OSError:
            self.most = 1 << 62
            return
        for stored, place in zip(held, places, strict=True):
            stored.batch = _mapped(stored, mapped, place - start)


def _private(batch: pa.RecordBatch, table: Table) -> frozenset[str]:
    names = batch.schema.names
    return frozenset(c.id for c in table.columns if c.id in names and is_personal(c, batch[c.id]))


def is_personal(column: Column, values: pa.Array) -> bool:
    """Whether values may tell a name or number of a person; texts of logs were cleared of them before."""
    import pyarrow.compute as pc

    if column.name:
        return True
    if column.type not in ("id", "text") or column.masked:
        return False
    exact = column.type == "id" or column.exact
    if exact and (pc.max(pc.binary_length(values)).as_py() or 0) < SHORTEST_NUMBER:
        return False
    pattern = PERSONS_NUMBER if exact else MAY_HOLD_NUMBER
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())


def _padded(file: BinaryIO, unit: int) -> int:
    file.write(b"\0" * (-file.tell() % unit))
    return file.tell()


def _written(file: BinaryIO, stored: Stored) -> int:
    """Write the columns that are not private; return where they begin."""
    import pyarrow as pa

    place, public = _padded(file, _ALIGNED), stored.batch.drop_columns(list(stored.private))
    with pa.ipc.new_stream(file, public.schema) as stream:
        stream.write_batch(public)
    return place


def _mapped(stored: Stored, mapped: Any, place: int) -> pa.RecordBatch:
    """The same batch with its public columns in the file."""
    import pyarrow as pa

    public = pa.ipc.open_stream(pa.py_buffer(mapped).slice(place)).read_next_batch()
    own = stored.batch
    columns = [own[name] if name in stored.private else public[name] for name in own.schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=own.schema)
