"""The check report: each unit gets its own list, with copies of its refused rows and the cells at fault marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from gy1100 import Evidence, load_rulebook, read_evidence
from gy1100.publish import write_check
from gy1100.report import ImportReport, sheets, unit_lists
from gy1100.report.unit_lists import Lists, lists_grid, write_unit_lists
from gy1100.report.voice import Voice

from .office_files import CHECK_HEADER, LOG_HEADER, LOGS, YOUTH_HEADER, YOUTHS, roster, write_csv, write_xlsx

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

RED = "FFFFC7CE"


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    """Return evidence with errors of three units, of nobody, and of files as a whole."""
    folder = tmp_path / "exports"
    folder.mkdir()
    roster(folder)
    bad_date = ["L3", "G002", "2017-13-45", "办实事", "走访企业，电话13712345678。", "手机端", "4"]
    orphan = ["L4", "G999", "2017-06-11", "办实事", "走访。", "手机端", "4"]
    twice = [["L5", "G001", "2017-06-11", "办实事", text, "手机端", "-2"] for text in ("甲", "乙")]
    write_csv(folder / "logs.csv", LOG_HEADER, *LOGS, bad_date, orphan, *twice)
    write_xlsx(
        folder / "youths.xlsx",
        {"联系青年": [YOUTH_HEADER, *YOUTHS, ["Y3", "孙", "13911112222", "G003", "?", ""]]},
    )
    early = ["C1", "L1", "G001", "电话抽查", "2017-04-01", "属实"]
    write_csv(folder / "checks.csv", CHECK_HEADER, early)
    (folder / "苍溪县机关活动.xlsx").write_bytes(b"PK\x03\x04 broken")
    (folder / "附件.pdf").write_bytes(b"%PDF-1.4")
    return read_evidence(folder, keep_errors=True)


@pytest.fixture
def folder(evidence: Evidence, tmp_path: Path) -> Path:
    """Return a folder with the units' lists."""
    write_unit_lists(evidence, load_rulebook(), tmp_path / "out")
    return tmp_path / "out" / "units"


def red(sheet: Worksheet) -> dict[str, str]:
    """Return the marked cells of a sheet: header -> value of the first."""
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.start_color.rgb == RED]
    return {sheet.cell(1, cell.column).value: cell.value for cell in reversed(cells)}


def words(sheet: Worksheet) -> str:
    """Return all words of a sheet."""
    return " ".join(
        str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )


def test_there_is_a_list_for_each_unit_concerned(folder: Path) -> None:
    """Units with errors have a workbook; what is nobody's stands in one of its own."""
    names = {path.stem for path in folder.iterdir()}
    assert {"利州区", "剑阁县", "苍溪县", "单位不明"} <= names


def test_a_refused_row_is_copied_with_its_cell_marked(folder: Path) -> None:
    """The row with the impossible date: place, problem, mend, its cells, the date in red as it was written."""
    sheet = openpyxl.load_workbook(folder / "剑阁县.xlsx")["工作日志"]
    header, row = list(sheet.iter_rows(values_only=True))[:2]
    found = dict(zip(header, row, strict=True))
    assert (found["文件"], found["行"], found["日志编号"]) == ("logs.csv", 4, "L3")
    assert found["活动类别"] == "办实事"
    assert "日期不存在" in found["问题"]
    assert red(sheet) == {"活动日期": "2017-13-45"}


def test_errors_of_the_data_as_a_whole_are_copied_too(folder: Path) -> None:
    """A check before its log's activity: the whole row stands in the list, its date in red."""
    book = openpyxl.load_workbook(folder / "利州区.xlsx")
    assert red(book["抽查记录"]) == {"抽查日期": "2017-04-01"}
    assert red(book["工作日志"]) == {"参与青年数": "-2"}


def test_an_orphan_is_nobodys(folder: Path) -> None:
    """A row whose cadre no roster holds cannot be told; neither can a stray file."""
    book = openpyxl.load_workbook(folder / "单位不明.xlsx")
    assert red(book["工作日志"]) == {"团干部编号": "G999"}
    assert "附件.pdf" in words(book["其他错误"])


def test_a_refused_file_goes_to_the_unit_in_its_name(folder: Path) -> None:
    """A damaged workbook named after one county is that county's to deliver again."""
    assert "苍溪县机关活动.xlsx" in words(openpyxl.load_workbook(folder / "苍溪县.xlsx")["其他错误"])


def test_youths_are_shown_by_place_only(folder: Path) -> None:
    """Of the youths' table file, row and column are shown, no cell of it."""
    book = openpyxl.load_workbook(folder / "苍溪县.xlsx")
    assert "联系青年" not in book.sheetnames
    text = words(book["其他错误"])
    assert "登记日期" in text
    assert not [secret for secret in ("Y3", "孙", "13911112222") if secret in text]


