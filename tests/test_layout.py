"""How sheets are laid out (catalogue B): each trouble built in its test, with the words of its finding and the data."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from format_files import changed, xlsx_bytes
from office_files import CADRE_HEADER, CADRES, LOG_HEADER, YOUTH_HEADER, YOUTHS, roster, write_csv, write_xlsx

import gy1100
from gy1100.evidence import Evidence, read_evidence
from gy1100.templates import write_templates

if TYPE_CHECKING:
    from gy1100.findings import Finding

RULEBOOK = gy1100.load_rulebook()
N = 12
LOGS = [
    [
        f"L{n:02d}",
        f"G00{1 + n % 3}",
        f"2017-05-{n:02d}",
        "谈心谈话",
        f"第{n}次走访联系青年，记录其情况。",
        "手机端",
        n,
    ]
    for n in range(1, N + 1)
]
ACTIVITY_HEADER = ["所属县区", "活动编号", "活动日期", "活动类别", "参与青年数"]
ACTIVITIES = [
    ["利州区", "A1", "2017-05-01", "面对面", 10],
    [None, "A2", "2017-05-02", "工作分享", 20],
    [None, "A3", "2017-05-03", "自主设计", 30],
    ["剑阁县", "A4", "2017-05-04", "面对面", 40],
]
ACTIVITY_IDS = ["活动编号", "所属县区", "活动日期", "活动类别", "参与青年数"]
Paint = Callable[[Any, Any], None]


def book(
    path: Path, rows: Sequence[Sequence[Any]], paint: Paint = lambda *_: None, name: str = "工作日志"
) -> Path:
    """Write one sheet with openpyxl, then let the test paint it."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    paint(made, sheet)
    made.save(path)
    return path


def read(folder: Path, **options: Any) -> Evidence:
    """Read a folder with a roster in it, errors kept."""
    if not (folder / "cadres.csv").exists():
        roster(folder)
    return read_evidence(folder, RULEBOOK, **({"keep_errors": True} | options))


def found(evidence: Evidence, code: str) -> Finding:
    """Return the one finding of a code."""
    (one,) = [f for f in evidence.findings if f.code == code]
    return one


def errors(evidence: Evidence) -> list[tuple[str, int | None, str]]:
    """Return the errors: code, row and column."""
    return [(f.code, f.row, f.column) for f in evidence.findings if f.severity == "error"]


def rows(evidence: Evidence, table: str = "logs") -> list[int]:
    """Return the Excel rows that were accepted."""
    return evidence.tables[table].column("row").to_pylist()


def participants(evidence: Evidence, table: str = "logs") -> list[int]:
    """Return the participants that were accepted."""
    return evidence.tables[table].column("participants").to_pylist()


def all_logs(evidence: Evidence) -> None:
    """All twelve logs were read rightly, and nothing was refused."""
    assert errors(evidence) == []
    assert participants(evidence) == list(range(1, N + 1))
    assert all(tally.is_whole for tally in evidence.tallies)


