"""Every format that offices send gives the same rows: told by content, mended with a note, whatever its name."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from format_files import (
    changed,
    html_text,
    mhtml_bytes,
    ods_bytes,
    ods_rows,
    ods_table,
    ods_text,
    put,
    text_bytes,
    xls_bytes,
    xlsx_bytes,
    xml2003_rows,
    xml2003_text,
    zip_bytes,
)
from office_files import CADRE_HEADER, CADRES, LOG_HEADER, LOGS, roster, write_csv

import gy1100
from gy1100.evidence import Evidence, read_evidence
from gy1100.exports.encoding import decoded
from gy1100.exports.formats import sheets_of
from gy1100.exports.guard import File, Unreadable
from gy1100.exports.moved import MOVED

RULEBOOK = gy1100.load_rulebook()
RARE = [["L1", "G001", "2017-05-02", "办实事", "与𠮷同学谈心，了解就业想法。", "手机端", "3"], LOGS[1]]
TABLE = [LOG_HEADER, *RARE]


def read(folder: Path) -> Evidence:
    """Read a folder, errors kept."""
    return read_evidence(folder, RULEBOOK, keep_errors=True)


def codes(evidence: Evidence, *severities: str) -> list[str]:
    """Return the codes of findings, those on what is absent apart."""
    quiet = ("absent_table", "unit_without_data", "unit_without_cadres", "participants_above")
    found = [f for f in evidence.findings if f.severity in (severities or ("error",))]
    return [f.code for f in found if f.code not in quiet]


def words(evidence: Evidence) -> str:
    """Return all findings as people read them."""
    return "\n".join(map(str, evidence.findings))


def texts(evidence: Evidence) -> list[tuple[Any, ...]]:
    """Return the logs' ids, texts and rows."""
    logs = evidence.tables["logs"]
    return list(zip(*(logs.column(name).to_pylist() for name in ("log_id", "text", "row")), strict=True))


def cells(name: str, data: bytes) -> list[list[list[Any]]]:
    """Return the cells of a file's sheets."""
    return [[list(row) for row in sheet.rows] for sheet in sheets_of(File(Path(name), name), data)]


EXPECTED = [("L1", "与𠮷同学谈心，了解就业想法。", 2), ("L2", LOGS[1][4], 3)]
SAME = {
    "UTF-8": ("a.csv", text_bytes(TABLE), None),
    "UTF-8 with its mark": ("a.csv", text_bytes(TABLE, encoding="utf-8-sig"), None),
    "GB18030": ("a.csv", text_bytes(TABLE, encoding="gb18030"), "GB18030"),
    "Excel's Unicode text": ("a.txt", text_bytes(TABLE, delimiter="\t", encoding="utf-16"), "UTF-16"),
    "UTF-16 BE": ("a.csv", b"\xfe\xff" + text_bytes(TABLE, encoding="utf-16-be"), "UTF-16"),
    "UTF-16 LE without its mark": ("a.csv", text_bytes(TABLE, encoding="utf-16-le"), "编码"),
    "UTF-16 BE without its mark": ("a.csv", text_bytes(TABLE, encoding="utf-16-be"), "编码"),
    "semicolons": ("a.csv", text_bytes(TABLE, delimiter=";"), "分号"),
    "CR only": ("a.csv", text_bytes(TABLE, end="\r"), None),
    "end mark of DOS": ("a.csv", text_bytes(TABLE) + b"\x1a", None),
    "tabs, called .xls": ("a.xls", text_bytes(TABLE, delimiter="\t", encoding="gb18030"), "制表符"),
    "csv called .xlsx": ("a.xlsx", text_bytes(TABLE), "扩展名"),
    "xlsx": ("a.xlsx", xlsx_bytes({"日志": TABLE}), None),
    "xlsx called .csv": ("a.csv", xlsx_bytes({"日志": TABLE}), "扩展名"),
    "xls": ("a.xls", xls_bytes({"日志": TABLE}), None),
    "xls called .xlsx": ("a.xlsx", xls_bytes({"日志": TABLE}), "扩展名"),
    "HTML in GB18030": ("a.xls", html_text(TABLE).encode("gb18030"), "网页"),
    "HTML in UTF-8": ("a.xls", html_text(TABLE, charset="utf-8").encode(), "HTML"),
    "HTML in UTF-16": ("a.xls", html_text(TABLE, charset="unicode").encode("utf-16"), "HTML"),
    "MHTML": ("a.xls", mhtml_bytes(html_text(TABLE)), "MHTML"),
    "MHTML in base64": ("a.mht", mhtml_bytes(html_text(TABLE), transfer="base64"), None),
    "SpreadsheetML": ("a.xls", xml2003_text(xml2003_rows(TABLE)).encode(), "XML"),
    "SpreadsheetML in GBK": (
        "a.xml",
        xml2003_text(xml2003_rows(TABLE)).replace('"1.0"?', '"1.0" encoding="GBK"?', 1).encode("gb18030"),
        None,
    ),
    "OpenDocument": ("a.ods", ods_bytes(ods_table(ods_rows(TABLE))), None),
    "OpenDocument, flat": ("a.fods", ods_text(ods_table(ods_rows(TABLE)), root="document").encode(), None),
}


