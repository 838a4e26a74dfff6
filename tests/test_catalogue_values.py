"""The catalogue of bad values: dates, numbers, ids, names, Unicode, formulas, hostile text, each in a file built here.

Where the catalogue and ``tables.md`` differ, ``tables.md`` holds.
"""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from office_files import CADRE_HEADER, CADRES, LOG_HEADER, LOGS, roster, write_csv, write_xlsx

import gy1100
from gy1100.evidence import Evidence, read_evidence, write_evidence
from gy1100.findings import Finding, findings_frame
from gy1100.report import ImportReport
from gy1100.texts import normalised, text_hash

RULEBOOK = gy1100.load_rulebook()
DAY, KIND, TEXT, PEOPLE = 2, 3, 4, 6  # places in a log
FORMS = ["csv", "xlsx"]


def read(folder: Path) -> Evidence:
    """Read a folder, errors kept."""
    return read_evidence(folder, RULEBOOK, keep_errors=True)


def errors(evidence: Evidence) -> list[Finding]:
    """Return the errors."""
    return [found for found in evidence.findings if found.severity == "error"]


def said(evidence: Evidence, severity: str = "repair") -> str:
    """Return the words of the findings of a severity."""
    return "".join(
        f"{f.code} {f.problem()} {f.problem('en')}" for f in evidence.findings if f.severity == severity
    )


