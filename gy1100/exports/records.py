"""The data rows of a recognised table as typed columns, with a finding for every cell that was mended or refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..cells import Outcome, Setting, is_blank
from ..findings import Finding, Severity, shown
from ..texts import masked, normalised, text_hash
from ..values import Parsed, parse_column, plain_text
from .amending import amended

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..tables import Column, Table
    from .formats import Sheet
    from .layout import Rows
    from .matching import Match

LISTED = 10  # distinct cells of a column, mended alike, that are listed one by one
_ONE_EXAMPLE = frozenset(("date_text", "date_serial", "date_serial_1904", "id_number", "number_text"))


@dataclass(frozen=True)
class Block:
    """One table on one sheet, as it was found.

    Attributes
    ----------
    sheet : Sheet
    header : int
        Position of the header among the sheet's rows.
    match : Match
        The table and where its columns are.
    rows : Rows
        What each row below the header is.
    """

    sheet: Sheet
    header: int
    match: Match
    rows: Rows

    @property
    def table(self) -> Table:
        """The table it was recognised as."""
        return self.match.table

    def excel_row(self, index: int) -> int:
        """Return a row's number as Excel shows it."""
        return index + self.sheet.first_row

    def header_of(self, column: str) -> str:
        """Return a column's header as written, or the canonical one where it is not there."""
        places = self.match.columns.get(column)
        return written(self.sheet.rows[self.header][places[0]]) if places else self.table.by_id[column].header

    def finding(self, severity: Severity, code: str, row: int | None = None, **more: Any) -> Finding:
        """Return a finding on this sheet; the youths' table never shows a value."""
        value = "" if self.table.secret else shown(more.pop("value", ""))
        more.pop("value", None)
        column = more.pop("column", "")
        return Finding(severity, self.sheet.file, self.sheet.name, row, column, value, code, more)


@dataclass
class Batch:
    """The rows of one block, typed.

    Attributes
    ----------
    columns : dict
        Column id -> values, one a row.
    rows : list of int
        The rows' numbers as Excel shows them.
    refused : set of int
        Positions of rows with a cell that cannot be read.
    findings : list of Finding
    """

    block: Block
    rows: list[int]
    columns: dict[str, list[Any]] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def written(header: object) -> str:
    """Return a header on one line, as findings show it."""
    return " ".join(shown(plain_text(header)).split())


def read_block(block: Block, setting: Setting) -> Batch:
    """Read the data rows of a block into typed columns."""
    setting = replace(setting, date1904=block.sheet.date1904, plain=block.sheet.plain)
    block, corrected = amended(block, setting)
    body = [block.sheet.rows[index] for index in block.rows.data]
    batch = Batch(block, [block.excel_row(index) for index in block.rows.data])
    batch.findings.extend(corrected)
    _refuse_ragged(batch, body)
    batch.findings.extend(_layout_findings(block))
    for column in block.table.columns:
        _read_column(batch, column, body, setting)
    _check_totals(batch, setting)
    if block.table.id == "logs":
        _hash_texts(batch)
    return batch


def cells_at(rows: Sequence[Sequence[object]], place: int) -> list[object]:
    """Return one column of rows that may differ in length."""
    return [row[place] if place < len(row) else None for row in rows]


def _read_column(batch: Batch, column: Column, body: Sequence[Sequence[object]], setting: Setting) -> None:
    places = batch.block.match.columns.get(column.id)
    if places is None:
        batch.columns[column.id] = [None if column.blank == "unmarked" else column.blank] * len(body)
        return
    cells = cells_at(body, places[0])
    parsed = parse_column(column, cells, setting)
    batch.columns[column.id] = parsed.values
    header = batch.block.header_of(column.id)
    batch.findings.extend(_twice(batch.block, column, body))
    batch.findings.extend(_repairs(batch, header, parsed))
    for index, found in parsed.problems:
        if index not in batch.refused or batch.rows[index] not in _ragged_rows(batch):
            batch.findings.append(_problem(batch, header, index, cells[index], found))
        batch.refused.add(index)


def _ragged_rows(batch: Batch) -> set[int | None]:
    return {found.row for found in batch.findings if found.code in ("row_longer", "row_shorter")}


def _problem(batch: Batch, header: str, index: int, cell: object, found: Outcome) -> Finding:
    value = "" if is_blank(cell) else _shown(cell)
    code = found.problem or ""
    return batch.block.finding("error", code, batch.rows[index], column=header, value=value, **found.args)


def _shown(cell: object) -> str:
    return str(getattr(cell, "shown", None) or plain_text(cell))


def _repairs(batch: Batch, header: str, parsed: Parsed) -> Iterator[Finding]:
    """One finding for each distinct cell that was mended, ten at most alike, then one for the others."""
    alike: dict[str, list[tuple[object, Outcome, int, int]]] = {}
    for cell, (found, first, count) in parsed.repairs.items():
        alike.setdefault(found.repair or "", []).append((cell, found, first, count))
    for code, group in alike.items():
        listed = sorted(group, key=lambda one: one[2])
        if code in _ONE_EXAMPLE:
            cell, found, first, _ = listed[0]
            listed = [(cell, found, first, sum(count for *_, count in group))]
        for cell, found, first, count in listed[:LISTED]:
            place = {"column": header, "value": _shown(cell), "count": count}
            yield batch.block.finding("repair", code, batch.rows[first], **place, **found.args)
        if rest := listed[LISTED:]:
            more = {"column": header, "count": sum(count for *_, count in rest)}
            yield batch.block.finding("repair", "and_more", batch.rows[rest[0][2]], **more)