@pytest.mark.parametrize("case", SAME)
def test_same_rows(tmp_path: Path, case: str) -> None:
    """Whatever the format, the same rows, rare characters whole, and a note where something was mended."""
    name, content, note = SAME[case]
    roster(tmp_path)
    put(tmp_path, name, content)
    evidence = read(tmp_path)
    assert codes(evidence) == []
    assert texts(evidence) == EXPECTED
    assert note is None or note in words(evidence)


class TestText:
    """Delimited text."""

    def test_full_width_comma(self, tmp_path: Path) -> None:
        """Commas of Chinese input methods separate columns when nothing else does."""
        roster(tmp_path)
        rows = [LOG_HEADER, ["L1", "G001", "2017-05-02", "办实事", "走访联系青年并记录情况", "网站", "3"]]
        put(tmp_path, "a.csv", text_bytes(rows, delimiter="，"))
        evidence = read(tmp_path)
        assert (codes(evidence), texts(evidence)) == ([], [("L1", "走访联系青年并记录情况", 2)])
        assert "全角逗号" in words(evidence)

    def test_moved_characters(self, tmp_path: Path) -> None:
        """The 18 + 6 characters that GB18030-2022 gave code points of their own."""
        roster(tmp_path)
        rows = text_bytes(TABLE, encoding="gb18030").replace("谈心".encode("gb18030"), b"\xfe\x51\xa6\xd9", 1)
        put(tmp_path, "a.csv", rows)
        evidence = read(tmp_path)
        assert texts(evidence)[0][1] == "与𠮷同学𠂇︐，了解就业想法。"
        assert [f.args["count"] for f in evidence.findings if f.code == "moved_characters"] == [2]
        assert len(MOVED) == 24

    def test_private_use_in_unicode_stays(self) -> None:
        """In Unicode text nobody can say what such a character was."""
        assert decoded("甲\ue816乙".encode()).text == "甲\ue816乙"

    @pytest.mark.parametrize(
        ("content", "code", "row"),
        [
            (text_bytes(TABLE).decode("gb18030", "replace").encode(), "spoiled_text", 1),
            (text_bytes(TABLE).decode("latin-1").encode(), "spoiled_text", 1),
            (text_bytes(TABLE, encoding="gb18030").decode("latin-1").encode(), "spoiled_text", 1),
            ("日志编号,锟斤拷锟斤拷\n".encode("gb18030"), "spoiled_text", 1),
            (
                text_bytes(TABLE[:2]) + text_bytes(TABLE[2:], encoding="gb18030"),
                "encoding_unknown",
                3,
            ),
            (
                text_bytes(TABLE[:2], encoding="gb18030") + text_bytes(TABLE[2:]),
                "encoding_unknown",
                3,
            ),
            (text_bytes(TABLE) + b"\x00" * 4096, "damaged", 4),
            (b"\x00" * 4096, "damaged", None),
        ],
    )
    def test_refused(self, content: bytes, code: str, row: int | None) -> None:
        """Text that was read wrongly before, two encodings in one file, and what a full disk leaves."""
        with pytest.raises(Unreadable) as refused:
            cells("a.csv", content)
        assert (refused.value.code, refused.value.row) == (code, row)

    def test_cut_in_a_character(self, tmp_path: Path) -> None:
        """An interrupted download ends in the middle of a row, even of a character: that row is refused."""
        roster(tmp_path)
        whole = text_bytes(TABLE)
        at = whole.index("座谈".encode()) + 4
        put(tmp_path, "a.csv", whole[:at])
        evidence = read(tmp_path)
        errors = [(f.code, f.row) for f in evidence.findings if f.severity == "error"]
        assert errors == [("row_cut", 3)]
        assert "截断" in words(evidence)
        assert texts(evidence) == EXPECTED[:1]

    def test_last_line_without_its_end(self, tmp_path: Path) -> None:
        """Many programs write no end after the last line: nothing is missing."""
        roster(tmp_path)
        put(tmp_path, "a.csv", text_bytes(TABLE).rstrip())
        assert (codes(read(tmp_path)), texts(read(tmp_path))) == ([], EXPECTED)

    def test_nul_inside_a_text(self, tmp_path: Path) -> None:
        """A NUL byte inside a cell harms nothing."""
        roster(tmp_path)
        put(tmp_path, "a.csv", text_bytes(TABLE).replace("同学".encode(), "同\0学".encode()))
        assert codes(read(tmp_path)) == []


