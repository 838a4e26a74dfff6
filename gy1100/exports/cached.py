"""What a file gave when it was read before: typed rows as Parquet, findings and tallies as JSON.

Personal columns were never in it; a file in which anything else looks like a person's number is not kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cache import Cache, key_of
from ..findings import Finding
from ..tables import schema
from .blocks import Typed
from .reading import FileRead, read_file
from .tallies import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    import pyarrow.parquet as pq

    from ..cells import Setting
    from ..tables import Table
    from .guard import File
    from .on_disk import Bytes
    from .stored import Store, Stored

READ = "read.json"


@dataclass(frozen=True)
class Reader:
    """Reads files, or recalls what they gave.

    Attributes
    ----------
    tables : mapping
        The tables that are looked for.
    setting : Setting
    store : Store
        Keeps the typed rows.
    cache : Cache or None
    fingerprint : tuple of str
        What reading depends on besides the file: rulebook with level and hash, hash of the corrections file.
    """

    tables: Mapping[str, Table]
    setting: Setting
    store: Store
    cache: Cache | None = None
    fingerprint: tuple[str, ...] = ()

    def recalled(self, file: File, sha256: str) -> FileRead | None:
        """Return what a file gave when it was read before, None where that is not known."""
        if self.cache is None or (entry := self.cache.recall(key := self._key(file, sha256))) is None:
            return None
        try:
            return _recalled(entry, file, self.tables, self.store)
        except (OSError, ValueError, KeyError, TypeError):
            self.cache.forget(key)
            return None

    def read(self, file: File, data: Bytes, sha256: str) -> FileRead:
        """Return what a file gives; it is kept for later runs, where there is a place to keep it."""
        if (known := self.recalled(file, sha256)) is not None:
            return known
        read = read_file(file, data, self.tables, self.setting, self.store)
        told = any(_is_private(typed, self.tables[typed.table]) for typed in read.batches)
        if self.cache is not None and read.batches and not told:
            self.cache.keep(self._key(file, sha256), lambda made: _write(read, self.tables, made))
        return read

    def _key(self, file: File, sha256: str) -> str:
        return key_of("file", file.name, sha256, *self.fingerprint)


def _is_private(typed: Typed, table: Table) -> bool:
    """Whether a number of a person may be among the values; cadres' own names are published."""
    published = {column.id for column in table.columns if column.name}
    return any(part.private - published for part in typed.parts)


def _write(read: FileRead, tables: Mapping[str, Table], folder: Path) -> None:
    for number, typed in enumerate(read.batches):
        if typed.parts:
            fields = typed.parts[0].batch.schema
            with opened_for(folder / f"{number}.parquet", tables[typed.table], fields) as file:
                for part in typed.parts:
                    file.write_batch(part.batch)
    told = {
        "findings": [asdict(found) for found in read.findings],
        "tallies": [asdict(tally) for tally in read.tallies],
        "tables": [_told(typed) for typed in read.batches],
    }
    (folder / READ).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def opened_for(path: Path, table: Table, fields: pa.Schema) -> pq.ParquetWriter:
    """Return a file for rows of a table that are read back as a whole.

    Nothing is looked up in them, and few of their ids and texts are alike.
    """
    import pyarrow.parquet as pq

    columns = (c for c in table.columns if c.id in fields.names)
    return pq.ParquetWriter(
        path,
        fields,
        write_page_checksum=True,
        use_dictionary=[c.id for c in columns if c.id != table.key and c.type not in ("text", "hash")],
        write_statistics=False,
        compression="lz4",
    )


def _told(typed: Typed) -> dict[str, Any]:
    rows = typed.rows
    span = [rows.start, rows.stop] if isinstance(rows, range) else None
    return {
        "file": typed.file, "sheet": typed.sheet, "table": typed.table, "headers": typed.headers, "span": span,
        "rows": None if span else list(rows), "refused": sorted(typed.refused), "parts": len(typed.parts),
        "findings": [asdict(found) for found in typed.findings],
    }  # fmt: skip


def _recalled(entry: Path, file: File, tables: Mapping[str, Table], store: Store) -> FileRead:
    told = json.loads((entry / READ).read_text("utf-8"))
    batches = [
        _typed(one, entry / f"{number}.parquet", tables[one["table"]], store)
        for number, one in enumerate(told["tables"])
    ]
    return FileRead(file, batches, _findings(told), [Tally(**tally) for tally in told["tallies"]])


def _findings(told: Mapping[str, Any]) -> list[Finding]:
    return [Finding(**found) for found in told["findings"]]


def _typed(told: Mapping[str, Any], path: Path, table: Table, store: Store) -> Typed:
    rows: Sequence[int] = range(*told["span"]) if told["span"] else told["rows"]
    parts = _parts(path, table, store) if told["parts"] else []
    if sum(part.batch.num_rows for part in parts) != len(rows):
        raise ValueError(path)
    of = (told["file"], told["sheet"], told["table"], told["headers"])
    return Typed(*of, rows, parts, set(told["refused"]), _findings(told))


def _parts(path: Path, table: Table, store: Store) -> list[Stored]:
    import pyarrow.parquet as pq

    parts: list[Stored] = []
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        if file.schema_arrow.remove_metadata() != _fields(table):
            raise ValueError(path)
        for number in range(file.num_row_groups):
            group = file.read_row_group(number).combine_chunks()
            parts.extend(store.keep(batch, table) for batch in group.to_batches())
    return parts


def _fields(table: Table) -> Any:
    import pyarrow as pa

    return pa.schema([field for field in schema(table) if field.name in table.by_id])