class TestHeaders:
    """Titles and headers."""

    def test_titles(self, tmp_path: Path) -> None:
        """Two merged title rows and a blank row above the header."""

        def paint(_: Any, sheet: Any) -> None:
            sheet.merge_cells("A1:G1")
            sheet.merge_cells("A2:G2")

        book(
            tmp_path / "a.xlsx",
            [["广元市2017年工作日志"], ["填报单位：广元团市委"], [], LOG_HEADER, *LOGS],
            paint,
        )
        evidence = read(tmp_path)
        all_logs(evidence)
        assert rows(evidence)[0] == 5
        note = found(evidence, "title_rows")
        assert (note.severity, note.args["count"]) == ("note", 2)
        assert "标题" in note.problem()
        assert "表头" in note.problem()

    @pytest.mark.parametrize("merged", [True, False])
    def test_two_rows(self, tmp_path: Path, merged: bool) -> None:
        """Names in the upper row only, in the lower only, and group names that complete the lower ones."""
        upper = ["日志编号", "团干部编号", "活动", None, None, "其他", None]
        lower = [None, None, "日期", "类别", "内容", "填报渠道", "参与青年数"]

        def paint(_: Any, sheet: Any) -> None:
            for cells in ("A1:A2", "B1:B2", "C1:E1", "F1:G1") if merged else ():
                sheet.merge_cells(cells)

        book(tmp_path / "a.xlsx", [upper, lower, *LOGS], paint)
        evidence = read(tmp_path)
        all_logs(evidence)
        note = found(evidence, "header_rows")
        assert (note.severity, note.row, note.args["count"]) == ("note", 2, 2)
        assert "表头" in note.problem()

    def test_three_rows(self, tmp_path: Path) -> None:
        """A group over a group; a title above is no part of the header."""
        top = ["基本信息", None, None, None, None, "任职", None, "其他"]
        upper = ["团干部编号", "姓名", "所属县区", "类别", None, "任职", "离任", "工作积分"]
        lower = [None, None, None, "干部类别", "是否领导机关", "日期", "日期", None]

        def paint(_: Any, sheet: Any) -> None:
            for cells in ("A2:E2", "F2:G2", "D3:E3"):
                sheet.merge_cells(cells)

        book(tmp_path / "cadres.xlsx", [["2017年名册"], top, upper, lower, *CADRES], paint, "名册")
        evidence = read_evidence(tmp_path, RULEBOOK, keep_errors=True)
        assert errors(evidence) == []
        assert evidence.tables["cadres"].column("post_end").to_pylist() == [None, None, dt.date(2017, 11, 30)]
        assert evidence.tables["cadres"].column("points").to_pylist() == [120.0, None, 88.5]

    def test_forms_of_headers(self, tmp_path: Path) -> None:
        """Spaces, line breaks, full-width signs and units in headers."""
        header = [
            "日志 编号",
            "团干部\n编号",
            "活动日期（年月日）",
            "活动类别：",
            "日志内容*",
            " 填报渠道",
            "参与青年数（人）",
        ]
        book(tmp_path / "a.xlsx", [header, *LOGS])
        evidence = read(tmp_path)
        all_logs(evidence)
        repairs = [f for f in evidence.findings if f.code == "header_alias"]
        assert {f.severity for f in repairs} == {"repair"}
        assert all("表头" in f.problem() for f in repairs)

    def test_numbered_columns_and_serial(self, tmp_path: Path) -> None:
        """A column 序号, pre-printed below the data too, and a row that numbers the columns."""
        header, numbers = ["序号", *LOG_HEADER], list(range(1, 9))
        printed = [[N + n] for n in (1, 2, 3)]
        book(tmp_path / "a.xlsx", [header, numbers, *([n, *row] for n, row in enumerate(LOGS, 1)), *printed])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "serial_column").column == "序号"
        assert found(evidence, "header_repeated").row == 2

    def test_reordered_extra_and_missing_columns(self, tmp_path: Path) -> None:
        """Columns in any order, one unknown (noted by name), an optional one missing."""
        order = [4, 3, 2, 1, 0, 6]
        book(
            tmp_path / "a.xlsx",
            [[*(LOG_HEADER[i] for i in order), "备注"], *([*(r[i] for i in order), "无"] for r in LOGS)],
        )
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "column_unknown").column == "备注"

    def test_required_column_missing(self, tmp_path: Path) -> None:
        """The whole file is refused, the column named."""
        book(tmp_path / "a.xlsx", [[*LOG_HEADER[:2], *LOG_HEADER[3:]], *([*r[:2], *r[3:]] for r in LOGS)])
        evidence = read(tmp_path)
        assert errors(evidence) == [("header_incomplete", 1, "活动日期")]
        assert "缺" in found(evidence, "header_incomplete").problem()

    def test_second_sheet_lacks_a_column(self, tmp_path: Path) -> None:
        """Each sheet answers for itself."""
        sheets = {
            "一": [LOG_HEADER, *LOGS[:6]],
            "二": [[h for h in LOG_HEADER if h != "活动类别"], *LOGS[6:]],
        }
        write_xlsx(tmp_path / "a.xlsx", sheets)
        evidence = read(tmp_path)
        assert errors(evidence) == [("header_incomplete", 1, "活动类别")]
        assert found(evidence, "header_incomplete").sheet == "二"

    def test_missing_column_under_another_name(self, tmp_path: Path) -> None:
        """Where an unknown header resembles the missing one it is named, not taken."""
        book(
            tmp_path / "a.xlsx",
            [["日志编号", "团干部编号", "活动的日期", "活动类别", "日志内容"], *(r[:5] for r in LOGS)],
        )
        one = found(read(tmp_path), "header_incomplete_like")
        assert (one.column, one.args["like"]) == ("活动日期", "活动的日期")

    def test_headers_of_another_version(self, tmp_path: Path) -> None:
        """All guessable, none exact: asked, never dropped."""
        header = ["日志编码", "干部编码", "活动开展日期", "活动的类别", "日志正文"]
        book(tmp_path / "导出.xlsx", [header, *(r[:5] for r in LOGS)], name="Sheet1")
        evidence = read(tmp_path)
        assert [code for code, *_ in errors(evidence)] == ["headers_unknown"]
        one = found(evidence, "headers_unknown")
        assert "“日志编码”→“日志编号”" in one.problem()
        assert "列" in one.problem()

    def test_same_column_twice(self, tmp_path: Path) -> None:
        """With different figures: refused, the column named."""
        book(tmp_path / "a.xlsx", [[*LOG_HEADER, "参与青年数"], *([*row, 99] for row in LOGS)])
        evidence = read(tmp_path)
        assert errors(evidence) == [("column_twice", 1, "参与青年数")]
        assert "重复" in found(evidence, "column_twice").problem()

    def test_same_column_twice_in_other_form(self, tmp_path: Path) -> None:
        """Numbers once as numbers and once as texts are equal."""
        book(tmp_path / "a.xlsx", [[*LOG_HEADER, "参与青年数"], *([*row, str(row[-1])] for row in LOGS)])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "column_twice_equal").severity == "note"

    def test_summary_beside_the_data(self, tmp_path: Path) -> None:
        """No header of a summary is offered for three columns at once."""
        write_xlsx(
            tmp_path / "a.xlsx",
            {
                "日志": [LOG_HEADER, *LOGS],
                "汇总": [["县区", "日志数", "参与人次"], ["利州区", 2, 3], ["剑阁县", 1, 2]],
            },
        )
        evidence = read(tmp_path)
        assert errors(evidence) == [("no_table", None, "")]

    def test_side_by_side(self, tmp_path: Path) -> None:
        """Two tables side by side, alike or not, are refused; never half of them read."""
        cadres = [[*row[:8]] for row in CADRES]
        for right in ([LOG_HEADER, *LOGS[6:]], [CADRE_HEADER, *cadres]):
            left = [LOG_HEADER, *LOGS[:6]]
            height = max(len(left), len(right))
            padded = [
                [*(left[i] if i < len(left) else [None] * 7), None, *(right[i] if i < len(right) else [])]
                for i in range(height)
            ]
            book(tmp_path / "a.xlsx", padded)
            evidence = read(tmp_path)
            assert errors(evidence) == [("tables_beside", 1, "")]
            assert "两个" in found(evidence, "tables_beside").problem()

    def test_transposed(self, tmp_path: Path) -> None:
        """Headers in column A."""
        book(tmp_path / "a.xlsx", list(zip(LOG_HEADER, *LOGS, strict=True)))
        evidence = read(tmp_path)
        assert errors(evidence) == [("transposed", None, "")]
        assert "转置" in found(evidence, "transposed").problem()

    @pytest.mark.parametrize(
        ("title", "expected"), [("2016年工作日志", ["2016"]), ("2016-2017年度日志", []), ("日志", [])]
    )
    def test_title_of_another_year(self, tmp_path: Path, title: str, expected: list[str]) -> None:
        """A title that names another year than the data have."""
        book(tmp_path / "a.xlsx", [[title], LOG_HEADER, *LOGS])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert [f.args["named"] for f in evidence.findings if f.code == "title_year"] == expected

    def test_empty_sheet(self, tmp_path: Path) -> None:
        """A workbook with nothing in it."""
        book(tmp_path / "a.xlsx", [])
        assert errors(read(tmp_path)) == [("empty_file", None, "")]


