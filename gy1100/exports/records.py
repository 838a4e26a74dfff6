"""The data rows of a recognised table as typed columns, with a finding for every cell that was mended or refused.

They are read part by part, so that no more than a part is ever there as single values.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..cells import Fault, Setting, is_blank
from ..identifiers import short_ids
from ..tables import schema
from ..values import Parsed, Whole, has_no, parse_column, shown_text
from .amending import amended
from .blocks import Batch, Block, label, n_filled, written
from .clean_cells import CleanColumn
from .clean_texts import all_hashed, hashed
from .columnar import Columnar, Part
from .layout_notes import layout_notes, title_note, watched
from .mended import Mended
from .totals import check_totals, hold_unlabelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from ..findings import Finding, Severity
    from ..tables import Column, Table
    from .stored import Store
    from .text_bytes import Texts

__all__ = ["Batch", "Block", "label", "read_block"]

Values = dict[str, Any]  # lists or arrays


def read_block(block: Block, setting: Setting, store: Store) -> Batch:
    """Read the data rows of a block into typed columns; the cells as read are let go."""
    setting = replace(setting, date1904=block.sheet.date1904, plain=block.sheet.plain)
    block, corrected = amended(block, setting)
    batch, filled = Batch(block, _excel_rows(block)), Counter[int]()
    batch.findings.extend(corrected)
    kinds = {field.name: field.type for field in schema(block.table)}
    columns = [_Reading(batch, column, setting, kinds[column.id]) for column in block.table.columns]
    for part in block.grid.parts(block.rows.data):
        ragged = _refuse_ragged(batch, part)
        values = {own.column.id: own.read(part, ragged) for own in columns}
        filled.update({place: n_filled(part.cells(place)) for place in watched(block)})
        if block.table.id == "logs":
            _hash_texts(values, next(own.texts for own in columns if own.column.id == "text"))
        batch.parts.append(store.keep(_typed(block.table, values), block.table))
    batch.findings.extend(layout_notes(block, filled))
    for own in columns:
        batch.findings.extend(own.told())
    hold_unlabelled(batch)
    check_totals(batch, setting)
    batch.findings.extend(title_note(batch))
    batch.block = replace(block, sheet=replace(block.sheet, rows=Columnar([], 0)))
    return batch


def _excel_rows(block: Block) -> Sequence[int]:
    rows, first = block.rows.data, block.sheet.first_row
    if isinstance(rows, range):
        return range(rows.start + first, rows.stop + first)
    return array("q", (index + first for index in rows))


def _typed(table: Table, values: Values) -> pa.RecordBatch:
    import pyarrow as pa

    fields = [field for field in schema(table) if field.name in values]
    return pa.RecordBatch.from_arrays(
        [_array(values[field.name], field.type) for field in fields], schema=pa.schema(fields)
    )


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    return values if isinstance(values, pa.Array) else pa.array(values, kind)


@dataclass
class _Reading:
    """One column of a block while it is read part by part.

    Attributes
    ----------
    mended : Mended
        The cells that were mended so far.
    equal, same : dict
        Where the column stands there twice: place -> whether it holds the same cells, or the same values so far.
    """

    batch: Batch
    column: Column
    setting: Setting
    kind: pa.DataType
    mended: Mended = field(default_factory=Mended)
    equal: dict[int, bool] = field(default_factory=dict)
    same: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What all cells say of each is found out first."""
        self.places = self.batch.block.match.columns.get(self.column.id, ())
        self.whole = [self._whole(place) for place in self.places]
        self.clean = (
            CleanColumn(self.column, self.setting, self.whole[0], self.kind)
            if len(self.places) == 1
            else None
        )

    @property
    def texts(self) -> Texts | None:
        """Return the texts that were read last, where they were looked at all at once."""
        return self.clean.texts if self.clean else None

    def _whole(self, place: int) -> Whole:
        block, column = self.batch.block, self.column
        marked, short = False, {}
        if column.blank == "unmarked":
            parts = block.grid.parts(block.rows.data)
            marked = any(has_no(column, part.cells(place)) for part in parts)
        if column.type == "id" and not self.setting.plain:
            short = short_ids(block.grid.cells(place, block.rows.data))
        return Whole(marked, short)

    def read(self, part: Part, ragged: set[int]) -> Any:
        """Return the values of a part; cells that were refused become findings, except of ragged rows."""
        if not self.places:
            empty = None if self.column.blank == "unmarked" else self.column.blank
            return [empty] * len(part.rows)
        array = part.array(self.places[0]) if self.clean else None
        if self.clean and array is not None:
            clean = self.clean.values(array)
            if clean is not None:
                return clean
        cells = part.cells(self.places[0])
        parsed = parse_column(self.column, cells, self.setting, self.whole[0])
        self.mended.add(parsed.repairs, part.start)
        for index, found in parsed.problems:
            if part.start + index not in ragged:
                row, place = self.batch.rows[part.start + index], self._place(cells[index])
                code = found.problem or ""
                self.batch.findings.append(
                    self.batch.block.finding("error", code, row, **place, **found.args)
                )
            self.batch.refused.add(part.start + index)
        for number in range(1, len(self.places)):
            self._compare(number, part.cells(self.places[number]), parsed, cells)
        return parsed.values

    def _place(self, cell: object) -> dict[str, str]:
        """Header and value as findings show them; of a log's text nothing is shown but an error in its place."""
        unseen = self.column.masked and not isinstance(cell, Fault)
        return {
            "column": self.batch.block.header_of(self.column.id),
            "value": "" if unseen else shown_text(cell),
        }

    def _compare(self, number: int, cells: list[Any], first: Parsed, others: list[Any]) -> None:
        """Whether two columns hold the same cells, or the same values differently written."""
        place, equal = self.places[number], cells == others
        if place not in self.equal:
            self.equal[place] = self.same[place] = True
        self.equal[place] &= equal
        if self.same[place]:
            read = parse_column(self.column, cells, self.setting, self.whole[number])
            self.same[place] = not read.problems and not first.problems and read.values == first.values

    def told(self) -> Iterator[Finding]:
        """Return what was found in all parts: a column that stands there twice, mended cells, merged ones."""
        if len(self.places) > 1:
            yield self._twice()
        yield from self._repairs()
        if self.column.id in self.batch.block.merged:
            yield from self._refuse_merged()

    def _twice(self) -> Finding:
        block = self.batch.block
        equal = all(self.equal[place] or self.same[place] for place in self.equal)
        severity: Severity = "note" if equal else "error"
        code = "column_twice_equal" if severity == "note" else "column_twice"
        headers = "、".join(written(block.headers[place]) for place in self.places)
        words = {"column": block.header_of(self.column.id), "headers": headers}
        return block.finding(severity, code, block.header_row, **words)

    def _repairs(self) -> Iterator[Finding]:
        """One finding for each distinct cell that was mended, ten at most alike, then one for the others."""
        block, rows = self.batch.block, self.batch.rows
        unseen = block.table.secret or self.column.masked
        for code, listed, rest in self.mended.told(unseen=unseen):
            for one in listed:
                place = {**self._place(one.cell), "count": one.count}
                yield block.finding("repair", code, rows[one.first], **place, **one.found.args)
            if rest:
                more = {"column": block.header_of(self.column.id), "count": rest.count}
                yield block.finding("repair", "and_more", rows[rest.first], **more)

    def _refuse_merged(self) -> Iterator[Finding]:
        """A number in merged cells belongs to none of the rows alone; a value underneath is not what Excel shows."""
        batch, column = self.batch, self.column
        code = "merged_number" if column.type in ("whole", "number") else "merged_covered"
        header, unclear = batch.block.header_of(column.id), batch.block.merged[column.id]
        for index in [index for index, row in enumerate(batch.rows) if row in unclear]:
            yield batch.block.finding("error", code, batch.rows[index], column=header)
            batch.refused.add(index)


