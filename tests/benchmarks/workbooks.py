"""Workbooks of logs for the benchmark of reading, as Excel writes them: shared strings, styles, one sheet."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("日志编号", "团干部编号", "活动日期", "活动类别", "日志内容", "填报渠道", "参与青年数", "填报日期")
KINDS = ("办实事", "志愿服务", "文体活动", "谈心谈话", "自主设计")
CADRES = 2_000
DAY_ONE, DAYS = 42_826, 270  # 2017-04-01 as Excel counts
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
    '<sheet name="工作日志" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def write_roster(path: Path) -> Path:
    """Write the roster of the logs' cadres as csv."""
    lines = ["团干部编号,姓名,所属县区,干部类别,是否领导机关"]
    lines += [f"G{n:04d},某{n},利州区,专职,否" for n in range(CADRES)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def write_logs(path: Path, rows: int, *, marked: bool = False) -> Path:
    """Write a workbook with one sheet of logs.

    Parameters
    ----------
    rows : int
        Besides the header.
    marked : bool
        With a hidden row, a merged title, a formula and an error cell here and there.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _PARTS.items():
            book.writestr(name, content)
        _pour(book, "xl/sharedStrings.xml", _strings(rows))
        _pour(book, "xl/worksheets/sheet1.xml", _sheet(rows, marked))
    return path


def write_text_logs(path: Path, rows: int) -> Path:
    """Write the same logs, all of them clean, as csv."""
    day_one = date(1899, 12, 30) + timedelta(DAY_ONE)
    days = [
        ((day_one + timedelta(n)).isoformat(), (day_one + timedelta(n + 1)).isoformat()) for n in range(DAYS)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\r\n")
        for n in range(rows):
            day, entered = days[n * 7 % DAYS]
            start = f"L{n:08d},G{n * 31 % CADRES:04d},{day},{KINDS[n % len(KINDS)]}"
            file.write(f"{start},{_text(n)},手机端,{n % 20},{entered}\r\n")
    return path


def _text(n: int) -> str:
    return f"第{n}次走访联系青年，了解其就业与生活情况，联系企业岗位{n % 997}个。"


def _pour(book: zipfile.ZipFile, name: str, chunks: Iterator[str]) -> None:
    with book.open(name, "w", force_zip64=True) as part:
        while text := "".join(islice(chunks, 5_000)):
            part.write(text.encode())


def _strings(rows: int) -> Iterator[str]:
    """The header, kinds, channels, cadres, then an id and a text for each row."""
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{_MAIN}">'
    for text in (*HEADER, *KINDS, "手机端", *(f"G{n:04d}" for n in range(CADRES))):
        yield f"<si><t>{text}</t></si>"
    for n in range(rows):
        yield f"<si><t>L{n:07d}</t></si><si><t>{_text(n)}</t></si>"
    yield "</sst>"


def _sheet(rows: int, marked: bool) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
    yield f'<dimension ref="A1:H{rows + 1}"/><sheetData><row r="1" spans="1:8">'
    yield "".join(f'<c r="{"ABCDEFGH"[n]}1" t="s"><v>{n}</v></c>' for n in range(len(HEADER))) + "</row>"
    yield from (_row(n, marked and n % 1_000 == 0) for n in range(rows))
    yield (
        "</sheetData>"
        + ('<mergeCells count="1"><mergeCell ref="J1:K1"/></mergeCells>' if marked else "")
        + "</worksheet>"
    )


def _row(n: int, marked: bool) -> str:
    at, kinds, cadres = n + 2, len(HEADER), len(HEADER) + len(KINDS) + 1
    day, first = DAY_ONE + n * 7 % DAYS, cadres + CADRES + 2 * n
    count = f'<c r="G{at}"><f>1+1</f><v>2</v></c>' if marked else f'<c r="G{at}"><v>{n % 20}</v></c>'
    last = f'<c r="H{at}" t="e"><v>#N/A</v></c>' if marked else f'<c r="H{at}" s="1"><v>{day + 1}</v></c>'
    hidden = ' hidden="1"' if marked else ""
    return (
        f'<row r="{at}" spans="1:8"{hidden}><c r="A{at}" t="s"><v>{first}</v></c>'
        f'<c r="B{at}" t="s"><v>{cadres + n * 31 % CADRES}</v></c><c r="C{at}" s="1"><v>{day}</v></c>'
        f'<c r="D{at}" t="s"><v>{kinds + n % len(KINDS)}</v></c><c r="E{at}" t="s"><v>{first + 1}</v></c>'
        f'<c r="F{at}" t="s"><v>{cadres - 1}</v></c>{count}{last}</row>'
    )