def write(folder: Path, form: str, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as csv or workbook."""
    if form == "csv":
        write_csv(folder / f"{name}.csv", *[["" if cell is None else cell for cell in row] for row in rows])
    else:
        write_xlsx(folder / f"{name}.xlsx", {name: rows})


def logs_with(folder: Path, place: int, cells: Sequence[object], form: str = "csv") -> Evidence:
    """Read logs whose cells in one place are the given ones, row by row from row 2."""
    roster(folder)
    rows = []
    for number, cell in enumerate(cells):
        row: list[Any] = [f"L{number}", *LOGS[0][1:]]
        row[place] = cell
        rows.append(row)
    write(folder, form, "logs", [LOG_HEADER, *rows])
    return read(folder)


def cadres_with(folder: Path, place: int, cells: Sequence[object], form: str = "csv") -> Evidence:
    """Read a roster whose cells in one place are the given ones, row by row from row 2."""
    rows = []
    for number, cell in enumerate(cells):
        row: list[Any] = [f"G{number}", *CADRES[0][1:]]
        row[place] = cell
        rows.append(row)
    write(folder, form, "cadres", [CADRE_HEADER, *rows])
    return read(folder)


def column(evidence: Evidence, table: str, name: str) -> list[Any]:
    """Return a column of what stands."""
    return evidence.tables[table].column(name).to_pylist()


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert change(parts[part]) != parts[part]
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)


class TestDates:
    """C dates."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        ("written", "day", "code"),
        [
            ("2017年4月1日", (4, 1), "date_text"),
            ("2017.4.5", (4, 5), "date_text"),
            ("20170412", (4, 12), "date_text"),
            ("2017-4-28 10:30", (4, 28), "date_text"),
            ("2017/05/04 00:00:00", (5, 4), "date_text"),
            ("2017年5月4号", (5, 4), "date_form"),
            ("2017年05月10日 星期三", (5, 10), "date_form"),
            ("２０１７－０５－２０", (5, 20), "full_width"),
            ("2017.06.01.", (6, 1), "date_form"),
            ("2017.06.01。", (6, 1), "date_form"),
            ("2017 年 6 月 5 日", (6, 5), "full_width"),
            ("2017年4⽉21⽇", (4, 21), "full_width"),
            ("'2017-04-21", (4, 21), "full_width"),
            ("2017-04-21\u200b", (4, 21), "full_width"),
            ("2017-04-21\ufe0f", (4, 21), "full_width"),
            ("\u30002017-04-21\u00a0", (4, 21), "full_width"),
        ],
    )
    def test_ways_of_writing(
        self, tmp_path: Path, form: str, written: str, day: tuple[int, int], code: str
    ) -> None:
        """Mended with a note; in csv the usual forms are the only ones there are."""
        evidence = logs_with(tmp_path, DAY, [written], form)
        assert column(evidence, "logs", "date") == [dt.date(2017, *day)]
        plain = form == "csv" and code == "date_text"
        assert (code in said(evidence)) != plain
        assert plain or "日期" in said(evidence) or "全角" in said(evidence)

    @pytest.mark.parametrize(
        ("cell", "code", "words"),
        [
            ("4月1日", "date_no_year", "年份"),
            ("2017年4月", "date_no_day", "日期"),
            ("2017 年 6 月", "date_no_day", "日期"),
            ("17/4/18", "date_short_year", "日期"),
            ("04/05/2017", "date_order", "歧义"),
            ("2027-04-01", "date_outside", "范围"),
            ("1917-04-01", "date_outside", "范围"),
            (60, "date_unreadable", "日期"),
            (-5, "date_unreadable", "日期"),
            (99999999, "date_impossible", "日期"),
            ("99999999", "date_impossible", "日期"),
            ("2017-03-31T16:30:00Z", "date_zone", "时区"),
            ("2017-04-01 00:30+08:00", "date_zone", "时区"),
            ("", "blank", "缺"),
            ("\u200b", "blank", "缺"),
            ("2017/4/31", "date_impossible", "日期"),
            ("2017-02-29", "date_impossible", "日期"),
            ("二〇一七年四月一日", "date_chinese", "中文数字"),
            ("2017年4月1日至3日", "date_range", "一段日期"),
            ("2017-4-1~2017-4-3", "date_range", "一段日期"),
            ("2017年④月1日", "date_unreadable", "日期"),
            ("待定", "date_unreadable", "日期"),
            (True, "date_unreadable", "日期"),
        ],
    )
    @pytest.mark.parametrize("form", FORMS)
    def test_refused(self, tmp_path: Path, form: str, cell: object, code: str, words: str) -> None:
        """The row is named with its column; nothing is guessed."""
        found = errors(logs_with(tmp_path, DAY, [cell], form))
        assert [(f.code, f.row, f.column) for f in found] == [(code, 2, "活动日期")]
        assert words in found[0].problem()

    @pytest.mark.parametrize("form", FORMS)
    def test_serial_numbers(self, tmp_path: Path, form: str) -> None:
        """Serial numbers without a date format, in workbooks and csv."""
        evidence = logs_with(tmp_path, DAY, [42826, 42826.9999], form)
        assert column(evidence, "logs", "date") == [dt.date(2017, 4, 1)] * 2
        assert "序列数" in said(evidence)

    @pytest.mark.parametrize("later", [False, True])
    def test_1904(self, tmp_path: Path, later: bool) -> None:
        """The 1904 system, dates and bare serials, also with the second workbookPr of Excel since 2013."""
        roster(tmp_path)
        rows = [[*LOGS[0][:2], dt.date(2017, 4, 1), *LOGS[0][3:]], [*LOGS[1][:2], 41364, *LOGS[1][3:]]]
        path = write_xlsx(tmp_path / "a.xlsx", {"日志": [LOG_HEADER, *rows]}, date_1904=True)
        extension = (
            b'<extLst><ext uri="{140A7094-0E35-4892-8432-C4D2E57EDEB5}" xmlns:x15="http://schemas.microsoft.com/office/'
            b'spreadsheetml/2010/11/main"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>'
        )
        if later:
            rewrite(path, "xl/workbook.xml", lambda xml: xml.replace(b"</workbook>", extension))
        evidence = read(tmp_path)
        assert column(evidence, "logs", "date") == [dt.date(2017, 4, 1)] * 2
        assert "1904" in said(evidence)

    def test_own_format(self, tmp_path: Path) -> None:
        """Real dates shown as 2017年4月1日."""
        roster(tmp_path)
        rows = [[*LOGS[0][:2], dt.date(2017, 4, 1), *LOGS[0][3:]]]
        write_xlsx(
            tmp_path / "a.xlsx", {"日志": [LOG_HEADER, *rows]}, default_date_format='yyyy"年"m"月"d"日"'
        )
        evidence = read(tmp_path)
        assert column(evidence, "logs", "date") == [dt.date(2017, 4, 1)]
        assert not errors(evidence)

    def test_iso_cell(self, tmp_path: Path) -> None:
        """A cell of type d, as strict writers have it."""
        roster(tmp_path)
        path = write_xlsx(tmp_path / "a.xlsx", {"日志": [LOG_HEADER, [*LOGS[0][:2], 42826, *LOGS[0][3:]]]})
        old, new = b'<c r="C2"><v>42826</v></c>', b'<c r="C2" t="d"><v>2017-04-01T00:00:00</v></c>'
        rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(old, new))
        evidence = read(tmp_path)
        assert column(evidence, "logs", "date") == [dt.date(2017, 4, 1)]
        assert not errors(evidence)