def _refuse_ragged(batch: Batch, part: Part) -> set[int]:
    """Refuse rows of a text file that have more or fewer cells than the header; return their positions."""
    block = batch.block
    if not block.sheet.plain:
        return set()
    expected = 1 + max(place for place, header in enumerate(block.headers) if not is_blank(header))
    if not (part.grid.lengths or part.grid.width != expected or block.sheet.cut):
        return set()
    ragged = set()
    for index, at in enumerate(part.rows, part.start):
        if code := _ragged(block, part.grid, at, block.rows.data[index], expected):
            words = {"count": part.grid.length(at), "expected": expected}
            batch.findings.append(block.finding("error", code, batch.rows[index], **words))
            ragged.add(index)
    batch.refused |= ragged
    return ragged


def _ragged(block: Block, grid: Columnar, at: int, index: int, expected: int) -> str | None:
    """What is wrong with the length of a row, if anything."""
    if block.sheet.cut and index == block.grid.height - 1:
        return "row_cut"
    if grid.length(at) < expected:
        return "row_shorter"
    longer = grid.length(at) > expected and any(not is_blank(cell) for cell in grid[at][expected:])
    return "row_longer" if longer else None


def _hash_texts(values: Values, known: Texts | None) -> None:
    """Put hash and length of the original text beside it, and replace phone and id numbers in what is kept."""
    carried, lengths = values["text_hash"], values["text_length"]
    if not isinstance(values["text"], list) and not any(carried) and not any(lengths):
        values["text"], values["text_hash"], values["text_length"] = all_hashed(values["text"], known)
        return
    texts, hashes, new = hashed(_listed(values["text"]))
    pairs = [
        (digest, length) if digest and length is not None else own
        for digest, length, *own in zip(_listed(carried), _listed(lengths), hashes, new, strict=True)
    ]
    values["text"] = texts
    values["text_hash"] = [digest for digest, _ in pairs]
    values["text_length"] = [length for _, length in pairs]


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else values.to_pylist()
