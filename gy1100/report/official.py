"""A Word document as official documents are laid out in China (GB/T 9704-2012): page, type, head, levels, end.

Each style has a name: an office that gives its own template, any .docx with styles of these names, keeps its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .wordml import border, element, indent, mark, millimetres, named, page_number, points, without_clock

if TYPE_CHECKING:
    from .grid import Grid

# mm and pt of the standard: page, text area, type and lines, head, body, end, page numbers
WIDTH, HEIGHT, TOP, LEFT, RIGHT, BOTTOM = 210, 297, 37, 28, 26, 35
LINE, TIGHTER = 28.95, -0.2  # 22 lines of 28 characters
NUMBERS_BELOW, NUMBER_HEIGHT = 7, 4.9
MARK_BELOW, RULE_BELOW = 35, 4
FALLBACKS = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "黑体": "SimHei"}
RED = "FF0000"
GRID = "Table Grid"  # Word keeps it in documents that hold a table
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Part:
    """One part of a document: the key of its heading, its sentences, its table."""

    key: str
    lines: tuple[str, ...]
    grid: Grid | None = None


class Style(NamedTuple):
    """Type: Chinese font, size in pt, alignment, indent in characters, colour, exact lines, pt before and after."""

    font: str
    size: float
    align: str = "both"
    indent: int = 0
    colour: str = ""
    exact: bool = True
    apart: float = 0


STYLES = {
    "公文发文机关标志": Style("方正小标宋简体", 48, "center", colour=RED, exact=False),
    "公文发文字号": Style("仿宋_GB2312", 16, "center"),
    "公文标题": Style("方正小标宋简体", 22, "center", exact=False),
    "公文主送机关": Style("仿宋_GB2312", 16, "left"),
    "公文正文": Style("仿宋_GB2312", 16, indent=2),
    "公文一级标题": Style("黑体", 16, "left", 2),
    "公文附件": Style("黑体", 16, "left"),
    "公文落款": Style("仿宋_GB2312", 16, "right"),
    "公文表格": Style("仿宋_GB2312", 9, "left", exact=False, apart=1.5),
    "公文版记": Style("仿宋_GB2312", 14, "left"),
}


class Official:
    """An official document that is written from its head to its end.

    Parameters
    ----------
    template : path, optional
        An office's own document: its page, header, footer and styles are kept, its text is left out.
    """

    def __init__(self, template: str | Path = "") -> None:
        from docx import Document

        self.document: Any = Document(str(template) or None)
        body = self.document.element.body
        for child in list(body)[:-1]:
            body.remove(child)
        known = {style.name for style in self.document.styles}
        for name, style in STYLES.items():
            if name not in known:
                self._add_style(name, style)
        if GRID not in known:
            self._add_grid_style()
        self._ids = {name: self.document.styles[name].style_id for name in STYLES}
        if not str(template):
            self._lay_out()
            self._name_fallbacks()

    def _add_grid_style(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE

        style, lines = self.document.styles.add_style(GRID, WD_STYLE_TYPE.TABLE), element("tblBorders", {})
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            lines.append(element(side, {"val": "single", "sz": "4", "space": "0", "color": "auto"}))
        made = element("tblPr", {})
        made.append(lines)
        style.element.append(made)

    def head(self, mark: str, number: str, title: str) -> None:
        """Write the issuing body's mark, the document's number over the red rule, and the title below it."""
        from docx.shared import Mm

        paragraph = self.paragraph(mark, "公文发文机关标志")
        paragraph.paragraph_format.space_before = Mm(MARK_BELOW)
        size = min(48.0, 442.0 / max(len(mark), 1))  # on one line of the text area
        paragraph.runs[0].font.size = points(size)
        self.paragraph("", "公文发文字号")
        ruled = self.paragraph(number, "公文发文字号")
        border(ruled, "bottom", RED, 16, space=round(RULE_BELOW / 0.3528))
        for _ in range(2):
            self.paragraph("", "公文正文")
        self.paragraph(title, "公文标题")
        self.paragraph("", "公文正文")

    def paragraph(self, text: str, style: str = "公文正文") -> Any:
        """Write a paragraph."""
        return self._styled(self.document.add_paragraph(text), style)

    def _styled(self, paragraph: Any, style: str) -> Any:
        """Return a paragraph in a style, by its id: by its name python-docx looks through all styles each time."""
        paragraph._p.style = self._ids[style]  # noqa: SLF001
        return paragraph

    def heading(self, text: str) -> None:
        """Write a heading of the first level."""
        self.paragraph(text, "公文一级标题").paragraph_format.keep_with_next = True

    def part(self, heading: str, part: Part) -> None:
        """Write a part: heading, sentences, table."""
        self.heading(heading)
        for line in part.lines:
            self.paragraph(line)
        if part.grid:
            self.table(part.grid)

    def table(self, grid: Grid, *, high: float = 0) -> None:
        """Write a table as wide as the text area, its rows at least so many mm high; no row is cut."""
        from docx.enum.table import WD_TABLE_ALIGNMENT

        table = self.document.add_table(rows=1, cols=len(grid.columns), style=GRID)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        margins = element("tblCellMar", {})
        for side in ("left", "right"):
            margins.append(element(side, {"w": "40", "type": "dxa"}))
        table._tbl.tblPr.find(named("tblLook")).addprevious(margins)  # noqa: SLF001 - python-docx has no cell margins
        self._row(table.rows[0], [column.title for column in grid.columns], [])
        mark(table.rows[0], "tblHeader")
        kinds = [column.kind for column in grid.columns]
        for row in grid.rows:
            self._row(table.add_row(), [_text(v, k) for v, k in zip(row, kinds, strict=True)], kinds)
        whole = sum(column.width for column in grid.columns)
        for column, made in zip(grid.columns, table.columns, strict=True):
            made.width = millimetres((WIDTH - LEFT - RIGHT) * column.width / whole)
        for row in table.rows:
            mark(row, "cantSplit")
            if high:
                row.height = millimetres(high)

    def _row(self, row: Any, texts: Sequence[str], kinds: Sequence[str]) -> None:
        from docx.enum.table import WD_ALIGN_VERTICAL
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        from .grid import RIGHT as FIGURES

        for n, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = self._styled(cell.paragraphs[0], "公文表格")
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            paragraph.add_run(text)
            if not kinds:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif kinds[n] in FIGURES:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def annex_note(self, word: str, titles: Iterable[str]) -> None:
        """Write after the text, one line apart, which annexes there are."""
        self.paragraph("").paragraph_format.keep_with_next = True
        for n, title in enumerate(titles, 1):
            line = self.paragraph(
                f"{word}：{n}. {title}" if n == 1 else f"{'　' * (len(word) + 1)}{n}. {title}"
            )
            line.paragraph_format.keep_with_next = True

    def signature(self, issuer: str, day: str) -> None:
        """Write issuing body and date, right, the date four characters in."""
        self.paragraph("").paragraph_format.keep_with_next = True  # never alone on a page
        for text, inside in ((issuer, 2), (day, 4)):
            line = self.paragraph(text, "公文落款")
            line.paragraph_format.keep_with_next = text == issuer
            indent(line, "rightChars", inside)

    def annex(self, name: str, title: str, part: Part, *, high: float = 0) -> None:
        """Write an annex on a page of its own."""
        self.paragraph(name, "公文附件").paragraph_format.page_break_before = True
        self.paragraph(title, "公文标题")
        self.paragraph("")
        for line in part.lines:
            self.paragraph(line)
        if part.grid:
            self.table(part.grid, high=high)

    def colophon(self, copies: str, printed: str) -> None:
        """Write the end of the document (版记) at the foot of the last page, between its rules."""
        self.paragraph("", "公文表格")  # tables that touch are one
        table = self.document.add_table(rows=2, cols=1)
        properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no floating tables
        place = {"vertAnchor": "margin", "horzAnchor": "margin", "tblpXSpec": "left", "tblpYSpec": "bottom"}
        rules = element("tblBorders", {})
        for side, width in (("top", "8"), ("bottom", "8"), ("insideH", "6")):
            rules.append(element(side, {"val": "single", "sz": width, "space": "0", "color": "000000"}))
        properties.insert(0, element("tblpPr", place))
        properties.find(named("tblLook")).addprevious(rules)
        for row, text in zip(table.rows, (copies, printed), strict=True):
            row.cells[0].width = millimetres(WIDTH - LEFT - RIGHT)
            line = self._styled(row.cells[0].paragraphs[0], "公文版记")
            line.paragraph_format.keep_with_next = text == copies
            line.add_run(text)
        self.paragraph("", "公文表格")  # a document ends with a paragraph

    def save(self, path: Path) -> Path:
        """Write the document; the same content gives the same bytes."""
        from datetime import UTC, datetime

        properties = self.document.core_properties
        properties.author, properties.last_modified_by, properties.comments = "gy1100", "gy1100", ""
        properties.created = properties.modified = datetime(2017, 1, 1, tzinfo=UTC)
        buffer = BytesIO()
        self.document.save(buffer)
        path.write_bytes(without_clock(buffer))
        return path

    def _add_style(self, name: str, style: Style) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.enum.text import WD_LINE_SPACING

        made = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = None, True
        made.font.size = points(style.size)
        made.font.name = "Times New Roman"
        properties = made.element.get_or_add_rPr()
        properties.rFonts.set(named("eastAsia"), style.font)
        properties.append(element("spacing", {"val": str(round(20 * TIGHTER))}))
        if style.colour:
            properties.append(element("color", {"val": style.colour}))
        made.paragraph_format.space_before = made.paragraph_format.space_after = points(style.apart)
        if style.exact:
            made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            made.paragraph_format.line_spacing = points(LINE)
        lines = made.element.get_or_add_pPr()
        lines.append(element("jc", {"val": style.align}))
        if style.indent:
            made.paragraph_format.first_line_indent = points(style.indent * style.size)
            lines.ind.set(named("firstLineChars"), str(100 * style.indent))

    def _lay_out(self) -> None:
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(WIDTH), Mm(HEIGHT)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
        section.footer_distance = Mm(BOTTOM - NUMBERS_BELOW - NUMBER_HEIGHT)
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            page_number(footer.paragraphs[0], align)

    def _name_fallbacks(self) -> None:
        """Tell a program that lacks a font which one to take, and that the text is Chinese."""
        part = next(
            r.target_part for r in self.document.part.rels.values() if r.reltype.endswith("/fontTable")
        )
        fonts = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
            for name, other in FALLBACKS.items()
        )
        part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")  # noqa: SLF001 - a part without a class


def _text(value: object, kind: str) -> str:
    from html import unescape

    from markupsafe import Markup

    from .grid import written

    shown = value[0] if isinstance(value, tuple) else value
    return unescape(_TAG.sub(" ", str(shown))).strip() if isinstance(shown, Markup) else written(shown, kind)
