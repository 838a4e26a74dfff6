"""The data rows of a recognised table as typed columns, with a finding for every cell that was mended or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..cells import Fault, Outcome, Setting, is_blank, without_controls
from ..texts import masked, normalised, text_hash
from ..values import Parsed, parse_column, shown_text
from .amending import amended
from .blocks import Batch, Block, label, written
from .columnar import Columnar, columnar
from .layout_notes import layout_notes, title_note
from .totals import check_totals, hold_unlabelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..findings import Finding, Severity
    from ..tables import Column

__all__ = ["Batch", "Block", "label", "read_block"]

LISTED = 10  # distinct cells of a column, mended alike, that are listed one by one
_ONE_EXAMPLE = frozenset(("date_text", "date_serial", "date_serial_1904", "id_number", "number_text"))


def read_block(block: Block, setting: Setting) -> Batch:
    """Read the data rows of a block into typed columns; the cells as read are let go."""
    setting = replace(setting, date1904=block.sheet.date1904, plain=block.sheet.plain)
    block, corrected = amended(block, setting)
    block = replace(block, sheet=replace(block.sheet, rows=columnar(block.sheet.rows)))
    batch = Batch(block, _excel_rows(block))
    batch.findings.extend(corrected)
    ragged = _refuse_ragged(batch)
    batch.findings.extend(layout_notes(block))
    for column in block.table.columns:
        _read_column(batch, column, setting, ragged)
    hold_unlabelled(batch)
    check_totals(batch, setting)
    batch.findings.extend(title_note(batch))
    if block.table.id == "logs":
        _hash_texts(batch)
    batch.block = replace(block, sheet=replace(block.sheet, rows=Columnar([], 0)))
    return batch


def _excel_rows(block: Block) -> range | list[int]:
    rows, first = block.rows.data, block.sheet.first_row
    if isinstance(rows, range):
        return range(rows.start + first, rows.stop + first)
    return [index + first for index in rows]


def _read_column(batch: Batch, column: Column, setting: Setting, ragged: set[int]) -> None:
    block, places = batch.block, batch.block.match.columns.get(column.id)
    if places is None:
        empty = None if column.blank == "unmarked" else column.blank
        batch.columns[column.id] = [empty] * len(batch.rows)
        return
    cells = block.cells(places[0])
    parsed = parse_column(column, cells, setting)
    batch.columns[column.id] = parsed.values
    batch.findings.extend(_twice(block, column, setting))
    batch.findings.extend(_repairs(batch, column, parsed))
    for index, found in parsed.problems:
        if index not in ragged:
            batch.findings.append(_problem(batch, column, index, cells[index], found))
        batch.refused.add(index)
    if column.id in block.merged:
        _refuse_merged(batch, column)


def _refuse_merged(batch: Batch, column: Column) -> None:
    """A number in merged cells belongs to none of the rows alone; a value underneath is not what Excel shows."""
    code = "merged_number" if column.type in ("whole", "number") else "merged_covered"
    header, unclear = batch.block.header_of(column.id), batch.block.merged[column.id]
    for index in [index for index, row in enumerate(batch.rows) if row in unclear]:
        batch.findings.append(batch.block.finding("error", code, batch.rows[index], column=header))
        batch.refused.add(index)


def _place(batch: Batch, column: Column, cell: object) -> dict[str, str]:
    """Header and value as findings show them; of a log's text nothing is shown but an error in its place."""
    unseen = column.masked and not isinstance(cell, Fault)
    return {"column": batch.block.header_of(column.id), "value": "" if unseen else shown_text(cell)}


def _problem(batch: Batch, column: Column, index: int, cell: object, found: Outcome) -> Finding:
    code, place = found.problem or "", _place(batch, column, cell)
    return batch.block.finding("error", code, batch.rows[index], **place, **found.args)