def test_texts_are_not_shown(folder: Path) -> None:
    """Of a log's text the copy of its row shows only that there is one."""
    text = words(openpyxl.load_workbook(folder / "剑阁县.xlsx")["工作日志"])
    assert "办实事 … 手机端" in text
    assert not [secret for secret in ("走访企业", "13712345678") if secret in text]


def test_every_error_is_on_exactly_one_list(evidence: Evidence) -> None:
    """No error is lost between the units and none stands on two lists."""
    listed = [f for findings in Lists(evidence, load_rulebook()).by_unit.values() for f in findings]
    errors = [found for found in evidence.findings if found.severity == "error"]
    assert sorted(map(str, (f for f in listed if f.severity == "error"))) == sorted(map(str, errors))


def test_the_overview_counts_what_the_lists_hold(evidence: Evidence) -> None:
    """One row a unit: rows to mend, other errors, notes, and the workbook's name."""
    rows = {
        row[0]: row[1:] for row in lists_grid(Lists(evidence, load_rulebook()), Voice(load_rulebook())).rows
    }
    assert rows["利州区"][:2] == (3, 0)
    assert rows["剑阁县"][0] == 1
    assert rows["单位不明"][:2] == (1, 1)
    assert rows["苍溪县"][3] == "units/苍溪县.xlsx"


def test_lists_are_written_with_the_check_report(evidence: Evidence, tmp_path: Path) -> None:
    """findings.csv, units/ and the manifest that names them."""
    out = write_check(evidence, load_rulebook(), tmp_path / "report")
    assert (out / "units" / "剑阁县.xlsx").is_file()
    assert "units/剑阁县.xlsx" in (out / "manifest.json").read_text("utf-8")


def test_two_runs_write_the_same_bytes(evidence: Evidence, folder: Path, tmp_path: Path) -> None:
    """Nothing in a list depends on when it was written."""
    for path in write_unit_lists(evidence, load_rulebook(), tmp_path / "again"):
        assert path.read_bytes() == (folder / path.name).read_bytes()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_the_lists_and_the_days_covered(evidence: Evidence, lang: str) -> None:
    """The section of the lists and the units' table show themselves in both languages."""
    report = ImportReport(evidence, load_rulebook(), lang)
    assert "units/剑阁县.xlsx" in report.lists().html
    assert ("2017年6月11日" if lang == "zh" else "11 June 2017") in report.units().html


def test_what_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    """A cell at fault that would run as a formula is written as text."""
    roster(tmp_path)
    bad = ["L9", "G001", "=1+1", "办实事", "=cmd|' /C calc'!A0", "手机端", "1"]
    write_csv(tmp_path / "logs.csv", LOG_HEADER, bad)
    evidence = read_evidence(tmp_path, keep_errors=True)
    path = next(p for p in write_unit_lists(evidence, load_rulebook(), tmp_path / "o") if p.stem == "利州区")
    cells = [cell for row in openpyxl.load_workbook(path)["工作日志"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert "=1+1" in [cell.value for cell in cells]


def test_a_list_that_is_cut_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the last of very many rows, notes and other errors stands where the rest is."""
    for module in (sheets, unit_lists):
        monkeypatch.setattr(module, "MOST_ROWS", 3)
    roster(tmp_path)
    bad = [[f"B{n}", "G001", "昨天", "办实事", "走访。", "手机端", "1"] for n in range(5)]
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *bad)
    evidence = read_evidence(tmp_path, keep_errors=True)
    path = next(p for p in write_unit_lists(evidence, load_rulebook(), tmp_path / "o") if p.stem == "利州区")
    rows = list(openpyxl.load_workbook(path)["工作日志"].iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == [2, 3, 4, None]
    assert rows[-1][0] == "本表只列前3行，全部见 findings.csv。"


def test_a_page_of_many_errors_stays_light(tmp_path: Path) -> None:
    """Beyond two thousand errors the page says how many more findings.csv holds."""
    roster(tmp_path)
    bad = [[f"B{n}", "G001", "昨天", "办实事", "走访。", "手机端", "1"] for n in range(2010)]
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *bad)
    html = ImportReport(read_evidence(tmp_path, keep_errors=True), load_rulebook()).errors().html
    assert "其余10条见 findings.csv。" in html
    assert html.count("<tr>") == 2001


def test_rows_not_set_aside_are_not_said_to_be(evidence: Evidence) -> None:
    """Without --set-aside the head of the report speaks of errors to mend, not of rows left out."""
    assert "搁置，未参与计分" not in ImportReport(evidence, load_rulebook()).masthead().html


def test_youths_are_no_rows_of_a_list(tmp_path: Path) -> None:
    """Their refused rows are shown by place alone and counted where they stand: among the other errors."""
    roster(tmp_path)
    write_csv(tmp_path / "youths.csv", YOUTH_HEADER, ["Y1", "", "", "G001", "昨天", "是"])
    lists = Lists(read_evidence(tmp_path, keep_errors=True), load_rulebook())
    assert [row[1:3] for row in lists_grid(lists, Voice(load_rulebook())).rows if row[0] == "利州区"] == [
        (0, 1)
    ]