class TestWeb:
    """HTML called .xls."""

    def test_title_table_script_and_picture(self, tmp_path: Path) -> None:
        """A title table is no data; scripts, pictures and links are neither fetched nor passed on."""
        roster(tmp_path)
        before = (
            "<script>alert(1)</script><img src='http://example.invalid/x.png'><style>td{color:red}</style>"
            "<table><tr><td colspan=7>2017年工作日志</td></tr></table>"
        )
        put(tmp_path, "a.xls", html_text(TABLE, before=before).encode("gb18030"))
        evidence = read(tmp_path)
        assert codes(evidence) == []
        assert [row[:2] for row in texts(evidence)] == [row[:2] for row in EXPECTED]
        assert [f.args["count"] for f in evidence.findings if f.code == "web_parts"] == [2]
        assert "alert" not in words(evidence)
        assert "example.invalid" not in words(evidence)

    @pytest.mark.parametrize(
        ("page", "code"),
        [
            (
                "<html><body><form>用户名<input name=u>密码<input type=password></form></body></html>",
                "login_page",
            ),
            ("<html><table><tr><td>登录<td><input type='password'></table></html>", "login_page"),
            ("<html><body><p>Please log in</p></body></html>", "login_page"),
            ("<html><body><p>没有数据</p></body></html>", "html_no_table"),
            ("<html><frameset><frame src='a.files/sheet001.htm'></frameset></html>", "html_frames"),
        ],
    )
    def test_pages_without_data(self, page: str, code: str) -> None:
        """A log-in page, a page without a table, frames whose tables lie elsewhere."""
        with pytest.raises(Unreadable) as refused:
            cells("a.xls", page.encode("gb18030"))
        assert refused.value.code == code

    def test_cells(self) -> None:
        """Spans, nested tables, optional end tags, line breaks, character references."""
        page = (
            "<table><tr><td rowspan=2>甲<td colspan=2>乙&amp;丙<br>丁<tr><td>1<td> 2  3 &nbsp;</tr>"
            "<tr><td>外<table><tr><td>内</table>后</table><p>制表人：某</p>"
        )
        assert cells("a.html", page.encode()) == [
            [
                ["甲", "乙&丙\n丁", None],
                [None, "1", "2 3"],
                ["外", None, None],
                ["内", None, None],
                ["后", None, None],
                ["制表人：某", None, None],
            ]
        ]
        (sheet,) = sheets_of(File(Path("a.html"), "a.html"), page.encode())
        assert sheet.merges == ((1, 1, 2, 1), (1, 2, 1, 3))

    def test_hidden(self) -> None:
        """Hidden rows and columns are read, and marked."""
        page = (
            "<table><col><col style='display:none'><tr><td>1<td>2<tr style='display:none'><td>3<td>4</table>"
        )
        (sheet,) = sheets_of(File(Path("a.html"), "a.html"), page.encode())
        assert (list(sheet.rows), sheet.hidden_rows, sheet.hidden_columns) == (
            [["1", "2"], ["3", "4"]],
            (2,),
            (2,),
        )


