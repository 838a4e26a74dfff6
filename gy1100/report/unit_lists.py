"""One workbook a unit: its refused rows with the offending cells marked, and everything else that is its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .findings_view import finding_grid
from .grid import Column, Grid
from .markup import shown
from .sheets import MOST_ROWS, Book, cut, more_in, workbook_at
from .voice import Voice

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from ..evidence import Evidence
    from ..findings import Finding
    from ..owners import RowPlace
    from ..refused import RefusedRow
    from ..rulebook import Rulebook

FOLDER = "units"
ALL = "findings.csv"  # what holds every finding where a list is cut
FAULT = {"bg_color": "#FFC7CE", "font_color": "#9C0006", "border": 1, "text_wrap": True, "quote_prefix": True}


@dataclass(frozen=True)
class Lists:
    """What was found, by the unit that has to mend it.

    Attributes
    ----------
    evidence : Evidence
        With its findings and refused rows.
    rulebook : Rulebook
        The units.
    """

    evidence: Evidence
    rulebook: Rulebook

    @cached_property
    def copied(self) -> dict[RowPlace, RefusedRow]:
        """The refused rows that a list may show by file, sheet and row: none of the youths' table."""
        sources, rows = self.evidence.sources, (row for row in self.evidence.refused if row.cells)
        return {(sources[r.source].file, sources[r.source].sheet, r.row): r for r in rows}

    @cached_property
    def by_unit(self) -> dict[str, list[Finding]]:
        """The findings of each unit that has any, in official order; last the errors of nobody (empty name)."""
        found: dict[str, list[Finding]] = {name: [] for name in (*(u.name for u in self.rulebook.units), "")}
        for finding in self.evidence.findings:
            owner = self.owner(finding)
            if owner or finding.severity == "error":
                found.setdefault(owner, []).append(finding)
        return {unit: findings for unit, findings in found.items() if findings}

    def owner(self, finding: Finding) -> str:
        """Return the unit that a finding is for: of its row, of all rows of its sheet, or named by the file; else none.

        A repair stands for a whole column, so its row says nothing of whose it is.
        """
        if finding.row is not None and finding.severity != "repair":
            own = self.evidence.owners.rows.get((finding.file, finding.sheet, finding.row))
            if own:
                return own
        alone = self.evidence.owners.sheets.get((finding.file, finding.sheet), set())
        if alone:
            return next(iter(alone)) if len(alone) == 1 else ""
        return self._named(f"{finding.file} {finding.sheet}")

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        """The names by which units are known, each with its unit."""
        return [(base, unit.name) for unit in self.rulebook.units for base in (*unit.bases(), *unit.aliases)]

    def _named(self, words: str) -> str:
        """The one unit whose longest name stands in the words."""
        fits = [(len(base), unit) for base, unit in self._names if base in words]
        longest = max((length for length, _ in fits), default=0)
        named = {name for length, name in fits if length == longest}
        return named.pop() if len(named) == 1 else ""


def file_of(unit: str, voice: Voice) -> str:
    """Return the name of a unit's list in the output folder."""
    return f"{FOLDER}/{unit or voice.say('lists.nobody')}.xlsx"


def lists_grid(lists: Lists, voice: Voice) -> Grid:
    """Return what there is for each unit, and in which workbook."""
    rows = tuple(
        (
            voice.unit(unit) if unit else voice.say("lists.nobody"),
            *_counts(lists, findings),
            file_of(unit, voice),
        )
        for unit, findings in lists.by_unit.items()
    )
    heads = (
        Column(voice.say("col.unit"), "name", 26),
        *(Column(voice.say(key), "count", 10) for key in ("lists.rows", "lists.others", "lists.notes")),
        Column(voice.say("col.file"), "text", 30),
    )
    return Grid(heads, rows)


def _counts(lists: Lists, findings: Sequence[Finding]) -> tuple[int, int, int]:
    errors = [found for found in findings if found.severity == "error"]
    rows = {place for found in errors if (place := _place(found)) in lists.copied}
    others = sum(_place(found) not in lists.copied for found in errors)
    return len(rows), others, len(findings) - len(errors)


def _place(found: Finding) -> RowPlace:
    return found.file, found.sheet, found.row or 0


def write_unit_lists(evidence: Evidence, rulebook: Rulebook, folder: Path, lang: str = "zh") -> list[Path]:
    """Write ``units/<unit>.xlsx`` for every unit with something to mend or to look at.

    Rows whose unit cannot be told, and files that were refused as a whole, stand in a workbook of their own unless a
    unit's name in the file's name says whose they are.
    """
    lists, voice = Lists(evidence, rulebook), Voice(rulebook, lang)
    if lists.by_unit:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    return [_write_list(lists, voice, unit, folder / file_of(unit, voice)) for unit in lists.by_unit]