class TestRows:
    """What stands among and below the rows."""

    def test_group_cells(self, tmp_path: Path) -> None:
        """The county merged over several rows is filled down; with subtotals inside the group."""
        body = [
            *ACTIVITIES[:3],
            [None, "小计", None, None, 60],
            ACTIVITIES[3],
            ["合计", None, None, None, 100],
        ]

        def paint(_: Any, sheet: Any) -> None:
            sheet.merge_cells("A2:A5")

        book(tmp_path / "a.xlsx", [ACTIVITY_HEADER, *body], paint, "台账")
        evidence = read(tmp_path)
        assert errors(evidence) == []
        units = evidence.tables["organ_activities"].column("unit").to_pylist()
        assert units == ["利州区", "利州区", "利州区", "剑阁县"]
        one = found(evidence, "merged_filled")
        assert (one.severity, one.row, one.column, one.args["count"]) == ("repair", 3, "所属县区", 3)
        assert "合并" in one.problem()

    def test_merged_number(self, tmp_path: Path) -> None:
        """A number merged over rows is none of the rows' own."""
        body = [[*row[:4], 60 if n == 0 else None] for n, row in enumerate(ACTIVITIES)]

        def paint(_: Any, sheet: Any) -> None:
            sheet.merge_cells("A2:A4")
            sheet.merge_cells("E2:E4")

        book(tmp_path / "a.xlsx", [ACTIVITY_HEADER, *body], paint, "台账")
        evidence = read(tmp_path)
        assert errors(evidence) == [("merged_number", row, "参与青年数") for row in (2, 3, 4)]
        assert rows(evidence, "organ_activities") == [5]

    def test_values_under_merged_cells(self, tmp_path: Path) -> None:
        """What stands underneath and is not what is shown is nobody's guess; equal values are none."""
        sheet = xlsx_bytes({"工作日志": [LOG_HEADER, *LOGS]})
        merge = '</sheetData><mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'

        def merged(cells: str) -> Evidence:
            change = lambda xml: xml.replace(b"</sheetData>", merge.format(cells).encode())  # noqa: E731
            (tmp_path / "a.xlsx").write_bytes(changed(sheet, sheet1_xml=change))
            return read(tmp_path)

        all_logs(merged("D3:D5"))
        assert errors(merged("C3:C5")) == [("merged_covered", row, "活动日期") for row in (4, 5)]

    @pytest.mark.parametrize("label", ["合计", "合  计", "总计：", "本页合计", "合计（12条）", "全市合计"])
    def test_total(self, tmp_path: Path, label: str) -> None:
        """A total row is no record and agrees."""
        total = [label, None, None, None, None, None, sum(range(1, N + 1))]
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, total])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "total_row").row == N + 2

    def test_total_that_differs(self, tmp_path: Path) -> None:
        """Rows were deleted after the export."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, ["合计", None, None, None, None, None, 99]])
        evidence = read(tmp_path)
        assert errors(evidence) == [("total_differs", N + 2, "参与青年数")]
        assert "合计" in found(evidence, "total_differs").problem()
        assert "不符" in found(evidence, "total_differs").problem()
        assert len(rows(evidence)) == N

    @pytest.mark.parametrize(("declared", "right"), [(sum(range(1, N + 1)), True), (99, False)])
    def test_total_on_top(self, tmp_path: Path, declared: int, right: bool) -> None:
        """A total right under the header is of the rows below it."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, ["合计", None, None, None, None, None, declared], *LOGS])
        evidence = read(tmp_path)
        assert errors(evidence) == ([] if right else [("total_differs", 2, "参与青年数")])
        assert right or found(evidence, "total_differs").args["actual"] == "78"
        assert len(rows(evidence)) == N

    def test_subtotals_on_top(self, tmp_path: Path) -> None:
        """Each subtotal above its own rows; one that is wrong is named."""
        top = [[label, None, None, None, n] for label, n in (("合计", 100), ("小计", 60), ("小计", 41))]
        body = [top[0], top[1], *ACTIVITIES[:3], top[2], ACTIVITIES[3]]
        body = [[row[0] or "利州区", *row[1:]] for row in body]
        book(tmp_path / "a.xlsx", [ACTIVITY_HEADER, *body], name="台账")
        assert errors(read(tmp_path)) == [("total_differs", 7, "参与青年数")]

    def test_total_of_one_page(self, tmp_path: Path) -> None:
        """A total below a repeated header may be of the rows since that header."""
        page = [LOG_HEADER, *LOGS[6:], ["本页合计", None, None, None, None, None, sum(range(7, N + 1))]]
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS[:6], *page])
        all_logs(read(tmp_path))

    def test_total_without_a_number(self, tmp_path: Path) -> None:
        """A total row with nothing to compare is not said to have been checked."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, ["合计：12条"]])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "total_unchecked").row == N + 2

    def test_total_that_cannot_be_read(self, tmp_path: Path) -> None:
        """A total that is no number is said not to have been checked."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, ["合计", None, None, None, None, None, "约80"]])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "total_unread").row == N + 2

    def test_total_without_label(self, tmp_path: Path) -> None:
        """A last row that equals the sums: held, not taken for a record."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, [None] * 6 + [78]])
        evidence = read(tmp_path)
        assert errors(evidence) == [("total_unlabelled", N + 2, "")]
        assert "合计" in found(evidence, "total_unlabelled").problem()
        assert rows(read(tmp_path, keep_errors=False, set_aside=True))[-1] == N + 1

    def test_footers(self, tmp_path: Path) -> None:
        """Footnotes and signature lines under the table."""
        foot = [
            ["注：本表由系统导出"], ["1. 参与人数按签到统计；"], ["制表人：某某", None, None, "审核人：", "某某"],
            ["单位（盖章）："], [None, None, None, None, "2017年12月31日"], ["（盖章）"], ["第1页 共1页"], ["以下空白"],
        ]  # fmt: skip
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, [], *foot])
        evidence = read(tmp_path)
        all_logs(evidence)
        notes = [f for f in evidence.findings if f.code == "footer_row"]
        assert [f.row for f in notes] == list(range(N + 3, N + 3 + len(foot)))
        assert {f.value for f in notes} == {""}
        assert "说明" in notes[0].problem()

    @pytest.mark.parametrize(
        ("place", "cell"),
        [(0, "（完）"), (0, "利州区团委"), (6, "2017-12-31"), (6, dt.date(2017, 12, 31)), (0, "以上共12条")],
    )
    def test_closing_words(self, tmp_path: Path, place: int, cell: object) -> None:
        """A signature, its date, or an end mark alone below the last row is no record."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, [*[None] * place, cell]])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "footer_row").row == N + 2

    def test_wide_note(self, tmp_path: Path) -> None:
        """A text merged over many columns is a note or section title, wherever it stands."""
        book(
            tmp_path / "a.xlsx",
            [LOG_HEADER, *LOGS[:3], ["城区"], *LOGS[3:]],
            lambda _, sheet: sheet.merge_cells("A5:G5"),
        )
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "footer_row").row == 5

    def test_captions_under_the_header(self, tmp_path: Path) -> None:
        """A row of units, or of what must be filled in, right under the header is part of it."""
        for caption in ([None] * 2 + ["年月日", None, None, None, "（人）"], [*["必填"] * 5, "选填", "选填"]):
            book(tmp_path / "a.xlsx", [LOG_HEADER, caption, *LOGS])
            all_logs(read(tmp_path))

    def test_half_a_row_at_the_end_is_no_footer(self, tmp_path: Path) -> None:
        """A record that is only begun is an error, not dropped."""
        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, ["L99", "G001"]])
        assert {row for _, row, _ in errors(read(tmp_path))} == {N + 2}

    def test_blank_rows_and_columns(self, tmp_path: Path) -> None:
        """Blank rows and columns inside the table, one row only of spaces."""
        wide = [[*row[:3], None, *row[3:5], None, None, *row[5:]] for row in (LOG_HEADER, *LOGS)]
        book(tmp_path / "a.xlsx", [*wide[:4], [], [" ", "　", " "], *wide[4:], [None] * 12])
        evidence = read(tmp_path)
        all_logs(evidence)
        assert rows(evidence)[3] == 7

    def test_repeated_headers(self, tmp_path: Path) -> None:
        """Printed pages pasted together, with their titles and their two-row header."""
        header = [
            ["日志编号", "团干部编号", "活动", None, None, "渠道", "参与人数"],
            [None, None, "日期", "类别", "内容", None, None],
        ]
        body = [["工作日志（第1页）"], *header, *LOGS[:6], ["2017年团干部工作日志"], *header, *LOGS[6:]]
        book(tmp_path / "a.xlsx", body)
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "header_repeated").args["count"] == 2
        assert "表头" in found(evidence, "header_repeated").problem()

    def test_formatted_blank_rows(self, tmp_path: Path) -> None:
        """12 records followed by 20,000 formatted blank rows."""

        def paint(_: Any, sheet: Any) -> None:
            border = openpyxl.styles.Border(left=openpyxl.styles.Side("thin"))
            for row in range(N + 2, 20_000):
                sheet.cell(row, 1).border = border

        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS], paint)
        all_logs(read(tmp_path))

    def test_several_tables_below_each_other(self, tmp_path: Path) -> None:
        """Each has its own header and title; one in another order, one of another table."""
        order = [6, 5, 4, 3, 2, 1, 0]
        second = [[row[i] for i in order] for row in (LOG_HEADER, *LOGS[6:])]
        sheet = [
            ["一、日志"],
            LOG_HEADER,
            *LOGS[:6],
            [],
            ["二、日志（续）"],
            *second,
            ["制表人：某某"],
            [],
            ["三、联系青年"],
            YOUTH_HEADER,
            *YOUTHS,
        ]
        book(tmp_path / "a.xlsx", sheet)
        evidence = read(tmp_path)
        all_logs(evidence)
        assert evidence.tables["youths"].num_rows == 2
        assert found(evidence, "several_tables").args["count"] == 3
        assert [source.table for source in evidence.sources] == ["logs", "logs", "youths", "cadres"]