class TestSpreadsheetML:
    """Excel 2003 XML."""

    def test_jumps_types_and_merges(self) -> None:
        """Rows and cells left out, dates, errors, merged cells, what is hidden."""
        rows = (
            '<Column/><Column ss:Hidden="1"/>'
            '<Row ss:Index="2"><Cell ss:Index="2" ss:MergeDown="1"><Data ss:Type="String">甲</Data></Cell>'
            '<Cell><Data ss:Type="DateTime">2017-04-21T00:00:00.000</Data></Cell></Row>'
            '<Row ss:Hidden="1"><Cell><Data ss:Type="Number">1.5</Data></Cell>'
            '<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>'
            '<Row ss:Index="6"><Cell ss:Formula="=1+1"/><Cell><Data ss:Type="Boolean">1</Data>'
            '<Comment><Data ss:Type="String">不读</Data></Comment></Cell></Row>'
        )
        (sheet,) = sheets_of(File(Path("a.xml"), "a.xml"), xml2003_text(rows).encode())
        blank = [None, None, None]
        shown = [[getattr(cell, "shown", cell) for cell in row] for row in sheet.rows]
        assert shown == [
            [None, "甲", dt.datetime(2017, 4, 21)],
            [1.5, None, "#N/A"],
            blank,
            blank,
            ["=", True, None],
        ]
        assert (sheet.first_row, sheet.merges) == (2, ((2, 2, 3, 2),))
        assert (sheet.hidden_rows, sheet.hidden_columns) == ((3,), (2,))

    def test_hidden_sheet_and_1904(self) -> None:
        """Marks of sheet and workbook."""
        options = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
        text = xml2003_text(xml2003_rows([["甲", 41384]]), options=options)
        text = text.replace("<Worksheet", "<x:ExcelWorkbook><x:Date1904/></x:ExcelWorkbook><Worksheet", 1)
        (sheet,) = sheets_of(File(Path("a.xml"), "a.xml"), text.encode())
        assert (sheet.hidden, sheet.date1904, list(sheet.rows)) == (True, True, [["甲", 41384]])


class TestOpenDocument:
    """OpenDocument sheets."""

    def test_repeated_blanks(self, tmp_path: Path) -> None:
        """A million blank rows of 16,384 blank cells before the data cost nothing; rows are numbered as shown."""
        roster(tmp_path)
        blank = (
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        )
        put(
            tmp_path, "a.ods", ods_bytes(ods_table(blank + ods_rows(TABLE) + blank.replace("1048000", "500")))
        )
        evidence = read(tmp_path)
        assert codes(evidence) == []
        assert texts(evidence) == [(*row[:2], row[2] + 1048000) for row in EXPECTED]

    def test_cells(self) -> None:
        """Types, errors, repeats, annotations, ruby, spaces, what is hidden."""
        rows = (
            "<table:table-column/>"
            '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
            '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="date" '
            'office:date-value="2017-04-21"><text:p>x</text:p></table:table-cell><table:table-cell '
            'table:number-columns-repeated="2" office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p>'
            "<text:p>c</text:p></table:table-cell></table:table-row>"
            '<table:table-row table:visibility="filter"><table:table-cell office:value-type="percentage" '
            'office:value="0.85"><text:p>85%</text:p></table:table-cell><table:table-cell table:formula="of:=1/0" '
            'office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
            '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p>'
            "</office:annotation><text:p>甲</text:p></table:table-cell></table:table-row>"
        )
        style = (
            '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/>'
            "</style:style>"
        )
        table = ods_table(rows).replace("<table:table ", '<table:table table:style-name="ta2" ', 1)
        (sheet,) = sheets_of(File(Path("a.ods"), "a.ods"), ods_bytes(table, styles=style))
        day = [dt.date(2017, 4, 21), "a  b\nc", "a  b\nc"]
        shown = [[getattr(cell, "shown", cell) for cell in row] for row in sheet.rows]
        assert shown == [day, day, ["85%", "#DIV/0!", "甲"]]
        assert (sheet.hidden, sheet.hidden_rows, sheet.hidden_columns) == (True, (3,), (2, 3))

    def test_encrypted(self) -> None:
        """A password."""
        members = {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}
        with pytest.raises(Unreadable) as refused:
            cells("a.ods", ods_bytes(ods_table(ods_rows(TABLE)), members=members))
        assert refused.value.code == "locked"