def _twice(block: Block, column: Column, body: Sequence[Sequence[object]]) -> Iterator[Finding]:
    first, *others = block.match.columns[column.id]
    if not others:
        return
    equal = all(cells_at(body, place) == cells_at(body, first) for place in others)
    headers = "、".join(written(block.sheet.rows[block.header][place]) for place in (first, *others))
    severity: Severity = "note" if equal else "error"
    code = "column_twice_equal" if equal else "column_twice"
    row = block.excel_row(block.header)
    yield block.finding(severity, code, row, column=block.header_of(column.id), headers=headers)


def _refuse_ragged(batch: Batch, body: Sequence[Sequence[object]]) -> None:
    """Refuse rows of a text file that have more or fewer cells than the header."""
    expected = len(batch.block.sheet.rows[batch.block.header])
    if not batch.block.sheet.plain or all(len(row) == expected for row in body):
        return
    for index, row in enumerate(body):
        if len(row) < expected or any(not is_blank(cell) for cell in row[expected:]):
            code = "row_shorter" if len(row) < expected else "row_longer"
            batch.refused.add(index)
            batch.findings.append(
                batch.block.finding("error", code, batch.rows[index], count=len(row), expected=expected)
            )


def _layout_findings(block: Block) -> Iterator[Finding]:
    """What was seen around the data: titles, aliases, personal and unknown columns, totals, footers."""
    header, at = block.sheet.rows[block.header], block.excel_row(block.header)
    if titles := sum(any(not is_blank(cell) for cell in row) for row in block.sheet.rows[: block.header]):
        yield block.finding("note", "title_rows", count=titles)
    yield from _header_findings(block, header, at)
    if block.rows.headers:
        first = block.excel_row(block.rows.headers[0])
        yield block.finding("note", "header_repeated", first, count=len(block.rows.headers))
    for index in block.rows.footers:
        yield block.finding("note", "footer_row", block.excel_row(index))
    if not block.rows.data:
        yield block.finding("note", "header_only", at, table=label(block.table))


def _header_findings(block: Block, header: Sequence[object], at: int) -> Iterator[Finding]:
    for name, places in block.match.columns.items():
        column = block.table.by_id[name]
        raw = plain_text(header[places[0]])
        if raw.strip() not in (column.header, column.id):
            yield block.finding("repair", "header_alias", at, column=written(raw), read=column.header)
    for place in block.match.personal:
        count = sum(
            not is_blank(cell) for cell in cells_at([block.sheet.rows[i] for i in block.rows.data], place)
        )
        yield block.finding("note", "personal_dropped", at, column=written(header[place]), count=count)
    for place in block.match.unknown:
        yield block.finding(
            "note", "column_unknown", at, column=written(header[place]), table=label(block.table)
        )


def label(table: Table) -> str:
    """Return a table's name as findings show it, for readers of either language."""
    return f"{table.label['zh']}（{table.id}）"


def _check_totals(batch: Batch, setting: Setting) -> None:
    """Compare declared totals with the rows above them: all of them, or those since the last total."""
    since = 0
    for total in batch.block.rows.totals:
        until = sum(row < batch.block.excel_row(total) for row in batch.rows)
        wrong = [
            bad
            for name in batch.columns
            if (bad := _wrong_total(batch, name, (total, since, until), setting))
        ]
        batch.findings.extend(
            wrong or [batch.block.finding("note", "total_row", batch.block.excel_row(total))]
        )
        since = until


def _wrong_total(batch: Batch, name: str, span: tuple[int, int, int], setting: Setting) -> Finding | None:
    (total, since, until), column = span, batch.block.table.by_id[name]
    places = batch.block.match.columns.get(name)
    unread = any(batch.columns[name][index] is None for index in batch.refused)
    if not places or unread or column.type not in ("whole", "number"):
        return None
    cell = cells_at([batch.block.sheet.rows[total]], places[0])[0]
    declared = None if is_blank(cell) else parse_column(column, [cell], setting).values[0]
    values = [value or 0 for value in batch.columns[name]]
    sums = [sum(values[:until]), sum(values[since:until])]
    if declared is None or any(abs(float(str(declared)) - one) < 1e-6 for one in sums):
        return None
    row, header = batch.block.excel_row(total), batch.block.header_of(name)
    place = {"column": header, "value": plain_text(cell), "declared": plain_text(declared)}
    return batch.block.finding("error", "total_differs", row, **place, actual=plain_text(round(sums[0], 6)))


def _hash_texts(batch: Batch) -> None:
    """Put hash and length of the original text beside it, and replace phone and id numbers in what is kept."""
    texts = batch.columns["text"]
    known: dict[str | None, tuple[str, str, int]] = {}
    for text in set(texts):
        normal = normalised(text or "")
        known[text] = masked(text or ""), text_hash(normal), len(normal)
    own = [known[text] for text in texts]
    carried = zip(batch.columns["text_hash"], batch.columns["text_length"], own, strict=True)
    batch.columns["text"] = [text for text, _, _ in own]
    pairs = [
        (digest, length) if digest and length is not None else new[1:] for digest, length, new in carried
    ]
    batch.columns["text_hash"] = [digest for digest, _ in pairs]
    batch.columns["text_length"] = [length for _, length in pairs]