class TestNumbers:
    """C numbers."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        ("written", "number", "noted"),
        [
            ("12", 12, False), (" 1 ", 1, False), ("３０", 30, True), ("3人", 3, True), ("8 ", 8, False),
            ("'45", 45, True), ("40.0", 40, False), ("+15", 15, True), ("2名", 2, True), ("20\u00a0", 20, False),
            ("６", 6, True), ("1,200", 1200, True), ("1，200", 1200, True), ("4\u200b", 4, True), ("30人次", 30, True),
            ("5个", 5, True), ("1,200,000", 1_200_000, True), ("12\x00", 12, True), ("", 0, False),
        ],
    )  # fmt: skip
    def test_ways_of_writing(self, tmp_path: Path, form: str, written: str, number: int, noted: bool) -> None:
        """Counts typed as text; a blank count is 0."""
        if form == "xlsx" and "\x00" in written:
            pytest.skip("no workbook can hold it")
        evidence = logs_with(tmp_path, PEOPLE, [written], form)
        assert column(evidence, "logs", "participants") == [number]
        assert ("数字" in said(evidence)) == (noted or (form == "xlsx" and bool(written)))

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        ("cell", "code"),
        [
            ("12+", "number_unreadable"), ("10-15", "number_unreadable"), ("约12", "number_unreadable"),
            (12.5, "number_not_whole"), ("1E+999", "number_unreadable"), ("inf", "number_unreadable"),
            ("85%", "number_percent"), ("８５％", "number_percent"), ("—", "number_unreadable"),
            (True, "number_unreadable"), ("一", "number_unreadable"), ("3²", "number_unreadable"),
            ("①", "number_unreadable"), ("½", "number_unreadable"), ("-3", "number_negative"), (-3, "number_negative"),
            ("1,20", "number_unreadable"), ("1 200", "number_unreadable"), ("3人5", "number_unreadable"),
            ("=3+4", "number_unreadable"), ("#N/A", "error_cell"), ("#DIV/0!", "error_cell"), ("NaN",
            "number_unreadable"),
        ],
    )  # fmt: skip
    def test_refused(self, tmp_path: Path, form: str, cell: object, code: str) -> None:
        """Anything else in a number is an error that shows it."""
        found = errors(logs_with(tmp_path, PEOPLE, [cell], form))
        assert [(f.code, f.row, f.column) for f in found] == [(code, 2, "参与青年数")]
        assert found[0].value.upper() == str(cell).upper()

    def test_large(self, tmp_path: Path) -> None:
        """More than 5,000 participants are noted, more than a milliard refused."""
        evidence = logs_with(tmp_path, PEOPLE, ["999999", "5000", "9999999999"])
        assert [f.code for f in errors(evidence)] == ["number_large"]
        noted = [f for f in evidence.findings if f.code == "participants_many"]
        assert [(f.row, f.args["count"]) for f in noted] == [(2, 1)]

    @pytest.mark.parametrize(
        ("cell", "code"),
        [(1e308, "number_large"), ("1E+308", "number_unreadable"), ("inf", "number_unreadable")],
    )
    def test_points(self, tmp_path: Path, cell: object, code: str) -> None:
        """Points that no cadre can have."""
        assert [f.code for f in errors(cadres_with(tmp_path, 7, [cell], "xlsx"))] == [code]

    def test_percent_format(self, tmp_path: Path) -> None:
        """0.85 shown as 85 % is held: it may be 85 or 0.85; a percentage that is not read harms nothing."""
        import xlsxwriter

        with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
            sheet = book.add_worksheet()
            percent, whole = book.add_format({"num_format": "0.00%"}), book.add_format({"num_format": 9})
            sheet.write_row(0, 0, [*CADRE_HEADER, "完成率"])
            for row, style in ((1, percent), (2, whole), (3, None)):
                sheet.write_row(row, 0, [f"G{row}", *CADRES[0][1:7]])
                sheet.write(row, 7, 0.85, style)
                sheet.write(row, 8, 0.9, percent)
        found = errors(read(tmp_path))
        assert [(f.code, f.row, f.column, f.value) for f in found] == [
            ("percent_cell", 2, "工作积分", "85%"), ("percent_cell", 3, "工作积分", "85%")
        ]  # fmt: skip
        assert "百分" in found[0].problem()

    def test_float_noise(self, tmp_path: Path) -> None:
        """A sum's noise is no error."""
        evidence = cadres_with(tmp_path, 7, [3.4999999999999996], "xlsx")
        assert column(evidence, "cadres", "points") == pytest.approx([3.5])
        assert not errors(evidence)