def _write_list(lists: Lists, voice: Voice, unit: str, path: Path) -> Path:

    title = voice.say("lists.title", unit=voice.unit(unit) if unit else voice.say("lists.nobody"))
    with workbook_at(path, title, lists.rulebook.plan_window.start) as workbook:
        book = Book(workbook, voice, title)
        _write_sheets(book, lists, lists.by_unit[unit], title)
    return path


def _write_sheets(book: Book, lists: Lists, findings: Sequence[Finding], title: str) -> None:
    voice = book.voice
    _write_cover(book, title, _counts(lists, findings))
    errors = [found for found in findings if found.severity == "error"]
    for table, marked in _by_table(lists, errors).items():
        _write_rows(book, lists, voice.table(table), marked)
    others = [found for found in errors if _place(found) not in lists.copied]
    if others:
        book.grid(voice.say("lists.others"), cut(finding_grid(others, voice), ALL, voice))
    notes = [found for found in findings if found.severity != "error"]
    if notes:
        book.grid(voice.say("lists.notes"), cut(finding_grid(notes, voice), ALL, voice))


def _write_cover(book: Book, title: str, counts: tuple[int, int, int]) -> None:
    sheet = book.sheet(book.voice.say("sheet.explain"))
    sheet.set_column(0, 0, 100)
    book.text(sheet, 0, 0, title, book.format("title", bold=True, font_size=14))
    rows, others, notes = counts
    lines = book.voice.say("lists.cover", rows=rows, others=others, notes=notes).split("\n")
    for number, line in enumerate(lines, 2):
        book.text(sheet, number, 0, line.strip(), book.format("text", text_wrap=True))


def _by_table(lists: Lists, errors: Iterable[Finding]) -> dict[str, dict[RowPlace, list[Finding]]]:
    """Tables -> refused rows that can be shown -> the errors on them."""
    tables: dict[str, dict[RowPlace, list[Finding]]] = {}
    for found in errors:
        row = lists.copied.get(_place(found))
        if row is not None:
            tables.setdefault(row.table, {}).setdefault(_place(found), []).append(found)
    return tables


def _write_rows(book: Book, lists: Lists, name: str, marked: Mapping[RowPlace, list[Finding]]) -> None:
    """Write copies of refused rows: place, problem and mend, then the cells, the offending ones marked."""
    sheet, places = book.sheet(name[:31]), sorted(marked)[:MOST_ROWS]
    headers = list(dict.fromkeys(header for place in places for header, _ in lists.copied[place].cells))
    keys = ("file", "sheet", "row", "problem", "mend")
    for at, title in enumerate([*(book.voice.say(f"col.{key}") for key in keys), *headers]):
        sheet.set_column(at, at, (24, 14, 7, 36, 36)[at] if at < len(keys) else 16)
        book.text(sheet, 0, at, title, book.header_format)
    for number, place in enumerate(places, 1):
        _write_place(book, sheet, number, (place, marked[place]))
        _write_cells(
            book, sheet, (number, len(keys)), _shown_cells(lists.copied[place], marked[place], headers)
        )
    if len(marked) > len(places):
        book.cell(sheet, len(places) + 1, 0, more_in(ALL, book.voice), "text")
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, len(places), len(keys) + len(headers) - 1)


def _write_place(book: Book, sheet: Worksheet, number: int, marked: tuple[RowPlace, list[Finding]]) -> None:
    (file, name, row), errors = marked
    lang, comma = book.voice.lang, book.voice.say("lists.comma")
    told = [f"{found.column}{book.voice.say('lists.colon')}{found.problem(lang)}" for found in errors]
    mends = dict.fromkeys(found.mend(lang) for found in errors)
    for at, words in enumerate((file, name, row, comma.join(told), comma.join(mends))):
        book.cell(sheet, number, at, words, "count" if at == 2 else "text")


def _shown_cells(
    row: RefusedRow, errors: Sequence[Finding], headers: Sequence[str]
) -> list[tuple[str, bool]]:
    """The row's cells under the sheet's headers: what was read, or what could not be; and whether it is at fault."""
    values, faults = dict(row.cells), {found.column: found.value for found in errors if found.column}
    return [(faults.get(header) or values.get(header, ""), header in faults) for header in headers]


def _write_cells(
    book: Book, sheet: Worksheet, at: tuple[int, int], cells: Iterable[tuple[str, bool]]
) -> None:
    row, first = at
    for place, (words, fault) in enumerate(cells, first):
        if fault:
            sheet.write_string(row, place, shown(words), book.format("fault", **FAULT))
        elif words:
            book.text(sheet, row, place, words, book.format("text", text_wrap=True))