class TestUnseen:
    """What Excel does not show is read, and said."""

    def test_hidden_sheets(self, tmp_path: Path) -> None:
        """The first sheet very hidden, another hidden: all are read by name, not by position."""
        sheets = {
            "旧": [LOG_HEADER, *LOGS[:4]],
            "新": [LOG_HEADER, *LOGS[4:8]],
            "再": [LOG_HEADER, *LOGS[8:]],
        }
        write_xlsx(tmp_path / "a.xlsx", sheets)
        made = openpyxl.load_workbook(tmp_path / "a.xlsx")
        made["旧"].sheet_state, made["再"].sheet_state = "veryHidden", "hidden"
        made.active = 1
        made.save(tmp_path / "a.xlsx")
        evidence = read(tmp_path)
        all_logs(evidence)
        notes = [f for f in evidence.findings if f.code == "hidden_sheet"]
        assert [f.sheet for f in notes] == ["再", "旧"]
        assert "隐藏" in notes[0].problem()

    def test_filter(self, tmp_path: Path) -> None:
        """A filter shows some rows only: all count, and the note says that it was on."""

        def paint(_: Any, sheet: Any) -> None:
            sheet.auto_filter.ref = "A1:G13"
            sheet.auto_filter.add_filter_column(1, ["G001"])
            for row in (2, 3, 5):
                sheet.row_dimensions[row].hidden = True

        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS], paint)
        evidence = read(tmp_path)
        all_logs(evidence)
        note = found(evidence, "filtered")
        assert (note.row, note.args["count"]) == (2, 3)
        assert "筛选" in note.problem()

    def test_filter_buttons_only(self, tmp_path: Path) -> None:
        """Buttons without a filter are nothing to say."""

        def paint(_: Any, sheet: Any) -> None:
            sheet.auto_filter.ref = "A1:G13"

        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS], paint)
        assert "filtered" not in {f.code for f in read(tmp_path).findings}

    def test_hidden_rows(self, tmp_path: Path) -> None:
        """Hidden rows count."""

        def paint(_: Any, sheet: Any) -> None:
            for row in (4, 9):
                sheet.row_dimensions[row].hidden = True

        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS], paint)
        evidence = read(tmp_path)
        all_logs(evidence)
        assert (found(evidence, "hidden_rows").row, found(evidence, "hidden_rows").args["rows"]) == (
            4,
            "4、9",
        )

    def test_hidden_phone_column(self, tmp_path: Path) -> None:
        """A hidden column is named; personal data in it are dropped like any other."""

        def paint(_: Any, sheet: Any) -> None:
            sheet.column_dimensions["C"].hidden = True

        book(tmp_path / "a.xlsx", [YOUTH_HEADER, *YOUTHS], paint, "青年")
        evidence = read(tmp_path)
        assert errors(evidence) == []
        assert found(evidence, "hidden_columns").args["columns"] == "手机号"
        assert "隐藏" in found(evidence, "hidden_columns").problem()
        assert evidence.tables["youths"].num_rows == 2

    def test_struck_through(self, tmp_path: Path) -> None:
        """A struck-through row counts, and is named."""

        def paint(_: Any, sheet: Any) -> None:
            for cell in sheet[4]:
                cell.font = openpyxl.styles.Font(strike=True)

        book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS], paint)
        evidence = read(tmp_path)
        all_logs(evidence)
        assert (found(evidence, "struck_rows").row, found(evidence, "struck_rows").args["rows"]) == (4, "4")
        assert "删除线" in found(evidence, "struck_rows").problem()

    def test_percentage(self, tmp_path: Path) -> None:
        """A number shown as a percentage is no number of points."""

        def paint(_: Any, sheet: Any) -> None:
            sheet["H2"].number_format = "0%"

        book(tmp_path / "cadres.xlsx", [CADRE_HEADER, *([*row[:7], 0.85] for row in CADRES)], paint, "名册")
        evidence = read_evidence(tmp_path, RULEBOOK, keep_errors=True)
        assert errors(evidence) == [("percent_cell", 2, "工作积分")]
        assert "%" in found(evidence, "percent_cell").problem()

    def test_one_sheet_a_county(self, tmp_path: Path) -> None:
        """All sheets are read."""
        units = {"利州": ACTIVITIES[:1], "剑阁": ACTIVITIES[3:]}
        write_xlsx(tmp_path / "a.xlsx", {name: [ACTIVITY_HEADER, *body] for name, body in units.items()})
        evidence = read(tmp_path)
        assert participants(evidence, "organ_activities") == [10, 40]
        assert [source.sheet for source in evidence.sources if source.sheet] == ["利州", "剑阁"]

    def test_strange_but_right_markup(self, tmp_path: Path) -> None:
        """A prefix before every element hides nothing from the inspection."""

        def paint(_: Any, sheet: Any) -> None:
            sheet.row_dimensions[3].hidden = True

        path = book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS], paint)
        _rewrite(path, {"xl/worksheets/sheet1.xml": _prefixed})
        evidence = read(tmp_path)
        all_logs(evidence)
        assert found(evidence, "hidden_rows").row == 3


