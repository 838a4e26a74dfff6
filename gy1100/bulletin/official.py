"""A Word document as official documents are laid out in China (GB/T 9704-2012): page, type, head, levels, end.

Each style has a name: an office that gives its own template, any .docx with styles of these names, keeps its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..report.grid import Grid

# mm and pt of the standard: page, text area, type and lines, head, body, end, page numbers
WIDTH, HEIGHT, TOP, LEFT, RIGHT, BOTTOM = 210, 297, 37, 28, 26, 35
LINE, TIGHTER = 28.95, -0.2  # 22 lines of 28 characters
NUMBERS_BELOW, NUMBER_HEIGHT = 7, 4.9
MARK_BELOW, RULE_BELOW = 35, 4
FALLBACKS = {"方正小标宋简体": "宋体", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "黑体": "SimHei"}
RED = "FF0000"
_TAG = re.compile(r"<[^>]+>")


class Style(NamedTuple):
    """Type of a style: Chinese font, size in pt, alignment, first-line indent in characters, colour."""

    font: str
    size: float
    align: str = "both"
    indent: int = 0
    colour: str = ""
    exact: bool = True


STYLES = {
    "公文发文机关标志": Style("方正小标宋简体", 48, "center", colour=RED, exact=False),
    "公文发文字号": Style("仿宋_GB2312", 16, "center"),
    "公文标题": Style("方正小标宋简体", 22, "center", exact=False),
    "公文主送机关": Style("仿宋_GB2312", 16, "left"),
    "公文正文": Style("仿宋_GB2312", 16, indent=2),
    "公文一级标题": Style("黑体", 16, "left", 2),
    "公文附件": Style("黑体", 16, "left"),
    "公文落款": Style("仿宋_GB2312", 16, "right"),
    "公文表格": Style("仿宋_GB2312", 9, "left", exact=False),
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
        for element in list(body)[:-1]:
            body.remove(element)
        known = {style.name for style in self.document.styles}
        for name, style in STYLES.items():
            if name not in known:
                self._add_style(name, style)
        if not str(template):
            self._lay_out()
            self._name_fallbacks()

    def head(self, mark: str, number: str, title: str) -> None:
        """Write the issuing body's mark, the document's number over the red rule, and the title below it."""
        from docx.shared import Mm

        paragraph = self.paragraph(mark, "公文发文机关标志")
        paragraph.paragraph_format.space_before = Mm(MARK_BELOW)
        size = min(48.0, 442.0 / max(len(mark), 1))  # on one line of the text area
        paragraph.runs[0].font.size = _points(size)
        self.paragraph("", "公文发文字号")
        ruled = self.paragraph(number, "公文发文字号")
        _border(ruled, "bottom", RED, 16, space=round(RULE_BELOW / 0.3528))
        for _ in range(2):
            self.paragraph("", "公文正文")
        self.paragraph(title, "公文标题")
        self.paragraph("", "公文正文")

    def paragraph(self, text: str, style: str = "公文正文") -> Any:
        """Write a paragraph."""
        return self.document.add_paragraph(text, style=style)

    def heading(self, text: str) -> None:
        """Write a heading of the first level."""
        self.paragraph(text, "公文一级标题").paragraph_format.keep_with_next = True

    def table(self, grid: Grid) -> None:
        """Write a table as wide as the text area; its head is repeated on every page, no row is cut."""
        from docx.enum.table import WD_TABLE_ALIGNMENT

        table = self.document.add_table(rows=1, cols=len(grid.columns), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, True
        self._row(table.rows[0], [column.title for column in grid.columns], [])
        _mark(table.rows[0], "tblHeader")
        kinds = [column.kind for column in grid.columns]
        for row in grid.rows:
            self._row(table.add_row(), [_text(v, k) for v, k in zip(row, kinds, strict=True)], kinds)
        for row in table.rows:
            _mark(row, "cantSplit")

    def _row(self, row: Any, texts: Sequence[str], kinds: Sequence[str]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        from ..report.grid import RIGHT as FIGURES

        for n, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.style = "公文表格"
            paragraph.add_run(text)
            if not kinds:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif kinds[n] in FIGURES:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def annex_note(self, word: str, titles: Iterable[str]) -> None:
        """Write after the text, one line apart, which annexes there are."""
        self.paragraph("")
        for n, title in enumerate(titles, 1):
            self.paragraph(f"{word}：{n}. {title}" if n == 1 else f"{'　' * (len(word) + 1)}{n}. {title}")

    def signature(self, issuer: str, day: str) -> None:
        """Write issuing body and date, right, the date four characters in."""
        self.paragraph("")
        for text, inside in ((issuer, 2), (day, 4)):
            _indent(self.paragraph(text, "公文落款"), "rightChars", inside)

    def annex(self, name: str, title: str, grid: Grid) -> None:
        """Write an annex on a page of its own."""
        self.paragraph(name, "公文附件").paragraph_format.page_break_before = True
        self.paragraph(title, "公文标题")
        self.paragraph("")
        self.table(grid)

    def colophon(self, copies: str, printed: str) -> None:
        """Write the end of the document (版记) at the foot of the last page, between its rules."""
        for text, rules in ((copies, (("top", 8), ("bottom", 6))), (printed, (("bottom", 8),))):
            paragraph = self.paragraph(text, "公文版记")
            for side, width in rules:
                _border(paragraph, side, "000000", width)
            frame = {"w": str(_twips(WIDTH - LEFT - RIGHT)), "wrap": "around", "vAnchor": "margin",
                     "hAnchor": "margin", "xAlign": "left", "yAlign": "bottom"}  # fmt: skip
            paragraph._p.get_or_add_pPr().insert(1, _element("framePr", frame))  # noqa: SLF001 - python-docx has no frames

    def save(self, path: Path) -> Path:
        """Write the document; the same content gives the same bytes."""
        from datetime import UTC, datetime

        properties = self.document.core_properties
        properties.author, properties.last_modified_by, properties.comments = "gy1100", "gy1100", ""
        properties.created = properties.modified = datetime(2017, 1, 1, tzinfo=UTC)
        buffer = BytesIO()
        self.document.save(buffer)
        path.write_bytes(_without_clock(buffer))
        return path

    def _add_style(self, name: str, style: Style) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.enum.text import WD_LINE_SPACING

        made = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = None, True
        made.font.size = _points(style.size)
        made.font.name = "Times New Roman"
        properties = made.element.get_or_add_rPr()
        properties.rFonts.set(_name("eastAsia"), style.font)
        properties.append(_element("spacing", {"val": str(round(20 * TIGHTER))}))
        if style.colour:
            properties.append(_element("color", {"val": style.colour}))
        made.paragraph_format.space_before = made.paragraph_format.space_after = _points(0)
        if style.exact:
            made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            made.paragraph_format.line_spacing = _points(LINE)
        lines = made.element.get_or_add_pPr()
        lines.append(_element("jc", {"val": style.align}))
        if style.indent:
            made.paragraph_format.first_line_indent = _points(style.indent * style.size)
            lines.ind.set(_name("firstLineChars"), str(100 * style.indent))

    def _lay_out(self) -> None:
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(WIDTH), Mm(HEIGHT)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
        section.footer_distance = Mm(BOTTOM - NUMBERS_BELOW - NUMBER_HEIGHT)
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            _page_number(footer.paragraphs[0], align)

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


def _without_clock(archive: BytesIO) -> bytes:
    """Return a zip archive with the same members at no particular time."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    out = BytesIO()
    with ZipFile(archive) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), ZIP_DEFLATED)
    return out.getvalue()