class TestIds:
    """C ids."""

    @pytest.mark.parametrize(
        ("cell", "code", "words"),
        [
            (201704180000000042, "id_rounded", "15"),
            (2.01704180000000e17, "id_rounded", "精度"),
            ("2.01704E+17", "id_scientific", "科学计数"),
            ("1.38E+10", "id_scientific", "科学计数"),
            ("", "blank", "缺"),
            (dt.date(2017, 4, 1), "id_date", "日期"),
        ],
    )
    def test_spoiled(self, tmp_path: Path, cell: object, code: str, words: str) -> None:
        """Digits that are lost cannot be had back; the row is held."""
        found = errors(logs_with(tmp_path, 0, [cell], "xlsx"))
        assert [(f.code, f.row, f.column) for f in found] == [(code, 2, "日志编号")]
        assert words in found[0].problem()

    def test_leading_zeros(self, tmp_path: Path) -> None:
        """Ids that begin with zeros stay text; a shorter number cell among them has lost its zeros."""
        ids = ["001704010000011", "001704010000012", "001704010000013", "001704010000014"]
        assert column(logs_with(tmp_path, 0, ids, "xlsx"), "logs", "log_id") == ids
        evidence = logs_with(tmp_path, 0, [*ids, 1704010000015], "xlsx")
        assert [(f.code, f.row) for f in errors(evidence)] == [("id_zeros", 6)]
        assert "15位" in errors(evidence)[0].problem()
        assert column(evidence, "logs", "log_id") == ids

    def test_numbers_among_texts(self, tmp_path: Path) -> None:
        """Number cells are ids like others where most ids do not begin with zero."""
        evidence = logs_with(tmp_path, 0, ["0012", "A1", "A2", 7], "xlsx")
        assert (errors(evidence), column(evidence, "logs", "log_id")) == ([], ["0012", "A1", "A2", "7"])

    def test_numbers(self, tmp_path: Path) -> None:
        """Eleven digits survive as a number and come out as text without a decimal point."""
        evidence = logs_with(tmp_path, 0, [20170400001.0, "'20170400002", "Ｌ３", "L\u200b4"], "xlsx")
        assert column(evidence, "logs", "log_id") == ["20170400001", "20170400002", "L3", "L4"]
        assert "编号" in said(evidence)

    @pytest.mark.parametrize("second", ["same.csv", "again.xlsx"])
    def test_delivered_twice(self, tmp_path: Path, second: str) -> None:
        """The same export twice, byte by byte or as another kind of file: each row counts once, with a note."""
        roster(tmp_path)
        first = write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS)
        if second.endswith("csv"):
            (tmp_path / second).write_bytes(first.read_bytes())
        else:
            write_xlsx(tmp_path / second, {"日志": [LOG_HEADER, *LOGS]})
        evidence = read(tmp_path)
        assert sorted(column(evidence, "logs", "log_id")) == ["L1", "L2"]
        assert {"same_file", "rows_repeated"} & {f.code for f in evidence.findings}
        assert not errors(evidence)

    def test_evaluations_delivered_twice(self, tmp_path: Path) -> None:
        """Equal evaluations are different people; yet a whole sheet that is another's copy counts once."""
        roster(tmp_path)
        header = ["团干部编号", "日期", "评价星级"]
        rows = [
            ["G001", f"2017-06-{day:02}", rating]
            for day, rating in ((1, "5"), (1, "5"), (2, "4"), (3, "3"), (4, "2"))
        ]
        write_csv(tmp_path / "a.csv", header, *rows)
        write_xlsx(tmp_path / "b.xlsx", {"评价": [header, *rows]})
        write_csv(tmp_path / "c.csv", header, *rows[:2])
        evidence = read(tmp_path)
        assert evidence.tables["evaluations"].num_rows == 7
        assert [(f.file, f.args["other"]) for f in evidence.findings if f.code == "same_rows"] == [
            ("b.xlsx", "a.csv")
        ]

    def test_the_same_id_with_another_figure(self, tmp_path: Path) -> None:
        """Which one counts must be asked: both are held."""
        rows = [["201704180000000042", *LOGS[0][1:6], people] for people in ("3", "4")]
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *rows)
        found = errors(read(tmp_path))
        assert [(f.code, f.row) for f in found] == [("id_repeated", 2), ("id_repeated", 3)]
        assert "冲突" in found[0].problem()

    def test_test_account(self, tmp_path: Path) -> None:
        """Kept, and said so."""
        evidence = cadres_with(tmp_path, 1, ["测试账号", "王测"])
        assert [(f.row, f.severity) for f in evidence.findings if f.code == "test_account"] == [(2, "note")]
        assert evidence.tables["cadres"].num_rows == 2