class TestText:
    """Layout of delimited text."""

    def test_titles_totals_footers(self, tmp_path: Path) -> None:
        """A sheet saved as csv keeps its title, total and footers, padded to the table's width."""
        pad = [""] * 6
        text = [
            ["2017年工作日志", *pad],
            ["", *pad],
            LOG_HEADER,
            *LOGS,
            ["合计", "", "", "", "", "", 78],
            ["制表人：某某", *pad],
        ]
        write_csv(tmp_path / "a.csv", *text)
        evidence = read(tmp_path)
        all_logs(evidence)
        (tally,) = [t for t in evidence.tallies if t.file == "a.csv"]
        assert (tally.rows, tally.titles, tally.blanks, tally.totals, tally.footers) == (
            len(text),
            1,
            1,
            1,
            1,
        )

    def test_trailing_empty_columns_and_rows(self, tmp_path: Path) -> None:
        """Saved from a larger range."""
        write_csv(tmp_path / "a.csv", *([*row, "", "", ""] for row in (LOG_HEADER, *LOGS)), *[[""] * 10] * 5)
        all_logs(read(tmp_path))


def _rewrite(path: Path, changes: Mapping[str, Callable[[bytes], bytes]]) -> None:
    with zipfile.ZipFile(path) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, changes[name](content) if name in changes else content)


def _prefixed(xml: bytes) -> bytes:
    import re

    xml = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml)
    return xml.replace(b"xmlns=", b"xmlns:x=", 1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ([None, "G001", "2017-05-20", "志愿服务", "活动主题：到敬老院看望老人", "手机端", 3], "日志编号"),
        (["L90", None, "2017-05-20", "志愿服务", "半年工作小结合计", "手机端", 3], "团干部编号"),
        ([None, "2017年5月4日", "2017-05-20", "谈心谈话", "注：走访了三位青年。", "手机端", 1], "日志编号"),
    ],
)
def test_a_record_that_lacks_one_cell_is_no_footer(tmp_path: Path, row: list[Any], column: str) -> None:
    """A row that holds most of what its table needs is refused for the cell it lacks, never passed over."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, row)
    found = errors(read(tmp_path))
    assert (N + 2, column) in {(at, name) for _, at, name in found}


@pytest.mark.parametrize("row", [["制表人：张三", None, "审核人：李四", None, "2017年6月30日", None, None],
                                 ["本页合计", None, None, None, None, None, 78]])  # fmt: skip
def test_footers_and_totals_stay_what_they_are(tmp_path: Path, row: list[Any]) -> None:
    """Signatures and sums that fill few of the needed columns are no records."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, row)
    assert errors(read(tmp_path)) == []


