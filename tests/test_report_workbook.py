"""scores.xlsx: live formulas that hold, text that stays text, a set-up for print, the same bytes twice."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from gy1100.report.grid import Column, Grid
from gy1100.report.sheets import LONGEST, MOST_ROWS, Book, cut
from gy1100.report.tables import score_bounds
from gy1100.report.voice import Voice
from gy1100.report.workbook import sheet_name, write_workbook

from .report_sample import sample_result

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

BAD_TEXTS = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "{=1+1}",
    "http://example.org",
    "＝1",
    "a\x00b",
    "字" * 40_000,
]


@pytest.fixture(
    scope="module", params=["2017-04-01", pytest.param("2017-06-30", marks=pytest.mark.long), "2018-03-02"]
)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of the sample on a day."""
    path: Path = tmp_path_factory.mktemp("book") / f"{request.param}.xlsx"
    write_workbook(sample_result(request.param), path)
    return path


@cache
def loaded(path: Path, *, data_only: bool = False) -> Workbook:
    """Return a workbook of the fixture as openpyxl reads it, once for all tests that look at it."""
    return openpyxl.load_workbook(path, data_only=data_only)


class Sheets:
    """The few functions of Excel that the summary uses, computed from the formulas alone."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def value(self, sheet: str, cell: str) -> Any:
        """Return a cell's value, its formula computed."""
        value = self.book[sheet][cell.replace("$", "")].value
        return self.computed(sheet, value[1:]) if isinstance(value, str) and value.startswith("=") else value

    def computed(self, sheet: str, formula: str) -> Any:
        """Return a formula's value."""
        code = re.sub(r"'([^']+)'!([A-Z]+\d+)", lambda m: f"V({m[1]!r},{m[2]!r})", formula)
        parts = re.split(r"(V\([^)]*\))", code)
        cell, cells = r"\$?([A-Z]+)\$?(\d+)", r"\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+"
        for n, part in enumerate(parts):
            if not part.startswith("V("):
                done = re.sub(cells, lambda m: f"R({sheet!r},{m[0]!r})", part)
                pieces = re.split(r"(R\([^)]*\))", done)
                pieces = [
                    p if p.startswith("R(") else re.sub(cell, lambda m: f"V({sheet!r},{m[0]!r})", p)
                    for p in pieces
                ]
                parts[n] = "".join(pieces)
        code = re.sub(r"(?<![<>=])=(?!=)", "==", "".join(parts)).replace('">"&', '">",')
        return eval(code, {"V": self.value, "R": self.cells} | FUNCTIONS)

    def cells(self, sheet: str, span: str) -> list[Any]:
        """Return the values of a range."""
        rows = self.book[sheet][span.replace("$", "")]
        return [self.value(sheet, c.coordinate) for row in rows for c in row]


def half_up(value: float, places: int) -> float:
    """Round as Excel does."""
    return int(abs(value) * 10**places + 0.5 + 1e-9) / 10**places * (1 if value >= 0 else -1)


FUNCTIONS = {
    "ROUND": half_up,
    "SUM": lambda cells: sum(c for c in cells if not isinstance(c, str)),
    "IF": lambda test, yes, no: yes if test else no,
    "RANK": lambda value, cells: 1 + sum(not isinstance(c, str) and c > value for c in cells),
    "COUNTIF": lambda cells, _, value: sum(not isinstance(c, str) and c > value for c in cells),
}


def test_every_formula_gives_its_computed_value(path: Path) -> None:
    """What the writer gave as value is what the formula computes, for every live cell."""
    live, known = loaded(path), loaded(path, data_only=True)
    sheets = Sheets(live)
    formulas = [
        (ws.title, c.coordinate) for ws in live for row in ws.iter_rows() for c in row if c.data_type == "f"
    ]
    assert len(formulas) == 9 * (13 + 8)
    for name, cell in formulas:
        written = known[name][cell].value
        lazily = lazily_computed(sheets, name, cell)
        assert (written or "") == "" == lazily or written == pytest.approx(lazily), (name, cell)


def lazily_computed(sheets: Sheets, name: str, cell: str) -> Any:
    """Return a formula's value; IF of an empty score gives the empty text, as Excel does not compute the rest."""
    try:
        return sheets.value(name, cell)
    except (ZeroDivisionError, TypeError):
        return ""


def test_formulas_stand_in_the_summary_alone(path: Path) -> None:
    """No other sheet holds a formula, a link or a macro."""
    with zipfile.ZipFile(path) as parts:
        names = parts.namelist()
        with_formula = [n for n in names if n.startswith("xl/worksheets/sheet") and b"<f>" in parts.read(n)]
        assert with_formula == ["xl/worksheets/sheet1.xml"]
        assert not [n for n in names if "external" in n.lower() or "vba" in n.lower()]
        assert not [n for n in names if b"<hyperlink" in parts.read(n)]


