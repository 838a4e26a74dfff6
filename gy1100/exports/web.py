"""HTML tables that web systems call .xls, and the same inside MHTML: cells, and nothing that a browser would run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ..findings import Finding
from .encoding import Text, decoded, gb18030
from .guard import Unreadable
from .sheets import Grid, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CHINESE = (b"gb2312", b"gbk", b"gb18030", b"x-gbk", b"gb_2312-80", b"cp936")
_LOGIN = re.compile(r"登\s*录|登\s*陆|log\s?in|sign\s?in|用户名|密码", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_ACTIVE = frozenset(("script", "img", "iframe", "object", "embed", "link", "video", "audio", "applet"))
_UNSHOWN = frozenset(("title", "xml", "template", "noscript", "select", "svg"))
_BLOCKS = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "body", "center", "hr", "form")
)
_WIDEST, _TALLEST = 1000, 65_534  # spans, as browsers bound them


@dataclass
class _Table:
    """An open table: where its next cell goes, and the columns that cells above still cover."""

    row: int = 0
    column: int = 0
    covered: dict[int, int] = field(default_factory=dict)
    cell: tuple[int, int] | None = None
    n_columns: int = 0


class _Page(HTMLParser):
    """Rows of all tables of a page, one below another as Excel shows them; lines of text between them are rows too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grid, self.bottom = Grid(), 0
        self.tables: list[_Table] = []
        self.text: list[str] = []
        self.unshown = 0
        self.n_tables = self.n_active = 0
        self.password = self.frames = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; all else is counted or passed over."""
        marks = {name: value or "" for name, value in attrs}
        opened = {
            "table": self._open_table,
            "tr": self._open_row,
            "td": self._open_cell,
            "th": self._open_cell,
        }
        if tag in opened:
            opened[tag](marks)
        elif tag == "col" and self.tables:
            self._column(marks)
        elif tag in _UNSHOWN:
            self.unshown += 1
        self._look(tag, marks)

    def _look(self, tag: str, marks: dict[str, str]) -> None:
        self.n_active += tag in _ACTIVE
        self.frames = self.frames or tag in ("frame", "frameset")
        self.password = self.password or (tag == "input" and marks.get("type", "").lower() == "password")
        if tag == "br":
            self.text.append("\n")
        elif tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if tag in _UNSHOWN:
            self.unshown = max(self.unshown - 1, 0)
        elif tag in ("td", "th", "tr", "table"):
            self._flush()
            if tag == "table" and self.tables:
                self.tables.pop()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        """Keep the text that a reader of the page would see."""
        if not self.unshown and self.cdata_elem is None:
            self.text.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def close(self) -> None:
        """Finish the last cell or line."""
        super().close()
        self._flush()

    def _break(self) -> None:
        """A block of its own: a new line in a cell, a new row outside of tables."""
        if self.tables and self.tables[-1].cell:
            if "".join(self.text).strip():
                self.text.append("\n")
        else:
            self._flush()

    def _flush(self) -> None:
        """Put the text collected so far where it belongs."""
        text = re.sub(r" ?\n ?", "\n", "".join(self.text)).replace("\xa0", " ").strip(" \n")
        self.text.clear()
        cell = self.tables[-1].cell if self.tables else None
        if cell is not None:
            self.tables[-1].cell = None
            self.grid.put(*cell, text)
        elif text:
            self.bottom += 1
            self.grid.put(self.bottom, 1, text)

    def _open_table(self, marks: dict[str, str]) -> None:
        del marks
        self._flush()
        self.tables.append(_Table())
        self.n_tables += 1

    def _open_row(self, marks: dict[str, str]) -> None:
        self._flush()
        if not self.tables:
            self._open_table({})
        table = self.tables[-1]
        self.bottom += 1
        table.row, table.column = self.bottom, 0
        table.covered = {column: left - 1 for column, left in table.covered.items() if left > 1}
        if _HIDDEN.search(marks.get("style", "")):
            self.grid.hidden_rows.append(table.row)

    def _open_cell(self, marks: dict[str, str]) -> None:
        self._flush()
        if not self.tables or not self.tables[-1].row:
            self._open_row({})
        table = self.tables[-1]
        table.column += 1
        while table.column in table.covered:
            table.column += 1
        width, height = _span(marks, "colspan", _WIDEST), _span(marks, "rowspan", _TALLEST)
        table.cell = (table.row, table.column)
        self.grid.merge(table.row, table.column, height, width)
        if height > 1:
            table.covered.update((table.column + more, height) for more in range(width))
        table.column += width - 1

    def _column(self, marks: dict[str, str]) -> None:
        table, width = self.tables[-1], _span(marks, "span", _WIDEST)
        if _HIDDEN.search(marks.get("style", "")):
            self.grid.hidden_columns.extend(range(table.n_columns + 1, table.n_columns + width + 1))
        table.n_columns += width


def _span(marks: dict[str, str], name: str, most: int) -> int:
    number = marks.get(name, "").strip()
    return min(max(int(number), 1), most) if re.fullmatch(r"[0-9]{1,9}", number) else 1


def read_html(data: bytes) -> list[Sheet]:
    """Return the tables of a page as one sheet.

    Raises
    ------
    Unreadable
        If it is a log-in page or holds no table.
    """
    declared = _CHARSET.search(data[:8192])
    text = gb18030(data) if declared and declared[1].lower() in _CHINESE else decoded(data)
    return [_sheet(text)]


def _sheet(text: Text) -> Sheet:
    page = _Page()
    page.feed(text.text)
    page.close()
    if page.password or (not page.n_tables and _LOGIN.search(text.text)):
        raise Unreadable("login_page")
    if not page.n_tables:
        raise Unreadable("html_frames" if page.frames else "html_no_table")
    return page.grid.sheet("", plain=True, findings=tuple(_findings(text, page)))


def _findings(text: Text, page: _Page) -> Iterator[Finding]:
    if text.encoding:
        yield Finding("repair", code="encoding", args={"encoding": text.encoding})
    if text.moved:
        yield Finding("repair", code="moved_characters", args={"count": text.moved})
    if page.n_active:
        yield Finding("note", code="web_parts", args={"count": page.n_active})


def read_mhtml(data: bytes) -> list[Sheet]:
    """Return the sheets of a web archive: one for each page in it that holds a table.

    Raises
    ------
    Unreadable
        If no page holds one.
    """
    sheets, reasons = [], []
    for content in _pages(data):
        try:
            sheets.extend(read_html(content))
        except Unreadable as problem:
            reasons.append(problem)
    if sheets:
        return sheets
    raise next((reason for reason in reasons if reason.code != "html_frames"), Unreadable("html_no_table"))


def _pages(data: bytes) -> Iterator[bytes]:
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.compat32)
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            charset = part.get_param("charset")
            mark = f"<meta charset={charset}>".encode("ascii", "ignore") if isinstance(charset, str) else b""
            yield mark + content