def test_names_that_differ_by_a_number_alone_stay_apart(tmp_path: Path) -> None:
    """Files and sheets called by phone numbers: each keeps its rows, hash and findings."""
    roster(tmp_path)
    for number, rows in (("13812345678", LOGS[:4]), ("13912345678", LOGS[4:])):
        write_csv(tmp_path / f"日志_{number}.csv", LOG_HEADER, *rows, [*LOGS[0][:2], "昨天", *LOGS[0][3:]])
    youths = [[f"Y{n}", "赵青年", "", "G001", "2017-04-03", "是"] for n in range(2)]
    write_xlsx(tmp_path / "youths.xlsx",
               {n: [YOUTH_HEADER, y] for n, y in zip(("13812345678", "13912345678"), youths, strict=True)})  # fmt: skip
    evidence = read(tmp_path)
    files = {source.file: source.sha256 for source in evidence.sources if source.table == "logs"}
    assert list(files) == ["日志_【电话】.csv", "日志_【电话】_2.csv"] and len(set(files.values())) == 2
    assert [s.sheet for s in evidence.sources if s.table == "youths"] == ["【电话】", "【电话】_2"]
    assert {(f.file, f.row) for f in evidence.findings if f.column == "活动日期"} == {
        ("日志_【电话】.csv", 6), ("日志_【电话】_2.csv", 10),
    }  # fmt: skip
    assert all(tally.is_whole and not tally.void for tally in evidence.tallies)


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops the run as any file that cannot be read; the rest is read."""
    (tmp_path / "System Volume Information").mkdir()
    scandir = os.scandir

    def refused(folder: Any) -> Any:
        if "System" in str(folder):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refused)
    evidence = read(tmp_path)
    assert found(evidence, "unreadable_file").file == "System Volume Information/" and evidence.fatal
    assert "cadres" in evidence.present


def test_an_apostrophe_alone_is_no_id(tmp_path: Path) -> None:
    """A cell with nothing but the prefix that makes it text is blank."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["'", *LOGS[0][1:]])
    assert ("blank", N + 2, "日志编号") in errors(read(tmp_path))


@pytest.mark.parametrize("declared", ["12.5", "-5", "9000000000000"])
def test_a_declared_number_that_no_row_could_hold_differs(tmp_path: Path, declared: str) -> None:
    """A total is compared as any number, though participants are whole and few; what is no number stays unread."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["合计", "", "", "", "", "", declared])
    assert [code for code, *_ in errors(read(tmp_path))] == ["total_differs"]
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["合计", "", "", "", "", "", "约10"])
    assert errors(read(tmp_path)) == []


def test_an_organisation_under_a_units_other_name(tmp_path: Path) -> None:
    """元坝区 is 昭化区: on the roster of another county it is worth a look."""
    header = [*CADRE_HEADER, "所在团组织"]
    row = [CADRES[0][0], "张三", "旺苍县", *CADRES[0][3:]]
    write_csv(tmp_path / "cadres.csv", header, [*row, "共青团元坝区委"])
    assert found(read(tmp_path), "organisation_other").args["other"] == "昭化区"


def test_a_signature_and_its_date_are_no_record(tmp_path: Path) -> None:
    """Also in a table that needs three columns, of which they fill two: the date is a date cell."""
    header, rows = ["所属县区", "季度", "报送日期"], [["利州区", "2017年二季度", dt.date(2017, 6, 12)]]
    write_xlsx(
        tmp_path / "材料报送.xlsx", {"材料": [header, *rows, ["填表人：王五", None, dt.date(2017, 12, 31)]]}
    )
    evidence = read(tmp_path)
    assert errors(evidence) == [] and evidence.tables["submissions"].num_rows == 1


def test_rows_of_nothing_but_uncalculated_formulas_are_refused(tmp_path: Path) -> None:
    """The fast reader's rectangle ends above them: each is an error all the same, at its own row."""
    formulas = [[f"=源!{letter}{n}" for letter in "ABCDEFG"] for n in (2, 3)]
    book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, *formulas])
    refused = {(code, at) for code, at, _ in errors(read(tmp_path))}
    assert refused == {("formula_empty", N + 2), ("formula_empty", N + 3)}
    book(tmp_path / "a.xlsx", [LOG_HEADER, *formulas])
    evidence = read(tmp_path)
    assert {at for _, at, _ in errors(evidence)} == {2, 3} and rows(evidence) == []
    book(tmp_path / "a.xlsx", [[], formulas[0], [None, *LOG_HEADER], *[[None, *log] for log in LOGS]])
    all_logs(read(tmp_path))  # what lies above and beside a table shifts nothing


def test_a_first_record_of_words_is_no_second_header_row(tmp_path: Path) -> None:
    """A column that the table does not know, and a first cell in it that is a header elsewhere: the record is read."""
    header = ["青年编号", "团干部编号", "行业", "登记日期", "联系途径", "备注"]
    youths = [
        ["Q1", "G001", "学校", "2017-04-20", "微信", "监护人李大明"],
        ["Q2", "G001", "企业", "2017-04-21", "面谈", "无"],
    ]
    write_csv(tmp_path / "youths.csv", header, *youths)
    evidence = read(tmp_path)
    assert evidence.tables["youths"]["youth_id"].to_pylist() == ["Q1", "Q2"]
    assert not any("李大明" in f"{f.problem()}{f.mend()}{f.value}{f.column}" for f in evidence.findings)


@pytest.mark.parametrize(
    "row",
    [
        ["L90", "G001", None, None, "座谈主题：就业创业", "手机端", "3"],
        ["L90", "G001", None, None, "累计走访青年12人", "手机端", None],
        ["L90", "G001", None, None, "汇总", "手机端", None],
        ["待补", "王五", None, None, "与青年座谈：讨论就业", None, None],
    ],
)
def test_a_record_that_lacks_half_is_no_footer_and_no_total(tmp_path: Path, row: list[Any]) -> None:
    """What its texts say makes it none: its id and cadre are no labels."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, row)
    assert {("blank", N + 2, "活动日期"), ("blank", N + 2, "活动类别")} <= set(errors(read(tmp_path)))


def test_a_youth_that_lacks_its_cadre_is_no_footer(tmp_path: Path) -> None:
    """Of two needed columns one is half of them."""
    header = ["青年编号", "团干部编号", "行业", "登记日期", "备注"]
    rows = [["Q1", "G001", "学校", "2017-04-20", ""], ["Q2", "", "学校", "2017-05-01", "备注：新转入"]]
    write_csv(tmp_path / "youths.csv", header, *rows)
    assert ("blank", 3, "团干部编号") in errors(read(tmp_path))


def test_the_total_row_of_a_table_of_excel(tmp_path: Path) -> None:
    """Excel calls it 汇总."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["汇总", "", "", "", "", "", "78"])
    assert errors(read(tmp_path)) == []
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["汇总", "", "", "", "", "", "79"])
    assert [code for code, *_ in errors(read(tmp_path))] == ["total_differs"]


