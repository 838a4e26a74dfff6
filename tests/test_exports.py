"""Files to cells: formats, encodings, layout, and whole files that are refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from format_files import changed, xlsx_bytes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_files import (
    CADRE_HEADER,
    CADRES,
    LOG_HEADER,
    LOGS,
    YOUTH_HEADER,
    YOUTHS,
    roster,
    write_csv,
    write_xlsx,
)

import gy1100
from gy1100.errors import NothingToRead, Refused
from gy1100.evidence import Evidence, read_evidence, read_table
from gy1100.exports import encoding, text_rows
from gy1100.exports.guard import Unreadable
from gy1100.exports.sheets import column_letters
from gy1100.exports.text_rows import TextRows

RULEBOOK = gy1100.load_rulebook()
CODECS = (("utf-8", 1), ("gb18030", 1), ("utf-16-le", 2), ("utf-16-be", 2))


def read(folder: Path, **options: Any) -> Evidence:
    """Read a folder, errors kept."""
    return read_evidence(folder, RULEBOOK, **({"keep_errors": True} | options))


def codes(evidence: Evidence, severity: str = "error") -> list[str]:
    """Return the codes of the findings of a severity, absent tables apart."""
    quiet = ("absent_table", "unit_without_data", "unit_without_cadres", "participants_above")
    return [f.code for f in evidence.findings if f.severity == severity and f.code not in quiet]


def logs(evidence: Evidence, *columns: str) -> list[Any]:
    """Return the logs as tuples of some columns."""
    return list(zip(*(evidence.tables["logs"].column(name).to_pylist() for name in columns), strict=True))


def test_headers_on_one_line(tmp_path: Path) -> None:
    """A header is shown as a clerk reads it: no codes for line breaks; brackets may be nested."""
    roster(tmp_path)
    header = [
        "日志\n编号",
        "团干部编号\r\n（必填）",
        "\ufeff活动日期",
        *LOG_HEADER[3:6],
        "参与青年数（单位（人））",
    ]
    write_xlsx(tmp_path / "a.xlsx", {"日志": [header, *LOGS]})
    shown = [f.column for f in read(tmp_path).findings if f.code == "header_alias" and f.file == "a.xlsx"]
    assert shown == ["参与青年数（单位（人））", "团干部编号 （必填）", "日志 编号", "活动日期"]


def test_many_cells_mended_alike(tmp_path: Path) -> None:
    """Ten distinct cells are listed, the others counted."""
    roster(tmp_path)
    rows = [[f"L{n}", *LOGS[0][1:6], f"{n}人"] for n in range(12)]
    write_csv(tmp_path / "a.csv", LOG_HEADER, *rows)
    evidence = read(tmp_path)
    assert codes(evidence, "repair").count("number_form") == 10
    (rest,) = [found for found in evidence.findings if found.code == "and_more"]
    assert (rest.row, rest.column, rest.args["count"]) == (12, "参与青年数", 2)


def test_columns_of_no_width(tmp_path: Path) -> None:
    """A column drawn to nothing is hidden."""
    roster(tmp_path)
    book = xlsx_bytes({"日志": [LOG_HEADER, *LOGS]})
    narrow = b'<cols><col min="5" max="5" width="0" customWidth="1"/></cols><sheetData>'
    content = changed(book, sheet1_xml=lambda xml: xml.replace(b"<sheetData>", narrow))
    (tmp_path / "a.xlsx").write_bytes(content)
    (found,) = [found for found in read(tmp_path).findings if found.code == "hidden_columns"]
    assert found.args["columns"] == "日志内容"


class TestText:
    """Delimited text."""

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.text(st.sampled_from('a字\r\n\n",,\x85\u2028'), max_size=60),
        st.integers(1, 9),
        st.sampled_from(CODECS),
    )
    def test_rows_of_pieces(
        self, monkeypatch: pytest.MonkeyPatch, text: str, piece: int, codec: tuple[str, int]
    ) -> None:
        """A text read in pieces has the rows of the whole, and breaks off at the same one, wherever it is cut."""
        monkeypatch.setattr(encoding, "PIECE", piece * codec[1])
        monkeypatch.setattr(text_rows, "KEPT", 0)
        whole: list[list[str]] = []
        data = text.encode(codec[0])
        source = encoding.Encoded(data, codec[0], 0, len(data))
        try:
            whole.extend(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error:
            with pytest.raises(Unreadable) as refused:
                TextRows(source, 0, ",")
            assert (refused.value.code, refused.value.row) == ("csv_quote", len(whole) + 1)
            return
        rows = TextRows(source, 0, ",")
        assert list(rows) == whole == [rows[at] for at in range(len(rows))]
        assert [rows.length(at) for at in range(len(rows))] == list(map(len, whole))
        some = range(1, len(whole) - 1)
        for place in range(rows.width):
            own = [row[place] if place < len(row) else None for row in whole]
            assert rows.cells(place, range(len(rows))) == own
            assert rows.cells(place, some) == rows.cells(place, list(some)) == [own[at] for at in some]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_encodings(self, tmp_path: Path, encoding: str) -> None:
        """UTF-8 with and without mark, GB18030, UTF-16: the same text, rare characters too."""
        roster(tmp_path)
        write_csv(
            tmp_path / "a.csv",
            LOG_HEADER,
            [*LOGS[0][:4], "与𠮷同学谈心，了解想法。", "", ""],
            encoding=encoding,
        )
        evidence = read(tmp_path)
        assert logs(evidence, "text") == [("与𠮷同学谈心，了解想法。",)]
        assert codes(evidence) == []
        assert ("encoding" in codes(evidence, "repair")) == (encoding in ("gb18030", "utf-16"))

    def test_mixed_encoding_is_refused_at_the_line(self, tmp_path: Path) -> None:
        """The first line that is neither is named."""
        roster(tmp_path)
        lines = [",".join(LOG_HEADER).encode(), ",".join(LOGS[0]).encode(), b"L2,\xff\xff"]
        (tmp_path / "a.csv").write_bytes(b"\n".join(lines))
        found = next(f for f in read(tmp_path).findings if f.severity == "error")
        assert (found.code, found.file, found.row, found.value) == ("encoding_unknown", "a.csv", 3, "")

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_delimiters(self, tmp_path: Path, delimiter: str) -> None:
        """Comma, semicolon, tab."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER, *LOGS, delimiter=delimiter)
        assert logs(read(tmp_path), "log_id") == [("L1",), ("L2",)]

    def test_hint_line_and_end_mark(self, tmp_path: Path) -> None:
        """Excel's ``sep=`` line is no row; the DOS end mark is no data."""
        roster(tmp_path)
        text = "sep=;\r\n" + "\r\n".join(";".join(row) for row in (LOG_HEADER, *LOGS)) + "\r\n\x1a"
        (tmp_path / "a.csv").write_text(text, "utf-8")
        assert logs(read(tmp_path), "log_id", "row") == [("L1", 2), ("L2", 3)]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends(self, tmp_path: Path, end: str) -> None:
        """Unix, Windows, old Mac; a line break inside quotes is part of the text."""
        roster(tmp_path)
        rows = [",".join(LOG_HEADER), ",".join([*LOGS[0][:4], '"第一行\n第二行共十个字以上"', "", ""])]
        (tmp_path / "a.csv").write_bytes(end.join(rows).encode())
        assert logs(read(tmp_path), "text") == [("第一行\n第二行共十个字以上",)]

    def test_unclosed_quote(self, tmp_path: Path) -> None:
        """A quotation mark that swallows the rest refuses the file."""
        roster(tmp_path)
        (tmp_path / "a.csv").write_text(
            ",".join(LOG_HEADER) + '\nL1,G001,2017-05-01,办实事,"没有结束,,\nL2\n', "utf-8"
        )
        assert codes(read(tmp_path)) == ["csv_quote"]

    def test_rows_of_other_length(self, tmp_path: Path) -> None:
        """A row with more or fewer cells than the header is refused, once; empty cells more do not matter."""
        long, short = [*LOGS[0], "多出"], ["L9", "G001", "2017-05-03"]
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER, LOGS[1], long, short, [*LOGS[0][:1], *LOGS[0][1:], ""])
        evidence = read(tmp_path)
        errors = [(f.code, f.row) for f in evidence.findings if f.severity == "error"]
        assert errors == [("row_longer", 3), ("row_shorter", 4)]
        assert logs(evidence, "log_id") == [("L2",), ("L1",)]

    def test_neutral_apostrophe_and_text_formula(self, tmp_path: Path) -> None:
        """One apostrophe before a formula is taken off; ``="…"`` is the text inside."""
        roster(tmp_path)
        rows = [
            ['="007"', "G001", "2017-05-01", "办实事", "'=1+1 是一道题目"],
            ["8", "G001", "2017-05-02", "办实事", "''=x"],
        ]
        write_csv(tmp_path / "a.csv", LOG_HEADER[:5], *rows)
        evidence = read(tmp_path)
        assert logs(evidence, "log_id", "text") == [("007", "=1+1 是一道题目"), ("8", "'=x")]
        assert "text_formula" in codes(evidence, "repair")