class TestOldBooks:
    """Genuine Excel 97-2003."""

    def test_cells(self) -> None:
        """Dates, booleans, percentages, merged cells, hidden rows, columns and sheets."""
        import xlwt

        def change(book: Any) -> None:
            sheet = book.get_sheet(0)
            sheet.write(1, 0, 0.85, xlwt.easyxf(num_format_str="0%"))
            sheet.write(1, 1, True)
            sheet.write_merge(2, 3, 0, 1, "并")
            sheet.row(1).hidden = True
            sheet.col(1).hidden = True
            book.add_sheet("去年").write(0, 0, "旧")
            book.get_sheet(1).visibility = 1

        sheets = sheets_of(
            File(Path("a.xls"), "a.xls"), xls_bytes({"甲": [[dt.date(2017, 4, 21), "𠮷"]]}, change)
        )
        assert list(sheets[0].rows[:3]) == [[dt.datetime(2017, 4, 21), "𠮷"], ["85%", True], ["并", None]]
        assert (sheets[0].merges, sheets[0].hidden_rows, sheets[0].hidden_columns) == (
            ((3, 1, 4, 2),),
            (2,),
            (2,),
        )
        assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("甲", False), ("去年", True)]

    def test_1904(self) -> None:
        """The other date system."""

        def change(book: Any) -> None:
            book.dates_1904 = True

        (sheet,) = sheets_of(File(Path("a.xls"), "a.xls"), xls_bytes({"甲": [["x", 41384]]}, change))
        assert sheet.date1904

    def test_errors(self) -> None:
        """Error values."""
        data = xls_bytes({"甲": [["x", True]]})
        at = data.index(b"\x05\x02\x08\x00\x00\x00\x01\x00")  # BOOLERR record at row 1, column 2
        spoiled = data[: at + 10] + b"\x2a\x01" + data[at + 12 :]
        (sheet,) = sheets_of(File(Path("a.xls"), "a.xls"), spoiled)
        assert [getattr(cell, "shown", cell) for cell in sheet.rows[0]] == ["x", "#N/A"]

    def test_struck_through(self) -> None:
        """Rows with struck text are named, as in workbooks of today."""
        import xlwt

        from gy1100.exports.biff import read_biff

        strike = xlwt.easyxf("font: struck_out on")
        book = xls_bytes({"日志": [["a", "b"]]}, lambda made: made.get_sheet(0).write(2, 1, "作废", strike))
        (sheet,) = read_biff(book)
        assert sheet.struck == (3,)

    def test_formulas_are_counted(self, tmp_path: Path) -> None:
        """Stored results are used, which is said."""
        import xlwt

        book = xls_bytes({"日志": TABLE}, lambda made: made.get_sheet(0).write(1, 9, xlwt.Formula("1+1")))
        roster(tmp_path)
        (tmp_path / "a.xls").write_bytes(book)
        assert [f.args["count"] for f in read(tmp_path).findings if f.code == "formula_cached"] == [1]


