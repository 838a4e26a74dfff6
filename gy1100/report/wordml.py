"""What python-docx has no words for: rules, fields, indents by characters, marks of rows, a file without a clock."""

from __future__ import annotations

from io import BytesIO
from typing import Any


def without_clock(archive: BytesIO) -> bytes:
    """Return a zip archive with the same members at no particular time."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    out = BytesIO()
    with ZipFile(archive) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), ZIP_DEFLATED)
    return out.getvalue()


def page_number(paragraph: Any, align: str) -> None:
    """Write — n — in 4号 宋体, one character in from the outer edge."""
    run = paragraph.add_run("— ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            run._r.append(element("fldChar", {"fldCharType": kind}))  # noqa: SLF001 - python-docx has no fields
        else:
            field = element("instrText", {})
            field.text = text
            run._r.append(field)  # noqa: SLF001
    last = paragraph.add_run(" —")
    for one in (run, last):
        one.font.size, one.font.name = points(14), "宋体"
        one._r.rPr.rFonts.set(named("eastAsia"), "宋体")  # noqa: SLF001
    paragraph._p.get_or_add_pPr().append(element("jc", {"val": align}))  # noqa: SLF001
    indent(paragraph, "rightChars" if align == "right" else "leftChars", 1)


def border(paragraph: Any, side: str, colour: str, width: int, space: int = 1) -> None:
    """Give a paragraph a rule; ``width`` in eighths of a point, ``space`` in points."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    borders = properties.find(named("pBdr"))
    if borders is None:
        borders = element("pBdr", {})
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    rule = {"val": "single", "sz": str(width), "space": str(space), "color": colour}
    borders.append(element(side, rule))


def indent(paragraph: Any, name: str, characters: int) -> None:
    """Indent a paragraph from one side by so many characters."""
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(named(name), str(100 * characters))  # noqa: SLF001


def mark(row: Any, name: str) -> None:
    """Mark a row of a table: its head, or not to be cut."""
    row._tr.get_or_add_trPr().append(element(name, {}))  # noqa: SLF001 - python-docx has no such marks


def element(name: str, attributes: dict[str, str]) -> Any:
    """Return an element of WordprocessingML."""

    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(named(key), value)
    return made


def named(name: str) -> str:
    """Return the full name of an element or attribute of WordprocessingML."""

    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def points(size: float) -> Any:
    """Return a length in points."""

    from docx.shared import Pt

    return Pt(size)


def millimetres(length: float) -> Any:
    """Return a length in millimetres."""

    from docx.shared import Mm

    return Mm(length)