class TestBooks:
    """Workbooks."""

    def test_cells_of_every_type(self, tmp_path: Path) -> None:
        """Real dates, numbers as ids, booleans; several tables in one workbook; a cover sheet is a note."""
        cadres = [[1001.0, "张三", "利州", "专职", True, dt.date(2017, 1, 1), None, 12.5]]
        youths = [["Y1", "赵", 13900001111, 1001, dt.datetime(2017, 4, 2, 9, 30), "是"]]
        sheets = {
            "说明": [["填表说明"], ["请如实填写"]],
            "Sheet1": [CADRE_HEADER, *cadres],
            "青年": [YOUTH_HEADER, *youths],
        }
        write_xlsx(tmp_path / "数据.xlsx", sheets)
        evidence = read(tmp_path)
        cadre = evidence.tables["cadres"].to_pylist()[0]
        assert codes(evidence) == []
        assert (cadre["cadre_id"], cadre["unit"], cadre["in_organ"]) == ("1001", "利州区", True)
        assert (cadre["post_start"], cadre["points"], cadre["row"]) == (dt.date(2017, 1, 1), 12.5, 2)
        assert evidence.tables["youths"].to_pylist()[0]["registered_on"] == dt.date(2017, 4, 2)
        assert [s.sheet for s in evidence.sources] == ["Sheet1", "青年"]
        assert "cover_sheet" in codes(evidence, "note")

    def test_rows_and_columns_as_excel_shows_them(self, tmp_path: Path) -> None:
        """Blank rows and columns before, between and after do not shift places; titles and footers are no data."""
        body = [[None, None, *row[:2], None, *row[2:]] for row in (CADRE_HEADER, *CADRES)]
        rows = [[], ["2017年团干部名册"], [], *body[:2], [], *body[2:], [], ["制表人：某某"]]
        write_xlsx(tmp_path / "a.xlsx", {"名册": rows})
        evidence = read(tmp_path)
        assert evidence.tables["cadres"].column("row").to_pylist() == [5, 7, 8]
        assert codes(evidence) == []
        assert sorted(codes(evidence, "note")) == ["footer_row", "title_rows"]

    def test_error_cells_and_formulas(self, tmp_path: Path) -> None:
        """An error value and a formula never calculated are errors; a stored result is used and noted."""
        import openpyxl

        book = openpyxl.Workbook()
        for row in ([*CADRE_HEADER], [*CADRES[0][:7], "#N/A"], [*CADRES[1][:7], "=1+1"]):
            book.active.append(row)
        book.active["H2"].data_type = "e"
        book.save(tmp_path / "a.xlsx")
        errors = [
            (f.code, f.row, f.column, f.value) for f in read(tmp_path).findings if f.severity == "error"
        ]
        assert errors == [("error_cell", 2, "工作积分", "#N/A"), ("formula_empty", 3, "工作积分", "=")]

    def test_stored_results(self, tmp_path: Path) -> None:
        """Formulas with stored results are read and noted."""
        import xlsxwriter

        with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, CADRE_HEADER)
            sheet.write_row(1, 0, CADRES[0][:7])
            sheet.write_formula(1, 7, "=60+60", None, 120)
        evidence = read(tmp_path)
        assert evidence.tables["cadres"].column("points").to_pylist() == [120.0]
        assert codes(evidence, "note") == ["formula_cached"]

    def test_1904(self, tmp_path: Path) -> None:
        """Dates of the 1904 system, as dates and as bare serial numbers."""
        cadre = [*CADRES[0][:5], dt.date(2017, 4, 21), 41384 + 30]
        write_xlsx(tmp_path / "a.xlsx", {"a": [CADRE_HEADER[:7], cadre]}, date_1904=True)
        row = read(tmp_path).tables["cadres"].to_pylist()[0]
        assert (row["post_start"], row["post_end"]) == (dt.date(2017, 4, 21), dt.date(2017, 5, 21))

    def test_own_template(self, tmp_path: Path) -> None:
        """The table's id in a defined name of the sheet wins over headers that fit two tables."""
        import xlsxwriter

        roster(tmp_path)
        header = [
            column.header for name in ("media", "exemplars") for column in RULEBOOK.tables[name].columns
        ]
        headers = list(dict.fromkeys(header))
        with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
            for name in ("media", "exemplars"):
                sheet = book.add_worksheet(name)
                sheet.write_row(0, 0, headers)
                sheet.write_row(
                    1, 0, ["利州区", "2017-05-01", "日报", "市", "标题", "", "张三", "2017-09-01"]
                )
                book.define_name(f"{name}!gy1100.table", '="exemplars"')
        assert [source.table for source in read(tmp_path).sources] == ["exemplars", "exemplars", "cadres"]

    @pytest.mark.parametrize(("name", "found"), [("导出", []), ("优秀典型2017", ["exemplars"])])
    def test_tie(self, tmp_path: Path, name: str, found: list[str]) -> None:
        """Headers that fit two tables alike: the file's name settles it, else an error names both."""
        roster(tmp_path)
        header = ["所属县区", "姓名", "认定日期", "季度", "报送日期"]
        write_csv(tmp_path / f"{name}.csv", header, ["利州区", "张三", "2017-09-01", "2017Q2", "2017-06-20"])
        evidence = read(tmp_path)
        assert [source.table for source in evidence.sources if source.table != "cadres"] == found
        assert codes(evidence) == ([] if found else ["table_ambiguous"])
        if not found:
            named = next(f for f in evidence.findings if f.code == "table_ambiguous").args["tables"]
            assert named == "报送材料登记（submissions）、优秀典型（exemplars）"

    def test_misnamed(self, tmp_path: Path) -> None:
        """A workbook called csv and a csv called xlsx are read by content."""
        write_xlsx(tmp_path / "a.xlsx", {"a": [CADRE_HEADER, *CADRES]}).rename(tmp_path / "cadres.csv")
        write_csv(tmp_path / "logs.xlsx", LOG_HEADER, *LOGS)
        evidence = read(tmp_path)
        assert codes(evidence) == []
        assert codes(evidence, "repair").count("extension") == 2