class TestNames:
    """C names, and Unicode in names."""

    @pytest.mark.parametrize("form", FORMS)
    def test_units(self, tmp_path: Path, form: str) -> None:
        """Counties under other names."""
        written = [
            "利州", "团利州区委", "昭化区团委", "朝天", "旺苍县 ", "青川", "共青团剑阁县委员会", "共青团苍溪县委",
            "广元经开区", "市天然气综合利用工业园区", "苍\u3000溪\u3000县", "广元市青川县", "元坝区", "⻘川县",
            "'剑阁县",
            "剑阁县\ufe00", "旺苍\u200b县",
        ]  # fmt: skip
        read_as = [
            "利州区", "利州区", "昭化区", "朝天区", "旺苍县", "青川县", "剑阁县", "苍溪县", "广元经济技术开发区",
            "市天然气综合利用工业园区", "苍溪县", "青川县", "昭化区", "青川县", "剑阁县", "剑阁县", "旺苍县",
        ]  # fmt: skip
        evidence = cadres_with(tmp_path, 2, written, form)
        assert column(evidence, "cadres", "unit") == read_as
        assert "county" in said(evidence)
        assert "昭化区" in said(evidence)

    @pytest.mark.parametrize(
        "written", ["开发区", "阆中市", "../../../tmp/x", "", "广元市", "剑阁县、青川县"]
    )
    def test_no_unit(self, tmp_path: Path, written: str) -> None:
        """Two units or none: held, with the nearest ones; never a path."""
        found = errors(cadres_with(tmp_path, 2, [written]))
        assert [(f.row, f.column) for f in found] == [(2, "所属县区")]
        assert found[0].code == ("unit_unknown" if written else "blank")
        assert found[0].value == written

    def test_kinds(self, tmp_path: Path) -> None:
        """Kinds of cadre in variants, and one that is none."""
        evidence = cadres_with(tmp_path, 3, ["专职团干部", "挂 职", "兼职\u200b", "⼲部", "志愿者"])
        assert column(evidence, "cadres", "cadre_type") == ["full_time", "seconded", "part_time"]
        assert [f.value for f in errors(evidence)] == ["⼲部", "志愿者"]
        assert "类别" in said(evidence)

    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("NULL", "NULL"), ("null", "null"), ("#N/A", "#N/A"), ("张\ufffd", "U+FFFD"), ("李?", "?"), ("李？", "？"),
            ("王\ue816", "U+E816"), ("王\U000f0001", "U+F0001"), ("张（#REF!）", "#REF!"),
        ],
    )  # fmt: skip
    def test_damaged(self, tmp_path: Path, written: str, shown: str) -> None:
        """A name that lost a character is held."""
        found = errors(cadres_with(tmp_path, 1, [written]))
        assert [(f.code, f.row, f.column) for f in found] == [("name_damaged", 2, "姓名")]
        assert shown in found[0].problem() + found[0].value

    @pytest.mark.parametrize(
        ("written", "name", "words"),
        [
            ("张\u200b三丰", "张三丰", "U+200B"), ("赵\u3000六", "赵六", "空格"), ("⼀凡", "一凡", "U+2F00"),
            ("李\uf9e1", "李李", "U+F9E1"), ("⻢丽", "马丽", "U+2EE2"), ("葛\U000e0100", "葛", "U+E0100"),
            ("阿依•古丽", "阿依·古丽", "·"), ("阿依．古丽", "阿依·古丽", "·"), ("阿依.古丽", "阿依·古丽", "·"),
            ("张\x0b三", "张三", "控制"), ("'张三", "张三", "统一"), ("Ａｎｎａ", "Anna", "兼容"),
            ("Jose\u0301", "José", "统一"),
            ("张\u202e三", "张三", "U+202E"), ("Anna Wang", "Anna Wang", ""), ("𠮷野", "𠮷野", ""), ("㐂子",
            "㐂子", ""),
            ("阿依·古丽", "阿依·古丽", ""),
        ],
    )  # fmt: skip
    def test_mended(self, tmp_path: Path, written: str, name: str, words: str) -> None:
        """What is certain is mended with the code points named; rare characters stay."""
        evidence = cadres_with(tmp_path, 1, [written])
        assert (column(evidence, "cadres", "name"), errors(evidence)) == ([name], [])
        assert words in said(evidence)
        assert bool(words) == ("name_form" in said(evidence))

    @pytest.mark.parametrize("form", FORMS)
    def test_marks_of_yes(self, tmp_path: Path, form: str) -> None:
        """√ and blank; blank is an error where no is written too."""
        evidence = cadres_with(tmp_path, 4, ["√", "", "✔\ufe0f", None, "Ｙ"], form)
        assert column(evidence, "cadres", "in_organ") == [True, False, True, False, True]
        (tmp_path / f"cadres.{form}").unlink()
        evidence = cadres_with(tmp_path, 4, ["√", "", "×", "大概"], form)
        assert [(f.code, f.row) for f in errors(evidence)] == [("blank_mark", 3), ("yes_no_unknown", 5)]


