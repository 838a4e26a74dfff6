"""How offices write tables down: titles, headers of their own, dates in any form, totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from .dice import Dice
from .year import Row, Year, settings

if TYPE_CHECKING:
    from pathlib import Path

MADE = datetime(2018, 3, 5, 9, 0, tzinfo=UTC)  # in every workbook: a second run gives the same bytes
EPOCH = date(1899, 12, 30)
Style = tuple[Mapping[str, Any], Mapping[str, list[str]], Dice]  # the sheet, how units are spelled, chance
Cell = str | int | float | date | None
DATES = {
    "cell": lambda day: day,
    "serial": lambda day: (day - EPOCH).days,
    "iso": lambda day: day.isoformat(),
    "slash": lambda day: f"{day.year}/{day.month}/{day.day}",
    "dot": lambda day: f"{day.year}.{day.month}.{day.day}",
    "compact": lambda day: f"{day:%Y%m%d}",
    "zh": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "hao": lambda day: f"{day.year}年{day.month}月{day.day}号",
}
WIDTHS = {"text": 60, "title": 36, "organisation": 28, "link": 36, "number": 6}
YES_NO = {"words": ("是", "否"), "tick": ("√", None), "digits": ("1", "0"), "letters": ("Y", "N")}


def write_office(year: Year, folder: Path) -> list[Path]:
    """Write all files of ``files.yaml`` into the folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {unit: traits["names"] for unit, traits in settings("units").items()}
    paths = []
    for file in settings("files"):
        path = folder / file["file"]
        sheets = [(sheet, _grid(year, sheet, names)) for sheet in file["sheets"]]
        if path.suffix == ".csv":
            path.write_bytes(_csv_bytes(*sheets[0], encoding=file["encoding"]))
        else:
            _write_workbook(path, sheets)
        paths.append(path)
    return paths


def _grid(year: Year, sheet: Mapping[str, Any], names: Mapping[str, list[str]]) -> list[list[Cell]]:
    """Return the body of a sheet: the table's rows in the office's own writing, then the total."""
    if "lines" in sheet:
        return [[line] for line in sheet["lines"]]
    dice = Dice(f"{sheet['title'][0]}/{sheet.get('name')}")
    rows = [row for row in year[sheet["table"]] if _belongs(row, sheet)]
    numbered = [row | {"number": number} for number, row in enumerate(rows, 1)]
    body = [
        [_cell(row, column, style=(sheet, names, dice)) for column in sheet["columns"]] for row in numbered
    ]
    return body + ([_total(rows, sheet)] if sheet.get("total") else [])


def _belongs(row: Row, sheet: Mapping[str, Any]) -> bool:
    """Say whether the sheet holds the row: by unit, by date or id, by method."""
    first, last = sheet.get("between", ("", "~"))
    by = sheet.get("by", "date")
    of_units = row.get("unit") in sheet["units"] if "units" in sheet else True
    dated = first <= str(row.get(by)) <= last if "between" in sheet else True
    return of_units and dated and row.get("unit") not in sheet.get("but", ()) and _picked(row, sheet)


def _picked(row: Row, sheet: Mapping[str, Any]) -> bool:
    column, values = next(iter(sheet.get("where", {}).items()), (None, ()))
    return column is None or row[column] in values


def _cell(row: Row, column: str, *, style: Style) -> Cell:
    sheet, names, dice = style
    value = row.get(column)
    if column == "unit":
        return dice.pick(sheet["spelling"] if "spelling" in sheet else names[row["unit"]])
    if isinstance(value, bool):
        return YES_NO[sheet.get("yes_no", "words")][not value]
    if isinstance(value, date):
        return _dated(value, dice.pick(sheet.get("dates", ["cell"])), dice)
    forms = sheet.get("forms", {}).get(column)
    if forms and value is not None:
        return _spelled(value, forms, dice)
    return value


def _dated(day: date, form: str, dice: Dice) -> Cell:
    """Return the day in one of the forms; `time` adds a time of day, as the system's exports do."""
    if form == "time":
        return f"{day.isoformat()} {dice.whole(8, 21):02d}:{dice.whole(0, 59):02d}:{dice.whole(0, 59):02d}"
    return DATES[form](day)


def _spelled(value: Any, forms: Any, dice: Dice) -> Cell:
    """Return the value in one of the office's own forms: by a list of other words or by a pattern."""
    if isinstance(forms, str):
        return forms.format(value)
    return dice.pick(forms[value]) if value in forms else value


def _total(rows: list[Row], sheet: Mapping[str, Any]) -> list[Cell]:
    """Return the 合计 row; the sums are right."""
    cells: list[Cell] = [None] * len(sheet["columns"])
    cells[0] = "合计"
    columns = list(sheet["columns"])
    for column in sheet["total"]:
        cells[columns.index(column)] = round(sum(row[column] or 0 for row in rows), 1)
    return cells


def _head(sheet: Mapping[str, Any]) -> list[list[Cell]]:
    titles: list[list[Cell]] = [[line] for line in sheet["title"]]
    return titles + ([list(sheet["columns"].values())] if "columns" in sheet else [])


def _csv_bytes(sheet: Mapping[str, Any], grid: list[list[Cell]], *, encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    width = len(sheet["columns"])
    for cells in _head(sheet) + grid:
        writer.writerow(["" if cell is None else cell for cell in cells] + [""] * (width - len(cells)))
    return text.getvalue().encode(encoding)


def _write_workbook(path: Path, sheets: list[tuple[Mapping[str, Any], list[list[Cell]]]]) -> None:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"title": "示例数据 · synthetic sample data", "created": MADE})
        bold = book.add_format({"bold": True})
        for sheet, grid in sheets:
            page = book.add_worksheet(sheet["name"])
            head = _head(sheet)
            for number, cells in enumerate(head + grid):
                _write_row(page, number, cells, bold if number < len(head) else None)
            page.freeze_panes(len(head), 0)
            _set_widths(page, sheet)


def _write_row(page: Any, number: int, cells: list[Cell], style: Any) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, date):
            page.write_datetime(number, column, cell)
        elif isinstance(cell, str):
            page.write_string(number, column, cell, style)
        elif cell is not None:
            page.write_number(number, column, cell, style)


def _set_widths(page: Any, sheet: Mapping[str, Any]) -> None:
    for place, column in enumerate(sheet.get("columns", ())):
        page.set_column(place, place, WIDTHS.get(column, 14))