class TestRefusedFiles:
    """Whole files that are refused, with a reason; the run stops even with set_aside."""

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.xlsx", b"", "empty_file"),
            ("a.csv", b"\xef\xbb\xbf\r\n", "empty_file"),
            ("a.xlsx", b"%PDF-1.4 ...", "kind_unknown"),
            ("a.xlsx", b"Rar!\x1a\x07\x00", "kind_unknown"),
            ("a.xls", b"<html><body>login</body></html>", "login_page"),
            ("a.xlsx", b"PK\x03\x04 cut", "damaged"),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut", "damaged"),
            ("a.txt", "随便写的一句话".encode(), "no_table"),
            ("通讯录.csv", "姓名,地址\n张三,某处\n".encode(), "no_table"),
        ],
    )
    def test_refused(self, tmp_path: Path, name: str, content: bytes, code: str) -> None:
        """Each has its own code."""
        roster(tmp_path)
        (tmp_path / name).write_bytes(content)
        assert codes(read(tmp_path)) == [code]
        with pytest.raises(Refused):
            read(tmp_path, keep_errors=False, set_aside=True)

    def test_truncated_workbook(self, tmp_path: Path) -> None:
        """A copy that was interrupted."""
        path = write_xlsx(tmp_path / "a.xlsx", {"a": [CADRE_HEADER, *CADRES]})
        path.write_bytes(path.read_bytes()[:3000])
        assert codes(read(tmp_path)) == ["damaged"]

    def test_bomb(self, tmp_path: Path) -> None:
        """A small file that unpacks to very much."""
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/workbook.xml", b"<workbook/>")
            book.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
        assert codes(read(tmp_path)) == ["bomb"]

    def test_far_cell(self, tmp_path: Path) -> None:
        """One cell in the last corner must not make the reader allocate the whole rectangle."""
        path = write_xlsx(tmp_path / "a.xlsx", {"a": [CADRE_HEADER, *CADRES]})
        with zipfile.ZipFile(path) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)
        with zipfile.ZipFile(path, "w") as book:
            for name, content in parts.items():
                book.writestr(name, content)
        found = read(tmp_path).findings[0]
        assert (found.code, found.args["cell"]) == ("far_cell", "XFD1048576")

    def test_entities(self, tmp_path: Path) -> None:
        """A document type declaration is refused."""
        path = write_xlsx(tmp_path / "a.xlsx", {"a": [CADRE_HEADER, *CADRES]})
        with zipfile.ZipFile(path, "a") as book:
            parts = book.read("xl/sharedStrings.xml")
        with zipfile.ZipFile(path) as book:
            rest = {name: book.read(name) for name in book.namelist()}
        rest["xl/sharedStrings.xml"] = parts.replace(b"<sst", b'<!DOCTYPE x [<!ENTITY a "b">]><sst', 1)
        with zipfile.ZipFile(path, "w") as book:
            for name, content in rest.items():
                book.writestr(name, content)
        assert codes(read(tmp_path)) == ["dtd"]

    def test_links_pipes_litter(self, tmp_path: Path) -> None:
        """Links and pipes are errors, lock files and litter notes; none is opened."""
        roster(tmp_path)
        (tmp_path / "link.csv").symlink_to("/etc/passwd")
        os.mkfifo(tmp_path / "pipe.csv")
        (tmp_path / "~$a.xlsx").write_bytes(b"x")
        (tmp_path / ".DS_Store").write_bytes(b"x")
        evidence = read(tmp_path)
        assert sorted(codes(evidence)) == ["link", "not_regular"]
        assert sorted(codes(evidence, "note")) == ["litter", "owner_file"]

    def test_nothing(self, tmp_path: Path) -> None:
        """No folder, no file, no roster: exit 66."""
        for path in (tmp_path / "none", tmp_path):
            with pytest.raises(NothingToRead):
                read(path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS)
        with pytest.raises(NothingToRead):
            read(tmp_path)