def test_the_words_of_an_error_are_one_in_any_file(tmp_path: Path) -> None:
    """What is accepted from a workbook is read back from evidence/ as it was."""
    header, row = [*CADRE_HEADER, "所在团组织"], [*CADRES[0], "#N/A"]
    for name in ("cadres.csv", "cadres.xlsx"):
        (tmp_path / "cadres.csv").unlink(missing_ok=True)
        (
            write_csv(tmp_path / name, header, row)
            if name[-3:] == "csv"
            else write_xlsx(tmp_path / name, {"名册": [header, row]})
        )
        assert ("error_cell", 2, "所在团组织") in errors(read(tmp_path))


def test_a_hint_below_a_header_is_part_of_it(tmp_path: Path) -> None:
    """A form to write dates in, the choices of a column: what stands beside them is a second header row."""
    first = ["日志编号", "团干部编号", "活动日期", "活动类别", "日志内容", "填报", None]
    for hint in ("（年/月/日）", "年/月/日"):
        second = [None, None, hint, None, None, "填报渠道", "填报日期"]
        body = [[*log[:6], "2017-06-01"] for log in LOGS]
        book(tmp_path / "a.xlsx", [first, second, *body], lambda _, sheet: sheet.merge_cells("F1:G1"))
        evidence = read(tmp_path)
        assert errors(evidence) == [] and set(evidence.tables["logs"]["channel"].to_pylist()) == {"mobile"}


@pytest.mark.parametrize("row", [["利州区", "小计", None, None, 120], ["3", "合计", None, None, 120]])
def test_a_total_whose_word_stands_beside_the_id_is_one(tmp_path: Path, row: list[Any]) -> None:
    """A unit or a running number stands before it."""
    (tmp_path / "cadres.csv").unlink(missing_ok=True)
    header = ["所属县区", "姓名", "团干部编号", "干部类别", "工作积分"]
    write_csv(tmp_path / "cadres.csv", header, ["利州区", "张三", "G001", "专职", "120"], row)
    assert [code for code, at, _ in errors(read(tmp_path)) if at == 3] == []


@pytest.mark.parametrize(
    "row",
    [
        ["共青团利州区委（盖章）", None, None, None, "制表人：李四"],
        ["填表人", "张三", None, None, "审核人：李四"],
        ["利州团区委（公章）", None, None, None, "填报日期：2017年6月30日"],
    ],
)
def test_a_footer_that_begins_with_an_office_or_a_bare_label(tmp_path: Path, row: list[Any]) -> None:
    """Words without a digit are no id."""
    write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, [*row, None, None])
    assert errors(read(tmp_path)) == []


EXEMPLARS = ["认定日期", "姓名", "所属县区"]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (["2017年9月2日", "李四", None], {"所属县区"}),
        (["*李四", None, "2017-09-02"], {"所属县区"}),
        ([None, None, "广元经济技术开发区"], {"认定日期"}),
        (["2017年9月2日", None, None], {"所属县区"}),
    ],
)
def test_half_a_record_between_others_is_no_footer(tmp_path: Path, row: list[Any], missing: set[str]) -> None:
    """What begins with a date, a star or a unit's name is a record that lacks the rest."""
    roster(tmp_path)
    first, last = ["2017年9月1日", "张三", "利州区"], ["2017年9月3日", "王五", "剑阁县"]
    write_csv(tmp_path / "exemplars.csv", EXEMPLARS, first, row, last)
    told = {(at, column) for code, at, column in errors(read(tmp_path)) if code != "date_unreadable"}
    assert told == {(3, column) for column in missing}


def test_the_last_youth_without_an_id_is_no_signature(tmp_path: Path) -> None:
    """A name alone, where names are not read, is a record without the rest."""
    roster(tmp_path)
    write_csv(tmp_path / "youths.csv", YOUTH_HEADER, ["Y1", "赵青年", "", "G001", "2017-04-03", "是"],
              [None, "钱青年", None, None, None, None])  # fmt: skip
    assert {at for _, at, _ in errors(read(tmp_path))} == {3}


def test_an_id_above_a_repeated_header_is_no_title(tmp_path: Path) -> None:
    """Above the header of the next page only words are a title."""
    page = [LOG_HEADER, *LOGS[6:]]
    write_csv(
        tmp_path / "logs.csv", LOG_HEADER, *LOGS[:6], ["L99", *[None] * 6], ["附件2", *[None] * 6], *page
    )
    roster(tmp_path)
    assert {at for _, at, _ in errors(read(tmp_path))} == {8}


def test_signatures_to_be_filled_in(tmp_path: Path) -> None:
    """A last line of labels in brackets and an open date is no record."""
    signed = ["经办人（签字）", None, None, "负责人（签字）", None, None, "年  月  日"]
    book(tmp_path / "a.xlsx", [LOG_HEADER, *LOGS, signed])
    all_logs(read(tmp_path))


def test_a_subtotal_behind_the_unit_is_a_total(tmp_path: Path) -> None:
    """With the unit merged over its rows, 小计 stands where an id would; it is compared and is nobody."""
    header = ["所属县区", "团干部编号", "姓名", "干部类别", "是否领导机关", "工作积分"]
    rows = [["利州区", "A1", "王一", "专职", "是", 10], [None, "A2", "王二", "专职", "是", 20],
            [None, "小计", None, None, None, 30]]  # fmt: skip
    book(tmp_path / "a.xlsx", [header, *rows, ["合计", None, None, None, None, 31]],
         lambda _, sheet: sheet.merge_cells("A2:A4"), name="名册")  # fmt: skip
    evidence = read(tmp_path)
    assert errors(evidence) == [("total_differs", 5, "工作积分")]
    assert found(evidence, "total_row").row == 4 and found(evidence, "merged_filled").row == 3