def _text(value: object, kind: str) -> str:
    from html import unescape

    from markupsafe import Markup

    from ..report.grid import written

    shown = value[0] if isinstance(value, tuple) else value
    return unescape(_TAG.sub(" ", str(shown))).strip() if isinstance(shown, Markup) else written(shown, kind)


def _page_number(paragraph: Any, align: str) -> None:
    """Write — n — in 4号 宋体, one character in from the outer edge."""
    run = paragraph.add_run("— ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            run._r.append(_element("fldChar", {"fldCharType": kind}))  # noqa: SLF001 - python-docx has no fields
        else:
            field = _element("instrText", {})
            field.text = text
            run._r.append(field)  # noqa: SLF001
    last = paragraph.add_run(" —")
    for one in (run, last):
        one.font.size, one.font.name = _points(14), "宋体"
        one._r.rPr.rFonts.set(_name("eastAsia"), "宋体")  # noqa: SLF001
    paragraph._p.get_or_add_pPr().append(_element("jc", {"val": align}))  # noqa: SLF001
    _indent(paragraph, "rightChars" if align == "right" else "leftChars", 1)


def _border(paragraph: Any, side: str, colour: str, width: int, space: int = 1) -> None:
    """Give a paragraph a rule; ``width`` in eighths of a point, ``space`` in points."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    borders = properties.find(_name("pBdr"))
    if borders is None:
        borders = _element("pBdr", {})
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    rule = {"val": "single", "sz": str(width), "space": str(space), "color": colour}
    borders.append(_element(side, rule))


def _indent(paragraph: Any, name: str, characters: int) -> None:
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(_name(name), str(100 * characters))  # noqa: SLF001


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(_element(name, {}))  # noqa: SLF001 - python-docx has no such marks


def _element(name: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(_name(key), value)
    return made


def _name(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _twips(millimetres: float) -> int:
    return round(millimetres / 25.4 * 1440)