def _repairs(batch: Batch, column: Column, parsed: Parsed) -> Iterator[Finding]:
    """One finding for each distinct cell that was mended, ten at most alike, then one for the others.

    Where the finding shows no value, or the value says nothing more, one stands for all.
    """
    alike: dict[str, list[tuple[object, Outcome, int, int]]] = {}
    for cell, (found, first, count) in parsed.repairs.items():
        alike.setdefault(found.repair or "", []).append((cell, found, first, count))
    for code, group in alike.items():
        listed = sorted(group, key=lambda one: one[2])
        if code in _ONE_EXAMPLE or batch.block.table.secret or column.masked:
            cell, found, first, _ = listed[0]
            listed = [(cell, found, first, sum(count for *_, count in group))]
        for cell, found, first, count in listed[:LISTED]:
            place = {**_place(batch, column, cell), "count": count}
            yield batch.block.finding("repair", code, batch.rows[first], **place, **found.args)
        if rest := listed[LISTED:]:
            more = {"column": batch.block.header_of(column.id), "count": sum(count for *_, count in rest)}
            yield batch.block.finding("repair", "and_more", batch.rows[rest[0][2]], **more)


def _twice(block: Block, column: Column, setting: Setting) -> Iterator[Finding]:
    first, *others = block.match.columns[column.id]
    if not others:
        return
    equal = all(_equal(column, block.cells(place), block.cells(first), setting) for place in others)
    headers = "、".join(written(block.headers[place]) for place in (first, *others))
    severity: Severity = "note" if equal else "error"
    code = "column_twice_equal" if equal else "column_twice"
    yield block.finding(severity, code, block.header_row, column=block.header_of(column.id), headers=headers)


def _equal(column: Column, one: list[Any], other: list[Any], setting: Setting) -> bool:
    """Whether two columns hold the same cells, or the same values differently written."""
    if one == other:
        return True
    left, right = (parse_column(column, cells, setting) for cells in (one, other))
    return not left.problems and not right.problems and left.values == right.values


def _refuse_ragged(batch: Batch) -> set[int]:
    """Refuse rows of a text file that have more or fewer cells than the header; return their positions."""
    block, lengths = batch.block, columnar(batch.block.sheet.rows).lengths
    if not block.sheet.plain or not (lengths or block.sheet.cut):
        return set()
    lengths = lengths or [len(block.headers)] * len(block.sheet.rows)
    expected = max(lengths[block.header.row : block.header.end])
    ragged = set()
    for index, at in enumerate(block.rows.data):
        if code := _ragged(block, at, lengths[at], expected):
            words = {"count": lengths[at], "expected": expected}
            batch.findings.append(block.finding("error", code, batch.rows[index], **words))
            ragged.add(index)
    batch.refused |= ragged
    return ragged


def _ragged(block: Block, at: int, length: int, expected: int) -> str | None:
    """What is wrong with the length of a row, if anything."""
    if block.sheet.cut and at == len(block.sheet.rows) - 1:
        return "row_cut"
    if length < expected:
        return "row_shorter"
    longer = length > expected and any(not is_blank(cell) for cell in block.sheet.rows[at][expected:])
    return "row_longer" if longer else None


def _hash_texts(batch: Batch) -> None:
    """Put hash and length of the original text beside it, and replace phone and id numbers in what is kept."""
    texts = batch.columns["text"]
    known: dict[str | None, tuple[str, str, int]] = {}
    for text in set(texts):
        normal = normalised(text or "")
        known[text] = masked(without_controls(text or "")), text_hash(normal), len(normal)
    own = [known[text] for text in texts]
    carried = zip(batch.columns["text_hash"], batch.columns["text_length"], own, strict=True)
    batch.columns["text"] = [text for text, _, _ in own]
    pairs = [
        (digest, length) if digest and length is not None else new[1:] for digest, length, new in carried
    ]
    batch.columns["text_hash"] = [digest for digest, _ in pairs]
    batch.columns["text_length"] = [length for _, length in pairs]
