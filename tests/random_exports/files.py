"""Write tables as an office would send them: any mix of csv files and workbooks, in any order."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random
from typing import Any

from .cells import column_cells
from .headers import HEADERS

Row = dict[str, Any]
Grid = list[list[Any]]

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
# what may be left out where every cell is empty
NEEDED = {
    "cadres": "cadre_id unit cadre_type in_organ",
    "youths": "youth_id cadre_id",
    "logs": "log_id cadre_id date kind text",
    "practice_guidance": "cadre_id date level activity",
    "wishes": "wish_id cadre_id date kind state",
    "evaluations": "cadre_id date rating",
    "organ_activities": "activity_id unit date kind",
    "submissions": "unit quarter submitted_on",
    "mechanisms": "unit element state checked_on",
    "spot_checks": "check_id cadre_id method checked_on outcome",
    "media": "unit date level",
    "exemplars": "unit recognised_on",
}
DUPLICATES = {"youths", "logs", "organ_activities", "spot_checks"}
PERSONAL = (("青年姓名", "张三"), ("手机号", "13800138000"), ("身份证号", "510802199001011234"))


def write_exports(tables: dict[str, list[Row]], present: set[str], folder: Path, seed: int) -> Path:
    """Write the tables that are present into `folder`; the reader must give the same tables back.

    Headers are canonical names, aliases or column ids; dates, numbers, choices and unit names take every form
    that is certain. A table may come in two files that overlap. Nothing in it is an error.
    """
    rng = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    sheets: list[tuple[str, Grid]] = []
    for table in rng.sample(sorted(present), len(present)):
        for number, rows in enumerate(parts(rng, table, tables[table])):
            name = f"{HEADERS[table][0]}{number or ''}"
            if rng.random() < 0.5:
                sheets.append((name, grid(rng, table, rows, sheet=True)))
            else:
                write_csv(rng, folder / f"{name}.csv", grid(rng, table, rows, sheet=False))
    write_workbooks(rng, sheets, folder)
    return folder


def parts(rng: Random, table: str, rows: list[Row]) -> list[list[Row]]:
    """Return the rows, shuffled, in one part or in two; the second may repeat rows of the first."""
    rows = rng.sample(rows, len(rows))
    if rng.random() < 0.6 or len(rows) < 4:
        return [rows]
    cut = rng.randrange(1, len(rows))
    again = rows[max(0, cut - 2) : cut] if table in DUPLICATES and rng.random() < 0.5 else []
    return [rows[:cut], rows[cut:] + again]


def grid(rng: Random, table: str, rows: list[Row], *, sheet: bool) -> Grid:
    """Return the cells of a table: perhaps a title, blank rows and a blank column, the header, the rows."""
    columns = [c for c in HEADERS[table][1] if is_written(rng, table, c, rows=rows)]
    rng.shuffle(columns)
    header = [headed(rng, text) for text in header_texts(rng, table, columns)]
    cells = [column_cells(rng, table, c, values=[row.get(c) for row in rows], sheet=sheet) for c in columns]
    if table == "youths" and rng.random() < 0.5:
        name, value = rng.choice(PERSONAL)
        header.append(name)
        cells.append([value] * len(rows))
    body = [list(line) for line in zip(*cells, strict=True)]
    for _ in range(rng.choice((0, 0, 1, 3))):
        body.insert(rng.randrange(len(body) + 1), [""] * len(header))
    title = [[f"广元市2017年{HEADERS[table][0]}"]] if rng.random() < 0.25 else []
    blank = [[""]] if title and rng.random() < 0.5 else []
    margin = [""] * rng.choice((0, 0, 0, 1))
    return [[*margin, *line] for line in (*title, *blank, header, *body)]


def is_written(rng: Random, table: str, column: str, *, rows: list[Row]) -> bool:
    """Say whether a column is written: always, but for empty ones that may be missing."""
    needed = column in NEEDED[table].split()
    return needed or any(row.get(column) is not None for row in rows) or rng.random() < 0.5


def header_texts(rng: Random, table: str, columns: list[str]) -> list[str]:
    """Return canonical headers, aliases or column ids, one style a file."""
    names = HEADERS[table][1]
    style = rng.choice(("canonical", "alias", "id"))
    if style == "id":
        return columns
    return [names[c].split()[0] if style == "canonical" else rng.choice(names[c].split()) for c in columns]


def headed(rng: Random, text: str) -> str:
    """Return a header, sometimes with white space, a line break or a bracketed unit in it."""
    if text.isascii() or rng.random() < 0.85:
        return text
    half = len(text) // 2
    forms = (f" {text}", f"{text[:half]}\n{text[half:]}", f"{text[:half]}　{text[half:]}", f"{text}（单位）")
    return rng.choice(forms)


def write_csv(rng: Random, path: Path, lines: Grid) -> None:
    """Write a csv file in one of the encodings that are read."""
    with path.open("w", encoding=rng.choice(ENCODINGS), newline="") as stream:
        csv.writer(stream, lineterminator=rng.choice(("\r\n", "\n"))).writerows(lines)


def write_workbooks(rng: Random, sheets: list[tuple[str, Grid]], folder: Path) -> None:
    """Write the sheets into one to three workbooks."""
    books: dict[int, list[tuple[str, Grid]]] = {}
    for sheet in sheets:
        books.setdefault(rng.randrange(3), []).append(sheet)
    for number, book in books.items():
        write_workbook(folder / f"导出{number}.xlsx", book)


def write_workbook(path: Path, sheets: list[tuple[str, Grid]]) -> None:
    """Write one workbook; text stays text and dates are date cells."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        for name, lines in sheets:
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
