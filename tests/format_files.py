"""The same rows in every format that offices send, built inside the tests; the content of each as bytes."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

Rows = Sequence[Sequence[Any]]
MIME = b"application/vnd.oasis.opendocument.spreadsheet"
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def text_bytes(rows: Rows, *, delimiter: str = ",", end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    """Return rows as delimited text."""
    return "".join(delimiter.join(map(str, row)) + end for row in rows).encode(encoding)


def xlsx_bytes(sheets: Mapping[str, Rows], **options: Any) -> bytes:
    """Return sheets as a workbook of today."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"} | options
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell not in (None, ""):
                        sheet.write(number, place, cell)
    return stream.getvalue()


def xls_bytes(sheets: Mapping[str, Rows], change: Callable[[Any], None] | None = None) -> bytes:
    """Return sheets as a genuine Excel 97-2003 workbook; `change` may do more to it before it is saved."""
    import datetime as dt

    import xlwt

    book, day = xlwt.Workbook(), xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, place, cell, *([day] if isinstance(cell, dt.date) else []))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def html_text(rows: Rows, *, before: str = "", charset: str = "gb2312") -> str:
    """Return rows as the page that a web system calls .xls."""
    lines = ("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return f"<html><head>{meta}</head><body>{before}<table border=1>{''.join(lines)}</table></body></html>"


def mhtml_bytes(page: str, *, transfer: str = "quoted-printable") -> bytes:
    """Return a page as a web archive."""
    content = page.encode("gb18030")
    coded = quopri.encodestring(content) if transfer == "quoted-printable" else base64.encodebytes(content)
    head = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_Next"\r\n\r\n------=_Next\r\n'
        "Content-Location: file:///C:/sheet001.htm\r\n"
        f'Content-Transfer-Encoding: {transfer}\r\nContent-Type: text/html; charset="gb2312"\r\n\r\n'
    )
    return head.encode() + coded + b"\r\n------=_Next--\r\n"


def xml2003_text(rows: str, *, options: str = "", name: str = "Sheet1") -> str:
    """Return rows of SpreadsheetML in a whole document."""
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    )


def xml2003_rows(rows: Rows) -> str:
    """Return rows as SpreadsheetML writes them."""

    def cell(value: Any) -> str:
        kind = "Number" if isinstance(value, int | float) else "String"
        return f'<Cell><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'

    return "".join("<Row>" + "".join(map(cell, row)) + "</Row>" for row in rows)


def ods_bytes(tables: str, *, styles: str = "", members: Mapping[str, bytes] | None = None) -> bytes:
    """Return tables as an OpenDocument spreadsheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", MIME, zipfile.ZIP_STORED)
        book.writestr("content.xml", ods_text(tables, styles=styles))
        for name, content in (members or {}).items():
            book.writestr(name, content)
    return stream.getvalue()


def ods_text(tables: str, *, styles: str = "", root: str = "document-content") -> str:
    """Return tables as an OpenDocument's content."""
    spaces = " ".join(f'xmlns:{name}="{OFFICE}{name}:1.0"' for name in ("office", "table", "text", "style"))
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {spaces} {calc}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:{root}>"
    )


def ods_rows(rows: Rows) -> str:
    """Return rows as OpenDocument writes them."""

    def cell(value: Any) -> str:
        if isinstance(value, int | float):
            marks = f'office:value-type="float" office:value="{value}"'
            return f"<table:table-cell {marks}><text:p>{value}</text:p></table:table-cell>"
        text = f"<text:p>{escape(str(value))}</text:p>" if value else ""
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'

    return "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)


def ods_table(rows: str, name: str = "Sheet1") -> str:
    """Return rows as one table."""
    return f'<table:table table:name="{name}">{rows}</table:table>'


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """Return members as a zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(book: bytes, **parts: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with some of its parts changed; a part is named by the end of its name, _ for other signs."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for end, change in parts.items():
        name = next(name for name in members if name.rpartition("/")[2].replace(".", "_") == end)
        members[name] = change(members[name])
    return zip_bytes(members)


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(content)
    return path