class TestLayout:
    """Headers, totals, footers."""

    def test_aliases_and_extra_columns(self, tmp_path: Path) -> None:
        """Aliases are mended with a note, unknown columns noted, the order of columns does not matter."""
        header = ["备注", "活动内容", "五个一类别", "开展时间", "账号", "记录编号"]
        roster(tmp_path)
        write_csv(
            tmp_path / "a.csv",
            header,
            ["无", "与青年座谈，了解就业需求。", "办实事", "2017-05-02", "G001", "L1"],
        )
        evidence = read(tmp_path)
        assert logs(evidence, "log_id", "cadre_id") == [("L1", "G001")]
        assert codes(evidence, "repair").count("header_alias") == 5
        assert [f.column for f in evidence.findings if f.code == "column_unknown"] == ["备注"]

    def test_missing_column(self, tmp_path: Path) -> None:
        """A header that is only half there refuses the file and names what is missing."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", [*LOG_HEADER[:2], *LOG_HEADER[3:]], [*LOGS[0][:2], *LOGS[0][3:]])
        found = next(f for f in read(tmp_path).findings if f.severity == "error")
        assert (found.code, found.args["missing"]) == ("header_incomplete", "活动日期")

    @pytest.mark.parametrize(("second", "severity"), [("3", "note"), ("4", "error")])
    def test_the_same_column_twice(self, tmp_path: Path, second: str, severity: str) -> None:
        """An error where the cells differ, a note where all are equal."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", [*LOG_HEADER, "参加人数"], [*LOGS[0], second])
        found = [f for f in read(tmp_path).findings if f.code.startswith("column_twice")]
        assert [f.severity for f in found] == [severity]

    def test_total_row(self, tmp_path: Path) -> None:
        """A total is no record; where it does not equal the rows it is an error on its row, and the rows stay."""
        for declared, expected in (("3", []), ("4", [("total_differs", 4, "参与青年数")])):
            roster(tmp_path)
            write_csv(tmp_path / "a.csv", LOG_HEADER, *LOGS, ["合 计", "", "", "", "", "", declared])
            evidence = read(tmp_path)
            assert [(f.code, f.row, f.column) for f in evidence.findings if f.severity == "error"] == expected
            assert evidence.tables["logs"].num_rows == 2
            assert read(tmp_path, keep_errors=False, set_aside=True).tables["logs"].num_rows == 2

    def test_subtotals(self, tmp_path: Path) -> None:
        """小计 counts the rows since the last, 合计 all."""
        total = ["", "", "", "", ""]
        rows = [
            LOGS[0],
            ["小计", *total, "3"],
            [*LOGS[1][:6], "5"],
            ["小计", *total, "5"],
            ["合计", *total, "8"],
        ]
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER, *rows)
        evidence = read(tmp_path)
        assert codes(evidence) == []
        assert evidence.tables["logs"].num_rows == 2

    def test_repeated_header(self, tmp_path: Path) -> None:
        """Printed pages pasted together repeat the header."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER, LOGS[0], LOG_HEADER, LOGS[1])
        evidence = read(tmp_path)
        assert (codes(evidence), logs(evidence, "row")) == ([], [(2,), (4,)])

    def test_header_without_rows(self, tmp_path: Path) -> None:
        """A table with a header only is present and noted."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER)
        evidence = read(tmp_path)
        assert "logs" in evidence.present
        assert codes(evidence, "note") == ["header_only"]

    def test_unknown_sheet_with_rows_beside_a_table(self, tmp_path: Path) -> None:
        """A sheet with rows that no table explains is an error, also beside a recognised one."""
        other = [["姓名", "爱好", "特长"], ["张三", "足球", "唱歌"], ["李四", "围棋", "书法"]]
        write_xlsx(tmp_path / "a.xlsx", {"名册": [CADRE_HEADER, *CADRES], "其他": other, "Sheet3": []})
        evidence = read(tmp_path)
        assert [(f.code, f.sheet) for f in evidence.findings if f.severity == "error"] == [
            ("no_table", "其他")
        ]

    def test_folders_below(self, tmp_path: Path) -> None:
        """Folders inside the folder are read too; files are named relative to it."""
        (tmp_path / "二季度").mkdir()
        roster(tmp_path)
        write_csv(tmp_path / "二季度" / "logs.csv", LOG_HEADER, *LOGS)
        assert [source.file for source in read(tmp_path).sources] == ["cadres.csv", "二季度/logs.csv"]

    def test_one_file(self, tmp_path: Path) -> None:
        """A single file may be given instead of a folder."""
        path = roster(tmp_path)
        assert read(path).tables["cadres"].num_rows == 3

    def test_order_of_files_and_rows(self, tmp_path: Path) -> None:
        """Whatever the order, the same rows are read."""
        roster(tmp_path)
        write_csv(tmp_path / "b.csv", LOG_HEADER, LOGS[0])
        write_csv(tmp_path / "a.csv", LOG_HEADER, LOGS[1])
        first = set(logs(read(tmp_path), "log_id", "text_hash"))
        (tmp_path / "a.csv").rename(tmp_path / "z.csv")
        assert (
            set(logs(read(tmp_path), "log_id", "text_hash"))
            == first
            == set(logs(read(tmp_path), "log_id", "text_hash"))
        )