@pytest.mark.parametrize(
    ("totals", "wrong"),
    [
        ({0: ("合计", 60), 3: ("小计", 30), 5: ("合计", 60)}, []),
        ({0: ("利州区小计", 0), 3: ("小计", 30), 5: ("合计", 60)}, []),
        ({0: ("合计", 0), 5: ("合计", 60)}, [2]),
        ({0: ("合计", 60), 5: ("合计", 61)}, [8]),
    ],
)
def test_totals_above_and_below(tmp_path: Path, totals: dict[int, tuple[str, int]], wrong: list[int]) -> None:
    """Totals on top and at the bottom of one table are each compared with what may be theirs."""
    numbers = [10, 10, 10, 15, 15]
    body = []
    for place in range(len(numbers) + 1):
        if place in totals:
            body.append([totals[place][0], None, None, None, totals[place][1]])
        if place < len(numbers):
            body.append([f"H{place}", "利州区", f"2017-05-0{place + 1}", "面对面", numbers[place]])
    header = ["活动编号", "所属县区", "活动日期", "活动类别", "参与青年数"]
    write_csv(tmp_path / "a.csv", header, *body)
    roster(tmp_path)
    assert [at for code, at, _ in errors(read(tmp_path)) if code == "total_differs"] == wrong


def test_values_without_a_header_are_told_of(tmp_path: Path) -> None:
    """In a workbook a note says how many; in a text a comma too many may have cut a cell in two."""
    book(tmp_path / "a.xlsx", [[*LOG_HEADER, None], *([*row, "作废"] for row in LOGS)])
    evidence = read(tmp_path)
    all_logs(evidence)
    note = found(evidence, "column_unnamed")
    assert (note.column, note.args["count"]) == ("H", N)
    (tmp_path / "a.xlsx").unlink()
    write_csv(tmp_path / "b.csv", [*LOG_HEADER, "", ""], LOGS[0], [*LOGS[1], "帮扶"])
    assert errors(read(tmp_path)) == [("row_longer", 3, "")]


def test_another_table_in_a_template(tmp_path: Path) -> None:
    """A template keeps to its own table: with the header of another it is refused, never passed over."""
    write_templates(RULEBOOK, tmp_path)
    for path in tmp_path.glob("*.xlsx"):
        if path.stem not in ("优秀典型", "团干部名册"):
            path.unlink()
    book = openpyxl.load_workbook(tmp_path / "优秀典型.xlsx")
    sheet = book["优秀典型"]
    rows = [
        ["所属县区", "季度", "报送日期"],
        ["利州区", "2017Q2", "2017-06-18"],
        ["剑阁县", "2017Q2", "2017-06-18"],
    ]
    for at, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            sheet.cell(at, place, cell)
    book.save(tmp_path / "优秀典型.xlsx")
    evidence = read(tmp_path)
    assert [f.code for f in evidence.fatal if f.file == "优秀典型.xlsx"] == ["headers_unknown"]


@pytest.mark.parametrize(("header", "name"), [(["单位", "认定时间"], "典型"), (["甲", "乙"], "优秀典型")])
def test_two_columns_that_are_not_known_are_no_cover(tmp_path: Path, header: list[str], name: str) -> None:
    """A table of two columns beside another, by its headers or by its name, is not passed over as a page of words."""
    rows = [header, ["利州区", "2017-09-01"], ["剑阁县", "2017-09-02"]]
    write_xlsx(tmp_path / "a.xlsx", {"名册": [CADRE_HEADER, *CADRES], name: rows})
    found = [f.code for f in read(tmp_path).findings if f.sheet == name]
    assert found in (["headers_unknown"], ["no_table"])


@pytest.mark.parametrize("words", [[], [["本单位无优秀典型"]], [["说明"], ["本季度无"]]])
def test_a_sheet_that_says_there_is_nothing(tmp_path: Path, words: list[list[str]]) -> None:
    """A sheet called as a table is, empty or with a word of its own, beside a table: a note."""
    write_xlsx(tmp_path / "a.xlsx", {"名册": [CADRE_HEADER, *CADRES], "优秀典型": words})
    evidence = read(tmp_path)
    assert errors(evidence) == [] and found(evidence, "cover_sheet").sheet == "优秀典型"


def test_a_cover_with_a_day_is_no_table(tmp_path: Path) -> None:
    """A line of labels and one below it that fills them in is no table of two columns."""
    cover = [["单位（盖章）", "日期"], ["共青团利州区委", "2017年6月30日"]]
    write_xlsx(tmp_path / "a.xlsx", {"名册": [CADRE_HEADER, *CADRES], "封面": cover})
    assert errors(read(tmp_path)) == []


@pytest.mark.parametrize(
    "last",
    [
        [["共青团利州区委员会", "2017年6月30日"]],
        [["制表人", None, "审核人", None, "2017年6月30日"]],
        [["※说明", "数据截至6月30日"]],
        [["* 带星号者为挂职", "制表人：李四"]],
        [[None, "共青团利州区委员会"], [None, None, None, "2017年6月30日"]],
        [["制表人：李四"], [None, None, None, None, "2017年6月30日"], [], ACTIVITY_IDS,
         ["A9", "利州区", "2017-05-09", "面对面", 1]],
    ],
)  # fmt: skip
def test_closing_lines_of_an_office(tmp_path: Path, last: list[list[Any]]) -> None:
    """Office and day, labels and day, a note of two cells, a day between two pages: none of them is a record."""
    book(
        tmp_path / "a.xlsx", [ACTIVITY_IDS, ["A1", "剑阁县", "2017-05-01", "面对面", 10], *last], name="台账"
    )
    evidence = read(tmp_path)
    assert errors(evidence) == [] and any(f.code == "footer_row" for f in evidence.findings)