class TestText:
    """C Unicode and D attack text, in log texts."""

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize(
        "text",
        [
            "NA", "null", "活动圆满👨\u200d👩\u200d👧\u200d👦👍🏽", "𠮷𡈽𪚥鿃㐂", "字" * 32_000,
            "e\u0301te\u0301", "⼀个",
            "'); DROP TABLE logs;--", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "{{7*7}}${7*7}<%= 7*7 %>", r"\input{/etc/passwd}", "../../../etc/passwd", "1,200", "2017-04-01",
            "TRUE", "007",
            "a\tb", "“引号”\"'", "&amp;&#60;",
        ],
    )  # fmt: skip
    def test_kept(self, tmp_path: Path, form: str, text: str) -> None:
        """Text is text: kept to the character, hashed, written and read back equal."""
        evidence = logs_with(tmp_path, TEXT, [text], form)
        log = evidence.tables["logs"].to_pylist()[0]
        assert log["text"] == text
        assert (log["text_hash"], log["text_length"]) == (text_hash(normalised(text)), len(normalised(text)))
        write_evidence(evidence, tmp_path / "evidence")
        assert column(read(tmp_path / "evidence"), "logs", "text") == [text]

    @pytest.mark.parametrize(
        "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "＝1+1", '=HYPERLINK("http://x","y")']
    )
    def test_formulas(self, tmp_path: Path, text: str) -> None:
        """Kept as text from workbooks; no cell that we write would run in a spreadsheet."""
        evidence = logs_with(tmp_path, TEXT, [text], "xlsx")
        assert column(evidence, "logs", "text") == [text]
        write_evidence(evidence, tmp_path / "evidence")
        with (tmp_path / "evidence" / "logs.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row["text"] for row in csv.DictReader(file)] == [f"'{text}"]
        assert column(read(tmp_path / "evidence"), "logs", "text") == [text]

    @pytest.mark.parametrize("form", FORMS)
    def test_long(self, tmp_path: Path, form: str) -> None:
        """Texts beyond Excel's limit of 32,767 characters are not cut."""
        text = "走访青年。" * 40_000
        evidence = logs_with(tmp_path, TEXT, ["待换" if form == "xlsx" else text], form)
        if form == "xlsx":
            change = lambda xml: xml.replace("待换".encode(), text.encode())  # noqa: E731
            rewrite(tmp_path / "logs.xlsx", "xl/sharedStrings.xml", change)
            evidence = read(tmp_path)
        assert column(evidence, "logs", "text") == [text]
        write_evidence(evidence, tmp_path / "evidence")
        assert column(read(tmp_path / "evidence"), "logs", "text") == [text]

    @pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1b", "\x07", "\x7f", "\x9b"])
    def test_control_characters(self, tmp_path: Path, char: str) -> None:
        """Taken out with a note; terminal escapes reach no log."""
        evidence = logs_with(tmp_path, TEXT, [f"走访{char}[31m青年"])
        assert column(evidence, "logs", "text") == ["走访[31m青年"]
        assert "控制字符" in said(evidence)
        assert char not in findings_frame(evidence.findings).to_csv()

    def test_escaped_control_character(self, tmp_path: Path) -> None:
        """A workbook's way of writing a control character."""
        evidence = logs_with(tmp_path, TEXT, ["走访\x0b青年"], "xlsx")
        assert column(evidence, "logs", "text") == ["走访青年"]
        assert "控制字符" in said(evidence)

    def test_header_and_sheet_name(self, tmp_path: Path) -> None:
        """Markup in a header or a sheet's name is shown as text."""
        roster(tmp_path)
        header = [*LOG_HEADER, "<img src=x onerror=alert(1)>"]
        write_xlsx(tmp_path / "a.xlsx", {"<b onmouseover=x>": [header, [*LOGS[0], "1"]]})
        evidence = read(tmp_path)
        report = ImportReport(evidence, RULEBOOK)
        html = "".join(str(show()._repr_html_()) for show in (report.notes, report.files, report.repairs))
        assert "&lt;img src=x onerror" in html
        assert "<img src=x" not in html
        assert "<b onmouseover" not in html

    def test_report_of_hostile_values(self, tmp_path: Path) -> None:
        """Hostile values in refused cells are shown as text."""
        evidence = logs_with(tmp_path, KIND, ["<script>alert(1)</script>", "=cmd()", "\u202e\x1b[31m"])
        html = str(ImportReport(evidence, RULEBOOK).errors()._repr_html_())
        assert "&lt;script&gt;" in html
        assert not {"<script>alert", "\x1b", "\u202e"} & {
            mark for mark in ("<script>alert", "\x1b", "\u202e") if mark in html
        }


class TestFormulas:
    """C formulas: error cells, formulas without and with stored values."""

    @pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
    def test_error_cells(self, tmp_path: Path, error: str) -> None:
        """An error cell is never a blank, in any column."""
        roster(tmp_path)
        path = write_xlsx(tmp_path / "a.xlsx", {"日志": [LOG_HEADER, [*LOGS[0][:6], 77777]]})
        new = f'<c r="G2" t="e"><v>{error}</v></c>'.encode()
        change = lambda xml: xml.replace(b'<c r="G2"><v>77777</v></c>', new)  # noqa: E731
        rewrite(path, "xl/worksheets/sheet1.xml", change)
        found = errors(read(tmp_path))
        assert [(f.code, f.row, f.column, f.value) for f in found] == [("error_cell", 2, "参与青年数", error)]

    @pytest.mark.parametrize("place", [DAY, TEXT, PEOPLE])
    def test_without_a_value(self, tmp_path: Path, place: int) -> None:
        """A formula that was never calculated."""
        roster(tmp_path)
        row: list[Any] = [*LOGS[0]]
        row[place] = 77777
        path = write_xlsx(tmp_path / "a.xlsx", {"日志": [LOG_HEADER, row]})
        at = f'<c r="{"ABCDEFG"[place]}2">'.encode()
        change = lambda xml: xml.replace(at + b"<v>77777</v></c>", at + b"<f>6*2</f></c>")  # noqa: E731
        rewrite(path, "xl/worksheets/sheet1.xml", change)
        found = errors(read(tmp_path))
        assert [(f.code, f.row, f.column) for f in found] == [("formula_empty", 2, LOG_HEADER[place])]
        assert "公式" in found[0].problem()

    def test_today(self, tmp_path: Path) -> None:
        """=TODAY() with a stored serial: used, and noted."""
        roster(tmp_path)
        path = write_xlsx(tmp_path / "a.xlsx", {"日志": [LOG_HEADER, [*LOGS[0][:2], 42826, *LOGS[0][3:]]]})
        old, new = b'<c r="C2"><v>42826</v></c>', b'<c r="C2"><f>TODAY()</f><v>42826</v></c>'
        rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(old, new))
        evidence = read(tmp_path)
        assert column(evidence, "logs", "date") == [dt.date(2017, 4, 1)]
        assert "公式" in said(evidence, "note")