def test_letters_of_columns() -> None:
    """A, Z, AA, XFD."""
    assert [column_letters(n) for n in (1, 26, 27, 702, 703, 16384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


class TestSmallTables:
    """Tables that are passed by themselves."""

    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    def test_decisions(self, tmp_path: Path, suffix: str) -> None:
        """All columns are text; numbers and dates of a workbook as they are shown."""
        header = ["unit", "item", "element", "value", "assessor", "time", "valid_from", "reason", "evidence"]
        path = tmp_path / f"decisions{suffix}"
        if suffix == ".csv":
            write_csv(path, header, ["剑阁县", "1.1", "", "8.5", "某", "2018-01-05", "", "'=理由", ""])
        else:
            write_xlsx(
                path,
                {"a": [header, ["剑阁县", 1.1, None, 8.5, "某", dt.date(2018, 1, 5), None, "=理由", None]]},
            )
        table, findings = read_table(path, "decisions", RULEBOOK)
        row = table.to_pylist()[0]
        assert [f for f in findings if f.severity == "error"] == []
        assert (row["item"], row["value"], row["time"], row["reason"]) == (
            "1.1",
            "8.5",
            "2018-01-05",
            "=理由",
        )
        assert (row["element"], row["row"]) == (None, 2)

    def test_not_the_table(self, tmp_path: Path) -> None:
        """A file that is not that table is an error."""
        write_csv(tmp_path / "a.csv", YOUTH_HEADER, *YOUTHS)
        table, findings = read_table(tmp_path / "a.csv", "decisions", RULEBOOK)
        assert (table.num_rows, [f.code for f in findings]) == (0, ["no_table"])

    def test_missing(self, tmp_path: Path) -> None:
        """No such file."""
        with pytest.raises(NothingToRead):
            read_table(tmp_path / "a.csv", "decisions", RULEBOOK)