def test_item_sheets_hold_the_scores(path: Path) -> None:
    """Each item's sheet holds points, bounds and the status in words of every unit in official order."""
    result = sample_result(path.stem)
    voice, book = Voice(result.rulebook), loaded(path)
    for item in result.rulebook.items:
        rows = list(book[sheet_name(item, voice)].iter_rows(min_row=2, values_only=True))
        frame = result.scores[result.scores["item"] == item.id]
        assert [r[:6] for r in rows] == [
            (s.unit, s.points, s.points_max, s.points_due, s.low, s.high) for s in frame.itertuples()
        ]
        assert [r[6] for r in rows] == [voice.code("status", s) for s in frame["status"]]


def test_sheets_are_set_up_for_people(path: Path) -> None:
    """Chinese names, header frozen and repeated, A4 landscape one page wide, the sample's mark at the head."""
    book = loaded(path)
    assert book.sheetnames[0] == "汇总"
    assert book.sheetnames[-6:] == ["真实率", "团干部", "分项明细", "缺项", "读入情况", "说明"]
    for sheet in book:
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddHeader.right.text == "示例数据"
        assert all(dimension.width for dimension in sheet.column_dimensions.values())
    assert "示例数据" in book["汇总"]["A1"].value


def test_about_sheet_explains_each_status(path: Path) -> None:
    """说明 holds a sentence for each of the five statuses."""
    words = {row[0] for row in loaded(path)["说明"].iter_rows(values_only=True)}
    assert {"已计分", "未到期", "已定分", "待判定", "无数据"} <= words


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    """The clock leaves no trace."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(sample_result("2017-06-30"), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_english_workbook_without_names(tmp_path: Path) -> None:
    """The workbook speaks English and names nobody when asked."""
    result = sample_result()
    write_workbook(result, tmp_path / "en.xlsx", lang="en", names=False)
    book = openpyxl.load_workbook(tmp_path / "en.xlsx", read_only=True)
    assert book.sheetnames[0] == "Summary"
    names = set(result.cadres["name"])
    for name in ("Cadres", "Parts"):
        assert not [v for row in book[name].iter_rows(values_only=True) for v in row if v in names]


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    """Triggers stay text with a quote prefix, controls become visible, what is too long is cut and says so."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx"), {"strings_to_formulas": False}) as workbook:
        book = Book(workbook, Voice(sample_result().rulebook), "x&y")
        book.grid("t", Grid((Column("=头"), Column("数", "number")), tuple((t, t) for t in BAD_TEXTS)))
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["t"]
    for row, text in zip(sheet.iter_rows(min_row=2), BAD_TEXTS, strict=True):
        for cell in row:
            assert cell.data_type == "s"
            assert cell.quotePrefix == (text[0] in "=+-@\t＝")
            assert len(cell.value) <= LONGEST + 20
    assert sheet["A11"].value == "a⟦00⟧b"
    assert sheet["A12"].value.endswith("（续见 csv）")


def test_too_many_rows_are_cut_with_a_remark() -> None:
    """Beyond 100,000 rows the sheet says where the rest is."""
    voice = Voice(sample_result().rulebook)
    grid = cut(Grid((Column("甲"), Column("乙")), (("x", 1),) * (MOST_ROWS + 1)), "parts.csv", voice)
    assert len(grid.rows) == MOST_ROWS + 1
    assert "parts.csv" in str(grid.rows[-1][0])


def test_a_file_of_ones_own_has_no_mark(tmp_path: Path) -> None:
    """Only the sample says 示例数据."""
    result = sample_result()
    other = replace(result.evidence.sources[0], sha256="0" * 64)
    mine = replace(result, evidence=replace(result.evidence, sources=(other,)))
    write_workbook(mine, tmp_path / "own.xlsx")
    assert "示例数据" not in openpyxl.load_workbook(tmp_path / "own.xlsx")["汇总"]["A1"].value


def test_bounds_of_scores_are_rounded_half_up() -> None:
    """Of 80 points due 0.02 are 0.025 of 100, which is 0.03: as the score itself is rounded."""
    columns = {
        "unit": ["甲", "甲", "乙"],
        "points": [0.02, 0.0, 0],
        "low": [0.02, 0.0, 0],
        "high": [0.04, 0.06, 0],
    }
    scores = pd.DataFrame(columns | {"points_due": [40.0, 40.0, 0.0]})
    assert score_bounds(SimpleNamespace(scores=scores)) == {"甲": (0.03, 0.13)}  # type: ignore[arg-type]


def test_no_item_sheet_can_be_sorted_under_the_summary(path: Path) -> None:
    """The summary's formulas point to rows: no filter invites to move them; whole numbers have no point."""
    book = loaded(path)
    items = {sheet_name(item, Voice(sample_result().rulebook)) for item in sample_result().rulebook.items}
    filtered = {sheet.title for sheet in book.worksheets if sheet.auto_filter.ref}
    assert filtered and items <= set(book.sheetnames) and not items & filtered
    shown = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert all(round(float(cell.value), 4) % 1 for cell in shown if cell.number_format == "0.####")