class TestBooks:
    """Workbooks of today in less usual forms."""

    STRICT = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )

    def test_strict(self, tmp_path: Path) -> None:
        """Strict Open XML Spreadsheet."""

        def strict(part: bytes) -> bytes:
            for common, other in self.STRICT:
                part = part.replace(common, other)
            return part

        roster(tmp_path)
        names = (
            "workbook_xml",
            "sheet1_xml",
            "sharedStrings_xml",
            "styles_xml",
            "workbook_xml_rels",
            "_rels",
        )
        put(tmp_path, "a.xlsx", changed(xlsx_bytes({"日志": TABLE}), **dict.fromkeys(names, strict)))
        evidence = read(tmp_path)
        assert (codes(evidence), texts(evidence)) == ([], EXPECTED)
        assert "严格" in words(evidence)

    FORMS: ClassVar[dict[str, Callable[[bytes], bytes]]] = {
        "a prefix": lambda part: (
            part.replace(b"<", b"<x:")
            .replace(b"<x:/", b"</x:")
            .replace(b"<x:?", b"<?")
            .replace(b"xmlns=", b"xmlns:x=")
        ),
        "single quotes": lambda part: part.replace(b'"', b"'"),
        "no references": lambda part: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", part),
        "references later": lambda part: re.sub(rb'<c (r="[A-Z]+\d+")( [^>/]+)?', rb"<c\2 \1", part),
        "comments": lambda part: part.replace(b"<row", b"<!-- <c r='A1'/> --><row"),
    }

    @pytest.mark.parametrize("form", FORMS)
    def test_forms(self, form: str) -> None:
        """Programs write the same in other ways; error cells are seen in all of them."""
        book = xlsx_bytes({"甲": [["x", "y"], ["z", 7]]})
        error = changed(book, sheet1_xml=lambda part: part.replace(b"<v>7</v>", b"<v>#N/A</v>"))
        error = changed(error, sheet1_xml=lambda part: part.replace(b'<c r="B2">', b'<c r="B2" t="e">'))
        read_back = cells("a.xlsx", changed(error, sheet1_xml=self.FORMS[form]))
        shown = [[getattr(cell, "shown", cell) for cell in row] for row in read_back[0]]
        assert shown == [["x", "y"], ["z", "#N/A"]]

    def test_1904_with_a_second_mark(self, tmp_path: Path) -> None:
        """Excel since 2013 writes a second ``workbookPr`` in a namespace of its own."""

        def newer(part: bytes) -> bytes:
            name = b"http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
            space = b'<x15:workbookPr xmlns:x15="' + name + b'" chartTrackingRefBase="1"/>'
            return part.replace(b"<bookViews>", b"<extLst><ext>" + space + b"</ext></extLst><bookViews>")

        cadre = [*CADRES[0][:5], dt.date(2017, 4, 21), 41384 + 30]
        book = xlsx_bytes({"a": [CADRE_HEADER[:7], cadre]}, date_1904=True)
        put(tmp_path, "a.xlsx", changed(book, workbook_xml=newer))
        row = read(tmp_path).tables["cadres"].to_pylist()[0]
        assert (row["post_start"], row["post_end"]) == (dt.date(2017, 4, 21), dt.date(2017, 5, 21))

    def test_iso_date_cell(self) -> None:
        """A cell of type ``d``."""
        book = changed(
            xlsx_bytes({"甲": [["x", 7]]}),
            sheet1_xml=lambda part: part.replace(
                b'<c r="B1"><v>7</v>', b'<c r="B1" t="d"><v>2017-04-21T00:00:00</v>'
            ),
        )
        value = cells("a.xlsx", book)[0][0][1]
        assert str(value)[:10] == "2017-04-21"

    def test_rich_text_and_phonetic_guide(self) -> None:
        """Runs are one text; the guide to its reading is no part of it."""

        def rich(part: bytes) -> bytes:
            runs = "<si><r><t>张</t></r><r><t>三丰</t></r><rPh sb='0' eb='3'><t>ZHANGSANFENG</t></rPh></si>"
            return part.replace("<si><t>名</t></si>".encode(), runs.encode())

        assert cells("a.xlsx", changed(xlsx_bytes({"甲": [["名"]]}), sharedStrings_xml=rich)) == [
            [["张三丰"]]
        ]

    def test_macros_and_links(self, tmp_path: Path) -> None:
        """Macros are never run, other workbooks never opened; both are noted."""
        roster(tmp_path)
        with zipfile.ZipFile(io.BytesIO(xlsx_bytes({"日志": TABLE}))) as book:
            members = {name: book.read(name) for name in book.namelist()}
        members["xl/vbaProject.bin"] = b"macro"
        members["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
        put(tmp_path, "a.xlsm", zip_bytes(members))
        evidence = read(tmp_path)
        assert (codes(evidence), texts(evidence)) == ([], EXPECTED)
        assert {"macro", "external_link"} <= set(codes(evidence, "note"))
        assert "宏" in words(evidence)

    def test_formatted_blank_rows(self, tmp_path: Path) -> None:
        """20,000 formatted blank rows below the data."""
        roster(tmp_path)
        rows = "".join(
            f'<row r="{row}">' + "".join(f'<c r="{letter}{row}" s="1"/>' for letter in "ABCDEFG") + "</row>"
            for row in range(4, 20_004)
        )
        book = changed(
            xlsx_bytes({"日志": TABLE}),
            sheet1_xml=lambda part: part.replace(b"</sheetData>", rows.encode() + b"</sheetData>"),
        )
        put(tmp_path, "a.xlsx", book)
        assert (codes(read(tmp_path)), texts(read(tmp_path))) == ([], EXPECTED)

    def test_strange_sheet_names(self) -> None:
        """Names that look like paths or markup are names."""
        book = changed(
            xlsx_bytes({"甲": [["x"]]}),
            workbook_xml=lambda part: part.replace("甲".encode(), b"..\\..\\x &lt;b>"),
        )
        (sheet,) = sheets_of(File(Path("a.xlsx"), "a.xlsx"), book)
        assert sheet.name == "..\\..\\x <b>"


class TestArchives:
    """Zip archives are read like folders."""

    def test_like_a_folder(self, tmp_path: Path) -> None:
        """Members are named archive!member; litter and lock files are noted; a copy beside it counts once."""
        members = {
            "二季度/日志.csv": text_bytes(TABLE),
            "名册.xlsx": xlsx_bytes({"名册": [CADRE_HEADER, *CADRES]}),
            "__MACOSX/._x": b"x",
            "~$名册.xlsx": b"x",
        }
        put(tmp_path, "报送.zip", zip_bytes(members))
        put(tmp_path, "又一份.csv", text_bytes(TABLE))
        evidence = read(tmp_path)
        assert codes(evidence) == []
        assert {s.file for s in evidence.sources} == {
            "报送.zip!二季度/日志.csv",
            "报送.zip!名册.xlsx",
            "又一份.csv",
        }
        assert texts(evidence) == EXPECTED
        noted = codes(evidence, "note")
        assert {"archive_opened", "litter", "owner_file", "same_file"} <= set(noted)

    def test_names_in_gbk(self, tmp_path: Path) -> None:
        """Chinese programs write names in GBK, unmarked."""
        content = zip_bytes({"XXXX.csv": text_bytes(TABLE)}).replace(
            b"XXXX.csv", "名册".encode("gbk") + b".csv"
        )
        put(tmp_path, "a.zip", content)
        roster(tmp_path)
        assert "a.zip!名册.csv" in {s.file for s in read(tmp_path).sources}

    def test_refused_members(self, tmp_path: Path) -> None:
        """Archives in archives, members with a password, damaged ones: each by its name, the others are read."""
        inner = zip_bytes({"x.csv": b"x"})
        content = zip_bytes({"里.zip": inner, "日志.csv": text_bytes(TABLE), "b.csv": b"0123456789" * 9})
        put(tmp_path, "a.zip", content)
        put(tmp_path, "c.zip", _locked(zip_bytes({"x.csv": b"x"})))
        roster(tmp_path)
        evidence = read(tmp_path)
        errors = {(f.file, f.code) for f in evidence.findings if f.severity == "error"}
        assert {("a.zip!里.zip", "archive_nested"), ("c.zip!x.csv", "locked")} <= errors
        assert texts(evidence) == EXPECTED

    @pytest.mark.parametrize(
        ("members", "code", "said"),
        [
            ({"../../gy1100_evil.csv": b"x"}, "archive_path", "路径"),
            ({"/etc/gy1100_evil.csv": b"x"}, "archive_path", "路径"),
            ({"..\\gy1100_evil.csv": b"x"}, "archive_path", "路径"),
            ({"a.csv": b"x", "A.csv": b"y"}, "archive_twice", "重复"),
            ({"a.csv": b"0" * 60_000_000}, "bomb", "解压"),
        ],
    )
    def test_refused_archives(self, tmp_path: Path, members: dict[str, bytes], code: str, said: str) -> None:
        """Paths that leave the folder, the same name twice, bombs: the archive as a whole."""
        roster(tmp_path)
        put(tmp_path, "a.zip", zip_bytes(members))
        evidence = read(tmp_path)
        assert codes(evidence) == [code]
        assert said in words(evidence)
        assert "gy1100_evil" not in words(evidence)
        assert not list(tmp_path.parent.rglob("gy1100_evil*"))


def _locked(archive: bytes) -> bytes:
    """Set the flag of a password on an archive's only member."""
    local, central = archive.index(b"PK\x03\x04"), archive.index(b"PK\x01\x02")
    changed = bytearray(archive)
    changed[local + 6] |= 1
    changed[central + 8] |= 1
    return bytes(changed)


def test_a_percentage_of_spreadsheetml_is_no_number(tmp_path: Path) -> None:
    """0.85 that is shown as 85% is what the office sees."""
    styles = (
        '<Styles><Style ss:ID="s16" ss:Name="Percent"><NumberFormat ss:Format="0%"/></Style>'
        '<Style ss:ID="s62" ss:Parent="s16"/></Styles>'
    )
    rows, cell = xml2003_rows([CADRE_HEADER, [*CADRES[0][:7], 0.85]]), '<Cell><Data ss:Type="Number">'
    of_cell = rows.replace(cell, '<Cell ss:StyleID="s62"><Data ss:Type="Number">')
    of_row = '<Row ss:StyleID="s16">'.join(rows.rsplit("<Row>", 1))
    of_column = f'<Column ss:Index="8" ss:StyleID="s16"/>{rows}'
    for styled in (of_cell, of_row, of_column):
        put(
            tmp_path,
            "名册.xml",
            xml2003_text(styled).replace("<Worksheet", f"{styles}<Worksheet", 1).encode(),
        )
        found = [(f.column, f.value) for f in read(tmp_path).findings if f.severity == "error"]
        assert ("工作积分", "85%") in found


def test_macros_and_links_of_every_kind_of_book_are_noted(tmp_path: Path) -> None:
    """OpenDocument keeps macros as files, and names another book in the formula; old workbooks in their records."""
    from gy1100.exports.biff import formulas_and_links

    cells = ods_rows([CADRE_HEADER, *CADRES])
    linked = cells.replace(
        'office:value-type="string"',
        'table:formula="of:=[\'file:///b.ods\'#$A.A1]" office:value-type="string"',
        1,
    )
    put(tmp_path, "a.ods", ods_bytes(ods_table(linked), members={"Basic/Standard/Module1.xml": b"<x/>"}))
    notes = codes(read(tmp_path), "note")
    assert "macro" in notes and "external_link" in notes
    own, other = struct.pack("<HHHH", 0x01AE, 4, 1, 0x0401), struct.pack("<HHHHI", 0x01AE, 8, 1, 6, 0)
    formula = struct.pack("<HHI", 0x0006, 4, 0)
    assert formulas_and_links(own + other + formula + formula) == (2, 1)


def test_a_number_without_end_among_ids_is_refused(tmp_path: Path) -> None:
    """It is no id, and ends nothing."""
    rows = [
        CADRE_HEADER,
        *([f"000{n}", "张三", "利州区", *CADRES[0][3:]] for n in range(1, 5)),
        ["X", "张三", "利州区", *CADRES[0][3:]],
    ]
    marks = 'office:value-type="float" office:value="1E+999"'
    text = ods_rows(rows).replace(
        '<table:table-cell office:value-type="string"><text:p>X</text:p>',
        f"<table:table-cell {marks}><text:p>X</text:p>",
    )
    put(tmp_path, "a.ods", ods_bytes(ods_table(text)))
    refused = [(f.row, f.column) for f in read(tmp_path).findings if f.severity == "error"]
    assert refused == [(6, "团干部编号")]


def test_a_workbook_without_a_worksheet_is_no_file_that_is_skipped(tmp_path: Path) -> None:
    """One that holds a chart alone is named, as any that cannot be read."""
    import openpyxl

    book = openpyxl.Workbook()
    book.create_chartsheet("图")
    del book["Sheet"]
    book.save(tmp_path / "图.xlsx")
    write_csv(tmp_path / "cadres.csv", CADRE_HEADER, *CADRES)
    assert [(f.file, f.severity) for f in read(tmp_path).findings if f.file == "图.xlsx"] == [
        ("图.xlsx", "error")
    ]
